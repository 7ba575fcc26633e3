/// A fixed-point number with four fractional digits: Cedar's `decimal`.
///
/// The range is that of a signed 64-bit integer divided by 10,000: -922337203685477.5808 to 922337203685477.5807.
public struct Decimal: Hashable, Comparable, Sendable {
    /// The number in units of 0.0001.
    public let units: Int64

    /// Wraps a number of units of 0.0001.
    public init(units: Int64) {
        self.units = units
    }

    /// A whole number; `nil` outside the range.
    public init?(whole: Int64) {
        let (units, overflow) = whole.multipliedReportingOverflow(by: Int64(Self.unitsPerOne))
        if overflow { return nil }
        self.units = units
    }

    /// Reads `12.34`: an optional `-`, digits, a point, and one to four digits.
    ///
    /// Leading zeros are accepted; a `+`, white space, or a missing side of the point is not. Fails with an
    /// ``ExtensionError`` of `decimal` on any other text and on numbers outside the range.
    public init(parsing text: String) throws(ExtensionError) {
        var reader = DigitReader(text)
        let isNegative = reader.take(UInt8(ascii: "-"))
        let whole = reader.digits()
        let hasPoint = reader.take(UInt8(ascii: "."))
        let fraction = reader.digits()
        guard whole.count > 0, hasPoint, fraction.count > 0, reader.isAtEnd else {
            throw Decimal.error(text, "is not a decimal, which is written as in `12.34`")
        }
        guard fraction.count <= Decimal.fractionDigits else {
            throw Decimal.error(text, "has more than four digits after the point")
        }
        guard let units = Decimal.units(whole: whole, fraction: fraction, isNegative: isNegative) else {
            throw Decimal.error(text, "is outside the range of decimals, \(Decimal.min) to \(Decimal.max)")
        }
        self.units = units
    }

    /// The least decimal.
    public static let min = Decimal(units: .min)

    /// The greatest decimal.
    public static let max = Decimal(units: .max)

    /// Order of the numbers.
    public static func < (left: Decimal, right: Decimal) -> Bool { left.units < right.units }

    private static let fractionDigits = 4
    private static let unitsPerOne: UInt64 = 10_000

    private static func units(whole: DigitRun, fraction: DigitRun, isNegative: Bool) -> Int64? {
        guard let whole = whole.value, var part = fraction.value else { return nil }
        for _ in fraction.count..<fractionDigits { part *= 10 }
        guard let magnitude = whole.scaled(by: unitsPerOne, plus: part) else { return nil }
        return Int64(magnitude: magnitude, isNegative: isNegative)
    }

    private static func error(_ text: String, _ fact: String) -> ExtensionError {
        ExtensionError("decimal", rejecting: text, because: fact)
    }
}

extension Decimal: CustomStringConvertible {
    /// The shortest text that reads back as this number, a digit after the point at least: `12.34`, `-0.5`, `3.0`.
    public var description: String {
        let (whole, part) = units.magnitude.quotientAndRemainder(dividingBy: Decimal.unitsPerOne)
        var fraction = String.zeroPadded(part, width: Decimal.fractionDigits)
        while fraction.utf8.count > 1, fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return "\(units < 0 ? "-" : "")\(whole).\(fraction)"
    }
}
