import Synchronization

/// Whether new traffic is welcome: from the first loaded bundle until the process begins to drain.
package final class Readiness: Sendable {
    private let flag = Atomic<Bool>(true)

    /// Makes a state that welcomes traffic.
    package init() {}

    /// Whether traffic is welcome.
    package var isReady: Bool { flag.load(ordering: .acquiring) }

    /// Turns traffic away from now on.
    package func beginDraining() { flag.store(false, ordering: .releasing) }
}
