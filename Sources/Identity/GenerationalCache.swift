package import Synchronization

/// Remembers a bounded number of values by key, and forgets those that were not asked for longest, without an order.
///
/// Each of the shards has two halves: what is new or was asked for goes into the young one; when that is full it becomes
/// the old one, and what was in the old one is forgotten. So a value that is asked for again within half of the capacity
/// stays, and neither a hit nor an insertion ever walks through the others.
package final class GenerationalCache<Key: GenerationalCacheKey, Value: Sendable>: Sendable {
    /// How often a cache was asked.
    package struct Statistics: Sendable {
        /// How often it had the value.
        package var hits: UInt64 = 0
        /// How often it had not.
        package var misses: UInt64 = 0

        /// Counts from zero.
        @inlinable package init() {}
    }

    @usableFromInline struct Generations {
        @usableFromInline var young: [Key: Value] = [:]
        @usableFromInline var old: [Key: Value] = [:]
        @usableFromInline var statistics = Statistics()

        @inlinable init() {}

        @inlinable mutating func insert(_ value: Value, _ key: Key, size: Int) {
            if young.count >= size {
                old = young
                young = [:]
            }
            young[key] = value
        }
    }

    @usableFromInline final class Shard: Sendable {
        @usableFromInline let generations = Mutex(Generations())

        @inlinable init() {}
    }

    @usableFromInline let shards: [Shard]
    @usableFromInline let generationSize: Int

    /// The number of shards: each has a lock of its own, so that threads rarely meet.
    @inlinable static var shardCount: Int { 16 }

    /// Makes an empty cache.
    /// - Parameter capacity: how many values are remembered at most, at least two for each shard.
    @inlinable
    package init(capacity: Int) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        generationSize = max(1, capacity / Self.shardCount / 2)
    }

    /// How many values are remembered.
    @inlinable package var count: Int {
        shards.reduce(0) { $0 + $1.generations.withLock { $0.young.count + $0.old.count } }
    }

    /// How often the cache was asked since it was made.
    @inlinable package var statistics: Statistics {
        shards.reduce(into: Statistics()) { sum, shard in
            let own = shard.generations.withLock { $0.statistics }
            sum.hits += own.hits
            sum.misses += own.misses
        }
    }

    /// The value of a key; asking for it keeps it.
    @inlinable
    package subscript(key: Key) -> Value? {
        get {
            shard(of: key).generations.withLock { generations in
                if let value = generations.young[key] {
                    generations.statistics.hits &+= 1
                    return value
                }
                guard let value = generations.old.removeValue(forKey: key) else {
                    generations.statistics.misses &+= 1
                    return nil
                }
                generations.statistics.hits &+= 1
                generations.insert(value, key, size: generationSize)
                return value
            }
        }
        set {
            shard(of: key).generations.withLock { generations in
                generations.young[key] = nil
                generations.old[key] = nil
                if let newValue { generations.insert(newValue, key, size: generationSize) }
            }
        }
    }

    @inlinable
    func shard(of key: Key) -> Shard { shards[Int(truncatingIfNeeded: key.spread & UInt64(Self.shardCount - 1))] }
}

/// A key that names its shard.
package protocol GenerationalCacheKey: Hashable, Sendable {
    /// Bits that are as good as random, and independent of the hash: the lowest choose the shard.
    var spread: UInt64 { get }
}
