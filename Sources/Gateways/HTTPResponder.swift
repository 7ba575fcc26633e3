/// What answers the requests of a listener.
///
/// A listener asks its factory for one responder per event loop and calls it on that loop only. A responder may
/// therefore keep mutable caches without locks, and must never wait: while it works, every connection of the loop does.
/// What takes long is left to ``HTTPResponse/later(_:)``.
package protocol HTTPResponder {
    /// Answers a request that arrived completely.
    func respond(to request: HTTPRequest) -> HTTPResponse

    /// Words a failure of the transport as a response. The connection closes after it.
    func respond(to failure: TransportFailure) -> HTTPResponse
}
