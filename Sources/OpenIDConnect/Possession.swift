import CedarSyntax
import Crypto
import Identity
import JOSE
import StrictJSON

/// Checks that whoever sends a token has the key that it is bound to (RFC 7800).
///
/// The caller sees the connection and the request of its client; what it says about them is as good as the caller.
struct Possession {
    let credentials: PresentedCredentials
    let replays: ReplayWindow
    /// The time in milliseconds.
    let now: Int64

    /// Reads `cnf`.
    ///
    /// - Throws: ``VerificationFailure`` for every member but `x5t#S256` (RFC 8705 section 3.1) and `jkt` (RFC 9449
    ///   section 6.1): a demand that is not understood is not met.
    static func confirmation(_ node: JSONNode?) throws(VerificationFailure) -> ConfirmationKey? {
        guard let node else { return nil }
        guard node.kind == .object, node.count > 0 else {
            throw VerificationFailure(.bindingUnsupported, "`cnf` is no object with members")
        }
        var certificate: [UInt8]?
        var proofKey: [UInt8]?
        for member in node.members {
            if member.keyEquals("x5t#S256") {
                certificate = try thumbprint(member.value)
            } else if member.keyEquals("jkt") {
                proofKey = try thumbprint(member.value)
            } else {
                throw VerificationFailure(
                    .bindingUnsupported, "`cnf` demands `\(JOSEError.shown(member.key))`, which is not supported")
            }
        }
        switch (certificate, proofKey) {
        case (.some(let certificate), .some(let key)): return .both(certificate: certificate, proofKey: key)
        case (.some(let certificate), nil): return .certificate(certificate)
        case (nil, .some(let key)): return .proofKey(key)
        case (nil, nil): return nil
        }
    }

    private static func thumbprint(_ node: JSONNode) throws(VerificationFailure) -> [UInt8] {
        guard let text = node.stringBytes, text.count == 43, let bytes = Base64URL.decode(text) else {
            throw VerificationFailure(.bindingUnsupported, "a thumbprint in `cnf` is no SHA-256 in base64url")
        }
        return bytes
    }

    /// Checks possession of what a token is bound to.
    func check(_ confirmation: ConfirmationKey?, issuer: TrustedIssuer) throws(VerificationFailure) {
        switch confirmation {
        case .certificate(let thumbprint):
            try checkCertificate(thumbprint)
            if credentials.proof != nil { try refuseProof() }
        case .proofKey(let thumbprint): try checkProof(thumbprint, issuer)
        case .both(let certificate, let proofKey):
            try checkCertificate(certificate)
            try checkProof(proofKey, issuer)
        case nil:
            if issuer.requiresBinding {
                throw VerificationFailure(.bindingMissing, "the token is not bound to a key, and the tenant wants it")
            }
            if credentials.proof != nil { try refuseProof() }
        }
    }

    /// A proof says that the token is bound to its key, so that a token that is not contradicts it.
    private func refuseProof() throws(VerificationFailure) {
        throw VerificationFailure(.bindingMismatch, "there is a DPoP proof, and the token is not bound to its key")
    }

    private func checkCertificate(_ thumbprint: [UInt8]) throws(VerificationFailure) {
        guard let certificate = credentials.clientCertificate else {
            throw VerificationFailure(.bindingMissing, "the token is bound to a client certificate, and none is given")
        }
        guard Array(SHA256.hash(data: certificate)) == thumbprint else {
            throw VerificationFailure(.bindingMismatch, "the token is bound to another client certificate")
        }
    }

    private func checkProof(_ thumbprint: [UInt8], _ issuer: TrustedIssuer) throws(VerificationFailure) {
        guard let proof = credentials.proof else {
            throw VerificationFailure(.bindingMissing, "the token is bound to a DPoP key, and no proof is given")
        }
        let verified = try ProofOfPossession(
            proof, accessToken: credentials.credential.value, algorithms: issuer.algorithms,
            window: issuer.proofWindow * 1_000, skew: issuer.clockSkew * 1_000, now: now)
        guard verified.thumbprint == thumbprint else {
            throw VerificationFailure(.bindingMismatch, "the token is bound to another DPoP key")
        }
        switch replays.use(verified.replayKey, until: verified.expiry, now: now) {
        case .first: return
        case .again: throw VerificationFailure(.proofReplayed, "the DPoP proof was used before")
        case .full:
            throw VerificationFailure(
                .replayMemory, "there are more DPoP proofs than can be remembered", disposition: .indeterminate)
        }
    }
}
