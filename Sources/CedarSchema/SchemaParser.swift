import CedarModel
import CedarSyntax

/// The state of one run over schema text.
struct SchemaParser: TokenParser {
    var tokens: TokenCursor

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

    /// Namespaces that were opened inside of another; their closing braces are no errors of their own.
    var nestedNamespaces = 0

    /// Where the declarations of a namespace are, by name.
    struct DeclarationPlaces {
        var commonTypes: [String: SourceSpan] = [:]
        var entityTypes: [String: SourceSpan] = [:]
        var actions: [CedarString: SourceSpan] = [:]
    }

    /// Starts at the beginning of a file.
    init(_ file: SourceFile) {
        tokens = TokenCursor(file, dialect: .schemas)
    }

    // MARK: Problems

    static func unexpected(expected: String, found: String) -> PolicyProblem {
        PolicyProblem(.schemaUnexpectedToken, "expected \(expected), found \(found)")
    }

    static func unclosed(_ expected: String, found: String) -> PolicyProblem {
        PolicyProblem(.schemaUnclosed, "expected \(expected), found \(found)")
    }

    static func duplicateAnnotation(_ name: String) -> PolicyProblem {
        PolicyProblem(
            .schemaDuplicateAnnotation, "the annotation `\(name.excerpt)` is given twice", help: "keep one of the two")
    }

    // MARK: Moving on

    /// Whether the current token is a word of the schema language, all of which are also names.
    func isAt(_ word: String) -> Bool {
        current.kind.isWord && text(current) == word
    }

    /// Takes the current token if it is this word.
    mutating func take(word: String) -> Token? {
        isAt(word) ? advance() : nil
    }

    // MARK: Reporting

    /// Reports an error.
    mutating func report(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan, labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        report(PolicyProblem(code, message, help: help), at: span, labels: labels)
    }

    /// Reports a warning.
    mutating func warn(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan, labels: [Diagnostic.Label], help: String
    ) {
        guard warnings.count < DiagnosticLog.limit else { return }
        warnings.append(
            Diagnostic(code, message, severity: .warning, at: .init(log.file, span), labels: labels, help: help))
    }

    /// Reports that something else was expected in place of the current token, and what to do.
    mutating func unexpected(_ expected: String, help: String?) -> Abandoned {
        var problem = Self.unexpected(expected: expected, found: foundCurrent)
        problem.help = help
        return fail(problem)
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
