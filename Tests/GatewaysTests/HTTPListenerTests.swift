import Gateways
import NIOCore
import NIOPosix
import Testing

@Suite("HTTP connections", .timeLimit(.minutes(1)))
struct HTTPListenerTests {
    @Test("several requests on one connection")
    func keepAlive() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            for number in 1...5 {
                try await client.send(
                    "POST /v1/decide?n=\(number) HTTP/1.1\r\nHost: a\r\nX-Tag: t\r\nContent-Length: 4\r\n\r\nbody")
                let reply = try await client.reply()
                #expect(reply.status == 200)
                #expect(reply.body == "POST /v1/decide n=\(number) t body")
                #expect(reply.headers == ["content-type": "text/plain", "content-length": "\(reply.body.utf8.count)"])
            }
            #expect(listener.connectionCount == 1)
            await client.close()
        }
    }

    @Test("pipelined requests are answered in order", arguments: [1, 7, 1000])
    func pipelining(pieceSize: Int) async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            let requests = Array(
                ("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
                    + "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nde").utf8)
            for start in stride(from: 0, to: requests.count, by: pieceSize) {
                try await client.send(Array(requests[start..<min(start + pieceSize, requests.count)]))
            }
            #expect(try await client.reply().body == "GET /1 - - ")
            #expect(try await client.reply().body == "POST /2 - - abc")
            #expect(try await client.reply().body == "POST /3 - - de")
            await client.close()
        }
    }

    @Test("chunks, their extensions and trailers")
    func chunked() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n4;name=\"v\"\r\nWiki\r\n")
            try await client.send("A\r\n0123456789\r\n0\r\nX-Tag: late\r\n\r\n")
            #expect(try await client.reply().body == "POST / - - Wiki0123456789")
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().body == "GET / - - ")
            await client.close()
        }
    }

    @Test("HEAD has the length of a body and no body")
    func head() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send("HEAD /size/1234 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply(toHead: true).headers["content-length"] == "1234")
            #expect(try await client.reply().body == "GET /2 - - ")
            await client.close()
        }
    }

    @Test("204 has neither body nor length")
    func noContent() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply() == Reply(status: 204, headers: [:], body: ""))
            #expect(try await client.reply().status == 200)
            await client.close()
        }
    }

    @Test(
        "who closes when",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close", true),
            ("GET / HTTP/1.0\r\n\r\n", "close", true),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "close", true),
            ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "close", true),
        ])
    func connectionOption(request: String, option: String, closes: Bool) async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send(request)
            let reply = try await client.reply()
            #expect(reply.status == 200)
            #expect(reply.headers["connection"] == option)
            if closes { #expect(await client.rest() == "") }
            await client.close()
        }
    }

    @Test("100-continue is said before the body is sent, and not when it is there already")
    func expectContinue() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n"
            try await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + head)
            #expect(try await client.reply().body == "GET /1 - - ")
            #expect(try await client.reply() == Reply(status: 100, headers: [:], body: ""))
            try await client.send("abc")
            #expect(try await client.reply().body == "POST / - - abc")
            try await client.send(head + "def")
            #expect(try await client.reply().body == "POST / - - def")
            await client.close()
        }
    }

    @Test("a caller that ends its output is answered still")
    func halfClosed() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send("GET /size/3000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.endOutput()
            #expect(try await client.reply().body.utf8.count == 3_000_000)
            #expect(await client.rest() == "")
        }
    }

    @Test("a value cannot break out of its line, and framing belongs to the transport")
    func injection() async throws {
        try await withServer { listener, _ in
            let client = try await RawClient.connect(listener.port)
            try await client.send("GET /split HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try await client.reply()
            #expect(reply.headers == ["x-reason": "a  X-Injected: b", "content-length": "2"])
            #expect(reply.body == "ok")
            await client.close()
        }
    }

    @Test("a caller that does not read is not read from")
    func backPressure() async throws {
        try await withServer {
            $0.pendingAnswerBytes = 100 << 20
        } _: { listener, tally in
            let client = try await RawClient.connect(listener.port, autoRead: false)
            let request = "POST /size/65536 HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n\r\n"
            let bytes = Array(request.utf8) + [UInt8](repeating: 0x20, count: 16_384)
            for _ in 0..<600 { client.enqueue(bytes) }
            var before = -1
            while before != tally.count || before == 0 {
                before = tally.count
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(before < 500)
            try await client.channel.setOption(.autoRead, value: true).get()
            for _ in 0..<600 { #expect(try await client.reply().body.utf8.count == 65_536) }
            await client.close()
        }
    }

    @Test("an address that others reach needs the word that says so")
    func nonLoopback() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        for host in ["0.0.0.0", "::", "192.0.2.1"] {
            let error = await #expect(throws: ListenerError.self) {
                _ = try await HTTPListener.start(ListenerConfiguration(host: host), on: group) { _ in
                    Echo(tally: Tally())
                }
            }
            #expect(error?.code == .insecureAddress)
            #expect(error?.message.contains("--insecure") == true)
        }
        let listener = try await HTTPListener.start(
            ListenerConfiguration(host: "0.0.0.0", allowsInsecureNonLoopback: true), on: group
        ) { _ in Echo(tally: Tally()) }
        #expect(try await isAlive(listener))
        await listener.drain(within: .zero)
    }

    @Test("a taken port and an unknown host are said")
    func cannotStart() async throws {
        try await withServer { listener, _ in
            for (configuration, code) in [
                (ListenerConfiguration(port: listener.port), ListenerError.Code.cannotBind),
                (ListenerConfiguration(host: "host.invalid"), .unknownHost),
            ] {
                let error = await #expect(throws: ListenerError.self) {
                    _ = try await HTTPListener.start(configuration, on: MultiThreadedEventLoopGroup.singleton) { _ in
                        Echo(tally: Tally())
                    }
                }
                #expect(error?.code == code)
            }
        }
    }
}
