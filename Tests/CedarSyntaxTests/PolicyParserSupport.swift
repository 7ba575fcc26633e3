@testable import CedarSyntax

/// The codes of findings, as the tables write them.
func codes(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(\.code.description).joined(separator: " ")
}

/// The places of findings.
func places(_ diagnostics: [Diagnostic]) -> [SourceSpan] {
    diagnostics.compactMap { $0.location?.span }
}

extension PolicyParser {
    static func parse(_ text: String) -> ParsedPolicies { parse(SourceFile(name: "test.cedar", text: text)) }

    static func parseExpression(_ text: String) -> ParsedExpression {
        parseExpression(SourceFile(name: "test.cedar", text: text))
    }
}
