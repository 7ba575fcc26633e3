import Crypto
import Synchronization

/// Remembers tokens that were verified, by the SHA-256 of the whole token and the trust it was verified under.
///
/// A hit saves the signature and the mapping, and nothing else: expiry, keys, possession and revocation are checked each
/// time. Bounded: tokens that were not asked for during the last half of the capacity are forgotten.
package final class VerifiedTokenCache: Sendable {
    /// The digest of a token, and a trust.
    struct Key: Hashable {
        private let digest: SIMD4<UInt64>
        private let trust: UInt64

        init(_ token: [UInt8], trust: UInt64) {
            var words = SIMD4<UInt64>()
            // Safe: a SHA-256 digest has 32 bytes, and the buffer is only read while the closure runs.
            unsafe SHA256.hash(data: token).withUnsafeBytes { bytes in
                for index in 0..<4 {
                    unsafe words[index] = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                }
            }
            digest = words
            self.trust = trust
        }

        /// A digest is as good as random already, and only verified tokens come in.
        func hash(into hasher: inout Hasher) { hasher.combine(digest[0] ^ trust) }

        var shard: Int { Int(truncatingIfNeeded: digest[1] & UInt64(VerifiedTokenCache.shardCount - 1)) }
    }

    private struct Generations {
        var young: [Key: VerifiedToken] = [:]
        var old: [Key: VerifiedToken] = [:]
        var statistics = Statistics()
    }

    /// How often the cache was asked.
    package struct Statistics: Sendable {
        /// How often it had the token.
        package var hits: UInt64 = 0
        /// How often it had not.
        package var misses: UInt64 = 0
    }

    /// How often the cache was asked since it was made.
    package var statistics: Statistics {
        shards.reduce(into: Statistics()) { sum, shard in
            let own = shard.generations.withLock { $0.statistics }
            sum.hits += own.hits
            sum.misses += own.misses
        }
    }

    private final class Shard: Sendable {
        let generations = Mutex(Generations())
    }

    private static let shardCount = 16

    private let shards: [Shard]
    private let generationSize: Int

    /// Makes an empty cache.
    /// - Parameter capacity: how many tokens are remembered at most.
    package init(capacity: Int = 65_536) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        generationSize = max(1, capacity / Self.shardCount / 2)
    }

    /// How many tokens are remembered.
    package var count: Int {
        shards.reduce(0) { $0 + $1.generations.withLock { $0.young.count + $0.old.count } }
    }

    subscript(key: Key) -> VerifiedToken? {
        get {
            shards[key.shard].generations.withLock { generations in
                if let token = generations.young[key] {
                    generations.statistics.hits &+= 1
                    return token
                }
                guard let token = generations.old.removeValue(forKey: key) else {
                    generations.statistics.misses &+= 1
                    return nil
                }
                generations.statistics.hits &+= 1
                Self.insert(token, key, generationSize, &generations)
                return token
            }
        }
        set {
            shards[key.shard].generations.withLock { generations in
                generations.young[key] = nil
                generations.old[key] = nil
                if let newValue { Self.insert(newValue, key, generationSize, &generations) }
            }
        }
    }

    private static func insert(
        _ token: VerifiedToken, _ key: Key, _ size: Int, _ generations: inout Generations
    ) {
        if generations.young.count >= size {
            generations.old = generations.young
            generations.young = [:]
        }
        generations.young[key] = token
    }
}
