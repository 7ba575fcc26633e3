import CedarModel
import CedarSyntax
import Crypto
import Identity
import JOSE
import OpenIDConnect
import StrictJSON
import Synchronization

/// Stands in for every issuer that tenants trust: signs the claims of suites, and verifies what it signed.
///
/// All is judged as the server judges it, but for the algorithm and the key.
final class SuiteIssuer: CredentialVerifier {
    private let key = Curve25519.Signing.PrivateKey()
    private let verifier: TokenVerifier
    private let standIns = Mutex<[UInt64: TenantTrust]>([:])

    /// Makes an issuer with a key of its own; `nil` when the platform makes no usable key.
    init?() {
        let x = Base64URL.encode(Array(key.publicKey.rawRepresentation))
        let text = #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":"suite"}]}"#
        guard let set = try? JSONWebKeySet(parsing: Array(text.utf8)) else { return nil }
        verifier = TokenVerifier(keySource: OneKeySet(snapshot: KeySetSnapshot(set)))
    }

    /// The same trust with this issuer's key in the place of all others.
    private func standIn(for trust: TenantTrust) -> TenantTrust {
        standIns.withLock { standIns in
            if let known = standIns[trust.generation] { return known }
            let issuers = trust.issuers.values.map { issuer in
                var issuer = issuer
                issuer.keys = .discovery
                issuer.algorithms = .standard
                return issuer
            }
            let made = TenantTrust(tenant: trust.tenant, issuers: issuers, callerMayAdd: trust.callerMayAdd)
            standIns[trust.generation] = made
            return made
        }
    }

    /// Verifies a token that this issuer signed.
    /// - Throws: ``VerificationFailure``.
    func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject {
        try verifier.verify(credentials, for: standIn(for: tenant), at: now)
    }

    /// A token of some claims; what a good token has besides is added, unless the suite gives it.
    ///
    /// - Returns: `nil` when the claims cannot be signed.
    func token(_ claims: SuiteClaims, subject: String, of trust: TenantTrust, at now: Datetime) -> [UInt8]? {
        let issuers = trust.issuers
        let named = claims.json("iss").flatMap { try? JSONDocument(parsing: $0, limits: .request).root.string }
        let issuer = named.map { issuers[CedarString($0)] } ?? (issuers.count == 1 ? issuers.values.first : nil)
        let isAccess = issuer.map { $0.tokens != [.id] } ?? true
        let seconds = now.milliseconds / 1_000
        var others: [(name: CedarString, json: [UInt8])] = [
            ("sub", Self.text(subject)), ("iat", Array("\(seconds)".utf8)), ("exp", Array("\(seconds + 300)".utf8)),
            ("jti", Self.text("suite")),
        ]
        if let issuer {
            others.append(("iss", Self.text(issuer.issuer.text)))
            let audience = (isAccess ? issuer.audiences : issuer.clients).min()
            if let audience { others.append(("aud", Self.text(audience.text))) }
            if isAccess { others.append(("client_id", Self.text(issuer.authorizedParties?.min()?.text ?? "suite"))) }
        }
        let header = Array(#"{"alg":"EdDSA","kid":"suite","typ":"\#(isAccess ? "at+jwt" : "JWT")"}"#.utf8)
        let input = Array(
            (Base64URL.encode(header) + "." + Base64URL.encode(claims.payload(completedBy: others))).utf8)
        guard let signature = try? key.signature(for: input) else { return nil }
        return input + Array(("." + Base64URL.encode(Array(signature))).utf8)
    }

    private static func text(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.bytes
    }
}

/// One key set for every issuer.
private struct OneKeySet: KeySource {
    let snapshot: KeySetSnapshot

    func keys(of issuer: TrustedIssuer) -> KeySetState { .available(snapshot) }

    func search(for keyID: [UInt8]?, of issuer: TrustedIssuer, beyond snapshot: KeySetSnapshot) -> KeySearch { .absent }
}
