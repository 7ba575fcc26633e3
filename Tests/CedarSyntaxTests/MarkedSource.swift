@testable import CedarSyntax

/// A source whose expected findings are marked: `▶` and `◀` around each place, nested or apart.
struct MarkedSource {
    /// The source without the marks.
    let text: String

    /// The marked places in the order of their beginnings.
    let places: [SourceSpan]

    init(_ marked: String) {
        var text = ""
        var places: [SourceSpan] = []
        var open: [Int] = []
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "▶":
                open.append(places.count)
                places.append(SourceSpan(start: text.utf8.count, end: text.utf8.count))
            case "◀":
                if let index = open.popLast() { places[index].end = text.utf8.count }
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        self.text = text
        self.places = places
    }
}

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
