import Gateways
import NIOCore
import Testing

@Suite("Draining", .timeLimit(.minutes(1)))
struct DrainTests {
    /// The beginning of a request; the interim answer to it proves that the server has seen it.
    private static let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n"

    @Test("a request under way is answered, idle connections close, new ones are refused")
    func inFlight() async throws {
        try await withServer { listener, _ in
            let idle = try await RawClient.connect(listener.port)
            try await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await idle.reply().headers["connection"] == nil)

            let busy = try await RawClient.connect(listener.port)
            try await busy.send(Self.head)
            #expect(try await busy.reply().status == 100)

            async let drained: Void = listener.drain(within: .seconds(20))
            #expect(await idle.rest() == "")
            await #expect(throws: (any Error).self) { _ = try await RawClient.connect(listener.port) }

            try await busy.send("abcdef")
            let reply = try await busy.reply()
            #expect(reply.body == "POST / - - abcdef")
            #expect(reply.headers["connection"] == "close")
            #expect(await busy.rest() == "")
            await busy.close()
            await drained
            #expect(listener.connectionCount == 0)
        }
    }

    @Test("what does not finish in time is closed")
    func deadline() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(Self.head)
            #expect(try await client.reply().status == 100)
            let began = ContinuousClock.now
            await listener.drain(within: .milliseconds(100))
            #expect(began.duration(to: .now) < .seconds(4))
            #expect(listener.connectionCount == 0)
            #expect(await client.rest() == "")
            await listener.drain(within: .milliseconds(100))
        }
    }
}
