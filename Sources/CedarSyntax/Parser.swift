/// The state of one run of the parser, and how it moves through the tokens.
///
/// Syntax errors are thrown as ``Abandoned`` after they were reported; the rule that can go on catches them and skips
/// to a place where it can. Errors that leave the structure clear are only reported.
struct Parser {
    /// The findings so far.
    var log: DiagnosticLog

    /// The token to look at.
    private(set) var current: Token

    /// The token behind the current one.
    private(set) var next: Token

    /// Where the token before the current one ended.
    private(set) var previousEnd = 0

    /// The levels of the expression that is being read, from the outermost to the innermost.
    var levels: [ExpressionLevel] = []

    /// Brackets that the scope element that is being read has opened so far.
    var openScopeBrackets = 0

    private var lexer: Lexer

    /// Thrown when a rule cannot go on, after the reason was reported.
    struct Abandoned: Error {}

    /// Starts at the beginning of a file.
    init(_ file: SourceFile) {
        log = DiagnosticLog(file: file)
        lexer = Lexer(file.bytes)
        current = lexer.next(&log)
        next = lexer.next(&log)
    }

    /// The file's bytes.
    var bytes: [UInt8] { log.file.bytes }

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

    /// Takes a token that must be there.
    ///
    /// `what` names it where its spelling alone would not help.
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
        guard current.kind == kind else { throw unclosed(expected, of: opener) }
        return advance()
    }

    // MARK: Reporting

    /// Reports a problem.
    mutating func report(_ problem: PolicyProblem, at span: SourceSpan, labels: [Diagnostic.Label] = []) {
        log.report(problem, at: span, labels: labels)
    }

    /// Reports that something else was expected in place of the current token.
    mutating func unexpected(_ expected: String) -> Abandoned {
        fail(.unexpected(expected: expected, found: foundCurrent))
    }

    /// Reports that the current token is not the closing bracket that it should be.
    mutating func unclosed(_ expected: String, of opener: SourceSpan) -> Abandoned {
        fail(.unclosed(expected, found: foundCurrent), labels: [Diagnostic.Label(opener, "opened here")])
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
        if !isKnown { report(problem, at: currentPlace, labels: labels) }
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

    /// Whether a policy begins here, judged without knowing what came before.
    ///
    /// An annotation counts on a new line only.
    var isAtPolicyStart: Bool {
        switch current.kind {
        case .permit, .forbid: next.kind == .leftParenthesis
        case .at: next.kind.isWord && bytes[previousEnd..<current.span.start].contains { $0 == 0x0A || $0 == 0x0D }
        default: false
        }
    }

    /// Whether a clause begins here.
    var isAtConditionStart: Bool {
        (current.kind == .when || current.kind == .unless) && next.kind == .leftBrace
    }

    /// Whether the current semicolon ends a policy rather than being a stray one, judged by what follows.
    var isAtPolicyEnd: Bool {
        guard current.kind == .semicolon else { return false }
        switch next.kind {
        case .permit, .forbid, .at, .endOfFile: return true
        default: return false
        }
    }

    /// Skips the rest of a policy with its semicolon, but not beyond the beginning of another one.
    mutating func skipPolicy() {
        while current.kind != .endOfFile, !isAtPolicyStart {
            if advance().kind == .semicolon { return }
        }
    }

    /// Skips the rest of a bracketed text with its closing bracket, where `depth` brackets of the kind are open.
    ///
    /// Stops before the end of the policy, a clause or another policy, none of which can stand inside.
    mutating func skipBracketed(_ opener: Token.Kind, _ closer: Token.Kind, depth: Int) {
        var depth = depth
        while depth > 0, current.kind != .endOfFile, !isAtPolicyStart, !isAtConditionStart {
            if isAtPolicyEnd { return }
            let kind = advance().kind
            if kind == opener { depth += 1 }
            if kind == closer { depth -= 1 }
        }
    }

    // MARK: Literals

    /// The text of a string token; bad escapes are reported.
    mutating func stringValue(_ token: Token) -> CedarString {
        if token.isBroken { return "" }
        return StringUnescaping.text(of: token.span, in: bytes) { problem, span in log.report(problem, at: span) }
    }

    /// The pattern of a string token; bad escapes are reported.
    mutating func patternValue(_ token: Token) -> Pattern {
        if token.isBroken { return Pattern(elements: []) }
        return StringUnescaping.pattern(of: token.span, in: bytes) { problem, span in log.report(problem, at: span) }
    }
}
