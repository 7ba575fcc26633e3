import NIOHTTP1

/// The header fields that decisions depend on, found in one pass.
struct DecisionHeaders {
    /// The content type; `nil` when there is none, or more than one.
    private(set) var contentType: String?

    /// The id of the request, the first of several.
    private(set) var requestID: String?

    /// The applications that are named, in the order of arrival.
    private(set) var applications: [String] = []

    /// The tenants that are named, in the order of arrival.
    private(set) var tenants: [String] = []

    init(_ headers: HTTPHeaders) {
        var contentTypes = 0
        for (name, value) in headers {
            switch name.utf8.count {
            case 12 where Self.isSame(name, "Content-Type"):
                contentType = value
                contentTypes += 1
            case 12 where requestID == nil && Self.isSame(name, "X-Request-ID"):
                requestID = value
            case 13 where Self.isSame(name, "X-Scope-OrgID"):
                tenants.append(value)
            case 21 where Self.isSame(name, "X-Verdict-Application"):
                applications.append(value)
            default: break
            }
        }
        if contentTypes > 1 { contentType = nil }
    }

    /// Whether the content type is JSON, with or without parameters such as a charset.
    var isJSON: Bool {
        guard let contentType else { return false }
        return contentType.hasSameBytes(as: "application/json") || Self.isJSON(contentType.utf8.span)
    }

    @inline(never)
    private static func isJSON(_ bytes: Span<UInt8>) -> Bool {
        var start = 0
        var end = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: ";") { end += 1 }
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return isSame(bytes.extracting(start..<end), "application/json")
    }

    /// Whether two names of fields are the same, which they are whatever the case of their letters.
    private static func isSame(_ name: String, _ other: StaticString) -> Bool {
        name.hasSameBytes(as: other) || isSame(name.utf8.span, other)
    }

    @inline(never)
    private static func isSame(_ text: Span<UInt8>, _ other: StaticString) -> Bool {
        guard text.count == other.utf8CodeUnitCount else { return false }
        for index in text.indices {
            // Safe: the index is below the length of the text, which lives as long as the program.
            let wanted = unsafe other.utf8Start[index]
            guard lowered(text[index]) == lowered(wanted) else { return false }
        }
        return true
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
