import ConformanceSuites
import NIOCore
import NIOHTTP1
import NIOPosix
import StrictJSON

/// Answers of a server over HTTP/1.1: one connection for each session, kept open from question to question.
struct ServerSource: DecisionSource {
    private let address: ServerAddress

    init(_ address: ServerAddress) {
        self.address = address
    }

    func open() -> any DecisionSession { Session(address) }

    /// Why no connection can be made; `nil` when one can.
    func connectionProblem() async -> String? {
        do {
            try await ServerConnection.connect(to: address).close()
            return nil
        } catch {
            return "no server answers at \(address)"
        }
    }

    /// One connection, made anew when the server closes it.
    private final class Session: DecisionSession {
        private let address: ServerAddress
        private var connection: ServerConnection?

        /// Why the server does not answer any more.
        ///
        /// Waiting for it again with every question would take hours.
        private var failure: String?

        init(_ address: ServerAddress) {
            self.address = address
        }

        func answer(_ question: SuiteQuestion) async -> SourceAnswer {
            if let failure { return .unavailable(failure) }
            if question.pack != nil {
                return .unavailable("a server takes nobody's word for evidence; run this suite without `--server`")
            }
            if question.claims != nil {
                return .unavailable("a server does not accept tokens that the suite signs; give it `credentials`")
            }
            do {
                return Self.read(try await ask(question))
            } catch {
                await close()
                let reason = (error as? ServerConnection.Failure)?.message ?? "no server answers at \(address)"
                failure = reason
                return .unavailable(reason)
            }
        }

        func close() async {
            await connection?.close()
            connection = nil
        }

        private func ask(_ question: SuiteQuestion) async throws -> ServerConnection.Reply {
            let path = address.decisionPath(application: question.application, tenant: question.tenant)
            if let connection, connection.isOpen {
                do {
                    return try await connection.post(question.body, to: path)
                } catch ServerConnection.Failure.closed {
                    // The server may have closed an idle connection while the question was on its way.
                }
            }
            let fresh = try await ServerConnection.connect(to: address)
            connection = fresh
            return try await fresh.post(question.body, to: path)
        }

        private static func read(_ reply: ServerConnection.Reply) -> SourceAnswer {
            if reply.status == 200 { return .decision(reply.body) }
            let problem = try? JSONDocument(parsing: reply.body, limits: .request).root
            guard let code = problem?["code"]?.string else {
                return .unavailable("the server answers with status \(reply.status)")
            }
            return .refused(code: code, detail: problem?["detail"]?.string ?? "", path: problem?["path"]?.string)
        }
    }
}

/// A connection that carries one exchange at a time.
private struct ServerConnection {
    private let channel: any Channel
    private let address: ServerAddress

    /// An answer.
    struct Reply: Sendable {
        var status: Int
        var body: [UInt8]
    }

    /// Why there is none.
    enum Failure: Error {
        case closed, timeout, tooLong, malformed

        var message: String {
            switch self {
            case .closed: "the server closes the connection without an answer"
            case .timeout: "the server does not answer within 10 s"
            case .tooLong: "the answer is longer than 4 MiB"
            case .malformed: "the answer is not HTTP"
            }
        }
    }

    static func connect(to address: ServerAddress) async throws -> ServerConnection {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(ExchangeHandler())
                }
            }
            .connect(host: address.host, port: address.port).get()
        return ServerConnection(channel: channel, address: address)
    }

    private init(channel: any Channel, address: ServerAddress) {
        self.channel = channel
        self.address = address
    }

    var isOpen: Bool { channel.isActive }

    func close() async { try? await channel.close() }

    func post(_ body: [UInt8], to path: String) async throws -> Reply {
        let headers: HTTPHeaders = [
            "Host": address.authority, "Content-Type": "application/json", "Content-Length": "\(body.count)",
        ]
        let exchange = Exchange(
            head: HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers),
            body: channel.allocator.buffer(bytes: body), reply: channel.eventLoop.makePromise())
        // A channel that has closed in the meantime has no handler any more that would answer.
        channel.writeAndFlush(exchange).whenFailure { _ in exchange.reply.fail(Failure.closed) }
        return try await exchange.reply.futureResult.get()
    }
}

/// A request and where its answer goes.
private struct Exchange: Sendable {
    var head: HTTPRequestHead
    var body: ByteBuffer
    var reply: EventLoopPromise<ServerConnection.Reply>
}

/// Sends requests and collects their answers.
private final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = Never
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart

    private static let longestBody = 4 << 20

    private var pending: EventLoopPromise<ServerConnection.Reply>?
    private var reply = ServerConnection.Reply(status: 0, body: [])
    private var deadline: Scheduled<Void>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        pending = exchange.reply
        reply = ServerConnection.Reply(status: 0, body: [])
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(10)) {
            self.fail(.timeout, context)
        }
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): reply.status = Int(head.status.code)
        case .body(let buffer):
            guard reply.body.count + buffer.readableBytes <= Self.longestBody else { return fail(.tooLong, context) }
            reply.body.append(contentsOf: buffer.readableBytesView)
        case .end:
            deadline?.cancel()
            pending?.succeed(reply)
            pending = nil
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed, context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error is HTTPParserError ? .malformed : .closed, context)
    }

    private func fail(_ failure: ServerConnection.Failure, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        pending?.fail(failure)
        pending = nil
        context.close(promise: nil)
    }
}
