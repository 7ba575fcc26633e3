package import DecisionPoint

/// The answer to one HTTP request.
///
/// The transport adds `Content-Length` and `Connection`, and leaves the body out where the request was a `HEAD`.
package struct HTTPResponse: Sendable {
    /// The status code, 200 to 599; any other is sent as 500.
    package var status: Int

    /// The media type of the body; `nil` sends no `Content-Type`.
    package var contentType: String?

    /// Further header fields.
    ///
    /// `Content-Length`, `Transfer-Encoding`, `Connection` and `Content-Type` in here are left out, since the transport
    /// frames the message; a control character in a value is sent as a space.
    package var headers: [(name: String, value: String)]

    /// The id of the decision, sent as `X-Verdict-Decision-Id`; `nil` where there is none.
    package var decisionID: DecisionIdentifier?

    /// The body.
    package var body: [UInt8]

    /// What makes the response in place of this one, see ``later(_:)``.
    private(set) var lengthyWork: (@Sendable () -> HTTPResponse)?

    /// The response that lengthy work leads to, for which other connections must not wait.
    ///
    /// The work is called away from the event loops, once the work before it on the same listener is done, and what it
    /// returns is the last answer of its connection. It is done even when the caller has gone by then.
    package static func later(_ work: @escaping @Sendable () -> HTTPResponse) -> HTTPResponse {
        var response = HTTPResponse(status: 500)
        response.lengthyWork = work
        return response
    }

    /// Makes a response.
    package init(
        status: Int, contentType: String? = nil, headers: [(name: String, value: String)] = [],
        decisionID: DecisionIdentifier? = nil, body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.decisionID = decisionID
        self.body = body
    }
}
