import CedarSyntax
import StrictJSON

/// The metadata of an issuer (OpenID Connect Discovery section 4, RFC 8414 section 3).
enum DiscoveryDocument {
    /// The places of the document, the second for issuers that only know the newer rule.
    static func addresses(of issuer: String) -> [String] {
        let base = issuer.utf8.last == UInt8(ascii: "/") ? String(issuer.dropLast()) : issuer
        var addresses = [base + "/.well-known/openid-configuration"]
        let bytes = Array(base.utf8)
        if let scheme = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) }),
            let slash = bytes[(scheme + 3)...].firstIndex(of: UInt8(ascii: "/"))
        {
            let host = String(decoding: bytes[..<slash], as: UTF8.self)
            let path = String(decoding: bytes[slash...], as: UTF8.self)
            addresses.append(host + "/.well-known/oauth-authorization-server" + path)
        } else {
            addresses.append(base + "/.well-known/oauth-authorization-server")
        }
        return addresses
    }

    /// The address of the keys.
    ///
    /// - Throws: ``KeyFetchError`` when the document is another issuer's, byte for byte (Discovery section 4.3).
    static func keyAddress(in bytes: [UInt8], of issuer: String) throws(KeyFetchError) -> String {
        let root: JSONNode
        do {
            root = try JSONDocument(
                parsing: bytes, limits: JSONLimits(maximumBytes: 256 << 10, maximumDepth: 16, maximumValues: 10_000)
            ).root
        } catch {
            throw KeyFetchError("the discovery document cannot be read: \(error.code.rawValue)")
        }
        guard root["issuer"]?.stringEquals(issuer) == true else {
            throw KeyFetchError("the discovery document is another issuer's")
        }
        guard let address = root["jwks_uri"]?.string else {
            throw KeyFetchError("the discovery document has no `jwks_uri`")
        }
        return address
    }
}
