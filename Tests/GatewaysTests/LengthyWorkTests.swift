import Dispatch
import Gateways
import NIOCore
import Testing

@Suite("Answers that take long", .timeLimit(.minutes(1)))
struct LengthyWorkTests {
    private static let later = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("others are answered meanwhile, and the answer is the last of its connection") func meanwhile() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer(gate: gate) { listener, tally in
            let client = try await RawClient.connect(listener.port)
            // One before it, whose answer does not wait, and one behind it, which is not taken.
            try await client.send(
                "GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + Self.later + "GET /lost HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().body == "GET /first - - ")
            #expect(try await isAlive(listener))
            try await client.send("GET /lost HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await isAlive(listener))
            gate.signal()
            let reply = try await client.reply()
            #expect(reply.body == "at last")
            #expect(reply.headers["connection"] == "close")
            #expect(await client.rest() == "")
            #expect(tally.count == 3)
            await client.close()
        }
    }

    @Test("a caller that has said all it has to say gets the answer") func halfClosed() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer(gate: gate) { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(Self.later)
            try await client.endOutput()
            #expect(try await isAlive(listener))
            gate.signal()
            #expect(try await client.reply().body == "at last")
            #expect(await client.rest() == "")
            await client.close()
        }
    }

    @Test("it outlives the time of idle connections") func idle() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer({ $0.idleTimeout = .seconds(1) }, gate: gate) { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(Self.later)
            try await Task.sleep(for: .milliseconds(2500))
            gate.signal()
            #expect(try await client.reply().body == "at last")
            await client.close()
        }
    }

    @Test("a caller that leaves does no harm") func gone() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer(gate: gate) { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(Self.later)
            #expect(try await isAlive(listener))
            await client.close()
            #expect(try await isAlive(listener))
            gate.signal()
            #expect(try await isAlive(listener))
        }
    }

    @Test("draining waits for the answer") func draining() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await withServer(gate: gate) { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(Self.later)
            #expect(try await isAlive(listener))
            async let drained: Void = listener.drain(within: .seconds(20))
            try await Task.sleep(for: .milliseconds(100))
            gate.signal()
            #expect(try await client.reply().body == "at last")
            #expect(await client.rest() == "")
            await client.close()
            await drained
            #expect(listener.connectionCount == 0)
        }
    }
}
