package import NIOCore

/// A failure of the call before a request was complete.
///
/// The connection is closed after the answer, for nobody knows where the next request would begin.
package enum TransportFailure: Sendable, Equatable {
    /// The body is longer than the limit, in bytes.
    case bodyTooLarge(limit: Int)

    /// Request line and header fields, or the trailers, are longer than the limit, in bytes, or too many.
    case headersTooLarge(limit: Int)

    /// The bytes are no HTTP/1 request, or one that two readers could read differently.
    case malformedRequest(Reason)

    /// The request did not arrive completely in time, counted from its first byte.
    case requestTimeout(limit: TimeAmount)

    /// The listener holds as many connections as it may.
    case tooManyConnections(limit: Int)

    /// A transfer coding other than `chunked` (RFC 9112, 6.1).
    case unsupportedTransferEncoding

    /// A major version other than 1 (RFC 9110, 15.6.6).
    case unsupportedVersion

    /// An `Expect` other than `100-continue` (RFC 9110, 10.1.1).
    case expectationFailed

    /// What is wrong with a malformed request.
    package enum Reason: String, Sendable {
        case syntax = "the request is not well-formed HTTP/1.1"
        case truncated = "the connection ended inside the request"
        case host = "the request needs exactly one `Host` header"
        case target = "the request target holds characters that belong percent-encoded"
        case fieldValue = "a header value holds a control character or a line break"
        case contentLength = "the request needs at most one `Content-Length`, written in digits only"
        case framing = "`Transfer-Encoding` comes twice, with `Content-Length`, or with HTTP/1.0"
    }

    /// The HTTP status that fits the failure.
    package var status: Int {
        switch self {
        case .bodyTooLarge: 413
        case .headersTooLarge: 431
        case .malformedRequest: 400
        case .requestTimeout: 408
        case .tooManyConnections: 503
        case .unsupportedTransferEncoding: 501
        case .unsupportedVersion: 505
        case .expectationFailed: 417
        }
    }

    /// The stable code of the failure.
    package var code: String {
        switch self {
        case .bodyTooLarge: "BODY_TOO_LARGE"
        case .headersTooLarge: "HEADERS_TOO_LARGE"
        case .malformedRequest: "MALFORMED_REQUEST"
        case .requestTimeout: "REQUEST_TIMEOUT"
        case .tooManyConnections: "TOO_MANY_CONNECTIONS"
        case .unsupportedTransferEncoding: "UNSUPPORTED_TRANSFER_ENCODING"
        case .unsupportedVersion: "UNSUPPORTED_HTTP_VERSION"
        case .expectationFailed: "EXPECTATION_FAILED"
        }
    }

    /// The fact as a lowercase sentence.
    ///
    /// It repeats nothing of what the caller sent.
    package var message: String {
        switch self {
        case .bodyTooLarge(let limit): "the body is longer than \(limit) bytes"
        case .headersTooLarge(let limit): "the header fields are longer than \(limit) bytes, or too many"
        case .malformedRequest(let reason): reason.rawValue
        case .requestTimeout(let limit): "the request took longer than \(limit.nanoseconds / 1_000_000) ms to arrive"
        case .tooManyConnections(let limit): "the server holds \(limit) connections already"
        case .unsupportedTransferEncoding: "the only transfer coding understood is `chunked`"
        case .unsupportedVersion: "the only HTTP versions understood are 1.0 and 1.1"
        case .expectationFailed: "the only expectation understood is `100-continue`"
        }
    }
}
