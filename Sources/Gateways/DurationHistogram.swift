/// Counts durations in buckets of which each is at most 1/128 wide of its value, in the manner of HdrHistogram.
///
/// Recording costs an addition. A percentile is the upper end of its bucket, so that it is never better than what was
/// measured.
package struct DurationHistogram: Sendable {
    private var counts = [UInt64](repeating: 0, count: 58 * 128)

    /// Makes an empty histogram.
    package init() {}

    /// How many durations were recorded.
    package private(set) var count: UInt64 = 0

    /// The sum of all, in nanoseconds.
    package private(set) var sum: UInt64 = 0

    /// The longest, in nanoseconds.
    package private(set) var maximum: UInt64 = 0

    /// Counts a duration.
    package mutating func record(nanoseconds: UInt64) {
        counts[Self.bucket(of: nanoseconds)] += 1
        count += 1
        sum &+= nanoseconds
        maximum = max(maximum, nanoseconds)
    }

    /// Adds the counts of another histogram.
    package mutating func add(_ other: DurationHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        sum &+= other.sum
        maximum = max(maximum, other.maximum)
    }

    /// The mean in nanoseconds; 0 when nothing was recorded.
    package var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    /// The duration that a share of all does not exceed, in nanoseconds; 0 when nothing was recorded.
    package func percentile(_ percent: Double) -> UInt64 {
        let rank = max(1, UInt64((Double(count) * percent / 100).rounded(.up)))
        var seen: UInt64 = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return min(Self.upperEnd(of: index), maximum) }
        }
        return maximum
    }

    /// Values below 256 have buckets of their own; above, 128 buckets share each power of two.
    static func bucket(of value: UInt64) -> Int {
        let shift = max(0, 64 - value.leadingZeroBitCount - 8)
        return shift * 128 + Int(value >> UInt64(shift))
    }

    /// The greatest value of a bucket.
    static func upperEnd(of bucket: Int) -> UInt64 {
        guard bucket >= 256 else { return UInt64(bucket) }
        let shift = UInt64(bucket / 128 - 1)
        return ((UInt64(bucket % 128) + 129) << shift) &- 1
    }
}
