import CedarModel
import CedarSyntax
import Crypto
import CryptoExtras
import Foundation
import Identity
import OpenIDConnect
import SAML

/// Writes SAML messages as a provider does, with keys of its own: the texts are in canonical form already, so that no
/// canonicalization of ours has a part in making what ours must verify.
struct MessageForge {
    static let now: Int64 = 1_795_000_000_000

    var provider = "https://idp.example.com/saml"
    var audience = "https://verdict.example.org/acme"
    var recipient = "https://verdict.example.org/acme/acs"
    var nameID = "alice@example.com"
    var requestID: String? = "_request-1"
    var assertionID = "_a" + MessageForge.random()
    var responseID = "_r" + MessageForge.random()
    var issued = MessageForge.now
    var start = MessageForge.now - 60_000
    var end = MessageForge.now + 300_000
    var confirmationEnd = MessageForge.now + 300_000
    var context = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    var conditions = ""
    var statements =
        MessageForge.attribute("groups", ["staff", "sre"]) + MessageForge.attribute("mail", ["a@b.example"])
    var hasSignIn = true
    var signer = Signer.rsa

    static let samlNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"

    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in String(generator.next() as UInt32, radix: 16) }.joined()
    }

    static func attribute(_ name: String, _ values: [String], format: String? = nil) -> String {
        let form = format.map { " NameFormat=\"\($0)\"" } ?? ""
        return "<saml:Attribute Name=\"\(name)\"\(form)>"
            + values.map { "<saml:AttributeValue>\($0)</saml:AttributeValue>" }.joined() + "</saml:Attribute>"
    }

    static func time(_ milliseconds: Int64) -> String {
        let formatter = ISO8601DateFormatter()
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
    }

    // MARK: Elements

    /// The assertion without a signature, in canonical form.
    var assertion: String {
        let answer = requestID.map { "InResponseTo=\"\($0)\" " } ?? ""
        let signIn =
            hasSignIn
            ? "<saml:AuthnStatement AuthnInstant=\"\(Self.time(issued))\" SessionIndex=\"_s\"><saml:AuthnContext>"
                + "<saml:AuthnContextClassRef>\(context)</saml:AuthnContextClassRef></saml:AuthnContext>"
                + "</saml:AuthnStatement>" : ""
        return "<saml:Assertion xmlns:saml=\"\(Self.samlNamespace)\" ID=\"\(assertionID)\" "
            + "IssueInstant=\"\(Self.time(issued))\" Version=\"2.0\"><saml:Issuer>\(provider)</saml:Issuer>"
            + "<saml:Subject><saml:NameID>\(nameID)</saml:NameID>"
            + "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">"
            + "<saml:SubjectConfirmationData \(answer)NotOnOrAfter=\"\(Self.time(confirmationEnd))\" "
            + "Recipient=\"\(recipient)\"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>"
            + "<saml:Conditions NotBefore=\"\(Self.time(start))\" NotOnOrAfter=\"\(Self.time(end))\">"
            + "<saml:AudienceRestriction><saml:Audience>\(audience)</saml:Audience></saml:AudienceRestriction>"
            + "\(conditions)</saml:Conditions>\(signIn)"
            + "<saml:AttributeStatement>\(statements)</saml:AttributeStatement></saml:Assertion>"
    }

    /// A response around some content, in canonical form.
    func response(_ content: String) -> String {
        let answer = requestID.map { " InResponseTo=\"\($0)\"" } ?? ""
        return "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"\(recipient)\" "
            + "ID=\"\(responseID)\"\(answer) IssueInstant=\"\(Self.time(issued))\" Version=\"2.0\">"
            + "<saml:Issuer xmlns:saml=\"\(Self.samlNamespace)\">\(provider)</saml:Issuer>"
            + "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode>"
            + "</samlp:Status>\(content)</samlp:Response>"
    }

    // MARK: Signing

    static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    /// The signature of an element in canonical form, by the profile or with other parts.
    func signature(
        over element: String, id: String, reference: String? = nil, transforms: [String]? = nil,
        canonicalization: String = exclusive, extra: String = ""
    ) -> String {
        let digest = Data(SHA256.hash(data: Data(element.utf8))).base64EncodedString()
        let list = (transforms ?? [Self.enveloped, Self.exclusive])
            .map { "<ds:Transform Algorithm=\"\($0)\"></ds:Transform>" }.joined()
        let content =
            "<ds:CanonicalizationMethod Algorithm=\"\(canonicalization)\"></ds:CanonicalizationMethod>"
            + "<ds:SignatureMethod Algorithm=\"\(signer.algorithm)\"></ds:SignatureMethod>"
            + "<ds:Reference URI=\"\(reference ?? "#\(id)")\"><ds:Transforms>\(list)</ds:Transforms>"
            + "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>"
            + "<ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference>"
        let namespace = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
        let value = signer.sign(Data("<ds:SignedInfo \(namespace)>\(content)</ds:SignedInfo>".utf8))
        return "<ds:Signature \(namespace)><ds:SignedInfo>\(content)</ds:SignedInfo>"
            + "<ds:SignatureValue>\(value.base64EncodedString())</ds:SignatureValue>\(extra)</ds:Signature>"
    }

    /// An element with a signature behind its issuer.
    func inserting(_ signature: String, into element: String) -> String {
        element.replacingFirst("</saml:Issuer>", with: "</saml:Issuer>" + signature)
    }

    /// The signed assertion.
    var signedAssertion: String { inserting(signature(over: assertion, id: assertionID), into: assertion) }

    /// A response with a signed assertion.
    var message: String { response(signedAssertion) }

    /// A signed response around some content.
    func signedResponse(_ content: String) -> String {
        let text = response(content)
        return inserting(signature(over: text, id: responseID), into: text)
    }

    // MARK: Verifying

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

