import Dispatch
import NIOCore
import NIOHTTP1

/// Tells a connection that its listener is draining.
struct DrainEvent: Sendable {}

/// One connection: collects requests, has them answered, writes the answers in order.
///
/// Everything happens on the connection's event loop, between one read and its `channelReadComplete`: answers of one
/// read are gathered in one buffer and written at once. After a failure the connection only closes: it writes what is
/// answered, ends its output, throws away what still arrives for a moment, and is gone. The same holds behind an answer
/// that takes long and is made on another thread.
final class HTTPConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private let responder: any HTTPResponder
    private let limits: ListenerLimits
    private let registry: ConnectionRegistry
    /// Where answers are made that take long, one after the other.
    private let workshop: DispatchQueue
    private var context: ChannelHandlerContext?

    /// The head of the request that is arriving; `nil` between requests.
    private var head: HTTPRequestHead?
    private var framing = RequestFraming()
    private var body: [UInt8] = []

    /// Bytes that went into the decoder since something last came out of it.
    private var barrenBytes = 0
    /// Answers that are not yet written.
    private var output = ByteBuffer()
    /// Whether the caller should be told to send its body, unless the body is there by the end of this read.
    private var owesContinue = false

    /// Whether events of one read are being handled, so that writing waits for its end.
    private var isReading = false
    /// Whether the socket may be read again as soon as answers have left.
    private var owesRead = false
    private var isDraining = false

    /// Whether no further request is taken.
    private var isClosing = false
    /// Whether the last answer is still being made on another thread.
    private var owesAnswer = false
    /// Whether bytes may still arrive that nobody will read.
    private var lingers = false
    private var hasBegunClosing = false
    private var hasInputEnded = false

    private var lastActivity = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    /// Runs only while a request is arriving in pieces: one that comes in a single read costs no timer.
    private var requestTimer: Scheduled<Void>?

    init(
        responder: any HTTPResponder, limits: ListenerLimits, registry: ConnectionRegistry, workshop: DispatchQueue
    ) {
        self.workshop = workshop
        self.responder = responder
        self.limits = limits
        self.registry = registry
    }

    // MARK: - Opening and closing

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        switch registry.admit(context.channel) {
        case .admitted:
            startIdleTimer(limits.idleTimeout, context: context)
        case .refused:
            startIdleTimer(limits.idleTimeout, context: context)
            fail(.tooManyConnections(limit: limits.maximumConnections), context: context)
        case .dropped:
            isClosing = true
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        idleTimer?.cancel()
        idleTimer = nil
        endRequest()
        registry.remove(context.channel)
    }

    /// Forgets the request that was arriving.
    private func endRequest() {
        head = nil
        body = []
        owesContinue = false
        requestTimer?.cancel()
        requestTimer = nil
    }

    /// Writes what is answered and closes behind it.
    private func finish(context: ChannelHandlerContext) {
        guard !hasBegunClosing else { return }
        hasBegunClosing = true
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            guard self.lingers, !self.hasInputEnded, context.channel.isActive else {
                context.close(promise: nil)
                return
            }
            context.close(mode: .output, promise: nil)
            self.idleTimer?.cancel()
            self.idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: self.limits.lingerTimeout) {
                context.close(promise: nil)
            }
        }
        context.writeAndFlush(wrapOutboundOut(output), promise: written)
        output = ByteBuffer()
    }

    /// Has the last answer of the connection made on another thread; what arrives meanwhile is thrown away.
    private func answerLater(_ work: @escaping @Sendable () -> HTTPResponse, omittingBody: Bool) {
        guard let loop = context?.eventLoop else { return }
        isClosing = true
        lingers = true
        owesAnswer = true
        endRequest()
        let handler = NIOLoopBound(self, eventLoop: loop)
        workshop.async {
            // Also for a caller that has gone meanwhile: the work may be what was asked for, and not the answer.
            let response = work()
            // Scheduled, because a loop that has shut down by now says so only in the result, which nobody wants.
            loop.scheduleTask(in: .zero) { handler.value.finish(response, omittingBody: omittingBody) }
        }
    }

    /// Writes an answer that was made elsewhere, unless the connection has gone in the meantime.
    private func finish(_ response: HTTPResponse, omittingBody: Bool) {
        owesAnswer = false
        guard let context, context.channel.isActive else { return }
        output.write(response: response, omittingBody: omittingBody, connection: .close)
        finish(context: context)
    }

    /// Answers with a failure and closes.
    private func fail(_ failure: TransportFailure, context: ChannelHandlerContext) {
        guard !isClosing else { return }
        let response = responder.respond(to: failure)
        output.write(response: response, omittingBody: head?.method == .HEAD, connection: .close)
        isClosing = true
        lingers = true
        endRequest()
        if !isReading { finish(context: context) }
    }

    // MARK: - Reading

    /// Notes that bytes are about to be decoded; `false` when the connection takes no more.
    func willDecode(byteCount: Int) -> Bool {
        isReading = true
        barrenBytes += byteCount
        return !isClosing
    }

    /// Refuses bytes that have led to nothing for too long.
    func didDecode() {
        guard barrenBytes > limits.headerBytes, let context else { return }
        fail(.headersTooLarge(limit: limits.headerBytes), context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        barrenBytes = 0
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            switch RequestFraming.read(head, limits: limits) {
            case .success(let framing):
                self.framing = framing
                owesContinue = framing.expectsContinue
                // What a caller announces is not yet worth memory; most bodies fit into this.
                body.reserveCapacity(min(framing.contentLength ?? 0, 4096))
            case .failure(let failure):
                fail(failure, context: context)
            }
        case .body(let bytes):
            owesContinue = false
            guard body.count + bytes.readableBytes <= limits.bodyBytes else {
                return fail(.bodyTooLarge(limit: limits.bodyBytes), context: context)
            }
            body.append(contentsOf: bytes.readableBytesView)
        case .end:
            if let head { answer(head) }
        }
    }

    /// Has the request that is now complete answered.
    private func answer(_ head: HTTPRequestHead) {
        var body: [UInt8] = []
        swap(&body, &self.body)
        let response = responder.respond(to: HTTPRequest(head: head, body: body))
        if let work = response.lengthyWork { return answerLater(work, omittingBody: head.method == .HEAD) }

        let mayContinue = head.isKeepAlive
        let isOverfull = output.readableBytes > limits.pendingAnswerBytes
        isClosing = !mayContinue || isDraining || isOverfull || framing.offersUpgrade
        lingers = mayContinue
        let option: ConnectionOption = isClosing ? .close : head.version.minor == 0 ? .keepAlive : .implied
        output.write(response: response, omittingBody: head.method == .HEAD, connection: option)
        endRequest()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if isClosing, !owesAnswer { return finish(context: context) }
        if owesContinue {
            owesContinue = false
            output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        }
        if output.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
            // Keeps the storage for the next answer where the write has left already, unless it has grown large.
            if output.capacity <= 16 << 10 { output.clear() } else { output = ByteBuffer() }
        }
        lastActivity = context.eventLoop.now
        if requestTimer == nil, !isClosing, head != nil || barrenBytes > 0 {
            requestTimer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.requestTimeout) {
                self.requestTimer = nil
                self.fail(.requestTimeout(limit: self.limits.requestTimeout), context: context)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else { return }
        guard let error = error as? HTTPParserError, context.channel.isActive else {
            isClosing = true
            context.close(promise: nil)
            return
        }
        switch error {
        case .headerOverflow: fail(.headersTooLarge(limit: limits.headerBytes), context: context)
        case .invalidVersion: fail(.unsupportedVersion, context: context)
        case .invalidEOFState: fail(.malformedRequest(.truncated), context: context)
        default: fail(.malformedRequest(.syntax), context: context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is DrainEvent:
            isDraining = true
            // A request whose bytes are on their way is not distinguishable from none.
            guard head == nil, barrenBytes == 0 else { return }
        case ChannelEvent.inputClosed:
            hasInputEnded = true
        default:
            return
        }
        isClosing = true
        if !owesAnswer { finish(context: context) }
    }

    // MARK: - Back-pressure

    /// Reads on only while answers are leaving: a caller that does not take them may not ask for more.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            owesRead = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard owesRead, context.channel.isWritable else { return }
        owesRead = false
        context.read()
    }

    // MARK: - Time

    /// Closes the connection when nothing was read for the idle time, and no request is arriving.
    ///
    /// While answers do not leave, nothing is read, so this also ends callers that never take their answers.
    private func startIdleTimer(_ delay: TimeAmount, context: ChannelHandlerContext) {
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            let silence = context.eventLoop.now - self.lastActivity
            if self.requestTimer != nil || self.owesAnswer {
                self.startIdleTimer(self.limits.idleTimeout, context: context)
            } else if silence < self.limits.idleTimeout {
                self.startIdleTimer(self.limits.idleTimeout - silence, context: context)
            } else {
                self.isClosing = true
                context.close(promise: nil)
            }
        }
    }
}
