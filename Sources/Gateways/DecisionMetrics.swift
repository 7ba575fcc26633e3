package import NIOCore
import Synchronization

/// Collects what the event loops of the decision listener count.
///
/// Counting must cost the decision path nothing but additions: each loop counts in memory of its own and hands over a
/// copy once a second, so that figures are at most that old.
package final class DecisionMetrics: Sendable {
    private let loops = Mutex<[ObjectIdentifier: LoopMetrics]>([:])

    /// How often loops hand over their counts.
    package static let interval: TimeAmount = .seconds(1)

    /// Makes an empty collection.
    package init() {}

    /// Takes the counts of a loop.
    func publish(_ metrics: LoopMetrics, of loop: any EventLoop) {
        loops.withLock { $0[ObjectIdentifier(loop)] = metrics }
    }

    /// The sum over all loops.
    var total: LoopMetrics {
        loops.withLock { loops in
            loops.values.reduce(into: LoopMetrics()) { $0.add($1) }
        }
    }
}
