public import CedarSyntax

/// Reads schemas in Cedar syntax.
///
/// Accepts exactly what the reference implementation 4.12 accepts, within two limits that it lacks: nesting
/// (``DeclaredType/maximumNesting``) and UTF-8 input of any bytes, where malformed bytes are a finding. Names are not
/// looked up here; see ``SchemaResolver``. Time and memory are linear in the input. Reference: Cedar RFC 24.
public enum SchemaTextParser {
    /// Reads a file.
    ///
    /// Never fails: every error of the file becomes a diagnostic (at most 100 errors and behind them at most 100
    /// warnings, each in the order of the text), and what could be read is in the fragment.
    public static func parse(_ file: SourceFile) -> (fragment: SchemaFragment, diagnostics: [Diagnostic]) {
        var parser = SchemaParser(file)
        parser.parseFile()
        let fragment = SchemaFragment(file: file, namespaces: parser.namespaces, isComplete: parser.isComplete)
        let errors = parser.log.sorted.map(ofSchemas)
        return (fragment, errors + parser.warnings)
    }

    /// Findings of the lexer, which policies have too, under the code that they have in schemas.
    static func ofSchemas(_ finding: Diagnostic) -> Diagnostic {
        var finding = finding
        if finding.code.number < 1100 { finding.code = DiagnosticCode(finding.code.number + 1000) }
        return finding
    }
}
