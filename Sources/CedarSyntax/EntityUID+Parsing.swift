extension EntityUID {
    /// Reads the text form of an entity, as `App::User::"alice"`; `nil` when the text is not one.
    ///
    /// As data should (Cedar RFC 9), the text has no spaces and no comments around or within the type. The id may use
    /// every escape of string literals.
    public init?(parsing text: String) {
        let bytes = Array(text.utf8)
        guard let quote = bytes.firstIndex(of: 0x22), quote > 2, bytes[quote - 1] == 0x3A, bytes[quote - 2] == 0x3A,
            let type = Name(normalized: String(decoding: bytes[..<(quote - 2)], as: UTF8.self))
        else { return nil }
        let file = SourceFile(name: "", bytes: Array(bytes[quote...]))
        var log = DiagnosticLog(file: file)
        var lexer = Lexer(file.bytes)
        let literal = lexer.next(&log)
        guard literal.kind == .string, !literal.isBroken, literal.span.end == file.bytes.count else { return nil }
        let id = StringUnescaping.text(of: literal.span, in: file.bytes) { log.report($0, at: $1) }
        guard log.diagnostics.isEmpty else { return nil }
        self.init(type: type, id: id)
    }
}
