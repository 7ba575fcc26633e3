/// Reads the ASCII texts of the extension types from left to right, without allocation and in linear time.
///
/// It never leaves the UTF-8 view: what looks like a digit in another script is not a digit here.
struct DigitReader {
    private var rest: Substring.UTF8View

    /// Starts at the beginning of a text.
    init(_ text: String) {
        rest = Substring(text).utf8
    }

    /// The next byte; `nil` at the end.
    var next: UInt8? { rest.first }

    /// Whether everything was read.
    var isAtEnd: Bool { rest.isEmpty }

    /// Steps over a byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// Steps over the longest run of decimal digits, which may be empty.
    mutating func digits() -> DigitRun {
        var run = DigitRun()
        while let byte = rest.first, (0x30...0x39).contains(byte) {
            run.append(byte &- 0x30)
            rest.removeFirst()
        }
        return run
    }

    /// Steps over exactly `count` decimal digits that no further digit follows; `nil` when there are more or fewer.
    mutating func digits(exactly count: Int) -> Int? {
        let run = digits()
        guard run.count == count, let value = run.value else { return nil }
        return Int(exactly: value)
    }

    /// Steps over one to four hexadecimal digits that no further one follows; `nil` when there are more or none.
    mutating func hexadecimalGroup() -> UInt16? {
        var value: UInt16 = 0
        var count = 0
        while let byte = rest.first, let digit = DigitReader.hexadecimalValue(of: byte) {
            guard count < 4 else { return nil }
            value = value << 4 | digit
            count += 1
            rest.removeFirst()
        }
        return count == 0 ? nil : value
    }

    private static func hexadecimalValue(of byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte - 0x30)
        case 0x41...0x46: UInt16(byte - 0x41 + 10)
        case 0x61...0x66: UInt16(byte - 0x61 + 10)
        default: nil
        }
    }
}

/// A run of decimal digits: how many there were, and the number they spell.
struct DigitRun {
    /// How many digits were read, leading zeros included.
    private(set) var count = 0

    /// The number; `nil` once it exceeds 64 bits.
    private(set) var value: UInt64? = 0

    /// Whether a zero stands before another digit.
    private(set) var hasLeadingZero = false

    mutating func append(_ digit: UInt8) {
        if count == 1, value == 0 { hasLeadingZero = true }
        count += 1
        value = value.flatMap { $0.scaled(by: 10, plus: UInt64(digit)) }
    }
}

extension UInt64 {
    /// `self * factor + addend`; `nil` when that exceeds 64 bits.
    func scaled(by factor: UInt64, plus addend: UInt64) -> UInt64? {
        let (product, productOverflow) = multipliedReportingOverflow(by: factor)
        let (sum, sumOverflow) = product.addingReportingOverflow(addend)
        return productOverflow || sumOverflow ? nil : sum
    }
}

extension Int64 {
    /// Joins a sign and a magnitude; `nil` outside the range, whose negative end is one longer.
    init?(magnitude: UInt64, isNegative: Bool) {
        guard isNegative else {
            self.init(exactly: magnitude)
            return
        }
        guard magnitude <= Int64.min.magnitude else { return nil }
        self.init(truncatingIfNeeded: 0 &- magnitude)
    }
}

extension String {
    /// A number filled up with zeros on the left.
    static func zeroPadded(_ number: some BinaryInteger, width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
    }
}
