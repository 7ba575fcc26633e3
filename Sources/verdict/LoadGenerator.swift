import Foundation
import Gateways
import NIOCore
import NIOHTTP1
import NIOPosix

/// What requests are sent, and where.
struct LoadTarget: Sendable {
    let host: String
    let port: Int
    let head: HTTPRequestHead
    let bodies: [ByteBuffer]

    /// `nil` for anything but an absolute `http` address.
    init?(url: String, bodies: [[UInt8]], headers: [(String, String)]) {
        guard let url = URL(string: url), url.scheme == "http", let host = url.host, !host.isEmpty else { return nil }
        self.host = host
        port = url.port ?? 80
        let path = url.path.isEmpty ? "/" : url.path(percentEncoded: true)
        var head = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: path + (url.query.map { "?\($0)" } ?? ""))
        head.headers.add(name: "Host", value: url.port.map { "\(host):\($0)" } ?? host)
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        self.head = head
        self.bodies = bodies.map { ByteBuffer(bytes: $0) }
    }
}

/// How a target is loaded.
struct LoadPlan: Sendable {
    /// Requests a second; `nil` for as many as are answered.
    var rate: Double?
    var connections: Int
    var seconds: Double
    var warmUpSeconds: Double
}

/// Sends requests at their intended times and measures how long after these the answers come.
///
/// Everything happens on one event loop.
final class LoadGenerator {
    private let plan: LoadPlan
    private let target: LoadTarget
    private let loop: any EventLoop
    private let finished: EventLoopPromise<HTTPMeasurement>

    private var measurement = HTTPMeasurement()
    private var idle: [LoadConnection] = []
    /// Intended times of requests that wait for a connection, from `nextDue` on.
    private var due: [NIODeadline] = []
    private var nextDue = 0
    private var outstanding = 0
    private var sent = 0
    private var nextBody = 0
    private var start = NIODeadline.now()
    private var measuredFrom = NIODeadline.now()
    private var end = NIODeadline.now()
    private var isRunning = false
    private var isFinished = false

    private init(
        _ plan: LoadPlan, _ target: LoadTarget, _ loop: any EventLoop, _ finished: EventLoopPromise<HTTPMeasurement>
    ) {
        self.plan = plan
        self.target = target
        self.loop = loop
        self.finished = finished
    }

    /// Loads a target.
    /// - Throws: when no connection can be made at first.
    static func run(
        _ plan: LoadPlan, against target: LoadTarget, on loop: any EventLoop
    ) async throws -> HTTPMeasurement {
        let finished = loop.makePromise(of: HTTPMeasurement.self)
        let generator = try await loop.submit {
            NIOLoopBound(LoadGenerator(plan, target, loop, finished), eventLoop: loop)
        }.get()
        do {
            for _ in 0..<plan.connections { try await connect(generator, target, loop).get() }
        } catch {
            finished.fail(error)
            return try await finished.futureResult.get()
        }
        loop.execute { generator.value.begin() }
        return try await finished.futureResult.get()
    }

