package import CedarSyntax
import StrictJSON

extension DocumentParser {
    /// Reads a JSON document by the rules of `StrictJSON`, which refuses duplicate members.
    package static func parseJSON(_ file: SourceFile, limits: DocumentLimits = .standard) -> Outcome {
        if let finding = sizeFinding(file, limits) { return (nil, [finding]) }
        let bounds = JSONLimits(
            maximumBytes: limits.maximumBytes, maximumDepth: limits.maximumDepth,
            maximumValues: limits.maximumValues)
        do {
            return (node(of: try JSONDocument(parsing: file.bytes, limits: bounds).root, in: file), [])
        } catch {
            let end = min(error.offset + 1, file.bytes.count)
            let location = Diagnostic.Location(file, SourceSpan(start: error.offset, end: max(error.offset, end)))
            switch error.code {
            case .tooDeep: return (nil, [tooDeep(location, limits)])
            case .tooManyValues: return (nil, [tooManyValues(location, limits)])
            case .duplicateMember: return (nil, [Diagnostic(.duplicateKey, error.message, at: location)])
            default: return (nil, [Diagnostic(.jsonSyntax, "this is not JSON: \(error.message)", at: location)])
            }
        }
    }

    /// Recursion is bounded by the depth limit, which the reader has enforced.
    private static func node(of json: JSONNode, in file: SourceFile) -> DocumentNode {
        let value: DocumentNode.Value =
            switch json.kind {
            case .null: .null
            case .bool: .bool(json.bool ?? false)
            case .number: json.integer.map { .integer($0) } ?? .number(json.numberText ?? "")
            case .string: .string(json.string ?? "")
            case .array: .sequence(json.elements.map { node(of: $0, in: file) })
            case .object:
                .mapping(
                    json.members.map { member in
                        let span = SourceSpan(start: member.keyNode.start, end: member.keyNode.end)
                        return DocumentMember(key: Spanned(member.key, span), value: node(of: member.value, in: file))
                    })
            }
        return DocumentNode(
            value, at: SourceSpan(start: json.start, end: json.end), in: file, wasQuoted: json.kind == .string)
    }
}
