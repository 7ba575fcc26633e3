/// A text that is strict JSON, read into a tape of tokens.
///
/// The grammar is RFC 8259 without leniency, further narrowed as in I-JSON (RFC 7493): UTF-8 without byte order mark,
/// no duplicate member names, no lone surrogates. Reading is iterative and linear in the length of the text; strings
/// and numbers are only interpreted when somebody asks for them.
public struct JSONDocument: Sendable {
    let tape: JSONTape

    /// Reads a text.
    ///
    /// - Throws: ``JSONError`` for the first fault found. Names are compared when their object ends.
    public init(parsing bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        var scanner = JSONScanner(limits: limits)
        try scanner.scan(bytes.span)
        self.tape = JSONTape(bytes: bytes, tokens: scanner.tokens.array)
    }

    /// The value of the whole text.
    public var root: JSONNode {
        JSONNode(tape: tape, index: 0)
    }

    /// The text itself.
    public var bytes: [UInt8] {
        tape.bytes
    }
}
