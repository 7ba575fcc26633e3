/// Reads a text that is like the one before it by the tape of that one.
///
/// The requests of one caller differ in an id, an address, a name. Where a text has the same bytes as the one before but
/// for the contents of a few string values, it has the same tokens at other offsets: all that is checked of a text, such
/// as its nesting and the names of its members, holds for it as it held before. What differs must be plain ASCII that
/// stands for itself, up to the closing quote. Any other difference is left to the scanner.
struct JSONLikeness: ~Copyable {
    /// The text whose tape is known; empty when there is none.
    private var text: [UInt8] = []
    private var tokens = JSONTokenList()

    /// What the last text has in common with the text before it.
    private(set) var repetition = JSONRepetition.none

    /// Longer texts are not remembered.
    private static let maximumBytes = 16 << 10

    /// Takes the tape that the scanner made of a text, and hands it another one to fill.
    mutating func take(_ scanned: inout JSONTokenList, of bytes: Span<UInt8>) {
        swap(&tokens, &scanned)
        repetition = .none
        remember(bytes)
    }

    /// Forgets the text.
    mutating func forget() { text.removeAll(keepingCapacity: true) }

    /// Hands the tokens of the last text to a body.
    @inline(__always)
    func withTokens<Result>(_ body: (Span<JSONToken>) -> Result) -> Result { tokens.withSpan(body) }

    private mutating func remember(_ bytes: Span<UInt8>) {
        text.removeAll(keepingCapacity: true)
        guard bytes.count <= Self.maximumBytes else { return }
        // Safe: the bytes are copied while the closure runs.
        unsafe bytes.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
    }

    /// Turns the tape into that of a text; `false`, and no change, when it is not like the last one.
    mutating func read(_ bytes: Span<UInt8>) -> Bool {
        guard !text.isEmpty, bytes.count <= Self.maximumBytes,
            let differences = Differences(text.span, tokens, bytes)
        else { return false }
        move(by: differences)
        repetition = differences.repetition
        remember(bytes)
        return true
    }

    /// Moves the tokens to where they stand in the new text.
    private mutating func move(by differences: Differences) {
        guard differences.movesTokens else { return }
        for place in 0..<differences.count {
            let end = place + 1 < differences.count ? differences[place + 1].token : tokens.count
            let before = place == 0 ? 0 : differences[place - 1].shift
            tokens[differences[place].token].move(start: before, end: differences[place].shift)
            for index in differences[place].token &+ 1..<end {
                let shift = differences[place].shift
                tokens[index].move(start: shift, end: shift)
            }
        }
        // What is open around a difference ends further on; what begins after it has been moved as a whole.
        for index in 0..<tokens.count where tokens[index].next > UInt32(index) &+ 1 {
            let behind = differences.shift(ofTokensFrom: Int(tokens[index].next))
            tokens[index].move(start: 0, end: behind &- differences.shift(ofTokensFrom: index &+ 1))
        }
    }
}

/// The string values in which two texts differ that are otherwise the same.
private struct Differences {
    /// A string with other contents.
    struct Difference: BitwiseCopyable {
        /// Its index on the tape.
        var token: Int
        /// How much further what follows it stands in the new text.
        var shift: Int
    }

    private var all = InlineArray<16, Difference>(repeating: Difference(token: 0, shift: 0))
    private(set) var count = 0
    private(set) var movesTokens = false
    private(set) var repetition = JSONRepetition.all

    subscript(index: Int) -> Difference { all[index] }

    /// Compares two texts; `nil` when there is any other difference, or there are many.
    init?(_ old: Span<UInt8>, _ tokens: borrowing JSONTokenList, _ new: Span<UInt8>) {
        // From `from` on, the old text is compared with the new one `shift` bytes further.
        var (from, shift, index) = (0, 0, 0)
        while true {
            let same = old.commonEnd(from: from, new, shiftedBy: shift)
            if same == old.count, same &+ shift == new.count { return }
            while index &+ 1 < tokens.count, Int(tokens[index &+ 1].start) < same { index &+= 1 }
            let token = tokens[index]
            let (start, end) = (Int(token.start), Int(token.end))
            guard count < all.count, start < same, same < end, old[start] == ASCII.quote, token.detail == 0,
                !Self.isName(endingAt: end, old)
            else { return nil }
            // From the quote on, because a difference may lie in the middle of a character.
            let newEnd = new.plainRunEnd(from: start &+ shift &+ 1)
            guard newEnd < new.count, new[newEnd] == ASCII.quote else { return nil }
            from = end
            shift = newEnd &+ 1 &- end
            if shift != 0 { movesTokens = true }
            all[count] = Difference(token: index, shift: shift)
            count &+= 1
            repetition.remove(index)
        }
    }

    /// How much further tokens from an index on stand in the new text.
    func shift(ofTokensFrom index: Int) -> Int {
        var place = count
        while place > 0 {
            place &-= 1
            if all[place].token < index { return all[place].shift }
        }
        return 0
    }

    private static func isName(endingAt end: Int, _ old: Span<UInt8>) -> Bool {
        var at = end
        while at < old.count, ASCII.isWhitespace(old[at]) { at &+= 1 }
        return at < old.count && old[at] == ASCII.colon
    }
}

extension JSONToken {
    /// Moves both ends, so many bytes further.
    @inline(__always)
    fileprivate mutating func move(start: Int, end: Int) {
        self.start &+= UInt32(truncatingIfNeeded: start)
        self.end &+= UInt32(truncatingIfNeeded: end)
    }
}

extension Span where Element == UInt8 {
    /// How far, from an offset on, these bytes are those of other bytes that stand so much further there.
    @inline(__always)
    fileprivate func commonEnd(from start: Int, _ other: Span<UInt8>, shiftedBy shift: Int) -> Int {
        let end = Swift.min(count, other.count &- shift)
        var at = start
        while at &+ 8 <= end {
            let difference = word(at: at) ^ other.word(at: at &+ shift)
            if difference != 0 { return at &+ difference.trailingZeroBitCount &>> 3 }
            at &+= 8
        }
        while at < end, self[at] == other[at &+ shift] { at &+= 1 }
        return at
    }
}
