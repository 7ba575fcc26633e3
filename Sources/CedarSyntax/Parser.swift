/// The state of one run of the parser of policies.
struct Parser: TokenParser {
    var tokens: TokenCursor

    /// The levels of the expression that is being read, from the outermost to the innermost.
    var levels: [ExpressionLevel] = []

    /// Brackets that the scope element that is being read has opened so far.
    var openScopeBrackets = 0

    /// Starts at the beginning of a file.
    init(_ file: SourceFile) {
        tokens = TokenCursor(file)
    }

    // MARK: Problems

    static func unexpected(expected: String, found: String) -> PolicyProblem {
        .unexpected(expected: expected, found: found)
    }

    static func unclosed(_ expected: String, found: String) -> PolicyProblem { .unclosed(expected, found: found) }

    static func duplicateAnnotation(_ name: String) -> PolicyProblem { .duplicateAnnotation(name) }

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

    /// The pattern of a string token; bad escapes are reported.
    mutating func patternValue(_ token: Token) -> Pattern {
        if token.isBroken { return Pattern(elements: []) }
        return StringUnescaping.pattern(of: token.span, in: bytes) { problem, span in report(problem, at: span) }
    }
}
