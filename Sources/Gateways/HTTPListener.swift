import Dispatch
package import NIOCore
import NIOHTTP1
import NIOPosix

/// A socket that takes HTTP/1 connections and hands their requests to responders.
package final class HTTPListener: Sendable {
    /// The address it is bound to.
    package let host: String

    /// The port it is bound to.
    package let port: Int

    private let channel: any Channel
    private let registry: ConnectionRegistry

    private init(channel: any Channel, address: SocketAddress, registry: ConnectionRegistry) {
        self.channel = channel
        self.host = address.ipAddress ?? ""
        self.port = address.port ?? 0
        self.registry = registry
    }

    /// How many connections are open.
    package var connectionCount: Int { registry.count }

    /// Binds the address and begins to accept connections.
    ///
    /// - Parameters:
    ///   - group: whose event loops serve the connections; it must come from `NIOPosix`.
    ///   - makeResponder: called once on every event loop of the group, before the first connection.
    /// - Throws: ``ListenerError``.
    package static func start(
        _ configuration: ListenerConfiguration, on group: any EventLoopGroup,
        makeResponder: @escaping @Sendable (any EventLoop) -> any HTTPResponder
    ) async throws(ListenerError) -> HTTPListener {
        let address = try resolve(configuration)
        let limits = configuration.limits
        let registry = ConnectionRegistry(maximum: limits.maximumConnections)
        let workshop = DispatchQueue(label: "lengthy work")
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBytes
        decoderLimits.maxHeaderListSize = limits.headerBytes
        decoderLimits.maxHeaderFieldCount = limits.headerFields

        do {
            var made: [ObjectIdentifier: NIOLoopBound<any HTTPResponder>] = [:]
            for loop in group.makeIterator() {
                made[ObjectIdentifier(loop)] = try await loop.submit {
                    NIOLoopBound(makeResponder(loop), eventLoop: loop)
                }.get()
            }
            let responders = made
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: Int32(clamping: limits.backlog))
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        // Without file descriptors left, accepting waits instead of spinning.
                        try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                    }
                }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { [decoderLimits] channel in
                    channel.eventLoop.makeCompletedFuture {
                        let responder =
                            responders[ObjectIdentifier(channel.eventLoop)]?.value ?? makeResponder(channel.eventLoop)
                        let connection = HTTPConnectionHandler(
                            responder: responder, limits: limits, registry: registry, workshop: workshop)
                        let decoder = HTTPRequestDecoder(limitConfiguration: decoderLimits)
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(InputGuard(connection))
                        try pipeline.addHandler(ByteToMessageHandler(decoder))
                        try pipeline.addHandler(connection)
                    }
                }
                .bind(to: address).get()
            return HTTPListener(channel: channel, address: channel.localAddress ?? address, registry: registry)
        } catch {
            throw ListenerError(
                .cannotBind, "cannot listen on `\(configuration.host)` port \(configuration.port): \(error)",
                cause: error)
        }
    }

    /// Stops accepting, lets requests that are under way finish, and closes everything.
    ///
    /// Idle connections close at once, the others behind their next answer, which says `Connection: close`. What is
    /// left after the given time is closed as it is. Safe to call more than once.
    package func drain(within limit: TimeAmount) async {
        try? await channel.close().get()
        for connection in registry.beginDraining() {
            connection.pipeline.fireUserInboundEventTriggered(DrainEvent())
        }
        let drained = channel.eventLoop.makePromise(of: Void.self)
        registry.notifyWhenEmpty(drained)
        let deadline = channel.eventLoop.scheduleTask(in: limit) { drained.succeed() }
        try? await drained.futureResult.get()
        deadline.cancel()
        for connection in registry.channels {
            try? await connection.close().get()
        }
    }

    /// The address to bind, unless it is one that would carry decisions in the clear between machines.
    private static func resolve(_ configuration: ListenerConfiguration) throws(ListenerError) -> SocketAddress {
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(configuration.host, port: configuration.port)
        } catch {
            throw ListenerError(.unknownHost, "the host `\(configuration.host)` is not known", cause: error)
        }
        guard configuration.allowsInsecureNonLoopback || isLoopback(address) else {
            throw ListenerError(
                .insecureAddress,
                "`\(configuration.host)` is reachable from other machines and this listener speaks no TLS; "
                    + "listen on `127.0.0.1`, or pass `--insecure` where the network is protected otherwise")
        }
        return address
    }

    /// Whether an address never leaves the machine (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
    private static func isLoopback(_ address: SocketAddress) -> Bool {
        guard let text = address.ipAddress else { return false }
        return switch address {
        case .v4: text.hasPrefix("127.")
        case .v6: text == "::1" || text.hasPrefix("::ffff:127.")
        case .unixDomainSocket: true
        }
    }
}
