import Crypto
import CryptoExtras
import Foundation
package import JOSE

/// A key made for a test, with its JWK and the signature of its algorithm.
package struct SigningKey: Sendable {
    /// The algorithm that it signs with.
    package let algorithm: SignatureAlgorithm

    /// The members of its JWK that make the public key.
    package let members: [(String, String)]
    private let signature: @Sendable ([UInt8]) throws -> [UInt8]

    /// Makes a key of the kind that an algorithm has.
    package static func make(_ algorithm: SignatureAlgorithm) throws -> SigningKey {
        switch algorithm {
        case .es256:
            let key = P256.Signing.PrivateKey()
            return SigningKey(
                algorithm: algorithm, members: point("P-256", key.publicKey.x963Representation),
                signature: { Array(try key.signature(for: $0).rawRepresentation) })
        case .es384:
            let key = P384.Signing.PrivateKey()
            return SigningKey(
                algorithm: algorithm, members: point("P-384", key.publicKey.x963Representation),
                signature: { Array(try key.signature(for: $0).rawRepresentation) })
        case .es512:
            let key = P521.Signing.PrivateKey()
            return SigningKey(
                algorithm: algorithm, members: point("P-521", key.publicKey.x963Representation),
                signature: { Array(try key.signature(for: $0).rawRepresentation) })
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            return SigningKey(
                algorithm: algorithm,
                members: [
                    ("kty", "OKP"), ("crv", "Ed25519"),
                    ("x", Base64URL.encode(Array(key.publicKey.rawRepresentation))),
                ],
                signature: { Array(try key.signature(for: $0)) })
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let numbers = try key.publicKey.getKeyPrimitives()
            let isPSS = algorithm == .ps256 || algorithm == .ps384 || algorithm == .ps512
            let padding: _RSA.Signing.Padding = isPSS ? .PSS : .insecurePKCS1v1_5
            return SigningKey(
                algorithm: algorithm,
                members: [
                    ("kty", "RSA"), ("n", Base64URL.encode(Array(numbers.modulus))),
                    ("e", Base64URL.encode(Array(numbers.publicExponent))),
                ],
                signature: { bytes in
                    let signature =
                        switch algorithm.hash {
                        case .sha256: try key.signature(for: SHA256.hash(data: bytes), padding: padding)
                        case .sha384: try key.signature(for: SHA384.hash(data: bytes), padding: padding)
                        case .sha512: try key.signature(for: SHA512.hash(data: bytes), padding: padding)
                        }
                    return Array(signature.rawRepresentation)
                })
        }
    }

    private static func point(_ curve: String, _ bytes: Data) -> [(String, String)] {
        let length = bytes.count / 2
        return [
            ("kty", "EC"), ("crv", curve), ("x", Base64URL.encode(Array(bytes.dropFirst().prefix(length)))),
            ("y", Base64URL.encode(Array(bytes.suffix(length)))),
        ]
    }

    /// The public key as a JWK; more members can be added as text that begins with a comma.
    package func jwk(kid: String? = "k", alg: String? = nil, adding: String = "") -> String {
        var all = members
        if let kid { all.append(("kid", kid)) }
        if let alg { all.append(("alg", alg)) }
        return "{" + all.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",") + adding + "}"
    }

    /// The public key as a key set.
    package func set(kid: String? = "k", alg: String? = nil) throws -> JSONWebKeySet {
        try JSONWebKeySet(parsing: Array("{\"keys\":[\(jwk(kid: kid, alg: alg))]}".utf8))
    }

    /// The signature of some bytes.
    package func sign(_ bytes: [UInt8]) throws -> [UInt8] { try signature(bytes) }

    /// A token with a header as it stands and a payload as it stands.
    package func token(header: String? = nil, payload: String) throws -> [UInt8] {
        let header = header ?? "{\"alg\":\"\(algorithm.name)\",\"kid\":\"k\"}"
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return Array((input + "." + Base64URL.encode(try sign(Array(input.utf8)))).utf8)
    }
}
