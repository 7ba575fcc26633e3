import Gateways
import NIOCore
import Testing

@Suite("Malformed and ambiguous requests", .timeLimit(.minutes(1)))
struct MalformedRequestTests {
    private static let post = "POST / HTTP/1.1\r\nHost: a\r\n"
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    static let malformed: [String] = [
        // Not HTTP at all.
        "\u{16}\u{3}\u{1}\u{2}\u{0}", "hello\r\n\r\n", "GET\r\n\r\n", "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTX/1.1\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
        // Targets.
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{7f} HTTP/1.1\r\nHost: a\r\n\r\n",
        // Host.
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        // Field names and values.
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\u{e9}: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nXA\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\u{0}c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\u{1}c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rX-B: c\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        // Line ends.
        "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\nX-B: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        // Folded lines.
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-A:\r\n\tc\r\n\r\n",
        // Bodies that two readers could delimit differently.
        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled,
        post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef" + smuggled,
        post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde" + smuggled,
        post + "Content-Length: 5, 5\r\n\r\nabcde" + smuggled, post + "Content-Length: +5\r\n\r\nabcde" + smuggled,
        post + "Content-Length: -5\r\n\r\nabcde" + smuggled, post + "Content-Length: 0x5\r\n\r\nabcde" + smuggled,
        post + "Content-Length: 5 5\r\n\r\nabcde" + smuggled, post + "Content-Length:\r\n\r\n" + smuggled,
        post + "Content-Length: 99999999999999999999999999\r\n\r\n" + smuggled,
        post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled,
        post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + smuggled,
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
        // Chunks.
        post + "Transfer-Encoding: chunked\r\n\r\nz\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\nx\r\n" + smuggled,
        post + "Transfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n" + smuggled,
    ]

    @Test("is refused with 400, and nothing behind it is read", arguments: malformed)
    func refused(request: String) async throws {
        try await withServer { listener, tally in
            let client = try await RawClient.connect(listener.port)
            let bytes = request.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            try await client.send(bytes)
            // What the decoder cannot refuse before it has seen more is refused at the end of the input.
            try await client.endOutput()
            let reply = try await client.reply()
            #expect(reply.status == 400)
            #expect(reply.body == "MALFORMED_REQUEST")
            #expect(reply.headers["connection"] == "close")
            #expect(await client.rest() == "")
            #expect(tally.count == 0)
            #expect(try await isAlive(listener))
        }
    }

    @Test(
        "other refusals",
        arguments: [
            (post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "UNSUPPORTED_TRANSFER_ENCODING"),
            (post + "Transfer-Encoding: identity\r\n\r\n", 501, "UNSUPPORTED_TRANSFER_ENCODING"),
            (post + "Transfer-Encoding: xchunked\r\n\r\n", 501, "UNSUPPORTED_TRANSFER_ENCODING"),
            (post + "Expect: 200-ok\r\nContent-Length: 3\r\n\r\n", 417, "EXPECTATION_FAILED"),
            ("GET /\r\n\r\n", 505, "UNSUPPORTED_HTTP_VERSION"),
            ("GET / HTTP/1.x\r\n\r\n", 505, "UNSUPPORTED_HTTP_VERSION"),
            ("GET / HTTP/1.1\nHost: a\n\n", 505, "UNSUPPORTED_HTTP_VERSION"),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "UNSUPPORTED_HTTP_VERSION"),
            ("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505, "UNSUPPORTED_HTTP_VERSION"),
        ])
    func others(request: String, status: Int, code: String) async throws {
        try await withServer { listener, tally in
            let client = try await RawClient.connect(listener.port)
            try await client.send(request + Self.smuggled)
            let reply = try await client.reply()
            #expect(reply.status == status)
            #expect(reply.body == code)
            #expect(await client.rest() == "")
            #expect(tally.count == 0)
        }
    }

    @Test("answers to the requests before it arrive first")
    func afterGoodOnes() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
            #expect(try await client.reply().body == "GET /1 - - ")
            #expect(try await client.reply().body == "GET /2 - - ")
            #expect(try await client.reply().body == "MALFORMED_REQUEST")
            #expect(await client.rest() == "")
        }
    }

    @Test(
        "request targets",
        arguments: [
            ("/", "/", nil), ("/a/b?c=d?e", "/a/b", "c=d?e"), ("/a?", "/a", ""), ("*", "*", nil),
            ("http://a.example/b?c", "/b", "c"), ("HTTPS://a.example", "/", nil), ("http://a.example?c", "/", "c"),
            ("//a/b", "//a/b", nil),
        ] as [(String, String, String?)])
    func target(sent: String, path: String, query: String?) async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send("OPTIONS \(sent) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().body == "OPTIONS \(path) \(query ?? "-") - ")
            await client.close()
        }
    }
}
