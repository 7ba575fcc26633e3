/// What a path of the decision listener asks for, and the tenant and application that it names.
struct DecisionRoute: Equatable {
    /// The endpoints of the decision listener.
    enum Endpoint: Int, CaseIterable {
        case decide
        case evaluation
        case evaluations
        case route
    }

    var endpoint: Endpoint
    var tenant: String?
    var application: String?

    /// Reads a path: an endpoint, behind `/t/{tenant}` or `/t/{tenant}/{application}` or nothing.
    ///
    /// `nil` for any other path, and for a prefix that is not percent-encoded UTF-8.
    init?(path: String) {
        if let endpoint = Self.endpoint(at: path[...]) {
            self.endpoint = endpoint
            return
        }
        var segments = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard segments.count >= 4, segments.removeFirst().isEmpty, segments.removeFirst() == "t" else { return nil }
        guard let tenant = Self.decode(segments.removeFirst()), !tenant.isEmpty else { return nil }
        self.tenant = tenant
        if let endpoint = Self.endpoint(at: "/" + segments.joined(separator: "/")) {
            self.endpoint = endpoint
            return
        }
        guard let application = Self.decode(segments.removeFirst()), !application.isEmpty,
            let endpoint = Self.endpoint(at: "/" + segments.joined(separator: "/"))
        else { return nil }
        self.application = application
        self.endpoint = endpoint
    }

    private static func endpoint(at path: Substring) -> Endpoint? {
        switch path {
        case "/v1/decide": .decide
        case "/v1/route": .route
        case "/access/v1/evaluation": .evaluation
        case "/access/v1/evaluations": .evaluations
        default: nil
        }
    }

    /// Percent-decoding of one segment (RFC 3986 section 2.1); `nil` when it is malformed or not UTF-8.
    private static func decode(_ segment: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = segment.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
