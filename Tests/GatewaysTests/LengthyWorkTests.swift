import Dispatch
import Gateways
import NIOCore
import Testing

@Suite("Answers that take long", .timeLimit(.minutes(1)))
struct LengthyWorkTests {
    private static let later = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let lost = "GET /lost HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A server and a caller that waits for an answer, and what lets the answer come.
    private struct Wait {
        let listener: HTTPListener
        let tally: Tally
        let client: RawClient
        let gate: DispatchSemaphore

        /// The answer is there once it is let through, and the last of its connection.
        func expectTheAnswer() async throws {
            gate.signal()
            let reply = try await client.reply()
            #expect(reply.body == "at last")
            #expect(reply.headers["connection"] == "close")
            #expect(await client.rest() == "")
            await client.close()
        }
    }

    private func whileWaiting(
        _ text: String = later, _ change: (inout ListenerLimits) -> Void = { _ in },
        _ body: (Wait) async throws -> Void
    ) async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer(change, gate: gate) { listener, tally in
            let client = try await RawClient.connect(listener.port)
            try await client.send(text)
            try await body(Wait(listener: listener, tally: tally, client: client, gate: gate))
        }
    }

    @Test("others are answered meanwhile, and what the caller sends behind it is not taken")
    func meanwhile() async throws {
        try await whileWaiting("GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + Self.later + Self.lost) { wait in
            #expect(try await wait.client.reply().body == "GET /first - - ")
            #expect(try await isAlive(wait.listener))
            try await wait.client.send(Self.lost)
            #expect(try await isAlive(wait.listener))
            try await wait.expectTheAnswer()
            // The first, the one that took long, and two of others.
            #expect(wait.tally.count == 4)
        }
    }

    @Test("a caller that has said all it has to say gets the answer") func halfClosed() async throws {
        try await whileWaiting { wait in
            try await wait.client.endOutput()
            #expect(try await isAlive(wait.listener))
            try await wait.expectTheAnswer()
        }
    }

    @Test("it outlives the time of idle connections") func idle() async throws {
        try await whileWaiting(Self.later, { $0.idleTimeout = .seconds(1) }) { wait in
            try await Task.sleep(for: .milliseconds(2500))
            try await wait.expectTheAnswer()
        }
    }

    @Test("a caller that leaves does no harm") func gone() async throws {
        try await whileWaiting { wait async throws in
            #expect(try await isAlive(wait.listener))
            await wait.client.close()
            #expect(try await isAlive(wait.listener))
            wait.gate.signal()
            #expect(try await isAlive(wait.listener))
        }
    }

    @Test("draining waits for the answer") func draining() async throws {
        try await whileWaiting { wait in
            #expect(try await isAlive(wait.listener))
            let listener = wait.listener
            async let drained: Void = listener.drain(within: .seconds(20))
            try await Task.sleep(for: .milliseconds(100))
            try await wait.expectTheAnswer()
            await drained
            #expect(listener.connectionCount == 0)
        }
    }
}
