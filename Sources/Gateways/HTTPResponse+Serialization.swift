import DecisionPoint
import NIOCore

/// What an answer says about the connection behind it.
enum ConnectionOption {
    /// Nothing: HTTP/1.1 keeps it open.
    case implied

    /// `keep-alive`, for HTTP/1.0 callers that asked.
    case keepAlive

    /// `close`.
    case close
}

extension ByteBuffer {
    /// Writes a response as HTTP/1.1.
    ///
    /// - Parameter omittingBody: whether the request was a `HEAD`, whose answer has the length of a body but no body.
    mutating func write(response: HTTPResponse, omittingBody: Bool, connection: ConnectionOption) {
        reserveCapacity(minimumWritableBytes: 192 + response.body.count)
        write(statusLine: response.status)
        if let contentType = response.contentType {
            writeStaticString("Content-Type: ")
            write(fieldValue: contentType)
            writeStaticString("\r\n")
        }
        for (name, value) in response.headers where !Self.isFraming(name) {
            writeString(name)
            writeStaticString(": ")
            write(fieldValue: value)
            writeStaticString("\r\n")
        }
        if let id = response.decisionID {
            writeStaticString("X-Verdict-Decision-Id: ")
            // Safe: the bytes are copied while the closure runs.
            _ = unsafe id.characters.span.withUnsafeBytes { unsafe writeBytes($0) }
            writeStaticString("\r\n")
        }
        switch connection {
        case .implied: break
        case .keepAlive: writeStaticString("Connection: keep-alive\r\n")
        case .close: writeStaticString("Connection: close\r\n")
        }
        // Neither status has a body, whatever the headers say (RFC 9110, 15.3.5 and 15.4.5).
        if response.status == 204 || response.status == 304 {
            writeStaticString("\r\n")
            return
        }
        writeStaticString("Content-Length: ")
        writeString(String(response.body.count))
        writeStaticString("\r\n\r\n")
        if !omittingBody { writeBytes(response.body) }
    }

    /// Writes the status line.
    ///
    /// The common ones are constants, and a rare one has no phrase, which nothing reads.
    private mutating func write(statusLine status: Int) {
        switch status {
        case 200: writeStaticString("HTTP/1.1 200 OK\r\n")
        case 204: writeStaticString("HTTP/1.1 204 No Content\r\n")
        case 400: writeStaticString("HTTP/1.1 400 Bad Request\r\n")
        case 401: writeStaticString("HTTP/1.1 401 Unauthorized\r\n")
        case 403: writeStaticString("HTTP/1.1 403 Forbidden\r\n")
        case 404: writeStaticString("HTTP/1.1 404 Not Found\r\n")
        case 405: writeStaticString("HTTP/1.1 405 Method Not Allowed\r\n")
        case 408: writeStaticString("HTTP/1.1 408 Request Timeout\r\n")
        case 413: writeStaticString("HTTP/1.1 413 Content Too Large\r\n")
        case 415: writeStaticString("HTTP/1.1 415 Unsupported Media Type\r\n")
        case 417: writeStaticString("HTTP/1.1 417 Expectation Failed\r\n")
        case 431: writeStaticString("HTTP/1.1 431 Request Header Fields Too Large\r\n")
        case 501: writeStaticString("HTTP/1.1 501 Not Implemented\r\n")
        case 503: writeStaticString("HTTP/1.1 503 Service Unavailable\r\n")
        case 505: writeStaticString("HTTP/1.1 505 HTTP Version Not Supported\r\n")
        case 200...599:
            writeStaticString("HTTP/1.1 ")
            writeString(String(status))
            writeStaticString(" \r\n")
        default: writeStaticString("HTTP/1.1 500 Internal Server Error\r\n")
        }
    }

    /// Writes a field value so that it stays inside its line, whatever is in it.
    private mutating func write(fieldValue value: String) {
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
            writeString(value)
        } else {
            writeBytes(value.utf8.map { $0 >= 0x20 && $0 != 0x7F ? $0 : 0x20 })
        }
    }

    /// Whether a field is one that only the transport may send.
    private static func isFraming(_ name: String) -> Bool {
        switch name.utf8.count {
        case 10: name.equalsIgnoringASCIICase("connection")
        case 12: name.equalsIgnoringASCIICase("content-type")
        case 14: name.equalsIgnoringASCIICase("content-length")
        case 17: name.equalsIgnoringASCIICase("transfer-encoding")
        default: false
        }
    }
}

extension String {
    /// Whether the string is a given one in lower-case ASCII letters and hyphens, without regard to ASCII case.
    func equalsIgnoringASCIICase(_ lowercased: String) -> Bool {
        let (bytes, wanted) = (utf8.span, lowercased.utf8.span)
        guard bytes.count == wanted.count else { return false }
        for index in bytes.indices {
            let byte = bytes[index]
            let isUpperCase = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            guard (isUpperCase ? byte | 0x20 : byte) == wanted[index] else { return false }
        }
        return true
    }
}
