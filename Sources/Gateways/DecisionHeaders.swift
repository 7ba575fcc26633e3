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
            case 12 where name.equalsIgnoringASCIICase("content-type"):
                contentType = value
                contentTypes += 1
            case 12 where requestID == nil && name.equalsIgnoringASCIICase("x-request-id"):
                requestID = value
            case 13 where name.equalsIgnoringASCIICase("x-scope-orgid"):
                tenants.append(value)
            case 21 where name.equalsIgnoringASCIICase("x-verdict-application"):
                applications.append(value)
            default: break
            }
        }
        if contentTypes > 1 { contentType = nil }
    }

    /// Whether the content type is JSON, with or without parameters such as a charset.
    var isJSON: Bool {
        guard let contentType else { return false }
        let bytes = contentType.utf8.span
        var start = 0
        var end = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: ";") { end += 1 }
        while start < end, Self.isSpace(bytes[start]) { start += 1 }
        while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
        let expected: StaticString = "application/json"
        guard end - start == expected.utf8CodeUnitCount else { return false }
        for index in start..<end {
            // Safe: the index is below the length of the text, which lives as long as the program.
            let wanted = unsafe expected.utf8Start[index - start]
            guard bytes[index] == wanted || bytes[index] | 0x20 == wanted else { return false }
        }
        return true
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
