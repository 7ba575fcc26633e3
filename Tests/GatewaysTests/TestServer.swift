import Dispatch
import Gateways
import NIOCore
import NIOPosix
import Synchronization

/// Counts what a test wants counted.
final class Tally: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}

/// Answers with what it was asked; `/size/N` answers with that many bytes.
struct Echo: HTTPResponder {
    let tally: Tally
    /// Requests to `/later` are answered when the test lets them.
    var gate: DispatchSemaphore?

    func respond(to request: HTTPRequest) -> HTTPResponse {
        tally.add()
        if request.path == "/later", let gate {
            return .later {
                gate.wait()
                return HTTPResponse(status: 200, body: Array("at last".utf8))
            }
        }
        if request.path.hasPrefix("/size/"), let size = Int(request.path.dropFirst(6)) {
            return HTTPResponse(status: 200, body: [UInt8](repeating: UInt8(ascii: "x"), count: size))
        }
        if request.path == "/empty" { return HTTPResponse(status: 204) }
        if request.path == "/split" {
            return HTTPResponse(
                status: 200,
                headers: [("X-Reason", "a\r\nX-Injected: b"), ("Content-Length", "5"), ("connection", "close")],
                body: Array("ok".utf8))
        }
        let text = [
            request.method, request.path, request.query ?? "-", request.header("x-tag") ?? "-",
            String(decoding: request.body, as: UTF8.self),
        ].joined(separator: " ")
        return HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8))
    }

    func respond(to failure: TransportFailure) -> HTTPResponse {
        HTTPResponse(status: failure.status, contentType: "text/plain", body: Array(failure.code.utf8))
    }
}

/// Runs a listener for the time of a test.
func withServer(
    _ change: (inout ListenerLimits) -> Void = { _ in }, gate: DispatchSemaphore? = nil,
    _ body: (HTTPListener, Tally) async throws -> Void
) async throws {
    var limits = ListenerLimits()
    change(&limits)
    let tally = Tally()
    let listener = try await HTTPListener.start(
        ListenerConfiguration(limits: limits), on: MultiThreadedEventLoopGroup.singleton
    ) { _ in Echo(tally: tally, gate: gate) }
    do {
        try await body(listener, tally)
    } catch {
        await listener.drain(within: .milliseconds(1))
        throw error
    }
    await listener.drain(within: .milliseconds(1))
}

/// Whether the server answers a plain request on a new connection.
func isAlive(_ listener: HTTPListener) async throws -> Bool {
    let client = try await RawClient.connect(listener.port)
    try await client.send("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n")
    let reply = try await client.reply()
    await client.close()
    return reply.status == 200 && reply.body == "GET /alive - - "
}
