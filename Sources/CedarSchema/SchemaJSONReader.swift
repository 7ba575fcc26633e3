public import CedarSyntax
import StrictJSON

/// Reads schemas in JSON.
///
/// Accepts what the reference implementation 4.12 accepts, with two limits of its own: nesting
/// (``DeclaredType/maximumNesting``) and strict JSON without duplicate keys. Unknown keys are errors. Names are not
/// looked up here; see ``SchemaResolver``. Reference: Cedar documentation, JSON schema format.
public enum SchemaJSONReader {
    /// A record within a record takes two levels of JSON; around the outermost are six more, with room to spare.
    private static let limits = JSONLimits(
        maximumBytes: 64 << 20, maximumDepth: 2 * DeclaredType.maximumNesting + 16, maximumValues: 10_000_000)

    /// Reads a file.
    ///
    /// Never fails: every error of the file becomes a diagnostic (at most 100, in the order of the text), and what
    /// could be read is in the fragment.
    public static func read(_ file: SourceFile) -> (fragment: SchemaFragment, diagnostics: [Diagnostic]) {
        do {
            let document = try JSONDocument(parsing: file.bytes, limits: limits)
            var reader = SchemaDocumentReader(file)
            let namespaces = reader.readNamespaces(document.root)
            let diagnostics = reader.log.sorted.map(SchemaTextParser.ofSchemas)
            return (
                SchemaFragment(file: file, namespaces: namespaces, isComplete: diagnostics.isEmpty), diagnostics
            )
        } catch {
            let end = max(error.offset, min(error.offset + 1, file.bytes.count))
            let isNesting = error.code == .tooDeep
            let finding = Diagnostic(
                isNesting ? .schemaNestingTooDeep : .schemaInvalidJSON,
                isNesting ? "this schema nests too deep" : "this is not JSON: \(error.message)",
                at: .init(file, SourceSpan(start: error.offset, end: end)),
                help: isNesting ? "declare parts of the type as common types" : nil)
            return (SchemaFragment(file: file, isComplete: false), [finding])
        }
    }
}
