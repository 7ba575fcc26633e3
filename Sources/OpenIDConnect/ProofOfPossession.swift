import CedarSyntax
import Crypto
import Identity
import JOSE
import StrictJSON

/// A DPoP proof whose every check passed but those of the key and of replay (RFC 9449 section 4.3).
struct ProofOfPossession {
    /// The RFC 7638 thumbprint of the key that signed it.
    let thumbprint: [UInt8]

    /// What no other proof has: a digest of key and `jti`.
    let replayKey: ReplayWindow.Key

    /// The last millisecond at which the proof would be accepted.
    let expiry: Int64

    init(
        _ proof: PresentedCredentials.Proof, accessToken: [UInt8], algorithms: SignatureAlgorithmSet, window: Int64,
        skew: Int64, now: Int64
    ) throws(VerificationFailure) {
        let token: CompactJWS
        do {
            // A proof has a key in its header, so that the header is longer than that of other tokens.
            token = try CompactJWS(
                parsing: proof.value, limits: JWSLimits(maximumTokenBytes: 8 << 10, maximumHeaderBytes: 4 << 10))
        } catch {
            throw VerificationFailure(.proof, "the DPoP proof: \(error.detail)")
        }
        guard let type = token.header.type, CedarString(type) == "dpop+jwt" else {
            throw VerificationFailure(.proof, "the DPoP proof's `typ` is not `dpop+jwt`")
        }
        let key = try Self.key(of: token, algorithms)
        guard token.isSigned(by: key) else {
            throw VerificationFailure(.proofSignature, "the DPoP proof's signature is not valid")
        }
        let claims = try TokenClaims(parsing: token.payload, limits: .standard)
        try Self.checkRequest(proof, claims)
        let issued = try Self.issued(claims, window: window, skew: skew, now: now)
        try Self.checkToken(accessToken, claims)
        if let nonce = proof.nonce, claims.nonce?.stringEquals(nonce) != true {
            throw VerificationFailure(.proofNonce, "the DPoP proof lacks the nonce that was demanded")
        }
        guard let id = claims.id?.stringBytes, (1...256).contains(id.count) else {
            throw VerificationFailure(.proof, "the DPoP proof has no `jti` of 1 to 256 bytes")
        }
        thumbprint = key.thumbprint
        replayKey = ReplayWindow.Key(key.thumbprint + id)
        expiry = issued + window + skew
    }

    private static func key(
        of token: CompactJWS, _ algorithms: SignatureAlgorithmSet
    ) throws(VerificationFailure) -> VerificationKey {
        guard let algorithm = token.header.algorithm, algorithms.contains(algorithm) else {
            throw VerificationFailure(.proof, "the DPoP proof's algorithm is not allowed")
        }
        guard let node = token.header.embeddedKey else {
            throw VerificationFailure(.proof, "the DPoP proof has no `jwk`")
        }
        do {
            return try VerificationKey(importing: node)
        } catch {
            throw VerificationFailure(.proof, "the DPoP proof's key: \(error.detail)")
        }
    }

    private static func checkRequest(
        _ proof: PresentedCredentials.Proof, _ claims: TokenClaims
    ) throws(VerificationFailure) {
        guard let method = claims.proofMethod, method.stringEquals(proof.method) else {
            throw VerificationFailure(.proofMethod, "the DPoP proof is for another method")
        }
        guard let address = claims.proofAddress?.string, let claimed = RequestAddress(address),
            let actual = RequestAddress(proof.url), claimed == actual
        else { throw VerificationFailure(.proofAddress, "the DPoP proof is for another address") }
    }

    private static func issued(
        _ claims: TokenClaims, window: Int64, skew: Int64, now: Int64
    ) throws(VerificationFailure) -> Int64 {
        guard let issued = try claims.time(claims.issuedAt, "iat") else {
            throw VerificationFailure(.proof, "the DPoP proof has no `iat`")
        }
        guard issued <= now + skew, now <= issued + window + skew else {
            throw VerificationFailure(.proofTime, "the DPoP proof is \((now - issued) / 1_000) s old")
        }
        return issued
    }

    private static func checkToken(_ accessToken: [UInt8], _ claims: TokenClaims) throws(VerificationFailure) {
        let digest = Base64URL.encode(Array(SHA256.hash(data: accessToken)))
        guard claims.accessTokenDigest?.stringEquals(digest) == true else {
            throw VerificationFailure(.proofToken, "the DPoP proof is for another token")
        }
    }
}