extension String {
    /// The text with the first occurrence of a part replaced.
    func replacingFirst(_ part: String, with other: String) -> String {
        guard let range = range(of: part) else { return self }
        return replacingCharacters(in: range, with: other)
    }
}

/// The keys that sign, made anew for every run.
enum Signer: CaseIterable {
    case rsa, rsaNext, rsaPSS, p256, p384, weak, stranger

    static let rsaKey = makeRSA(2_048)
    static let nextKey = makeRSA(3_072)
    static let strangerKey = makeRSA(2_048)
    static let p256Key = P256.Signing.PrivateKey()
    static let p384Key = P384.Signing.PrivateKey()

    static func makeRSA(_ bits: Int) -> _RSA.Signing.PrivateKey {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits)) else {
            fatalError("no key could be made")
        }
        return key
    }

    static let allKeys: [PublicKey] = [Signer.rsa, .rsaNext, .p256, .p384].map(\.publicKey)

    var algorithm: String {
        switch self {
        case .rsa, .rsaNext, .weak, .stranger: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        case .rsaPSS: "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
        case .p256: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        case .p384: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
        }
    }

    func sign(_ data: Data) -> Data {
        do {
            switch self {
            case .rsa, .weak: return try Self.rsaKey.signature(for: data, padding: .insecurePKCS1v1_5).rawRepresentation
            case .rsaPSS: return try Self.rsaKey.signature(for: data, padding: .PSS).rawRepresentation
            case .rsaNext: return try Self.nextKey.signature(for: data, padding: .insecurePKCS1v1_5).rawRepresentation
            case .stranger:
                return try Self.strangerKey.signature(for: data, padding: .insecurePKCS1v1_5).rawRepresentation
            case .p256: return try Self.p256Key.signature(for: data).rawRepresentation
            case .p384: return try Self.p384Key.signature(for: data).rawRepresentation
            }
        } catch {
            fatalError("a signature could not be made")
        }
    }

    var publicKey: PublicKey {
        let der: Data =
            switch self {
            case .rsa, .rsaPSS, .weak: Self.rsaKey.publicKey.derRepresentation
            case .rsaNext: Self.nextKey.publicKey.derRepresentation
            case .stranger: Self.strangerKey.publicKey.derRepresentation
            case .p256: Self.p256Key.publicKey.derRepresentation
            case .p384: Self.p384Key.publicKey.derRepresentation
            }
        guard let key = PublicKey(publicKey: [UInt8](der)) else { fatalError("a key could not be read") }
        return key
    }
}

/// Encrypts elements as providers do, for one key of the service.
struct Encrypter {
    static let key = Signer.makeRSA(2_048)

    static let decryptionKey: DecryptionKey = {
        guard let key = DecryptionKey(pem: Array(key.pemRepresentation.utf8)) else {
            fatalError("no key could be read")
        }
        return key
    }()

    var usesSHA256 = true
    var bits = 256

    /// The element that holds another one, encrypted.
    func encrypted(_ element: String, as name: String = "EncryptedAssertion") -> String {
        let contentKey = SymmetricKey(size: SymmetricKeySize(bitCount: bits))
        // Safe: the buffer is only read while the closure runs.
        let raw = unsafe contentKey.withUnsafeBytes { unsafe Data($0) }
        guard let sealed = try? AES.GCM.seal(Data(element.utf8), using: contentKey).combined,
            let public_ = try? _RSA.Encryption.PublicKey(derRepresentation: Self.key.publicKey.derRepresentation),
            let wrapped = try? public_.encrypt(raw, padding: usesSHA256 ? .PKCS1_OAEP_SHA256 : .PKCS1_OAEP)
        else { fatalError("nothing could be encrypted") }
        let transport =
            usesSHA256
            ? "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\">"
                + "<ds:DigestMethod "
                + "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>"
                + "<xenc11:MGF xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\" "
                + "Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"></xenc11:MGF></xenc:EncryptionMethod>"
            : "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\">"
                + "</xenc:EncryptionMethod>"
        return "<saml:\(name) xmlns:saml=\"\(MessageForge.samlNamespace)\">"
            + "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" "
            + "Type=\"http://www.w3.org/2001/04/xmlenc#Element\">"
            + "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes\(bits)-gcm\">"
            + "</xenc:EncryptionMethod><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey>"
            + transport + "<xenc:CipherData><xenc:CipherValue>\(wrapped.base64EncodedString())</xenc:CipherValue>"
            + "</xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
            + "\(sealed.base64EncodedString())</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:\(name)>"
    }
}
