/// Reads a text once, from start to end, into a tape of tokens.
///
/// It keeps no stack: an open container holds the index of the one around it in its own token, so that the depth of a
/// text costs neither recursion nor memory.
struct JSONScanner: ~Copyable {
    let limits: JSONLimits
    private(set) var tokens = JSONTokenList()
    /// The offset of the next byte to read.
    var at = 0
    /// The index of the innermost open container, or `JSONToken.none`.
    private(set) var open = JSONToken.none
    private var depth = 0
    private var values = 0

    init(limits: JSONLimits) {
        self.limits = limits
    }

    /// Forgets the last text, and the memory of its tokens if they were more than so many.
    mutating func restart(keeping kept: Int) {
        tokens.removeAll(keeping: kept)
        at = 0
        open = JSONToken.none
        depth = 0
        values = 0
    }

    /// Hands over the tape of the text that was read.
    mutating func handOver(to likeness: inout JSONLikeness, _ bytes: Span<UInt8>) { likeness.take(&tokens, of: bytes) }

    /// Reads the whole text.
    mutating func scan(_ bytes: Span<UInt8>) throws(JSONError) {
        try checkStart(bytes)
        // About one token in eight bytes is usual; the cap keeps a long text of few values from reserving much.
        tokens.reserve(min(bytes.count / 8 + 8, 4096))
        skipWhitespace(bytes)
        repeat {
            try scanValue(bytes)
            try scanPunctuation(bytes)
        } while open != JSONToken.none
        skipWhitespace(bytes)
        guard at == bytes.count else {
            throw failure(.trailingData, "only white space may follow the value", at, bytes, in: .container)
        }
    }

    private func checkStart(_ bytes: Span<UInt8>) throws(JSONError) {
        let maximum = min(limits.maximumBytes, Int(UInt32.max) - 1)
        guard bytes.count <= maximum else {
            let message = "the text has \(bytes.count) bytes, the limit is \(maximum)"
            throw failure(.tooLong, message, max(maximum, 0), bytes, in: .container)
        }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw failure(.byteOrderMark, "the text starts with a byte order mark", 0, bytes, in: .container)
        }
    }

    @inline(__always)
    private mutating func skipWhitespace(_ bytes: Span<UInt8>) {
        while at < bytes.count, ASCII.isWhitespace(bytes[at]) {
            at &+= 1
        }
    }

    /// Reads a scalar, or the start of a container and on to its first scalar or its end.
    private mutating func scanValue(_ bytes: Span<UInt8>) throws(JSONError) {
        while true {
            guard at < bytes.count else { throw unexpected(at, bytes, expecting: "a value", in: .value) }
            values += 1
            guard values <= limits.maximumValues else {
                let message = "there are more than \(limits.maximumValues) values"
                throw failure(.tooManyValues, message, at, bytes, in: .value)
            }
            let start = at
            let byte = bytes[at]
            switch byte {
            case ASCII.quote:
                let escapes = try scanString(bytes, in: .value)
                appendValue(from: start, detail: escapes ? 1 : 0)
                return
            case ASCII.openBrace:
                try openContainer(bytes)
                if at < bytes.count, bytes[at] == ASCII.closeBrace {
                    return
                }
                try scanName(bytes)
            case ASCII.openBracket:
                try openContainer(bytes)
                if at < bytes.count, bytes[at] == ASCII.closeBracket {
                    return
                }
            case ASCII.minus, ASCII.zero...ASCII.nine:
                let isInteger = try scanNumber(bytes)
                appendValue(from: start, detail: isInteger ? 1 : 0)
                return
            default:
                try scanLiteral(bytes)
                appendValue(from: start, detail: 0)
                return
            }
        }
    }

    /// Reads what follows a value or an opening bracket: any closing brackets, and then either a comma (and, in an
    /// object, the next name), or nothing because the root is complete.
    @inline(__always)
    private mutating func scanPunctuation(_ bytes: Span<UInt8>) throws(JSONError) {
        while open != JSONToken.none {
            skipWhitespace(bytes)
            let isObject = bytes[Int(tokens[Int(open)].start)] == ASCII.openBrace
            guard at < bytes.count else {
                throw unexpected(at, bytes, expecting: isObject ? "`,` or `}`" : "`,` or `]`", in: .container)
            }
            let byte = bytes[at]
            if byte == ASCII.comma {
                at &+= 1
                skipWhitespace(bytes)
                if isObject {
                    try scanName(bytes)
                }
                return
            }
            guard byte == (isObject ? ASCII.closeBrace : ASCII.closeBracket) else {
                throw unexpected(at, bytes, expecting: isObject ? "`,` or `}`" : "`,` or `]`", in: .container)
            }
            at &+= 1
            if isObject {
                try checkNames(bytes)
            }
            closeContainer()
        }
    }

    /// Reads the name of a member, the colon, and the white space around it.
    @inline(__always)
    private mutating func scanName(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = at
        guard at < bytes.count, bytes[at] == ASCII.quote else {
            throw unexpected(at, bytes, expecting: "a member name in double quotes", in: .container)
        }
        let escapes = try scanString(bytes, in: .container)
        append(from: start, detail: escapes ? 1 : 0)
        skipWhitespace(bytes)
        guard at < bytes.count, bytes[at] == ASCII.colon else {
            throw unexpected(at, bytes, expecting: "`:`", in: .value)
        }
        at &+= 1
        skipWhitespace(bytes)
    }

    /// Enters the container whose bracket is the next byte, and skips to its first byte that is not white space.
    private mutating func openContainer(_ bytes: Span<UInt8>) throws(JSONError) {
        depth += 1
        guard depth <= limits.maximumDepth else {
            let message = "arrays and objects nest deeper than \(limits.maximumDepth) levels"
            throw failure(.tooDeep, message, at, bytes, in: .value)
        }
        let start = at
        at &+= 1
        let index = UInt32(truncatingIfNeeded: tokens.count)
        let outer = open
        appendValue(from: start, detail: 0)
        tokens[Int(index)].next = outer
        open = index
        skipWhitespace(bytes)
    }

    @inline(__always)
    private mutating func closeContainer() {
        let index = Int(open)
        open = tokens[index].next
        tokens[index].end = UInt32(truncatingIfNeeded: at)
        tokens[index].next = UInt32(truncatingIfNeeded: tokens.count)
        depth -= 1
    }

    /// Appends a token that ends before the next byte, and counts it in the container around it.
    @inline(__always)
    private mutating func appendValue(from start: Int, detail: UInt32) {
        if open != JSONToken.none {
            tokens[Int(open)].detail &+= 1
        }
        append(from: start, detail: detail)
    }

    @inline(__always)
    private mutating func append(from start: Int, detail: UInt32) {
        // Safe: offsets and the number of tokens are at most the length of the text, which is below UInt32.max.
        tokens.append(
            JSONToken(
                start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: at),
                next: UInt32(truncatingIfNeeded: tokens.count &+ 1), detail: detail))
    }
}
