/// Splits Cedar text into tokens, one at a time.
///
/// Works on bytes in a single pass. Whatever is no token of Cedar is reported here, once; the parser then treats the
/// place as an error that is already known. Schemas have the same tokens, except that a `?` stands alone.
/// Reference: Cedar grammar, lexical part.
package struct Lexer {
    /// What kind of text is read.
    package enum Dialect: Sendable {
        case policies, schemas
    }

    private let bytes: [UInt8]
    private let dialect: Dialect
    private var offset = 0

    /// Starts at the beginning of a text.
    package init(_ bytes: [UInt8], dialect: Dialect = .policies) {
        self.bytes = bytes
        self.dialect = dialect
    }

    /// The next token; at the end of the text, and when the log is full, `endOfFile` again and again.
    package mutating func next(_ log: inout DiagnosticLog) -> Token {
        while offset < bytes.count, !log.isFull {
            let start = offset
            let byte = bytes[start]
            if Identifier.isStart(byte) { return word(from: start) }
            switch byte {
            case 0x09...0x0D, 0x20: offset += 1
            case 0x30...0x39: return number(from: start)
            case 0x22: return string(from: start, &log)
            case 0x3F: if let token = slot(from: start, &log) { return token }
            case 0x2F where follows(0x2F): skipLineComment(&log)
            case 0x2F where follows(0x2A): skipBlockComment(&log)
            case 0x23:
                skipLineComment(&log)
                log.report(.foreignComment("#"), at: span(from: start))
            case 0x27: return singleQuoted(from: start, &log)
            case 0x80...: if let token = foreignText(from: start, &log) { return token }
            default:
                if let token = punctuation(from: start, &log) { return token }
                offset += 1
                log.report(.invalidCharacter(Unicode.Scalar(byte)), at: span(from: start))
                return Token(kind: .unknown, span: span(from: start))
            }
        }
        return Token(kind: .endOfFile, span: SourceSpan(start: bytes.count, end: bytes.count))
    }

    private func follows(_ byte: UInt8) -> Bool {
        offset + 1 < bytes.count && bytes[offset + 1] == byte
    }

    private func span(from start: Int) -> SourceSpan {
        SourceSpan(start: start, end: offset)
    }

    // MARK: Words, numbers, slots

    private mutating func word(from start: Int) -> Token {
        skipIdentifier()
        return Token(kind: Token.Kind(word: bytes[start..<offset]), span: span(from: start))
    }

    private mutating func skipIdentifier() {
        while offset < bytes.count, Identifier.isContinuation(bytes[offset]) { offset += 1 }
    }

    private mutating func number(from start: Int) -> Token {
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
        return Token(kind: .number, span: span(from: start))
    }

    private mutating func slot(from start: Int, _ log: inout DiagnosticLog) -> Token? {
        offset += 1
        if dialect == .schemas { return Token(kind: .questionMark, span: span(from: start)) }
        guard offset < bytes.count, Identifier.isStart(bytes[offset]) else {
            log.report(.loneQuestionMark, at: span(from: start))
            return Token(kind: .unknown, span: span(from: start))
        }
        skipIdentifier()
        return Token(kind: .slot, span: span(from: start))
    }

    // MARK: Strings

    /// A literal from quote to quote.
    ///
    /// Escapes are checked later, when it is known whether it is a pattern.
    private mutating func string(from start: Int, _ log: inout DiagnosticLog) -> Token {
        offset += 1
        var isBroken = false
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case 0x22:
                offset += 1
                return Token(kind: .string, span: span(from: start), isBroken: isBroken)
            case 0x5C where follows(0x0A):
                let place = SourceSpan(start: offset, end: offset + 1)
                log.report(.escapedLineEnd, at: place)
                isBroken = true
                offset += 2
            case 0x5C:
                offset += 1
                // The byte behind the backslash cannot end the literal; of a longer scalar, the rest follows.
                if offset < bytes.count, bytes[offset] < 0x80 { offset += 1 }
            case 0x80...:
                if !skipScalar(&log) { isBroken = true }
            default:
                offset += 1
            }
        }
        // Nothing closes it. Most likely it was meant to end on its line, so reading goes on behind that.
        offset = start
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
        log.report(.unterminatedString, at: span(from: start))
        return Token(kind: .string, span: span(from: start), isBroken: true)
    }

    /// Text in single quotes, which other languages have: reported, and then taken for a string.
    private mutating func singleQuoted(from start: Int, _ log: inout DiagnosticLog) -> Token {
        var end = start + 1
        while end < bytes.count, bytes[end] != 0x27, bytes[end] != 0x0A, bytes[end] != 0x0D, bytes[end] < 0x80 {
            end += 1
        }
        let isClosed = end < bytes.count && bytes[end] == 0x27
        offset = isClosed ? end + 1 : start + 1
        log.report(.singleQuote, at: span(from: start))
        return Token(kind: isClosed ? .string : .unknown, span: span(from: start), isBroken: true)
    }

    // MARK: Comments and what is not ASCII

    private mutating func skipLineComment(_ log: inout DiagnosticLog) {
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D {
            if bytes[offset] < 0x80 { offset += 1 } else { skipScalar(&log) }
        }
    }

    private mutating func skipBlockComment(_ log: inout DiagnosticLog) {
        let start = offset
        offset += 2
        while offset < bytes.count, !(bytes[offset] == 0x2A && follows(0x2F)) { offset += 1 }
        offset = min(offset + 2, bytes.count)
        log.report(.foreignComment("/*"), at: SourceSpan(start: start, end: min(start + 2, offset)))
    }

    /// Skips the scalar at the offset.
    ///
    /// Malformed UTF-8 is reported, and skipped up to the next byte that may begin one.
    @discardableResult
    private mutating func skipScalar(_ log: inout DiagnosticLog) -> Bool {
        if let (_, length) = UTF8Decoding.scalar(in: bytes, at: offset) {
            offset += length
            return true
        }
        let start = offset
        repeat {
            offset += 1
        } while offset < bytes.count && bytes[offset] >= 0x80
            && UTF8Decoding.scalar(in: bytes, at: offset) == nil
        log.report(.invalidEncoding, at: span(from: start))
        return false
    }

    /// White space beyond ASCII gives `nil`, as do invisible characters, which are reported and then ignored.
    private mutating func foreignText(from start: Int, _ log: inout DiagnosticLog) -> Token? {
        guard let (scalar, _) = UTF8Decoding.scalar(in: bytes, at: start) else {
            skipScalar(&log)
            return Token(kind: .unknown, span: span(from: start))
        }
        skipScalar(&log)
        if scalar.properties.isWhitespace { return nil }
        log.report(scalar == "\u{FEFF}" ? .byteOrderMark : .invalidCharacter(scalar), at: span(from: start))
        switch scalar.properties.generalCategory {
        case .format, .control: return nil
        default: break
        }
        // The rest of a word in another script is part of the same mistake.
        while offset < bytes.count {
            if Identifier.isContinuation(bytes[offset]) {
                offset += 1
            } else if bytes[offset] >= 0x80, let (scalar, length) = UTF8Decoding.scalar(in: bytes, at: offset),
                !scalar.properties.isWhitespace
            {
                offset += length
            } else {
                break
            }
        }
        return Token(kind: .unknown, span: span(from: start))
    }

    // MARK: Punctuation

    private mutating func punctuation(from start: Int, _ log: inout DiagnosticLog) -> Token? {
        var length = 1
        let kind: Token.Kind
        switch bytes[start] {
        case 0x40: kind = .at
        case 0x2E: kind = .dot
        case 0x2C: kind = .comma
        case 0x3B: kind = .semicolon
        case 0x3A where follows(0x3A): (kind, length) = (.doubleColon, 2)
        case 0x3A: kind = .colon
        case 0x28: kind = .leftParenthesis
        case 0x29: kind = .rightParenthesis
        case 0x7B: kind = .leftBrace
        case 0x7D: kind = .rightBrace
        case 0x5B: kind = .leftBracket
        case 0x5D: kind = .rightBracket
        case 0x3D where follows(0x3D): (kind, length) = (.equal, 2)
        case 0x3D: kind = .assign
        case 0x21 where follows(0x3D): (kind, length) = (.notEqual, 2)
        case 0x21: kind = .not
        case 0x3C where follows(0x3D): (kind, length) = (.lessOrEqual, 2)
        case 0x3C: kind = .less
        case 0x3E where follows(0x3D): (kind, length) = (.greaterOrEqual, 2)
        case 0x3E: kind = .greater
        case 0x7C where follows(0x7C): (kind, length) = (.or, 2)
        case 0x26 where follows(0x26): (kind, length) = (.and, 2)
        case 0x7C where dialect == .policies, 0x26 where dialect == .policies:
            // Half an operator is reported and then taken for the whole.
            kind = bytes[start] == 0x7C ? .or : .and
            let word = bytes[start] == 0x7C ? "|" : "&"
            log.report(.foreignOperator(word, use: word + word), at: SourceSpan(start: start, end: start + 1))
        case 0x2B: kind = .plus
        case 0x2D: kind = .minus
        case 0x2A: kind = .star
        case 0x2F: kind = .slash
        case 0x25: kind = .percent
        default: return nil
        }
        offset += length
        return Token(kind: kind, span: span(from: start))
    }
}
