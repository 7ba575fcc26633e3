package import StrictJSON

/// The protected header of a compact JWS, as far as anything depends on it.
///
/// `jku`, `x5u`, `jwk`, `x5c` and `x5t` never select a key and are never followed (RFC 8725 section 3.10): they are
/// ignored, since providers send `x5t` for others. ``embeddedKey`` exists for DPoP proofs alone.
package struct JOSEHeader: Sendable {
    /// The algorithm by name; it may be one that has no code.
    package let algorithmName: String

    /// The algorithm, `nil` when the name is none of those with code.
    package let algorithm: SignatureAlgorithm?

    /// The media type of the token in lower case and without `application/`; `nil` when the header has none.
    package let type: String?

    /// The key id as bytes, `nil` when the header has none.
    package let keyID: [UInt8]?

    /// The value of `jwk`, which only DPoP proofs have a use for (RFC 9449 section 4.2).
    package let embeddedKey: JSONNode?

    /// Reads a header.
    /// - Throws: ``JOSEError`` with a code `header.*`.
    init(parsing bytes: [UInt8], limits: JWSLimits) throws(JOSEError) {
        let root: JSONNode
        do {
            root = try TokenObject.parse(bytes, limits: limits, maximumMembers: JWSLimits.maximumHeaderMembers)
        } catch {
            throw JOSEError(.header, "the header cannot be read: \(error.reason)")
        }
        var algorithm: JSONNode?
        var type: JSONNode?
        var keyID: JSONNode?
        var embeddedKey: JSONNode?
        for member in root.members {
            if member.keyEquals("alg") {
                algorithm = member.value
            } else if member.keyEquals("kid") {
                keyID = member.value
            } else if member.keyEquals("typ") {
                type = member.value
            } else if member.keyEquals("jwk") {
                embeddedKey = member.value
            } else if member.keyEquals("crit") {
                throw JOSEError(.critical, "the header has `crit`, and no extension is understood")
            } else if member.keyEquals("b64") {
                throw JOSEError(.unencodedPayload, "the header has `b64`, which tokens cannot use")
            } else if Self.refused.contains(where: { member.keyEquals($0) }) {
                throw JOSEError(
                    .unsupportedHeader, "the header has `\(member.key)`: nested and encrypted tokens are not supported")
            }
        }
        guard let algorithmName = algorithm?.string else {
            throw JOSEError(.headerAlgorithm, "the header's `alg` is missing or no text")
        }
        self.algorithmName = algorithmName
        self.algorithm = SignatureAlgorithm(name: algorithmName)
        self.type = try type.map { (node) throws(JOSEError) in try Self.mediaType(node) }
        self.keyID = try keyID.map { (node) throws(JOSEError) in
            guard let bytes = node.stringBytes, bytes.count <= limits.maximumKeyIDBytes else {
                throw JOSEError(.headerKeyID, "the header's `kid` is no text of at most 256 bytes")
            }
            return Array(bytes)
        }
        self.embeddedKey = embeddedKey
    }

    /// Members that say that the token is nested, compressed or encrypted.
    private static let refused = ["cty", "zip", "enc", "p2c", "p2s", "epk", "apu", "apv"]

    /// Media types compare without case, and `application/` may be left out (RFC 7515 section 4.1.9).
    private static func mediaType(_ node: JSONNode) throws(JOSEError) -> String {
        guard let bytes = node.stringBytes, bytes.count <= 128 else {
            throw JOSEError(.headerType, "the header's `typ` is no text of at most 128 bytes")
        }
        // The two spellings that nearly all tokens have.
        if bytes.elementsEqual("JWT".utf8) { return "jwt" }
        if bytes.elementsEqual("at+jwt".utf8) { return "at+jwt" }
        let lowered = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        let prefix = Array("application/".utf8)
        let short =
            lowered.starts(with: prefix) && !lowered.dropFirst(prefix.count).contains(0x2F)
            ? Array(lowered.dropFirst(prefix.count)) : lowered
        return String(decoding: short, as: UTF8.self)
    }

    /// The key id for messages.
    package var shownKeyID: String {
        keyID.map { JOSEError.shown(String(decoding: $0, as: UTF8.self)) } ?? ""
    }
}
