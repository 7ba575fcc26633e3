import Crypto
import Synchronization

/// Remembers DPoP proofs for as long as they would be accepted (RFC 9449 section 11.1).
///
/// One process knows its own requests only; a fleet needs nonces, or requests of one client on one instance. When the
/// memory is full of proofs that still count, nothing more is accepted: forgetting one would let it be used again.
package final class ReplayWindow: Sendable {
    /// What tells a proof apart.
    package struct Key: Hashable, Sendable {
        private let high: UInt64
        private let low: UInt64

        /// The digest of some bytes.
        package init(_ bytes: [UInt8]) {
            var words = SIMD2<UInt64>()
            // Safe: a SHA-256 digest has 32 bytes, and the buffer is only read while the closure runs.
            unsafe SHA256.hash(data: bytes).withUnsafeBytes { digest in
                for index in 0..<2 {
                    unsafe words[index] = digest.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                }
            }
            high = words[0]
            low = words[1]
        }

        fileprivate var shard: Int { Int(truncatingIfNeeded: low & UInt64(ReplayWindow.shardCount - 1)) }
    }

    /// What a use was.
    package enum Use: Sendable {
        /// The first.
        case first
        /// Not the first.
        case again
        /// There is no room to remember it.
        case full
    }

    private struct State {
        var expiries: [Key: Int64] = [:]
        var nextPurge: Int64 = 0
    }

    private final class Shard: Sendable {
        let state = Mutex(State())
    }

    private static let shardCount = 16

    private let shards: [Shard]
    private let shardCapacity: Int

    /// Makes an empty memory.
    /// - Parameter capacity: how many proofs it holds.
    package init(capacity: Int = 1 << 20) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        shardCapacity = max(1, capacity / Self.shardCount)
    }

    /// Notes a use; times are in milliseconds.
    package func use(_ key: Key, until expiry: Int64, now: Int64) -> Use {
        shards[key.shard].state.withLock { state in
            let isFull = state.expiries.count >= shardCapacity
            if now >= state.nextPurge || isFull && now >= state.nextPurge - 59_000 {
                state.expiries = state.expiries.filter { $0.value >= now }
                state.nextPurge = now + 60_000
            }
            if let known = state.expiries[key], known >= now { return .again }
            guard state.expiries.count < shardCapacity else { return .full }
            state.expiries[key] = expiry
            return .first
        }
    }
}
