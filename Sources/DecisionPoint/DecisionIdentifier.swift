/// A decision id: a random number of 128 bits in 26 characters of the RFC 4648 base32 alphabet, lower case, the most
/// significant first.
package struct DecisionIdentifier: Sendable {
    /// The characters, all of them ASCII.
    package let characters: InlineArray<26, UInt8>

    /// A new id.
    package init() {
        var random = SystemRandomNumberGenerator()
        self.init(using: &random)
    }

    /// A new id of a source of random numbers, which must be fit for secrets.
    package init(using random: inout some RandomNumberGenerator) {
        var (high, low) = (random.next(), random.next())
        characters = InlineArray<26, UInt8> { place in
            // 26 characters have 130 bits: the first stands for three.
            let width: UInt64 = place == 0 ? 3 : 5
            let value = high &>> (64 - width)
            high = high &<< width | low &>> (64 - width)
            low = low &<< width
            return Self.character(value)
        }
    }

    /// `a` to `z`, then `2` to `7`.
    private static func character(_ value: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: value) &+ (value < 26 ? UInt8(ascii: "a") : UInt8(ascii: "2") &- 26)
    }

    /// The id as a text.
    package var text: String {
        // Safe: the buffer is only read while the closure runs.
        unsafe characters.span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Appends the characters to bytes.
    package func append(to bytes: inout [UInt8]) {
        // Safe: as above.
        unsafe characters.span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
}
