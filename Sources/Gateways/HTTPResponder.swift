/// What answers the requests of a listener.
///
/// A listener asks its factory for one responder per event loop and calls it on that loop only. A responder may
/// therefore keep mutable caches without locks, and must never wait: while it works, every connection of the loop does.
package protocol HTTPResponder {
    /// Answers a request that arrived completely.
    func respond(to request: HTTPRequest) -> HTTPResponse

    /// What answers a request for which others must not wait; `nil` for one that ``respond(to:)-(HTTPRequest)`` answers.
    ///
    /// It is called away from the loops, one call of a listener after the other, and its answer is the last of its
    /// connection.
    func lengthyWork(for request: HTTPRequest) -> (@Sendable () -> HTTPResponse)?

    /// Words a failure of the transport as a response. The connection closes after it.
    func respond(to failure: TransportFailure) -> HTTPResponse
}

extension HTTPResponder {
    /// By default every request is answered at once.
    package func lengthyWork(for request: HTTPRequest) -> (@Sendable () -> HTTPResponse)? { nil }
}
