import Foundation

/// Where a server listens, as `http://host:port` with perhaps a path before the paths of the API.
struct ServerAddress: Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    /// The path before those of the API, without a slash at its end.
    let prefix: String

    /// Reads an address; `nil` for anything but plain HTTP, and for one with a user, a query or a fragment.
    init?(_ text: String) {
        guard let url = URLComponents(string: text), url.scheme?.lowercased() == "http",
            url.user == nil, url.password == nil, url.query == nil, url.fragment == nil,
            let host = url.host, !host.isEmpty
        else { return nil }
        // An IPv6 address stands in brackets in addresses, but not where sockets are opened.
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = url.port ?? 80
        guard (1...65535).contains(port) else { return nil }
        var prefix = url.percentEncodedPath
        while prefix.hasSuffix("/") { prefix.removeLast() }
        self.prefix = prefix
    }

    /// The host and port as the `Host` header has them.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var description: String { "http://\(authority)\(prefix)" }

    /// The path of the native API for an application and a tenant.
    func decisionPath(application: String, tenant: String) -> String {
        "\(prefix)/t/\(Self.segment(tenant))/\(Self.segment(application))/v1/decide"
    }

    /// A path segment with everything encoded that is not unreserved (RFC 3986 section 2.3).
    private static func segment(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
