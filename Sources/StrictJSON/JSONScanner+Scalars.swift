extension JSONScanner {
    /// Reads the string whose quote is the next byte, and tells whether it has escapes.
    @inline(__always)
    mutating func scanString(_ bytes: Span<UInt8>, in place: Place) throws(JSONError) -> Bool {
        let end = bytes.plainRunEnd(from: at &+ 1)
        if end < bytes.count, bytes[end] == ASCII.quote {
            at = end &+ 1
            return false
        }
        return try scanUnusualString(bytes, from: end, in: place)
    }

    /// Goes on with a string from the first byte that does not stand for itself.
    @inline(never)
    private mutating func scanUnusualString(
        _ bytes: Span<UInt8>, from start: Int, in place: Place
    ) throws(JSONError) -> Bool {
        var end = start
        var escapes = false
        while end < bytes.count {
            let byte = bytes[end]
            if byte == ASCII.quote {
                at = end + 1
                return escapes
            } else if byte == ASCII.backslash {
                escapes = true
                try skipEscape(bytes, at: &end, in: place)
            } else if byte < ASCII.space {
                throw failure(
                    .controlCharacter, "a string holds a raw control character; write it as an escape", end, bytes,
                    in: place)
            } else {
                guard let length = bytes.multibyteLength(at: end) else {
                    throw invalidUTF8(end, bytes, in: place)
                }
                end += length
            }
            end = bytes.plainRunEnd(from: end)
        }
        throw unexpected(end, bytes, expecting: "the closing quote of a string", in: place)
    }

    private func skipEscape(_ bytes: Span<UInt8>, at offset: inout Int, in place: Place) throws(JSONError) {
        do throws(JSONEscape.Fault) {
            _ = try JSONEscape.read(bytes, at: &offset)
        } catch {
            switch error {
            case .truncated:
                throw unexpected(bytes.count, bytes, expecting: "the rest of an escape", in: place)
            case .unknown:
                throw failure(.invalidEscape, "the backslash starts no escape known to JSON", offset, bytes, in: place)
            case .loneSurrogate:
                let message = "the escape names half of a surrogate pair, which is no character"
                throw failure(.loneSurrogate, message, offset, bytes, in: place)
            }
        }
    }

    /// Reads the number that starts at the next byte, and tells whether it is an integer literal: no fraction, no
    /// exponent, and not `-0`.
    mutating func scanNumber(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        var end = at
        let isNegative = bytes[end] == ASCII.minus
        if isNegative {
            end += 1
        }
        let isZero = end < bytes.count && bytes[end] == ASCII.zero
        if isZero {
            end += 1
            if end < bytes.count, ASCII.isDigit(bytes[end]) {
                throw failure(.invalidNumber, "a number has a leading zero", at, bytes, in: .value)
            }
        } else {
            try skipDigits(bytes, at: &end)
        }
        var isInteger = !(isNegative && isZero)
        if end < bytes.count, bytes[end] == ASCII.period {
            isInteger = false
            end += 1
            try skipDigits(bytes, at: &end)
        }
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            if end < bytes.count, bytes[end] == ASCII.plus || bytes[end] == ASCII.minus {
                end += 1
            }
            try skipDigits(bytes, at: &end)
        }
        if end < bytes.count, continuesNumber(bytes[end]) {
            throw failure(.invalidNumber, "a number goes on with \(describe(bytes, at: end))", end, bytes, in: .value)
        }
        at = end
        return isInteger
    }

    /// Moves past one digit or more.
    @inline(__always)
    private func skipDigits(_ bytes: Span<UInt8>, at offset: inout Int) throws(JSONError) {
        let start = offset
        while offset < bytes.count, ASCII.isDigit(bytes[offset]) {
            offset &+= 1
        }
        guard offset > start else {
            guard offset < bytes.count else {
                throw unexpected(offset, bytes, expecting: "a digit", in: .value)
            }
            let message = "a number needs a digit here, not \(describe(bytes, at: offset))"
            throw failure(.invalidNumber, message, offset, bytes, in: .value)
        }
    }

    /// Whether a byte right after a number shows that its author meant it to be part of the number.
    private func continuesNumber(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == ASCII.period || byte == ASCII.plus
            || byte == ASCII.minus || byte == UInt8(ascii: "_")
    }

    /// Reads `true`, `false` or `null`, and refuses everything else that starts no value.
    mutating func scanLiteral(_ bytes: Span<UInt8>) throws(JSONError) {
        // The rest of the word, the next letter in the lowest byte.
        var rest: UInt32
        switch bytes[at] {
        case UInt8(ascii: "t"): rest = 0x0065_7572
        case UInt8(ascii: "f"): rest = 0x6573_6C61
        case UInt8(ascii: "n"): rest = 0x006C_6C75
        case ASCII.plus:
            throw failure(.invalidNumber, "a number starts with `+`", at, bytes, in: .value)
        case ASCII.period:
            throw failure(.invalidNumber, "a number starts with `.`", at, bytes, in: .value)
        default:
            throw unexpected(at, bytes, expecting: "a value", in: .value)
        }
        var end = at + 1
        while rest != 0 {
            guard end < bytes.count, bytes[end] == UInt8(truncatingIfNeeded: rest) else {
                throw unexpected(end, bytes, expecting: "`true`, `false` or `null`", in: .value)
            }
            rest >>= 8
            end += 1
        }
        at = end
    }
}
