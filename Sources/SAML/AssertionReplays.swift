package import CedarModel
import CedarSyntax
package import OpenIDConnect

/// Remembers the assertions that were used, for as long as they would be accepted.
///
/// One process knows its own uses only. A fleet needs a store that all instances share; without one, the same assertion
/// is good once at every instance, unless requests of one client always reach the same one.
package protocol AssertionReplays: Sendable {
    /// The instant since which every use is remembered; what was issued before may have been used unnoticed.
    var knowsSince: Datetime { get }

    /// Notes a use.
    /// - Parameters:
    ///   - key: the digest of issuer and assertion id.
    ///   - expiry: the last millisecond at which the assertion counts.
    func use(_ key: [UInt8], until expiry: Int64, now: Int64) -> ReplayWindow.Use
}

/// Remembers uses in the memory of this process, up to a number; when it is full, nothing more is accepted.
package final class LocalAssertionReplays: AssertionReplays {
    /// The start of this process's memory.
    package let knowsSince: Datetime

    private let window: ReplayWindow

    /// Makes an empty memory.
    /// - Parameters:
    ///   - start: since when it remembers.
    ///   - capacity: how many uses it holds.
    package init(since start: Datetime, capacity: Int = 1 << 18) {
        knowsSince = start
        window = ReplayWindow(capacity: capacity)
    }

    /// Notes a use.
    package func use(_ key: [UInt8], until expiry: Int64, now: Int64) -> ReplayWindow.Use {
        window.use(ReplayWindow.Key(key), until: expiry, now: now)
    }
}
