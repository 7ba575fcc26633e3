/// Counts durations in buckets, for Prometheus.
///
/// A value type that belongs to one event loop.
struct LatencyHistogram: Sendable {
    /// Upper bounds in nanoseconds: 1 microsecond to 1 second in steps of about 2.
    static let bounds: [Int64] = [
        1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
        10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// Counts per bucket, the last for everything beyond the bounds.
    private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)

    /// The sum of all durations in nanoseconds.
    private(set) var sum: Int64 = 0

    /// Counts a duration.
    mutating func record(nanoseconds: Int64) {
        var index = 0
        while index < Self.bounds.count, nanoseconds > Self.bounds[index] { index += 1 }
        counts[index] += 1
        sum &+= nanoseconds
    }

    /// Adds the counts of another loop.
    mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        sum &+= other.sum
    }
}
