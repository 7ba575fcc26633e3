package import NIOHTTP1

/// One HTTP request that has arrived completely, as the decision path sees it.
///
/// How it travelled (version, keep-alive, chunks, trailers) stays with the transport.
package struct HTTPRequest: Sendable {
    /// The method in upper case, as `POST`.
    package var method: String

    /// The path as it was sent, percent-encoded, up to but without the `?`.
    ///
    /// Printable ASCII only: the transport refuses anything else. It begins with `/`, except in `*` of `OPTIONS` and in
    /// the authority of `CONNECT`. Of an absolute target (RFC 9112, 3.2.2) only the path and the query remain.
    package var path: String

    /// What follows the first `?` of the target; `nil` without one.
    package var query: String?

    /// The whole body, empty when there is none.
    package var body: [UInt8]

    /// The header fields in the order of arrival.
    package var headers: HTTPHeaders

    /// Makes a request from its parts.
    package init(
        method: String, path: String, query: String? = nil, headers: [(String, String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = HTTPHeaders(headers)
        self.body = body
    }

    /// Makes a request from a decoded head and the body that followed it.
    init(head: HTTPRequestHead, body: [UInt8]) {
        self.method = head.method.rawValue
        (self.path, self.query) = Self.split(target: head.uri)
        self.headers = head.headers
        self.body = body
    }

    /// The value of the first field with this name, which is compared without regard to ASCII case; `nil` without one.
    ///
    /// A value holds no control characters other than tab. Bytes of it that are not UTF-8 read as U+FFFD.
    package func header(_ name: String) -> String? { headers.first(name: name) }

    /// The values of all fields with this name, in the order of arrival.
    package func headerValues(_ name: String) -> [String] { headers[name] }

    /// Splits a request target into path and query (RFC 9112, 3.2).
    static func split(target: String) -> (path: String, query: String?) {
        let bytes = target.utf8
        var start = bytes.startIndex
        if bytes.first != UInt8(ascii: "/"), let scheme = schemeLength(of: bytes) {
            let authority = bytes.dropFirst(scheme)
            start = authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? bytes.endIndex
        }
        guard let mark = bytes[start...].firstIndex(of: UInt8(ascii: "?")) else {
            if start == bytes.startIndex { return (target, nil) }
            return (start == bytes.endIndex ? "/" : String(target[start...]), nil)
        }
        let path = mark == start && start != bytes.startIndex ? "/" : String(target[start..<mark])
        return (path, String(target[bytes.index(after: mark)...]))
    }

    /// How many bytes the scheme and the two slashes of an absolute target take; `nil` for the other forms.
    private static func schemeLength(of target: String.UTF8View) -> Int? {
        for scheme in ["http://", "https://"]
        where target.prefix(scheme.utf8.count).elementsEqual(scheme.utf8, by: { $0 | 0x20 == $1 | 0x20 }) {
            return scheme.utf8.count
        }
        return nil
    }
}
