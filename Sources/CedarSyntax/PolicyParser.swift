/// Reads Cedar policy text.
///
/// Accepts exactly what Cedar 4.5 (the language of the reference implementation 4.12) accepts, within two limits that
/// the reference lacks: nesting (``maximumNesting``) and UTF-8 input of any bytes, where malformed bytes are a finding.
/// Stack use does not depend on the input. Time and memory are linear in it.
public enum PolicyParser {
    /// How deep an expression may nest.
    ///
    /// At most so many parentheses, sets, records, calls, indexes and `if`s may be open at one place, and no tree of
    /// an expression is higher: from its root to any leaf there are at most so many steps. Whoever walks an expression
    /// recursively can rely on it.
    public static let maximumNesting = 256

    /// Reads all policies and templates of a file, with ids from `policy0` in the order of the text.
    ///
    /// Never fails: every error of the file becomes a diagnostic (at most 100 of them, in the order of the text), and
    /// the policies that have errors are left out. Left out policies keep their number.
    public static func parse(_ file: SourceFile) -> ParsedPolicies {
        var parser = Parser(file)
        let policies = parser.parsePolicies()
        return ParsedPolicies(policies: policies, diagnostics: parser.log.sorted)
    }

    /// Reads a file that holds one expression and nothing else.
    public static func parseExpression(_ file: SourceFile) -> ParsedExpression {
        var parser = Parser(file)
        let expression = parser.parseLoneExpression()
        return ParsedExpression(expression: expression, diagnostics: parser.log.sorted)
    }
}

/// What a file of policies holds.
public struct ParsedPolicies: Sendable {
    /// The policies and templates without errors, in the order of the text.
    public var policies: [Policy]

    /// What is wrong with the file; all of them errors.
    ///
    /// Empty when the file is valid.
    public var diagnostics: [Diagnostic]

    /// Joins policies and findings.
    public init(policies: [Policy], diagnostics: [Diagnostic]) {
        self.policies = policies
        self.diagnostics = diagnostics
    }
}

/// What a file with one expression holds.
public struct ParsedExpression: Sendable {
    /// The expression; `nil` when there are errors.
    public var expression: Expression?

    /// What is wrong with the file; all of them errors.
    ///
    /// Empty when the file is valid.
    public var diagnostics: [Diagnostic]

    /// Joins an expression and findings.
    public init(expression: Expression?, diagnostics: [Diagnostic]) {
        self.expression = expression
        self.diagnostics = diagnostics
    }
}
