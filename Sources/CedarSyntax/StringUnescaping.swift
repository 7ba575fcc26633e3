/// Reads the inside of a string literal: its escapes and, for the right side of `like`, its wildcards.
///
/// The escapes are `\n \r \t \\ \0 \' \" \xNN` (up to `7F`) and `\u{1 to 6 hex digits}`, in patterns also `\*`.
/// Every bad escape of a literal is reported. Reference: Cedar parser, unescape.
package struct StringUnescaping {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int
    private let isPattern: Bool

    /// The scalars since the last wildcard.
    private var text = String.UnicodeScalarView()
    private var elements: [Pattern.Element] = []

    private init(_ bytes: [UInt8], literal: SourceSpan, isPattern: Bool) {
        self.bytes = bytes
        self.offset = literal.start + 1
        self.end = literal.end - 1
        self.isPattern = isPattern
    }

    /// The text of a literal whose span includes the quotes.
    ///
    /// Problems are passed on and make the result meaningless.
    package static func text(
        of literal: SourceSpan, in bytes: [UInt8], _ report: (PolicyProblem, SourceSpan) -> Void
    ) -> CedarString {
        let inside = (literal.start + 1)..<(literal.end - 1)
        // Nearly all literals are free of escapes.
        if !bytes[inside].contains(where: { $0 == 0x5C || $0 == 0x0D }) {
            return CedarString(utf8: bytes[inside])
        }
        var reader = StringUnescaping(bytes, literal: literal, isPattern: false)
        reader.run(report)
        return CedarString(String(reader.text))
    }

    /// The pattern of a literal whose span includes the quotes.
    ///
    /// As in the reference, a `*` that an escape such as `\u{2a}` gives is a wildcard like a plain one.
    static func pattern(
        of literal: SourceSpan, in bytes: [UInt8], _ report: (PolicyProblem, SourceSpan) -> Void
    ) -> Pattern {
        var reader = StringUnescaping(bytes, literal: literal, isPattern: true)
        reader.run(report)
        reader.endLiteral()
        return Pattern(elements: reader.elements)
    }

    private mutating func run(_ report: (PolicyProblem, SourceSpan) -> Void) {
        while offset < end {
            let start = offset
            guard let (scalar, length) = UTF8Decoding.scalar(in: bytes, at: offset) else {
                offset += 1
                continue
            }
            offset += length
            switch scalar {
            case "\\":
                if isPattern, bytes[offset] == 0x2A {
                    offset += 1
                    text.append("*")
                } else if let scalar = escape() {
                    append(scalar)
                } else {
                    report(Self.problem(of: bytes[start..<offset]), SourceSpan(start: start, end: offset))
                }
            case "\r":
                report(.carriageReturn, SourceSpan(start: start, end: offset))
            default:
                append(scalar)
            }
        }
    }

    private static func problem(of escape: ArraySlice<UInt8>) -> PolicyProblem {
        if escape.elementsEqual("\\*".utf8) { return .starEscape }
        if escape.elementsEqual("\\\r".utf8) { return .escapedLineEnd }
        return .invalidEscape(String(decoding: escape, as: UTF8.self))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if isPattern, scalar == "*" {
            endLiteral()
            elements.append(.wildcard)
        } else {
            text.append(scalar)
        }
    }

    private mutating func endLiteral() {
        if !text.isEmpty {
            elements.append(.literal(CedarString(String(text))))
            text = String.UnicodeScalarView()
        }
    }

    /// The scalar that the escape behind a backslash stands for; `nil` for a bad one, with the offset behind it.
    private mutating func escape() -> Unicode.Scalar? {
        guard offset < end, let (letter, length) = UTF8Decoding.scalar(in: bytes, at: offset) else { return nil }
        offset += length
        switch letter {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "0": return "\0"
        case "\\", "'", "\"": return letter
        case "x": return byteEscape()
        case "u": return unicodeEscape()
        default: return nil
        }
    }

    private mutating func byteEscape() -> Unicode.Scalar? {
        guard let high = hexDigit(), let low = hexDigit(), high < 8 else { return nil }
        return Unicode.Scalar(high << 4 | low)
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard offset < end, bytes[offset] == 0x7B else { return nil }
        offset += 1
        var value: UInt32 = 0
        var digits = 0
        while offset < end {
            if bytes[offset] == 0x7D {
                offset += 1
                return (1...6).contains(digits) ? Unicode.Scalar(value) : nil
            }
            if bytes[offset] == 0x5F, digits > 0 {
                offset += 1
            } else if let digit = hexDigit() {
                // Beyond six digits the escape is bad anyway.
                if digits < 6 { value = value << 4 | digit }
                digits += 1
            } else {
                return nil
            }
        }
        return nil
    }

    private mutating func hexDigit() -> UInt32? {
        guard offset < end, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else { return nil }
        offset += 1
        return UInt32(digit)
    }
}
