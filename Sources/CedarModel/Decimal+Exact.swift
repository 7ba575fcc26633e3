extension Decimal {
    /// The decimal that a JSON number denotes, or `nil` when four fractional digits do not hold it exactly or it is out
    /// of range.
    ///
    /// Understands fractions and exponents; the text must be a number by the JSON grammar. Linear in its length,
    /// whatever the exponent.
    public init?(exactly number: String) {
        let isNegative = number.utf8.first == UInt8(ascii: "-")
        let parts = number.utf8.dropFirst(isNegative ? 1 : 0)
            .split(maxSplits: 1) { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        guard let mantissa = parts.first else { return nil }
        let isDigit = { (byte: UInt8) in byte != UInt8(ascii: ".") }
        let digits = mantissa.filter(isDigit).map { $0 &- 0x30 }
        guard let firstSignificant = digits.firstIndex(where: { $0 != 0 }),
            let lastSignificant = digits.lastIndex(where: { $0 != 0 })
        else {
            self.init(units: 0)
            return
        }
        // An exponent that is no small integer moves any text that fits into memory out of range.
        guard let exponent = parts.count == 1 ? 0 : Int32(String(decoding: parts[1], as: UTF8.self)) else { return nil }
        let fractionDigits = mantissa.reversed().prefix(while: isDigit).count
        let hasPoint = fractionDigits < mantissa.count
        // The power of ten of the last significant digit, counted in units of 0.0001.
        let shift =
            Int(exponent) + 4 - (hasPoint ? fractionDigits : 0) + (digits.count - 1 - lastSignificant)
        let significant = digits[firstSignificant...lastSignificant]
        guard shift >= 0, significant.count + shift <= 19 else { return nil }
        var magnitude: UInt64 = 0
        for digit in significant { magnitude = magnitude * 10 + UInt64(digit) }
        for _ in 0..<shift { magnitude *= 10 }
        guard let units = Int64(magnitude: magnitude, isNegative: isNegative) else { return nil }
        self.init(units: units)
    }
}
