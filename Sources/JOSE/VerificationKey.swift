package import Crypto
package import CryptoExtras

/// A public key, parsed once and bound to what it may verify.
///
/// The kind of key decides which algorithms are possible at all; an `alg` in the JWK narrows them to one (RFC 8725
/// section 3.1). Nothing that a token says changes a key.
package struct VerificationKey: Sendable {
    /// The parsed key.
    package enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// The parsed key.
    package let material: Material

    /// The `kid` as bytes; `nil` when the JWK has none.
    package let keyID: [UInt8]?

    /// The algorithms that it verifies.
    package let algorithms: SignatureAlgorithmSet

    /// The RFC 7638 thumbprint: SHA-256 over the members that make the key.
    package let thumbprint: [UInt8]

    /// The `issuer` that some providers write beside a key, with `{tenantid}` for the customer; `nil` where there is
    /// none.
    package let issuerTemplate: String?

    /// Whether a signature over some bytes is this key's.
    ///
    /// False also for an algorithm that the key does not verify, and for signatures of the wrong length.
    package func isValid(
        _ signature: [UInt8], over input: ArraySlice<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        switch material {
        case .rsa(let key):
            return Self.isValid(signature, over: input, algorithm, key)
        case .p256(let key):
            // The raw form has exactly two coordinates; a DER signature has another length or another first byte, and
            // either way does not verify (RFC 7518 section 3.4).
            guard signature.count == 64,
                let raw = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(raw, for: SHA256.hash(data: input))
        case .p384(let key):
            guard signature.count == 96,
                let raw = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(raw, for: SHA384.hash(data: input))
        case .p521(let key):
            guard signature.count == 132,
                let raw = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(raw, for: SHA512.hash(data: input))
        case .ed25519(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: input)
        }
    }

    private static func isValid(
        _ signature: [UInt8], over input: ArraySlice<UInt8>, _ algorithm: SignatureAlgorithm,
        _ key: _RSA.Signing.PublicKey
    ) -> Bool {
        // A signature is as long as the modulus (RFC 8017 section 8.2.2).
        guard signature.count == (key.keySizeInBits + 7) / 8 else { return false }
        let raw = _RSA.Signing.RSASignature(rawRepresentation: signature)
        switch algorithm {
        case .rs256: return key.isValidSignature(raw, for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
        case .rs384: return key.isValidSignature(raw, for: SHA384.hash(data: input), padding: .insecurePKCS1v1_5)
        case .rs512: return key.isValidSignature(raw, for: SHA512.hash(data: input), padding: .insecurePKCS1v1_5)
        case .ps256: return key.isValidSignature(raw, for: SHA256.hash(data: input), padding: .PSS)
        case .ps384: return key.isValidSignature(raw, for: SHA384.hash(data: input), padding: .PSS)
        case .ps512: return key.isValidSignature(raw, for: SHA512.hash(data: input), padding: .PSS)
        case .es256, .es384, .es512, .ed25519: return false
        }
    }
}

extension CompactJWS {
    /// Whether the token is signed with a key, by the algorithm that its header names.
    package func isSigned(by key: VerificationKey) -> Bool {
        guard let algorithm = header.algorithm else { return false }
        return key.isValid(signature, over: signingInput, algorithm: algorithm)
    }
}
