/// A place in the tokens of a file: the current token, the next one, and what was found on the way.
package struct TokenCursor: Sendable {
    /// The findings so far.
    package var log: DiagnosticLog

    /// The token to look at.
    package private(set) var current: Token

    /// The token behind the current one.
    package private(set) var next: Token

    /// Where the token before the current one ended.
    package private(set) var previousEnd = 0

    private var lexer: Lexer

    /// Starts at the beginning of a file.
    package init(_ file: SourceFile, dialect: Lexer.Dialect = .policies) {
        log = DiagnosticLog(file: file)
        lexer = Lexer(file.bytes, dialect: dialect)
        current = lexer.next(&log)
        next = lexer.next(&log)
    }

    /// Takes the current token.
    mutating func advance() -> Token {
        let token = current
        if token.kind != .endOfFile { previousEnd = token.span.end }
        current = next
        next = lexer.next(&log)
        return token
    }
}
