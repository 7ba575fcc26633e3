import DecisionWire

extension HTTPResponse {
    /// An error of the call.
    init(_ problem: ProblemDetails) {
        self.init(status: problem.status, contentType: ProblemDetails.mediaType, body: problem.body)
        if problem.status == 405 { headers.append(("Allow", "POST")) }
        // Keys that are being fetched are there in a moment, or after the least time between two fetches.
        if problem.code == "INDETERMINATE" { headers.append(("Retry-After", "5")) }
    }

    /// A failure of the transport, worded like any other error of the call.
    init(_ failure: TransportFailure) {
        self.init(ProblemDetails(status: failure.status, code: failure.code, detail: failure.message))
    }

    /// A JSON answer.
    static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: body)
    }
}
