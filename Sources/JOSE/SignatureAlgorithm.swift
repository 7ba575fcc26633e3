/// A signature algorithm that this implementation verifies.
///
/// There is no `none`, no HMAC and no RSA encryption: an algorithm that is not in this list has no code (RFC 8725
/// sections 3.1 and 3.2).
package enum SignatureAlgorithm: UInt8, CaseIterable, Sendable {
    case rs256, rs384, rs512
    case ps256, ps384, ps512
    case es256, es384, es512
    /// Ed25519, called `EdDSA` in RFC 8037 and `Ed25519` in RFC 9864: one operation under two names.
    case ed25519

    /// The algorithm of a registered name, compared byte for byte; `nil` for every other name.
    package init?(name: some StringProtocol) {
        for (candidate, algorithm) in Self.byName where candidate.utf8.elementsEqual(name.utf8) {
            self = algorithm
            return
        }
        return nil
    }

    /// The registered name; `EdDSA` for the one that has two.
    package var name: String {
        switch self {
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .ed25519: "EdDSA"
        }
    }

    /// The hash that belongs to the algorithm; that of Ed25519 is SHA-512 (RFC 8032 section 5.1).
    package var hash: HashFunctionName {
        switch self {
        case .rs256, .ps256, .es256: .sha256
        case .rs384, .ps384, .es384: .sha384
        case .rs512, .ps512, .es512, .ed25519: .sha512
        }
    }

    /// All names that are understood.
    package static var names: [String] { byName.map(\.0) }

    private static let byName: [(String, SignatureAlgorithm)] =
        allCases.map { ($0.name, $0) } + [("Ed25519", .ed25519)]
}

/// The hashes of the SHA-2 family that JOSE uses.
package enum HashFunctionName: Sendable {
    case sha256, sha384, sha512
}

/// A set of signature algorithms: an allow-list.
package struct SignatureAlgorithmSet: OptionSet, Hashable, Sendable {
    /// One bit per algorithm.
    package let rawValue: UInt16

    /// Wraps bits.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The set of some algorithms.
    package init(_ algorithms: some Sequence<SignatureAlgorithm>) {
        rawValue = algorithms.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
    }

    /// Whether an algorithm is in the set.
    package func contains(_ algorithm: SignatureAlgorithm) -> Bool {
        rawValue & 1 << UInt16(algorithm.rawValue) != 0
    }

    /// The algorithms, in the order of their declaration.
    package var algorithms: [SignatureAlgorithm] { SignatureAlgorithm.allCases.filter { contains($0) } }

    /// What is allowed unless an issuer's configuration says otherwise: RS256, PS256, ES256 and Ed25519.
    ///
    /// The others cost up to two milliseconds per signature, or are rare, and are allowed issuer by issuer.
    package static let standard = SignatureAlgorithmSet([.rs256, .ps256, .es256, .ed25519])

    /// Every algorithm that has code.
    package static let all = SignatureAlgorithmSet(SignatureAlgorithm.allCases)
}
