import CedarEngine
import Glibc

/// Nanoseconds of a clock that never goes back.
func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The median cost of reading the clock, which every single measurement contains.
func clockOverhead() -> UInt64 {
    var samples: [UInt64] = []
    for _ in 0..<10_000 {
        let start = now()
        samples.append(now() - start)
    }
    return samples.sorted()[samples.count / 2]
}

/// How long decisions take, in nanoseconds.
struct Timing {
    /// The mean over all decisions.
    var mean: Double
    /// The median over batches of 64 decisions, each divided by 64.
    var median: Double
    /// The 99th percentile of single decisions, reading of the clock included.
    var p99: Double
}

extension PreparedWorkload {
    /// Decides requests in random order, first in batches, then one by one.
    func measure(decisions: Int = 64_000, seed: UInt64 = 1) -> Timing {
        var random = SeededGenerator(seed: seed)
        let order = (0..<max(4096, requests.count)).map { _ in Int.random(in: 0..<requests.count, using: &random) }
        var allowed = 0
        var next = 0
        func batch(_ count: Int) {
            for _ in 0..<count {
                if policies.decide(requests[order[next]], in: scratch) == .allow { allowed += 1 }
                next = next + 1 == order.count ? 0 : next + 1
            }
        }
        batch(min(decisions, 8192))
        var batches: [UInt64] = []
        for _ in 0..<max(3, decisions / 64) {
            let start = now()
            batch(64)
            batches.append(now() - start)
        }
        var singles: [UInt64] = []
        for _ in 0..<max(200, min(decisions, 50_000)) {
            let start = now()
            batch(1)
            singles.append(now() - start)
        }
        batches.sort()
        singles.sort()
        precondition(allowed >= 0)
        return Timing(
            mean: Double(batches.reduce(0, +)) / Double(batches.count * 64),
            median: Double(batches[batches.count / 2]) / 64, p99: Double(singles[singles.count * 99 / 100]))
    }
}

/// A random source that repeats itself (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
