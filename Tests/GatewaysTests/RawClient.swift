import NIOCore
import NIOPosix

/// One answer as it came over the wire.
struct Reply: Equatable {
    var status: Int
    var headers: [String: String]
    var body: String
}

/// A TCP connection that sends what it is told and picks answers out of what comes back.
final class RawClient {
    struct Ended: Error {}

    let channel: any Channel
    private var incoming: AsyncStream<[UInt8]>.Iterator
    private(set) var unread: [UInt8] = []

    private init(channel: any Channel, incoming: AsyncStream<[UInt8]>) {
        self.channel = channel
        self.incoming = incoming.makeAsyncIterator()
    }

    static func connect(_ port: Int, autoRead: Bool = true) async throws -> RawClient {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: autoRead)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, incoming: stream)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Sends without waiting for the bytes to leave.
    func enqueue(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func endOutput() async throws { try await channel.close(mode: .output).get() }

    func close() async { try? await channel.close().get() }

    /// The next answer.
    ///
    /// That to a `HEAD` has no body whatever its length says.
    func reply(toHead: Bool = false) async throws -> Reply {
        while true {
            if let end = endOfHead() {
                let lines = String(decoding: unread[..<end], as: UTF8.self).split(separator: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts[1].trimmingPrefix(while: { $0 == " " }).description
                }
                let status = Int(lines[0].split(separator: " ")[1]) ?? 0
                let length = toHead || status == 100 ? 0 : Int(headers["content-length"] ?? "0") ?? 0
                if unread.count >= end + 4 + length {
                    let body = String(decoding: unread[(end + 4)..<(end + 4 + length)], as: UTF8.self)
                    unread.removeFirst(end + 4 + length)
                    return Reply(status: status, headers: headers, body: body)
                }
            }
            guard let bytes = await incoming.next() else { throw Ended() }
            unread += bytes
        }
    }

    /// Everything until the server closes.
    func rest() async -> String {
        while let bytes = await incoming.next() { unread += bytes }
        return String(decoding: unread, as: UTF8.self)
    }

    private func endOfHead() -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard unread.count >= 4 else { return nil }
        return (0...(unread.count - 4)).first { unread[$0] == mark[0] && Array(unread[$0..<($0 + 4)]) == mark }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { continuation.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
