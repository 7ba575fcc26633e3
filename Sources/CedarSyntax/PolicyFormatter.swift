/// Writes policy text in one layout.
///
/// The layout is that of the reference formatter: a variable of the scope per line unless the scope is empty, clauses
/// on one line where they fit, operators at the ends of lines. Comments stay with the token that they stand behind or
/// before. Formatting a formatted text changes nothing. Empty lines are kept only between comments outside policies.
/// Stack use does not depend on the input; time and memory are linear in the input and the result.
public struct PolicyFormatter: Sendable {
    /// The width that lines keep to where they can, in columns.
    public let width: Int

    /// The columns by which the inside of something is indented.
    public let indent: Int

    /// Makes a formatter.
    ///
    /// The width is at least 1 column, the indentation 0 to 16 columns.
    public init(width: Int = 80, indent: Int = 2) {
        self.width = min(max(width, 1), 1 << 20)
        self.indent = min(max(indent, 0), 16)
    }

    /// Formats a file of policies.
    ///
    /// A file with errors is not formatted. Before the result is handed out it is read again; if it did not mean the
    /// same, or had lost a comment, the finding would be ``DiagnosticCode/formattingChangesPolicies``.
    public func format(_ file: SourceFile) -> FormattedPolicies {
        let original = PolicyParser.parse(file)
        guard original.diagnostics.isEmpty else { return FormattedPolicies(diagnostics: original.diagnostics) }
        let tokens = FormatToken.tokens(of: file)
        guard let items = PolicyLayout.items(tokens, indent: indent) else { return refusal(file) }
        let bytes = LayoutRenderer.render(items, tokens, in: file.bytes, width: width)
        let result = SourceFile(name: file.name, bytes: bytes)
        let parsed = PolicyParser.parse(result)
        guard parsed.diagnostics.isEmpty, parsed.policies.count == original.policies.count else {
            return refusal(file)
        }
        for (policy, new) in zip(original.policies, parsed.policies) where !new.hasSameMeaning(as: policy) {
            return refusal(file, policy.span)
        }
        guard Self.comments(of: tokens, in: file) == Self.comments(of: FormatToken.tokens(of: result), in: result)
        else { return refusal(file) }
        return FormattedPolicies(bytes: bytes, diagnostics: [])
    }

    private func refusal(_ file: SourceFile, _ span: SourceSpan? = nil) -> FormattedPolicies {
        let problem = PolicyProblem.formattingChangesPolicies
        let place = Diagnostic.Location(file, span ?? SourceSpan(start: 0, end: 0))
        return FormattedPolicies(diagnostics: [
            Diagnostic(problem.code, problem.message, at: place, help: problem.help)
        ])
    }

    /// The texts of all comments in order.
    private static func comments(of tokens: [FormatToken], in file: SourceFile) -> [ArraySlice<UInt8>] {
        tokens.flatMap { $0.leading + ($0.trailing.map { [$0] } ?? []) }.map { file.bytes[$0.span.start..<$0.span.end] }
    }
}

/// What formatting a file gave.
public struct FormattedPolicies: Sendable {
    /// The formatted text as UTF-8, which ends with a line feed unless it is empty; `nil` when there are findings.
    public var bytes: [UInt8]?

    /// Why the file could not be formatted; all of them errors.
    public var diagnostics: [Diagnostic]

    /// Joins a text and findings.
    public init(bytes: [UInt8]? = nil, diagnostics: [Diagnostic]) {
        self.bytes = bytes
        self.diagnostics = diagnostics
    }
}
