/// A number modulo 2^255 - 19, enough of its arithmetic to tell whether a y belongs to a point of Ed25519.
///
/// Used when keys are imported; the numbers are public, so that time may depend on them.
struct EdwardsField: Equatable {
    /// Four words, the lowest first.
    ///
    /// Always below 2^256, not always below the prime.
    private var words: SIMD4<UInt64>

    init(_ value: UInt64) {
        words = SIMD4(value, 0, 0, 0)
    }

    /// Reads 32 bytes, little-endian.
    init(littleEndian bytes: [UInt8]) {
        words = SIMD4()
        for (index, byte) in bytes.prefix(32).enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
        }
    }

    /// Whether there is a point with this y on `-x^2 + y^2 = 1 + d x^2 y^2` (RFC 8032 section 5.1.3).
    ///
    /// x^2 is u / v with u = y^2 - 1 and v = d y^2 + 1, and is a square exactly when u v is.
    var isOnCurve: Bool {
        let square = self * self
        let u = square + Self.minusOne
        let v = Self.d * square + EdwardsField(1)
        let product = u * v
        if product.isZero { return true }
        // Euler: a number is a square when its power (p - 1) / 2 = 2^254 - 10 is one. The exponent in binary is 250
        // ones and 110110 behind them, of which the last five bits follow below.
        var power = EdwardsField(1)
        for bit in (0..<254).reversed() {
            power = power * power
            if bit >= 4 || (0b0110 >> bit) & 1 == 1 { power = power * product }
        }
        return power.canonical == EdwardsField(1).canonical
    }

    private var isZero: Bool { canonical == SIMD4() }

    /// The one form below the prime.
    private var canonical: SIMD4<UInt64> {
        var value = words
        // Below 2^256 the prime fits at most twice.
        for _ in 0..<2 {
            var difference = SIMD4<UInt64>()
            var borrow: UInt64 = 0
            for index in 0..<4 {
                let (first, low) = value[index].subtractingReportingOverflow(Self.prime[index])
                let (second, high) = first.subtractingReportingOverflow(borrow)
                difference[index] = second
                borrow = low || high ? 1 : 0
            }
            if borrow == 0 { value = difference }
        }
        return value
    }

    static func == (left: Self, right: Self) -> Bool { left.canonical == right.canonical }

    static func + (left: Self, right: Self) -> Self {
        var sum = Self(0)
        var carry: UInt64 = 0
        for index in 0..<4 {
            let (first, low) = left.words[index].addingReportingOverflow(right.words[index])
            let (second, high) = first.addingReportingOverflow(carry)
            sum.words[index] = second
            carry = low || high ? 1 : 0
        }
        sum.fold(carry)
        return sum
    }

    static func * (left: Self, right: Self) -> Self {
        var wide = [UInt64](repeating: 0, count: 8)
        for row in 0..<4 {
            var carry: UInt64 = 0
            for column in 0..<4 {
                let product = left.words[row].multipliedFullWidth(by: right.words[column])
                let (first, low) = wide[row + column].addingReportingOverflow(product.low)
                let (second, high) = first.addingReportingOverflow(carry)
                wide[row + column] = second
                carry = product.high &+ (low ? 1 : 0) &+ (high ? 1 : 0)
            }
            wide[row + 4] = carry
        }
        // 2^256 is 38 modulo the prime.
        var result = Self(0)
        var carry: UInt64 = 0
        for index in 0..<4 {
            let product = wide[index + 4].multipliedFullWidth(by: 38)
            let (first, low) = wide[index].addingReportingOverflow(product.low)
            let (second, high) = first.addingReportingOverflow(carry)
            result.words[index] = second
            carry = product.high &+ (low ? 1 : 0) &+ (high ? 1 : 0)
        }
        result.fold(carry)
        return result
    }

    /// Adds what lies beyond 2^256, counted in units of it.
    private mutating func fold(_ overflow: UInt64) {
        var carry = overflow &* 38
        while carry != 0 {
            for index in 0..<4 {
                let (sum, isOver) = words[index].addingReportingOverflow(carry)
                words[index] = sum
                carry = isOver ? 1 : 0
            }
            carry = carry &* 38
        }
    }

    private static let prime = SIMD4<UInt64>(
        0xFFFF_FFFF_FFFF_FFED, .max, .max, 0x7FFF_FFFF_FFFF_FFFF)

    private static let minusOne: EdwardsField = {
        var value = EdwardsField(0)
        value.words = prime
        value.words[0] -= 1
        return value
    }()

    /// The constant of the curve, -121665/121666.
    private static let d: EdwardsField = {
        var value = EdwardsField(0)
        value.words = SIMD4(
            0x75EB_4DCA_1359_78A3, 0x0070_0A4D_4141_D8AB, 0x8CC7_4079_7779_E898, 0x5203_6CEE_2B6F_FE73)
        return value
    }()
}
