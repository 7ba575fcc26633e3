import CedarSyntax
import Documents

/// A finding as tests compare it: `V3010 2:1`.
func summary(_ diagnostic: Diagnostic) -> String {
    guard let position = diagnostic.location?.position else { return "\(diagnostic.code)" }
    return "\(diagnostic.code) \(position.line):\(position.column)"
}

extension DocumentNode {
    /// The value in a compact form: texts quoted, numbers bare, `{key: value}`, `[a, b]`.
    var compact: String {
        switch value {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .number(let number): "#\(number)"
        case .string(let string): StringLiteral.quote(string)
        case .sequence(let elements): "[" + elements.map(\.compact).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{" + members.map { "\($0.key.value): \($0.value.compact)" }.joined(separator: ", ") + "}"
        }
    }

    /// The values of the document with the text that their spans cover, outermost first.
    var spans: [String] {
        let own = [file.text(in: span)]
        switch value {
        case .sequence(let elements): return own + elements.flatMap(\.spans)
        case .mapping(let members):
            return own + members.flatMap { [file.text(in: $0.key.span)] + $0.value.spans }
        default: return own
        }
    }
}
