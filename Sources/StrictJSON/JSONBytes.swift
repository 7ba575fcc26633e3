/// Names for the bytes of the grammar.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let plus: UInt8 = 0x2B
    static let comma: UInt8 = 0x2C
    static let minus: UInt8 = 0x2D
    static let period: UInt8 = 0x2E
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- zero < 10
    }

    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == space || byte == lineFeed || byte == carriageReturn || byte == tab
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26
    }
}

extension Span where Element == UInt8 {
    /// Eight bytes, the first in the lowest position.
    ///
    /// The caller has checked that `offset + 8 <= count`.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // Safe: every bit pattern is a UInt64, and every call stands behind a check of the bounds.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The end of the run, from `offset` on, of bytes that stand for themselves in a string: ASCII from the space on,
    /// without quote and backslash.
    @inline(__always)
    func plainRunEnd(from offset: Int) -> Int {
        let lows: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var at = offset
        while at &+ 8 <= count {
            let word = word(at: at)
            let quotes = word ^ (lows &* UInt64(ASCII.quote))
            let backslashes = word ^ (lows &* UInt64(ASCII.backslash))
            // Each term sets the top bit of the bytes it looks for. A borrow can set a wrong bit only above a right
            // one, so the lowest bit is exact, and only that one is used.
            let stops =
                ((quotes &- lows) & ~quotes) | ((backslashes &- lows) & ~backslashes)
                | ((word &- (lows &* UInt64(ASCII.space))) & ~word) | word
            let found = stops & highs
            if found != 0 {
                return at &+ (found.trailingZeroBitCount &>> 3)
            }
            at &+= 8
        }
        while at < count {
            let byte = self[at]
            if byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash || byte >= 0x80 {
                break
            }
            at &+= 1
        }
        return at
    }

    /// Whether `length` bytes from `offset` on are those of `other` from `otherOffset` on; both ranges must exist.
    @inline(__always)
    func matches(at offset: Int, _ other: Span<UInt8>, at otherOffset: Int, length: Int) -> Bool {
        guard offset + length <= count, otherOffset + length <= other.count else { return false }
        var done = 0
        while done &+ 8 <= length {
            if word(at: offset &+ done) != other.word(at: otherOffset &+ done) {
                return false
            }
            done &+= 8
        }
        while done < length {
            if self[offset &+ done] != other[otherOffset &+ done] {
                return false
            }
            done &+= 1
        }
        return true
    }

    /// The length of the multi-byte UTF-8 sequence at `offset`, or nil where there is none (RFC 3629 section 4).
    func multibyteLength(at offset: Int) -> Int? {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch self[offset] {
        case 0xC2...0xDF:
            length = 2
        case 0xE0:
            length = 3
            second = 0xA0...0xBF
        case 0xED:
            length = 3
            second = 0x80...0x9F
        case 0xE1...0xEF:
            length = 3
        case 0xF0:
            length = 4
            second = 0x90...0xBF
        case 0xF1...0xF3:
            length = 4
        case 0xF4:
            length = 4
            second = 0x80...0x8F
        default:
            return nil
        }
        guard offset + length <= count, second.contains(self[offset + 1]) else { return nil }
        for place in offset + 2..<offset + length where self[place] & 0xC0 != 0x80 {
            return nil
        }
        return length
    }

    /// The line and the column of an offset, both from 1; the column counts scalars.
    ///
    /// Costs a walk from the start.
    func position(of offset: Int) -> (line: Int, column: Int) {
        let end = Swift.min(offset, count)
        var line = 1
        var column = 1
        var at = 0
        while at < end {
            let byte = self[at]
            at += 1
            if byte == ASCII.lineFeed || byte == ASCII.carriageReturn {
                if byte == ASCII.carriageReturn, at < count, self[at] == ASCII.lineFeed {
                    // The line ends after the pair, and an offset between the two is still on it.
                    column += 1
                    continue
                }
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
