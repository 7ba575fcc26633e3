import CedarSyntax

/// The state of one run over schema text, and how it moves through the tokens.
///
/// Syntax errors are thrown as ``Abandoned`` after they were reported; the rule that can go on catches them and skips
/// to a place where it can. Errors that leave the structure clear are only reported.
struct SchemaParser {
    /// The errors so far.
    var log: DiagnosticLog

    /// The warnings so far.
    private(set) var warnings: [Diagnostic] = []

    /// The namespaces so far.
    var namespaces: [SchemaNamespace] = []

    /// Where each namespace is among them.
    var namespaceIndex: [Name?: Int] = [:]

    /// Where the declarations of each namespace are, so that duplicates are found; parallel to `namespaces`.
    var places: [DeclarationPlaces] = []

    /// Whether no declaration was lost.
    var isComplete = true

    /// The token to look at.
    private(set) var current: Token

    /// The token behind the current one.
    private(set) var next: Token

    /// Where the token before the current one ended.
    private(set) var previousEnd = 0

    /// Namespaces that were opened inside of another; their closing braces are no errors of their own.
    var nestedNamespaces = 0

    private var lexer: Lexer

    /// Thrown when a rule cannot go on, after the reason was reported.
    struct Abandoned: Error {}

    /// Where the declarations of a namespace are, by name.
    struct DeclarationPlaces {
        var commonTypes: [String: SourceSpan] = [:]
        var entityTypes: [String: SourceSpan] = [:]
        var actions: [CedarString: SourceSpan] = [:]
    }

    /// Starts at the beginning of a file.
    init(_ file: SourceFile) {
        log = DiagnosticLog(file: file)
        lexer = Lexer(file.bytes, dialect: .schemas)
        current = lexer.next(&log)
        next = lexer.next(&log)
    }

    /// The text of a token.
    func text(_ token: Token) -> String { log.file.text(in: token.span) }

    // MARK: Moving on

    /// Takes the current token.
    @discardableResult
    mutating func advance() -> Token {
        let token = current
        if token.kind != .endOfFile { previousEnd = token.span.end }
        current = next
        next = lexer.next(&log)
        return token
    }

    /// Takes the current token if it is of a kind.
    mutating func take(_ kind: Token.Kind) -> Token? {
        current.kind == kind ? advance() : nil
    }

    /// Whether the current token is a word of the schema language, all of which are also names.
    func isAt(_ word: String) -> Bool {
        current.kind.isWord && text(current) == word
    }

    /// Takes the current token if it is this word.
    mutating func take(word: String) -> Token? {
        isAt(word) ? advance() : nil
    }

    /// Takes a token that must be there.
    @discardableResult
    mutating func expect(_ kind: Token.Kind, _ what: String) throws(Abandoned) -> Token {
        guard current.kind == kind else { throw unexpected(what) }
        return advance()
    }

    /// Takes a closing bracket that must be there; its opener is shown otherwise.
    ///
    /// `expected` says what was possible.
    @discardableResult
    mutating func expectCloser(
        _ kind: Token.Kind, _ expected: String, of opener: SourceSpan
    ) throws(Abandoned) -> Token {
        guard current.kind == kind else {
            throw fail(
                PolicyProblem(.schemaUnclosed, "expected \(expected), found \(foundCurrent)"),
                labels: [Diagnostic.Label(opener, "opened here")])
        }
        return advance()
    }

    // MARK: Reporting

    /// Reports an error.
    mutating func report(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan, labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        log.report(PolicyProblem(code, message, help: help), at: span, labels: labels)
    }

    /// Reports a warning.
    mutating func warn(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan, labels: [Diagnostic.Label], help: String
    ) {
        guard warnings.count < DiagnosticLog.limit else { return }
        warnings.append(
            Diagnostic(code, message, severity: .warning, at: .init(log.file, span), labels: labels, help: help))
    }

    /// Reports that something else was expected in place of the current token.
    mutating func unexpected(_ expected: String, help: String? = nil) -> Abandoned {
        fail(PolicyProblem(.schemaUnexpectedToken, "expected \(expected), found \(foundCurrent)", help: help))
    }

    /// Reports a problem with the current token that ends the rule.
    ///
    /// Silent where an error was reported for the token itself or directly before it, as this one then follows from
    /// that one.
    mutating func fail(_ problem: PolicyProblem, labels: [Diagnostic.Label] = []) -> Abandoned {
        let isKnown = log.diagnostics.contains { known in
            guard let place = known.location?.span else { return false }
            return place.end == previousEnd || (place.start >= previousEnd && place.start <= current.span.start)
        }
        if !isKnown { log.report(problem, at: currentPlace, labels: labels) }
        return Abandoned()
    }

    /// The current token as messages name it.
    var foundCurrent: String {
        current.kind == .endOfFile ? "the end of the file" : PolicyProblem.found(text(current))
    }

    /// Where findings about the current token point.
    ///
    /// The end of the file is shown behind the last token.
    var currentPlace: SourceSpan {
        current.kind == .endOfFile ? SourceSpan(start: previousEnd, end: previousEnd) : current.span
    }

    // MARK: Recovering

    /// Whether the current token is the first of its line.
    private var isOnNewLine: Bool {
        log.file.bytes[previousEnd..<max(previousEnd, current.span.start)].contains { $0 == 0x0A || $0 == 0x0D }
    }

    /// Whether a declaration seems to begin here: its keyword and behind it what can be its name.
    var isAtDeclaration: Bool {
        guard current.kind == .identifier || current.kind == .action else { return false }
        switch text(current) {
        case "entity", "type", "namespace": return next.kind.isWord
        case "action": return next.kind.isWord || next.kind == .string
        default: return false
        }
    }

    /// Whether the word that stands where a name should rather begins the next declaration.
    ///
    /// So it is on a new line, unless what follows can stand behind a name. No valid schema is read differently.
    var isAtDeclarationInPlaceOfName: Bool {
        guard isOnNewLine, isAtDeclaration else { return false }
        switch text(next) {
        case "in", "enum", "tags", "appliesTo", "attributes": return false
        default: return true
        }
    }

    /// Skips the rest of a declaration with its semicolon, but not beyond the beginning of another one on a new line.
    ///
    /// Stops before a brace that closes a namespace.
    mutating func skipDeclaration() {
        var depth = 0
        while current.kind != .endOfFile {
            if isOnNewLine, isAtDeclaration || (depth == 0 && current.kind == .at && next.kind.isWord) { return }
            switch current.kind {
            case .semicolon:
                advance()
                // A semicolon within braces was meant as a comma; the end of the declaration is behind them.
                if current.kind == .rightBrace, next.kind == .semicolon {
                    advance()
                    advance()
                }
                return
            case .leftBrace:
                depth += 1
            case .rightBrace:
                if depth == 0 { return }
                depth -= 1
            default: break
            }
            advance()
        }
    }

    /// Skips to the next comma or the closing brace of the braces that are being read, over what is bracketed.
    ///
    /// Returns whether it is there; otherwise stands where the declaration ends.
    mutating func skipToComma() -> Bool {
        var depth = 0
        while current.kind != .endOfFile, current.kind != .semicolon, !(isOnNewLine && isAtDeclaration) {
            switch current.kind {
            case .leftBrace, .leftBracket, .leftParenthesis: depth += 1
            case .rightBrace where depth == 0, .comma where depth == 0: return true
            case .rightBrace, .rightBracket, .rightParenthesis: depth = max(0, depth - 1)
            default: break
            }
            advance()
        }
        return false
    }
}
