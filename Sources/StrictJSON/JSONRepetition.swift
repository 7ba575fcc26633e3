/// Which tokens of a text are those of the text that was read before it.
public struct JSONRepetition: BitwiseCopyable, Sendable {
    /// One bit for each of the first tokens; those for which there is no room count as new.
    @usableFromInline var words: InlineArray<4, UInt64>

    /// How many texts the buffer has read, this one included.
    public internal(set) var reading: UInt64 = 0

    /// Nothing is known to be the same.
    public static let none = JSONRepetition(words: InlineArray(repeating: 0))

    static let all = JSONRepetition(words: InlineArray(repeating: .max))

    private init(words: InlineArray<4, UInt64>) { self.words = words }

    /// Whether the text before had a token with the same bytes at this index; of a container, that one begins there.
    @inlinable
    public func contains(_ index: Int) -> Bool {
        index < 256 && words[index &>> 6] & 1 &<< UInt64(index & 63) != 0
    }

    mutating func remove(_ index: Int) {
        if index < 256 { words[index &>> 6] &= ~(1 &<< UInt64(index & 63)) }
    }
}
