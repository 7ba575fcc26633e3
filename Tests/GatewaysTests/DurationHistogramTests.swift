import Testing

@testable import Gateways

@Suite("Histogram of durations") struct DurationHistogramTests {
    @Test("a bucket holds its values and is at most 1/128 wider")
    func buckets() {
        var random = SystemRandomNumberGenerator()
        var values: [UInt64] = [0, 1, 127, 128, 255, 256, 257, 511, 512, 1 << 20, .max - 1, .max]
        for _ in 0..<20_000 { values.append(random.next() >> UInt64.random(in: 0..<64)) }
        for value in values {
            let bucket = DurationHistogram.bucket(of: value)
            let end = DurationHistogram.upperEnd(of: bucket)
            #expect(end >= value)
            #expect(end - value <= value / 128, "\(value)")
            #expect(bucket == 0 || DurationHistogram.upperEnd(of: bucket - 1) < value, "\(value)")
        }
    }

    @Test("percentiles are those of the recorded durations, to the width of a bucket")
    func percentiles() {
        var histogram = DurationHistogram()
        var other = DurationHistogram()
        #expect(histogram.percentile(99) == 0)
        for value in 1...10_000 {
            if value % 2 == 0 {
                histogram.record(nanoseconds: UInt64(value))
            } else {
                other.record(nanoseconds: UInt64(value))
            }
        }
        histogram.add(other)
        #expect(histogram.count == 10_000)
        #expect(histogram.maximum == 10_000)
        #expect(histogram.mean == 5000.5)
        for (percent, exact) in [(0.0, 1.0), (50, 5000), (90, 9000), (99, 9900), (99.9, 9990), (100, 10_000)] {
            let found = Double(histogram.percentile(percent))
            #expect(found >= exact && found <= exact * 1.008, "p\(percent) is \(found)")
        }
    }
}
