import CedarModel
import CedarSyntax
import Identity
import OpenIDConnect
import SAML
import SAMLMessages

extension MessageForge {
    static let service = ServiceIdentity(
        audiences: ["https://verdict.example.org/acme"], recipients: ["https://verdict.example.org/acme/acs"],
        keys: [Encrypter.decryptionKey])

    /// A trust in the provider with the keys of all signers.
    func trust(
        _ change: (inout ProviderPolicy) -> Void = { _ in }, replay: ReplayRule = .allow,
        keys: [PublicKey]? = nil
    ) -> SAMLTrust {
        var policy = ProviderPolicy.strict
        policy.clockSkew = 60
        change(&policy)
        let known = IdentityProvider(
            entityID: CedarString("https://idp.example.com/saml"), keys: keys ?? Signer.allKeys, policy: policy)
        let other = IdentityProvider(
            entityID: "https://other.example.com/saml", keys: [Signer.stranger.publicKey], policy: policy)
        return SAMLTrust(
            tenant: "acme", service: Self.service, providers: [known, other], responseReplay: replay)
    }

    /// What a message comes to.
    func judge(
        _ message: some StringProtocol, _ binding: MessageBinding = .response, trust: SAMLTrust? = nil,
        at now: Int64 = MessageForge.now,
        expecting change: (inout PresentedCredentials.SAMLExpectations) -> Void = { _ in }
    ) -> Result<AssertionFacts, VerificationFailure> {
        judge(bytes: Array(message.utf8), binding, trust: trust, at: now, expecting: change)
    }

    func judge(
        bytes: [UInt8], _ binding: MessageBinding = .response, trust: SAMLTrust? = nil,
        at now: Int64 = MessageForge.now,
        expecting change: (inout PresentedCredentials.SAMLExpectations) -> Void = { _ in }
    ) -> Result<AssertionFacts, VerificationFailure> {
        var expectations = PresentedCredentials.SAMLExpectations()
        expectations.requestID = binding == .response ? requestID.map { CedarString($0) } : nil
        change(&expectations)
        let verifier = SAMLVerifier(replays: LocalAssertionReplays(since: Datetime(milliseconds: 0)), cache: nil)
        do throws(VerificationFailure) {
            return .success(
                try verifier.judge(
                    bytes, binding, for: trust ?? self.trust(), expecting: expectations,
                    at: Datetime(milliseconds: now)
                ).facts)
        } catch {
            return .failure(error)
        }
    }
}

extension Result<AssertionFacts, VerificationFailure> {
    /// The code of a refusal; empty for acceptance.
    var code: String {
        if case .failure(let failure) = self { failure.code.rawValue } else { "" }
    }

    /// The name id of an accepted message.
    var name: String? {
        if case .success(let facts) = self { facts.nameID?.value.text } else { nil }
    }
}

extension Signer {
    static let allKeys: [PublicKey] = [Signer.rsa, .rsaNext, .p256, .p384].map(\.publicKey)

    var publicKey: PublicKey {
        guard let key = PublicKey(publicKey: publicKeyDER) else { fatalError("a key could not be read") }
        return key
    }
}

extension Encrypter {
    static let decryptionKey: DecryptionKey = {
        guard let key = DecryptionKey(pem: Array(pem.utf8)) else { fatalError("no key could be read") }
        return key
    }()
}
