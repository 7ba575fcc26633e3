import Gateways
import NIOCore
import SeededRandom
import Testing

@Suite("Hostile bytes", .timeLimit(.minutes(5)))
struct FuzzTests {
    private static let pieces = [
        "GET / HTTP/1.1\r\n", "POST /v1/decide HTTP/1.1\r\n", "HEAD /x HTTP/1.0\r\n", "Host: a\r\n",
        "Content-Length: 3\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n",
        "Connection: close\r\n", "Connection: Upgrade\r\nUpgrade: h2c\r\n", "\r\n", "abc", "3\r\nabc\r\n", "0\r\n\r\n",
        "X: ", ":", " ", "\t", "\r", "\n", "\u{0}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\n",
    ]

    private static func input(using random: inout SeededGenerator) -> [UInt8] {
        if Int.random(in: 0..<10, using: &random) == 0 {
            return (0..<Int.random(in: 1..<600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1..<14, using: &random) {
            bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
        }
        for _ in 0..<Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            }
        }
        return bytes
    }

    @Test("never stop the server", arguments: [1, 2, 3, 4] as [UInt64])
    func survives(seed: UInt64) async throws {
        try await withServer {
            $0.bodyBytes = 200
            $0.headerBytes = 400
            $0.requestTimeout = .milliseconds(300)
            $0.lingerTimeout = .milliseconds(100)
        } _: { listener, _ in
            var random = SeededGenerator(seed: seed)
            for _ in 0..<250 {
                let client = try await RawClient.connect(listener.port)
                let bytes = Self.input(using: &random)
                var rest = bytes[...]
                while !rest.isEmpty {
                    let size = Bool.random(using: &random) ? rest.count : Int.random(in: 1...rest.count, using: &random)
                    try? await client.send(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
                try? await client.endOutput()
                let answer = await client.rest()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "seed \(seed), input \(bytes)")
                await client.close()
            }
            #expect(try await isAlive(listener))
        }
    }
}
