/// Keys that pass every check of form and must still not be used.
enum WeakKeys {
    // MARK: - Ed25519

    /// Whether an encoded point is one of the eight of small order, for which signatures over any message verify, has
    /// a y that is not below the prime, or is not on the curve at all (RFC 8032 section 5.1.3).
    static func isWeakEd25519(_ encoded: [UInt8]) -> Bool {
        guard encoded.count == 32 else { return true }
        var y = encoded
        // The top bit is the sign of x; with either sign the point has the same order.
        y[31] &= 0x7F
        return !isBelowPrime(y) || smallOrder.contains(y) || !EdwardsField(littleEndian: y).isOnCurve
    }

    /// Whether a little-endian number is below 2^255 - 19.
    private static func isBelowPrime(_ number: [UInt8]) -> Bool {
        guard number[31] == 0x7F, number[1...30].allSatisfy({ $0 == 0xFF }) else { return true }
        return number[0] < 0xED
    }

    /// The y of the points of order 1, 2, 4 and 8, little-endian.
    private static let smallOrder: Set<[UInt8]> = {
        let zero = [UInt8](repeating: 0, count: 32)
        var one = zero
        one[0] = 1
        var minusOne = [UInt8](repeating: 0xFF, count: 32)
        minusOne[0] = 0xEC
        minusOne[31] = 0x7F
        let eighth: [UInt8] = [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ]
        let otherEighth: [UInt8] = [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ]
        return [zero, one, minusOne, eighth, otherEighth]
    }()

    // MARK: - RSA

    /// Whether a modulus has the fingerprint of the generator of CVE-2017-15361: modulo every small prime, its
    /// remainder is a power of 65537.
    static func hasROCAFingerprint(_ modulus: [UInt8]) -> Bool {
        fingerprints.allSatisfy { prime, remainders in
            var remainder = 0
            for byte in modulus { remainder = (remainder << 8 | Int(byte)) % prime }
            return remainders[remainder]
        }
    }

    /// For each odd prime up to 167, which remainders are powers of 65537.
    private static let fingerprints: [(prime: Int, remainders: [Bool])] = {
        let primes = (3...167).filter { candidate in (2..<candidate).allSatisfy { candidate % $0 != 0 } }
        return primes.map { prime in
            var remainders = [Bool](repeating: false, count: prime)
            var power = 1
            repeat {
                remainders[power] = true
                power = power * (65537 % prime) % prime
            } while power != 1 && power != 0
            return (prime, remainders)
        }
    }()
}
