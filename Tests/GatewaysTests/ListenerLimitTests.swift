import Gateways
import NIOCore
import Testing

@Suite("Limits of a listener", .timeLimit(.minutes(1)))
struct ListenerLimitTests {
    private static let post = "POST / HTTP/1.1\r\nHost: a\r\n"

    /// What is sent, what is answered, with limits of 100 bytes of body and 500 of headers.
    static let refusals: [(String, status: Int, code: String)] = [
        (post + "Content-Length: 101\r\n\r\n", 413, "BODY_TOO_LARGE"),
        (post + "Content-Length: 99999999999999999\r\n\r\n", 413, "BODY_TOO_LARGE"),
        (post + "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n", 413, "BODY_TOO_LARGE"),
        (post + "Transfer-Encoding: chunked\r\n\r\n65\r\n" + String(repeating: "x", count: 101), 413, "BODY_TOO_LARGE"),
        (
            post + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: "1\r\nx\r\n", count: 101), 413,
            "BODY_TOO_LARGE"
        ),
        (post + "X-A: " + String(repeating: "a", count: 500), 431, "HEADERS_TOO_LARGE"),
        (post + String(repeating: "X-A: aaaaa\r\n", count: 45) + "\r\n", 431, "HEADERS_TOO_LARGE"),
        ("GET /" + String(repeating: "a", count: 500), 431, "HEADERS_TOO_LARGE"),
        (post + String(repeating: "a", count: 500), 431, "HEADERS_TOO_LARGE"),
        (post + "X-A:" + String(repeating: " ", count: 500), 431, "HEADERS_TOO_LARGE"),
        (String(repeating: "\r\n", count: 251), 431, "HEADERS_TOO_LARGE"),
        (
            post + "Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: " + String(repeating: "a", count: 500), 431,
            "HEADERS_TOO_LARGE"
        ),
    ]

    @Test("what is too large is refused as soon as that is known", arguments: refusals)
    func tooLarge(request: String, status: Int, code: String) async throws {
        try await withServer {
            $0.bodyBytes = 100
            $0.headerBytes = 500
        } _: { listener, tally in
            let client = try await RawClient.connect(listener.port)
            try await client.send(request)
            let reply = try await client.reply()
            #expect(reply.status == status)
            #expect(reply.body == code)
            #expect(reply.headers["connection"] == "close")
            #expect(await client.rest() == "")
            #expect(tally.count == 0)
            #expect(try await isAlive(listener))
        }
    }

    @Test("bytes that lead to nothing end", arguments: [" ", ";x=y"])
    func barren(filler: String) async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            let start = filler == " " ? "X-A:" : "Transfer-Encoding: chunked\r\n\r\n1"
            try await client.send(Self.post + start)
            let piece = String(repeating: filler, count: 4000)
            for _ in 0..<10 { client.enqueue(Array(piece.utf8)) }
            #expect(try await client.reply().body == "HEADERS_TOO_LARGE")
            await client.close()
        }
    }

    @Test("a header field more than allowed")
    func tooManyFields() async throws {
        try await withServer {
            $0.headerFields = 10
        } _: { listener, _ in
            for (count, status) in [(9, 200), (10, 431)] {
                let client = try await RawClient.connect(listener.port)
                try await client.send(
                    "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: count) + "\r\n")
                #expect(try await client.reply().status == status)
                await client.close()
            }
        }
    }

    @Test("a body of exactly the limit")
    func exactBody() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            let body = String(repeating: "x", count: 1 << 20)
            try await client.send(Self.post + "Content-Length: 1048576\r\n\r\n" + body)
            #expect(try await client.reply().body.utf8.count == "POST / - - ".utf8.count + body.utf8.count)
            try await client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n100000\r\n" + body + "\r\n0\r\n\r\n")
            #expect(try await client.reply().status == 200)
            await client.close()
        }
    }

    @Test("the answer arrives although the caller keeps sending")
    func answerSurvivesUpload() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            client.enqueue(Array((Self.post + "Content-Length: 20000000\r\n\r\n").utf8))
            client.enqueue([UInt8](repeating: 0x20, count: 5_000_000))
            #expect(try await client.reply().status == 413)
            await client.close()
        }
    }

    @Test(
        "a request that dribbles in is cut off",
        arguments: ["POST /", post, post + "Content-Length: 9\r\n\r\n", post + "Transfer-Encoding: chunked\r\n\r\n"])
    func slow(start: String) async throws {
        try await withServer {
            $0.requestTimeout = .milliseconds(150)
        } _: { listener, tally in
            let client = try await RawClient.connect(listener.port)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().status == 200)
            let began = ContinuousClock.now
            // What arrives after the server has closed is lost, as it is for any caller that is too slow.
            client.enqueue(Array(start.utf8))
            for byte in start == "POST /" || start == Self.post ? "XXX" : "1" {
                try await Task.sleep(for: .milliseconds(30))
                client.enqueue(Array(String(byte).utf8))
            }
            let reply = try await client.reply()
            #expect(reply.status == 408)
            #expect(reply.body == "REQUEST_TIMEOUT")
            #expect(began.duration(to: .now) >= .milliseconds(140))
            #expect(await client.rest() == "")
            #expect(tally.count == 1)
        }
    }

    @Test("a silent connection is closed without a word", arguments: [false, true])
    func idle(afterRequest: Bool) async throws {
        try await withServer {
            $0.idleTimeout = .seconds(1)
        } _: { listener, _ in
            let client = try await RawClient.connect(listener.port)
            if afterRequest {
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().status == 200)
            }
            #expect(await client.rest() == "")
        }
    }

    @Test("a caller that never takes its answer is let go")
    func neverReads() async throws {
        try await withServer {
            $0.idleTimeout = .seconds(1)
        } _: { listener, _ in
            let client = try await RawClient.connect(listener.port, autoRead: false)
            try await client.send("GET /size/50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            while listener.connectionCount > 0 { try await Task.sleep(for: .milliseconds(20)) }
            await client.close()
        }
    }

    @Test("one connection more than allowed is told so")
    func connectionCap() async throws {
        try await withServer {
            $0.maximumConnections = 2
        } _: { listener, _ in
            var clients: [RawClient] = []
            for _ in 0..<2 {
                let client = try await RawClient.connect(listener.port)
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().status == 200)
                clients.append(client)
            }
            let third = try await RawClient.connect(listener.port)
            let refusal = try await third.reply()
            #expect(refusal.status == 503)
            #expect(refusal.body == "TOO_MANY_CONNECTIONS")
            #expect(await third.rest() == "")
            await third.close()
            await clients[0].close()
            while listener.connectionCount > 1 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await isAlive(listener))
            await clients[1].close()
        }
    }

    @Test("answers to pipelined requests are not piled up without end")
    func pipelinedAnswers() async throws {
        try await withServer {
            $0.pendingAnswerBytes = 10_000
        } _: { listener, tally in
            let client = try await RawClient.connect(listener.port)
            try await client.send(
                String(repeating: "GET /size/4000 HTTP/1.1\r\nHost: a\r\n\r\n", count: 10))
            for option in [nil, nil, nil, "close"] {
                #expect(try await client.reply().headers["connection"] == option)
            }
            #expect(await client.rest() == "")
            #expect(tally.count == 4)
        }
    }
}
