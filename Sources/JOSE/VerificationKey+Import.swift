import Crypto
import CryptoExtras
package import StrictJSON

extension VerificationKey {
    /// What a `use` may say.
    package enum Purpose: Sendable {
        /// Signatures: `sig`.
        case signatures
        /// SPIFFE JWT-SVIDs: `jwt-svid` (SPIFFE trust domain and bundle, section 4.2.2).
        case workloadIdentity

        var use: String { self == .signatures ? "sig" : "jwt-svid" }
    }

    /// Imports a JWK.
    /// - Throws: ``KeyRefusal`` for a key that must not be used (RFC 7517, RFC 7518 section 6, RFC 8037).
    package init(importing node: JSONNode, purpose: Purpose = .signatures) throws(KeyRefusal) {
        guard node.kind == .object else { throw KeyRefusal(.malformed, "a key is no object") }
        let members = KeyMembers(node)
        let kind = try members.kind()
        if kind == .symmetric || members.hasSecret {
            throw KeyRefusal(.secret, "the key is published with its secret part")
        }
        try members.checkPurpose(purpose)
        let keyID = try members.keyID()

        let material: Material
        let possible: SignatureAlgorithmSet
        let canonical: [(String, String)]
        switch kind {
        case .rsa:
            let key = try members.rsa()
            material = .rsa(key.key)
            possible = SignatureAlgorithmSet([.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
            canonical = [
                ("e", Base64URL.encode(key.exponent)), ("kty", "RSA"), ("n", Base64URL.encode(key.modulus)),
            ]
        case .elliptic:
            let key = try members.elliptic()
            material = key.material
            possible = SignatureAlgorithmSet([key.curve.algorithm])
            canonical = [
                ("crv", key.curve.name), ("kty", "EC"), ("x", Base64URL.encode(key.x)), ("y", Base64URL.encode(key.y)),
            ]
        case .edwards:
            let key = try members.edwards()
            material = .ed25519(key.key)
            possible = SignatureAlgorithmSet([.ed25519])
            canonical = [("crv", "Ed25519"), ("kty", "OKP"), ("x", Base64URL.encode(key.x))]
        case .symmetric:
            throw KeyRefusal(.secret, "the key is published with its secret part")
        }

        var algorithms = possible
        if let name = try members.text("alg") {
            guard let algorithm = SignatureAlgorithm(name: name) else {
                throw KeyRefusal(.unsupported, "the algorithm `\(JOSEError.shown(name))` is not supported")
            }
            guard possible.contains(algorithm) else {
                throw KeyRefusal(.algorithm, "the algorithm `\(algorithm.name)` does not fit the kind of key")
            }
            algorithms = SignatureAlgorithmSet([algorithm])
        }
        self.material = material
        self.keyID = keyID
        self.algorithms = algorithms
        self.thumbprint = Self.thumbprint(canonical)
        self.issuerTemplate = try members.text("issuer")
    }

    /// The thumbprint over the required members in the order of their names (RFC 7638 section 3).
    private static func thumbprint(_ members: [(String, String)]) -> [UInt8] {
        let text = members.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
        return Array(SHA256.hash(data: Array("{\(text)}".utf8)))
    }
}

/// The members of a JWK.
private struct KeyMembers {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    /// A text; a member of another kind spoils the key.
    func text(_ name: String) throws(KeyRefusal) -> String? {
        guard let value = node[name] else { return nil }
        guard let text = value.string else { throw KeyRefusal(.malformed, "`\(name)` of a key is no text") }
        return text
    }

    /// The kinds of keys (RFC 7518 section 6.1, RFC 8037 section 2).
    enum Kind { case rsa, elliptic, edwards, symmetric }

    func kind() throws(KeyRefusal) -> Kind {
        guard let value = node["kty"] else { throw KeyRefusal(.malformed, "a key has no `kty`") }
        for (name, kind) in [("RSA", Kind.rsa), ("EC", .elliptic), ("OKP", .edwards), ("oct", .symmetric)]
        where value.stringEquals(name) { return kind }
        throw KeyRefusal(.unsupported, "keys of kind `\(JOSEError.shown(value.string ?? ""))` are not supported")
    }

    /// Whether any member is of the secret part of a key (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1).
    var hasSecret: Bool {
        ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].contains { node[$0] != nil }
    }

    /// `use` and `key_ops`, each of which must allow to verify where it is given (RFC 7517 sections 4.2 and 4.3).
    func checkPurpose(_ purpose: VerificationKey.Purpose) throws(KeyRefusal) {
        if let use = try text("use"), !use.utf8.elementsEqual(purpose.use.utf8) {
            throw KeyRefusal(.purpose, "the key's `use` is `\(JOSEError.shown(use))`")
        }
        guard let operations = node["key_ops"] else { return }
        guard operations.kind == .array, operations.elements.allSatisfy({ $0.kind == .string }) else {
            throw KeyRefusal(.malformed, "`key_ops` of a key is no list of texts")
        }
        guard operations.elements.contains(where: { $0.stringEquals("verify") }) else {
            throw KeyRefusal(.purpose, "the key's `key_ops` has no `verify`")
        }
    }

    func keyID() throws(KeyRefusal) -> [UInt8]? {
        guard let value = node["kid"] else { return nil }
        guard let bytes = value.stringBytes, bytes.count <= 256 else {
            throw KeyRefusal(.malformed, "`kid` of a key is no text of at most 256 bytes")
        }
        return Array(bytes)
    }

    private func bytes(_ name: String, atMost limit: Int) throws(KeyRefusal) -> [UInt8] {
        guard let text = node[name]?.stringBytes else { throw KeyRefusal(.malformed, "a key has no `\(name)`") }
        guard text.count <= limit * 4 / 3 + 4 else { throw KeyRefusal(.weak, "`\(name)` of a key is too long") }
        guard let bytes = Base64URL.decode(text) else {
            throw KeyRefusal(.malformed, "`\(name)` of a key is not strict base64url")
        }
        return bytes
    }

    // MARK: - Kinds

    /// 2048 to 4096 bits: less is broken, more is a means to make verification slow.
    func rsa() throws(KeyRefusal) -> (key: _RSA.Signing.PublicKey, modulus: [UInt8], exponent: [UInt8]) {
        // A leading zero is against RFC 7518 section 6.3.1.1 but harmless, and sent by some providers.
        let modulus = Array(try bytes("n", atMost: 513).drop { $0 == 0 })
        let exponent = Array(try bytes("e", atMost: 8).drop { $0 == 0 })
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard (2048...4096).contains(bits) else { throw KeyRefusal(.weak, "an RSA key has \(bits) bits") }
        guard let last = modulus.last, last & 1 == 1 else { throw KeyRefusal(.invalid, "an RSA modulus is even") }
        let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard exponent.count <= 5, value >= 3, value < 1 << 33, value & 1 == 1 else {
            throw KeyRefusal(.weak, "an RSA exponent is not an odd number of 3 to 33 bits")
        }
        guard !WeakKeys.hasROCAFingerprint(modulus) else {
            throw KeyRefusal(.weak, "an RSA modulus was made by a generator known to be broken (CVE-2017-15361)")
        }
        guard let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else {
            throw KeyRefusal(.invalid, "an RSA key is invalid")
        }
        return (key, modulus, exponent)
    }

    /// The curves of ECDSA, each with one algorithm.
    enum Curve: CaseIterable {
        case p256, p384, p521

        var name: String {
            switch self {
            case .p256: "P-256"
            case .p384: "P-384"
            case .p521: "P-521"
            }
        }

        var algorithm: SignatureAlgorithm {
            switch self {
            case .p256: .es256
            case .p384: .es384
            case .p521: .es512
            }
        }

        /// The length of a coordinate in bytes.
        var length: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }

        /// The key at a point; `nil` when the point is not on the curve.
        func key(_ point: [UInt8]) -> VerificationKey.Material? {
            switch self {
            case .p256: (try? P256.Signing.PublicKey(x963Representation: point)).map { .p256($0) }
            case .p384: (try? P384.Signing.PublicKey(x963Representation: point)).map { .p384($0) }
            case .p521: (try? P521.Signing.PublicKey(x963Representation: point)).map { .p521($0) }
            }
        }
    }

