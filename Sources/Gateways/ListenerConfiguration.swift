package import NIOCore

/// Where a listener listens, and what it bears.
package struct ListenerConfiguration: Sendable {
    /// The address or host name to bind.
    package var host: String

    /// The port to bind; 0 takes any free one.
    package var port: Int

    /// What a caller may use up.
    package var limits: ListenerLimits

    /// Whether an address that other machines reach may be bound although the listener speaks no TLS.
    package var allowsInsecureNonLoopback: Bool

    /// Makes a configuration.
    package init(
        host: String = "127.0.0.1", port: Int = 0, limits: ListenerLimits = ListenerLimits(),
        allowsInsecureNonLoopback: Bool = false
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.allowsInsecureNonLoopback = allowsInsecureNonLoopback
    }
}

/// What one caller, and all callers together, may use up of a listener.
package struct ListenerLimits: Sendable {
    /// The longest body, in bytes.
    package var bodyBytes = 1 << 20

    /// The longest request line with header fields, in bytes.
    ///
    /// Trailers and chunk extensions have the same limit.
    package var headerBytes = 16 << 10

    /// The most header fields of a request.
    package var headerFields = 256

    /// How long a request may take to arrive, from its first byte to its last.
    package var requestTimeout: TimeAmount = .seconds(5)

    /// How long a connection may be silent between requests, or take to accept an answer.
    package var idleTimeout: TimeAmount = .seconds(60)

    /// The most connections at a time.
    package var maximumConnections = 10_000

    /// The most connections that wait in the kernel to be accepted.
    package var backlog = 1024

    /// The most bytes of answers to pipelined requests that are kept before the connection is closed behind them.
    package var pendingAnswerBytes = 1 << 20

    /// How long bytes still arriving are thrown away before a connection is closed.
    ///
    /// Closing over unread bytes resets the connection, and the caller may lose the answer (RFC 9112, 9.6).
    package var lingerTimeout: TimeAmount = .seconds(1)

    /// The defaults.
    package init() {}
}
