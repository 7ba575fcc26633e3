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
        var rest: UInt64 = 0
        while offset < count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(mix(state ^ rest) ^ first)
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
