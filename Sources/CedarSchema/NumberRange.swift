/// The numbers that an expression can have for a value.
///
/// Computing with ranges gives `nil` where some of the results leave 64 bits.
struct NumberRange: Hashable {
    var lower: Int64
    var upper: Int64

    /// All numbers.
    static let all = NumberRange(lower: .min, upper: .max)

    /// One number.
    init(_ value: Int64) {
        self.init(lower: value, upper: value)
    }

    init(lower: Int64, upper: Int64) {
        self.lower = lower
        self.upper = upper
    }

    /// The numbers of durations in a unit of so many milliseconds.
    init(durationsIn unit: Int64) {
        self.init(lower: .min / unit, upper: .max / unit)
    }

    /// The sums, or the differences.
    func combined(with other: NumberRange, subtracting: Bool) -> NumberRange? {
        let (low, high) = subtracting ? (other.upper, other.lower) : (other.lower, other.upper)
        let (lower, first) =
            subtracting ? lower.subtractingReportingOverflow(low) : lower.addingReportingOverflow(low)
        let (upper, second) =
            subtracting ? upper.subtractingReportingOverflow(high) : upper.addingReportingOverflow(high)
        return first || second ? nil : NumberRange(lower: lower, upper: upper)
    }

    /// The products.
    func multiplied(by other: NumberRange) -> NumberRange? {
        var products: [Int64] = []
        for (left, right) in [
            (lower, other.lower), (lower, other.upper), (upper, other.lower), (upper, other.upper),
        ] {
            let (product, overflow) = left.multipliedReportingOverflow(by: right)
            if overflow { return nil }
            products.append(product)
        }
        return NumberRange(lower: products.min() ?? 0, upper: products.max() ?? 0)
    }

    /// The smallest range with the numbers of both.
    func union(_ other: NumberRange) -> NumberRange {
        NumberRange(lower: min(lower, other.lower), upper: max(upper, other.upper))
    }
}
