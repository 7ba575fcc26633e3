import Foundation
import JOSE
import NIOCore
import NIOHTTP1
import NIOPosix
import SigningKeys
import Synchronization

/// An issuer on this machine: discovery and keys for any number of tenants below `/t/<name>`, with faults on demand.
final class LocalIssuer: Sendable {
    private struct State {
        var keys: [(id: String, key: SigningKey)] = []
        var isDown = false
        var fetches: [String: Int] = [:]
        var base = ""
        var documents: [String: String] = [:]
    }

    private let state = Mutex(State())
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel = Mutex<(any Channel)?>(nil)

    /// Starts with one key, `k1`.
    init(_ algorithm: SignatureAlgorithm = .es256) throws {
        try rotate(to: "k1", algorithm)
        try start(port: 0)
    }

    deinit {
        stop()
        try? group.syncShutdownGracefully()
    }

    private func start(port: Int) throws {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(issuer: self))
                }
            }
        let bound = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
        let number = bound.localAddress?.port ?? 0
        channel.withLock { $0 = bound }
        state.withLock { $0.base = "http://127.0.0.1:\(number)" }
    }

    /// Closes the port.
    func stop() {
        let open = channel.withLock { channel in
            defer { channel = nil }
            return channel
        }
        try? open?.close().wait()
    }

    /// The address without a path.
    var base: String { state.withLock { $0.base } }

    /// The name of the issuer of a tenant.
    func name(_ tenant: String) -> String { "\(base)/t/\(tenant)" }

    /// How often the keys of a tenant were fetched.
    func fetches(_ tenant: String) -> Int { state.withLock { $0.fetches["/t/\(tenant)/keys", default: 0] } }

    /// Answers requests for a path with a document from now on.
    func publish(_ document: String, at path: String) { state.withLock { $0.documents[path] = document } }

    /// Answers everything with 500 from now on, or no longer.
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Puts a new key in the place of all others.
    func rotate(to id: String, _ algorithm: SignatureAlgorithm = .es256) throws {
        let key = try SigningKey.make(algorithm)
        state.withLock { $0.keys = [(id, key)] }
    }

    /// A token with the claims of a good access token, some replaced or, for an empty text, removed.
    func token(_ changes: [String: String] = [:], of tenant: String = "acme", kid: String? = nil) throws -> String {
        guard let (id, key) = state.withLock({ $0.keys.first }) else { return "" }
        let now = Int(Date().timeIntervalSince1970)
        var claims = [
            "iss": "\"\(name(tenant))\"", "sub": "\"ada\"", "aud": "\"orders\"", "exp": "\(now + 300)",
            "iat": "\(now)", "jti": "\"\(UUID().uuidString)\"", "client_id": "\"web\"",
        ]
        for (claim, value) in changes { claims[claim] = value.isEmpty ? nil : value }
        let payload = claims.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        let header = #"{"alg":"\#(key.algorithm.name)","kid":"\#(kid ?? id)","typ":"at+jwt"}"#
        return String(decoding: try key.token(header: header, payload: "{\(payload)}"), as: UTF8.self)
    }

    /// The answer to a request for a path.
    fileprivate func answer(_ path: String) -> (status: HTTPResponseStatus, body: String) {
        state.withLock { state in
            state.fetches[path, default: 0] += 1
            if state.isDown { return (.internalServerError, "down") }
            if let document = state.documents[path] { return (.ok, document) }
            let parts = path.split(separator: "/")
            guard parts.count >= 3, parts[0] == "t" else { return (.notFound, "{}") }
            let issuer = "\(state.base)/t/\(parts[1])"
            switch parts[2...].joined(separator: "/") {
            case ".well-known/openid-configuration":
                return (.ok, #"{"issuer":"\#(issuer)","jwks_uri":"\#(issuer)/keys"}"#)
            case "keys":
                return (.ok, #"{"keys":[\#(state.keys.map { $0.key.jwk(kid: $0.id) }.joined(separator: ","))]}"#)
            default: return (.notFound, "{}")
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private weak var issuer: LocalIssuer?

        init(issuer: LocalIssuer?) { self.issuer = issuer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let (status, body) = issuer?.answer(head.uri) ?? (.serviceUnavailable, "")
            let bytes = context.channel.allocator.buffer(string: body)
            let headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": "\(bytes.readableBytes)"]
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
                promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
