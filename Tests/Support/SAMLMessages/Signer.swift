package import Crypto
package import CryptoExtras
package import Foundation

/// The keys that sign, made anew for every run.
package enum Signer: CaseIterable, Sendable {
    case rsa, rsaNext, rsaPSS, p256, p384, weak, stranger

    /// An RSA key of 2048 bits.
    package static let rsaKey = makeRSA(2_048)
    /// An RSA key of 3072 bits.
    package static let nextKey = makeRSA(3_072)
    /// The key of somebody else.
    package static let strangerKey = makeRSA(2_048)
    /// A key on P-256.
    package static let p256Key = P256.Signing.PrivateKey()
    /// A key on P-384.
    package static let p384Key = P384.Signing.PrivateKey()

    /// Makes an RSA key.
    package static func makeRSA(_ bits: Int) -> _RSA.Signing.PrivateKey {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits)) else {
            fatalError("no key could be made")
        }
        return key
    }

    /// The name of the algorithm.
    package var algorithm: String {
        switch self {
        case .rsa, .rsaNext, .weak, .stranger: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        case .rsaPSS: "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
        case .p256: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        case .p384: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
        }
    }

    /// The signature over some bytes.
    package func sign(_ data: Data) -> Data {
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

    /// The signature of the RSA key with SHA-512.
    package static func signSHA512(_ data: Data) -> Data {
        guard let value = try? rsaKey.signature(for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5) else {
            fatalError("a signature could not be made")
        }
        return value.rawRepresentation
    }

    /// The signature of the RSA key with SHA-1.
    package static func signSHA1(_ data: Data) -> Data {
        guard let value = try? rsaKey.signature(for: Insecure.SHA1.hash(data: data), padding: .insecurePKCS1v1_5)
        else { fatalError("a signature could not be made") }
        return value.rawRepresentation
    }

    /// The public key in DER (RFC 5280 section 4.1.2.7).
    package var publicKeyDER: [UInt8] {
        switch self {
        case .rsa, .rsaPSS, .weak: [UInt8](Self.rsaKey.publicKey.derRepresentation)
        case .rsaNext: [UInt8](Self.nextKey.publicKey.derRepresentation)
        case .stranger: [UInt8](Self.strangerKey.publicKey.derRepresentation)
        case .p256: [UInt8](Self.p256Key.publicKey.derRepresentation)
        case .p384: [UInt8](Self.p384Key.publicKey.derRepresentation)
        }
    }

    /// A certificate of the key, in DER.
    package var certificate: [UInt8] { CertificateForge.certificate(for: publicKeyDER) }
}
