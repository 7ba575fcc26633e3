/// The kinds of JSON values.
public enum JSONKind: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool
    /// A number, as yet only text.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}

/// A value inside a document.
///
/// A node is a reference into the tape of its document, which it keeps alive; making one copies nothing.
public struct JSONNode: Sendable {
    let tape: JSONTape
    /// The index of the value's token.
    let index: Int

    var token: JSONToken {
        tape.tokens[index]
    }

    private var firstByte: UInt8 {
        tape.bytes[start]
    }

    // MARK: - Kind and place

    /// What kind of value this is.
    public var kind: JSONKind {
        switch firstByte {
        case ASCII.openBrace: .object
        case ASCII.openBracket: .array
        case ASCII.quote: .string
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        default: .number
        }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        firstByte == UInt8(ascii: "n")
    }

    /// The offset of the first byte of the value, a quote or bracket included.
    public var start: Int {
        Int(token.start)
    }

    /// The offset after the last byte of the value.
    public var end: Int {
        Int(token.end)
    }

    /// The text of the value as it stands in the document, white space inside it included.
    public var rawBytes: ArraySlice<UInt8> {
        tape.bytes[start..<end]
    }

    // MARK: - Scalars

    /// The truth value, or nil when this is no boolean.
    public var bool: Bool? {
        switch firstByte {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// Whether this is a number written without fraction and exponent, and not as `-0`.
    ///
    /// It may be of any size.
    public var isIntegerLiteral: Bool {
        token.detail == 1 && kind == .number
    }

    /// The number, if it is an integer literal within the range of `Int64`.
    ///
    /// `1.0`, `1e2` and `-0` are no integers here, as their value would not survive being written again.
    public var integer: Int64? {
        guard isIntegerLiteral else { return nil }
        let isNegative = firstByte == ASCII.minus
        var value: Int64 = 0
        for offset in start + (isNegative ? 1 : 0)..<end {
            let digit = Int64(tape.bytes[offset] &- ASCII.zero)
            let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            // Going below zero from the start reaches the least value, which has no positive counterpart.
            let (sum, isOutOfRange) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !isTooLarge, !isOutOfRange else { return nil }
            value = sum
        }
        return value
    }

    /// The number as it is written, or nil when this is no number.
    public var numberText: String? {
        guard kind == .number else { return nil }
        return String(decoding: rawBytes, as: UTF8.self)
    }

    /// The string after unescaping, or nil when this is no string.
    ///
    /// Do not compare it with `==`, which takes canonically equivalent texts for equal; see ``stringEquals(_:)``.
    public var string: String? {
        let token = token
        guard tape.bytes[Int(token.start)] == ASCII.quote else { return nil }
        if token.detail == 0 {
            return String(decoding: tape.bytes[Int(token.start) + 1..<Int(token.end) - 1], as: UTF8.self)
        }
        return String(decoding: tape.unescaped(token), as: UTF8.self)
    }

    /// The UTF-8 form of the string after unescaping, or nil when this is no string.
    ///
    /// Where the string has no escapes, the slice shares the storage of the document.
    public var stringBytes: ArraySlice<UInt8>? {
        let token = token
        guard tape.bytes[Int(token.start)] == ASCII.quote else { return nil }
        if token.detail == 0 {
            return tape.bytes[Int(token.start) + 1..<Int(token.end) - 1]
        }
        return tape.unescaped(token)[...]
    }

    /// Whether this is a string of exactly these Unicode scalars.
    ///
    /// Allocates only where the string has escapes.
    public func stringEquals(_ text: String) -> Bool {
        tape.bytes[start] == ASCII.quote && tape.string(token, equals: text)
    }
}

extension JSONTape {
    /// Whether the contents of a string token are the UTF-8 bytes of a text.
    func string(_ token: JSONToken, equals text: String) -> Bool {
        let wanted = text.utf8.span
        if token.detail == 0 {
            let bytes = bytes
            let length = Int(token.end - token.start) - 2
            return length == wanted.count && bytes.span.matches(at: Int(token.start) + 1, wanted, at: 0, length: length)
        }
        let contents = unescaped(token)
        return contents.count == wanted.count && contents.span.matches(at: 0, wanted, at: 0, length: wanted.count)
    }
}
