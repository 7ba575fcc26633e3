package import DecisionPoint
package import StrictJSON

/// An error of a call in the shape of RFC 9457, `application/problem+json`.
///
/// Never a decision.
///
/// Problems are equal when their codes are.
package struct ProblemDetails: Error, Equatable, Sendable {
    /// The HTTP status.
    package var status: Int

    /// The stable code, in UPPER_SNAKE.
    package var code: String

    /// The fact and, where known, the fix: a lowercase sentence without secrets.
    package var detail: String

    /// The place in the request body as a JSONPath.
    package var path: String?

    /// Makes a problem.
    package init(status: Int, code: String, detail: String, path: String? = nil) {
        self.status = status
        self.code = code
        self.detail = Excerpt.ofSentence(detail)
        self.path = path
    }

    /// Equality on the code.
    package static func == (left: ProblemDetails, right: ProblemDetails) -> Bool { left.code == right.code }

    /// The media type of the body.
    package static let mediaType = "application/problem+json"

    /// The body.
    package var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        // RFC 9457 section 4.2.1: the problem has no semantics beyond its status and our `code`.
        writer.string("about:blank")
        writer.key("title")
        writer.string(Self.title(of: status))
        writer.key("status")
        writer.integer(Int64(status))
        writer.key("detail")
        writer.string(detail)
        writer.key("code")
        writer.string(code)
        if let path {
            writer.key("path")
            writer.string(path)
        }
        writer.endObject()
        return writer.bytes
    }

    private static func title(of status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: status < 500 ? "Client Error" : "Server Error"
        }
    }
}

extension ProblemDetails {
    /// The problem of a body that is not strict JSON.
    package init(_ error: JSONError) {
        self.init(
            status: error.code == .tooLong ? 413 : 400, code: error.code.problemCode,
            detail: "\(error.message) (line \(error.line), column \(error.column))", path: error.path)
    }
}

extension JSONError.Code {
    /// The code in the style of problems: `json.too_deep` is `JSON_TOO_DEEP`.
    fileprivate var problemCode: String {
        String(
            decoding: rawValue.utf8.map { byte in
                byte == 0x2E ? 0x5F : (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
            }, as: UTF8.self)
    }
}

extension ProblemDetails {
    /// The problem of a call that is not a question that can be decided.
    package init(_ error: CallError) {
        // What cannot be judged now is neither the caller's mistake nor a decision.
        let status = error.code == .indeterminate ? 503 : 400
        self.init(status: status, code: error.code.rawValue, detail: error.message, path: error.path)
    }

    /// The same problem in the words of AuthZEN, whose bodies have a subject and properties, and name no tenant.
    package init(authZEN error: CallError) {
        self.init(error)
        switch path {
        case "$.application", "$.tenant": path = nil
        case "$.principal": path = "$.subject.properties"
        case "$.resource": path = "$.resource.properties"
        case "$.credentials": path = "$.subject.properties.credentials"
        default: break
        }
    }
}
