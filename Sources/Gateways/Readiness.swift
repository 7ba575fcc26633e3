import Synchronization

/// Whether new traffic is welcome: from the moment both listeners are bound until the process begins to drain.
package final class Readiness: Sendable {
    /// The life of a server as its operator sees it.
    enum State: UInt8, Sendable {
        case starting, ready, draining
    }

    private let raw = Atomic<UInt8>(State.starting.rawValue)

    /// Makes the state of a server that starts.
    package init() {}

    /// Where the server is in its life.
    var state: State { State(rawValue: raw.load(ordering: .acquiring)) ?? .draining }

    /// Welcomes traffic from now on.
    package func begin() { raw.store(State.ready.rawValue, ordering: .releasing) }

    /// Turns traffic away from now on.
    package func beginDraining() { raw.store(State.draining.rawValue, ordering: .releasing) }
}
