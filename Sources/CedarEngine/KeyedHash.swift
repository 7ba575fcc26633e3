/// A fast hash with a secret key, for strings that clients choose.
///
/// Every table draws its own key, so that nobody outside can choose strings that collide.
struct KeyedHash: Sendable {
    private let first: UInt64
    private let second: UInt64

    /// Draws a key.
    init() {
        var random = SystemRandomNumberGenerator()
        first = random.next() | 1
        second = random.next()
    }

    /// The hash of bytes.
    @inline(__always)
    func hash(_ bytes: Span<UInt8>) -> UInt64 {
        // Safe: bytes have no padding.
        let raw = unsafe bytes.bytes
        let count = raw.byteCount
        var state = second ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while count - offset >= 8 {
            // Safe: eight bytes are left.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = mix(state ^ word)
            offset += 8
        }
        return mix(mix(state ^ Self.rest(raw, from: offset)) ^ first)
    }

    /// Up to seven bytes as a number; the count is part of the hash already, so that bytes may go in twice.
    @inline(__always)
    private static func rest(_ raw: RawSpan, from offset: Int) -> UInt64 {
        let count = raw.byteCount - offset
        if count == 0 { return 0 }
        if raw.byteCount >= 8 {
            // Safe: there are eight bytes before the end.
            return unsafe raw.unsafeLoadUnaligned(fromByteOffset: raw.byteCount - 8, as: UInt64.self)
        }
        if count >= 4 {
            // Safe: there are four bytes at the start and before the end.
            let (low, high) = unsafe (
                raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self),
                raw.unsafeLoadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            )
            return UInt64(high) << 32 | UInt64(low)
        }
        // Safe: there is at least one byte, and all three places lie in the text.
        let (first, middle, last) = unsafe (
            raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self),
            raw.unsafeLoadUnaligned(fromByteOffset: count / 2, as: UInt8.self),
            raw.unsafeLoadUnaligned(fromByteOffset: count - 1, as: UInt8.self)
        )
        return UInt64(first) << 16 | UInt64(middle) << 8 | UInt64(last)
    }

    /// The hash of a pair of ids.
    func hash(_ left: Int32, _ right: Int32) -> UInt64 {
        mix(UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)) ^ second)
    }

    @inline(__always)
    private func mix(_ word: UInt64) -> UInt64 {
        let product = (word ^ second).multipliedFullWidth(by: first ^ 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low ^ word.byteSwapped
    }
}