    private static func connect(
        _ generator: NIOLoopBound<LoadGenerator>, _ target: LoadTarget, _ loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(LoadConnection(generator.value))
                }
            }
            .connect(host: target.host, port: target.port).map { _ in }
    }

    // MARK: - Sending

    private func begin() {
        isRunning = true
        start = .now()
        measuredFrom = start + .nanoseconds(Int64(plan.warmUpSeconds * 1e9))
        end = measuredFrom + .nanoseconds(Int64(plan.seconds * 1e9))
        measurement.rate = plan.rate
        measurement.seconds = plan.seconds
        let this = NIOLoopBound(self, eventLoop: loop)
        // What is under way at the end gets some time to come back.
        loop.scheduleTask(deadline: end + .seconds(5)) { this.value.finish() }
        if plan.rate == nil {
            for connection in idle { send(on: connection, intended: .now()) }
            idle = []
        } else {
            sendDue()
        }
    }

    /// Sends what is due and comes back when the next request is.
    private func sendDue() {
        guard let rate = plan.rate, !isFinished else { return }
        let now = NIODeadline.now()
        var next = intended(sent, rate)
        while next <= now, next < end {
            due.append(next)
            sent += 1
            next = intended(sent, rate)
        }
        dispatch()
        guard next < end else { return finishIfDone() }
        let this = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(deadline: next) { this.value.sendDue() }
    }

    private func intended(_ number: Int, _ rate: Double) -> NIODeadline {
        start + .nanoseconds(Int64(Double(number) / rate * 1e9))
    }

    private func dispatch() {
        while nextDue < due.count, let connection = idle.popLast() {
            send(on: connection, intended: due[nextDue])
            nextDue += 1
        }
        if nextDue > 4096, nextDue * 2 > due.count {
            due.removeFirst(nextDue)
            nextDue = 0
        }
    }

    private func send(on connection: LoadConnection, intended: NIODeadline) {
        outstanding += 1
        connection.send(target.head, target.bodies[nextBody], intended: intended)
        nextBody = nextBody + 1 == target.bodies.count ? 0 : nextBody + 1
    }

    // MARK: - Answers

    func opened(_ connection: LoadConnection) {
        idle.append(connection)
        guard isRunning else { return }
        if plan.rate == nil, NIODeadline.now() < end {
            idle.removeLast()
            send(on: connection, intended: .now())
        } else {
            dispatch()
        }
    }

    /// Takes the answer to a request and puts the connection to use again.
    func answered(_ connection: LoadConnection, intended: NIODeadline, status: Int, isLast: Bool) {
        outstanding -= 1
        let now = NIODeadline.now()
        if intended >= measuredFrom, intended < end {
            measurement.latency.record(nanoseconds: UInt64(max(0, (now - intended).nanoseconds)))
            measurement.statuses[status, default: 0] += 1
        }
        if isLast {
            finishIfDone()
        } else if plan.rate == nil, now < end {
            send(on: connection, intended: now)
        } else {
            idle.append(connection)
            if plan.rate != nil { dispatch() }
            finishIfDone()
        }
    }

    /// Replaces a connection that has ended.
    func closed(_ connection: LoadConnection, lost: Bool) {
        idle.removeAll { $0 === connection }
        if lost {
            outstanding -= 1
            measurement.failures += 1
        }
        guard !isFinished, NIODeadline.now() < end else { return finishIfDone() }
        reconnect()
    }

    /// Opens another connection, until there is one.
    private func reconnect() {
        guard !isFinished, NIODeadline.now() < end else { return }
        let (this, target, loop) = (NIOLoopBound(self, eventLoop: loop), target, loop)
        loop.scheduleTask(in: .milliseconds(100)) {
            Self.connect(this, target, loop).whenFailure { _ in this.value.reconnect() }
        }
    }

    private func finishIfDone() {
        if NIODeadline.now() >= end, outstanding == 0, nextDue == due.count { finish() }
    }

    private func finish() {
        guard !isFinished else { return }
        isFinished = true
        measurement.unanswered = outstanding + due.count - nextDue
        finished.succeed(measurement)
    }
}

/// One connection of a load generator, with at most one request under way.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let generator: LoadGenerator
    private var context: ChannelHandlerContext?
    private var intended: NIODeadline?
    private var status = 0
    private var closes = false

    init(_ generator: LoadGenerator) {
        self.generator = generator
    }

    func send(_ head: HTTPRequestHead, _ body: ByteBuffer, intended: NIODeadline) {
        self.intended = intended
        guard let context else { return }
        var head = head
        head.headers.add(name: "Content-Length", value: String(body.readableBytes))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        generator.opened(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            closes = !head.isKeepAlive
        case .body: break
        case .end:
            guard let intended, status >= 200 else { return }
            self.intended = nil
            // Nothing may be sent behind an answer that ends the connection.
            let isLast = closes
            if isLast { self.context = nil }
            generator.answered(self, intended: intended, status: status, isLast: isLast)
            if isLast { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        generator.closed(self, lost: intended != nil)
        intended = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
