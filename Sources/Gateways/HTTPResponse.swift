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