    /// Coordinates have the full length of the curve, and the point is on it (RFC 7518 section 6.2.1).
    func elliptic() throws(KeyRefusal) -> (material: VerificationKey.Material, curve: Curve, x: [UInt8], y: [UInt8]) {
        guard let name = node["crv"], let curve = Curve.allCases.first(where: { name.stringEquals($0.name) }) else {
            throw KeyRefusal(.unsupported, "the curve of a key is not supported")
        }
        let x = try bytes("x", atMost: 66)
        let y = try bytes("y", atMost: 66)
        guard x.count == curve.length, y.count == curve.length else {
            throw KeyRefusal(.invalid, "the coordinates of a key do not have the length of its curve")
        }
        guard let material = curve.key([0x04] + x + y) else {
            throw KeyRefusal(.invalid, "a key is no point of its curve")
        }
        return (material, curve, x, y)
    }

    /// Ed25519 only; the primitive would take any 32 bytes, also such as verify every message.
    func edwards() throws(KeyRefusal) -> (key: Curve25519.Signing.PublicKey, x: [UInt8]) {
        guard node["crv"]?.stringEquals("Ed25519") == true else {
            throw KeyRefusal(.unsupported, "of the Edwards curves only Ed25519 is supported")
        }
        let x = try bytes("x", atMost: 32)
        guard x.count == 32 else { throw KeyRefusal(.invalid, "an Ed25519 key does not have 32 bytes") }
        guard !WeakKeys.isWeakEd25519(x) else {
            throw KeyRefusal(.weak, "an Ed25519 key is of small order or not in its canonical form")
        }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
            throw KeyRefusal(.invalid, "an Ed25519 key is invalid")
        }
        return (key, x)
    }
}
