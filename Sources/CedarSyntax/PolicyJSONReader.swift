public import StrictJSON

/// Reads policies in the JSON format of Cedar 4.12.
///
/// A document is a set of policies, `{"templates", "staticPolicies", "templateLinks"}`, or a single policy, which gets
/// the id `policy0`. What it gives keeps to everything that ``PolicyParser`` guarantees: whoever evaluates or prints
/// policies need not know where they come from. Left-deep chains of one operator are read without recursion, all else
/// nests at most ``PolicyParser/maximumNesting`` deep.
///
/// Stricter than the reference, which ignores unknown members of constraints, entities and escapes, takes malformed
/// escapes for records, accepts templates without slots, functions that do not exist in `__extn`, and methods without the
/// value they are called on, for which policy text has no form.
public enum PolicyJSONReader {
    /// The bounds of a document.
    ///
    /// The depth leaves room for chains of 100,000 operands, which are nested in this format.
    public static let limits = JSONLimits(
        maximumBytes: 64 << 20, maximumDepth: 200_000, maximumValues: 10_000_000)

    /// Reads a document.
    ///
    /// Never fails: every error becomes a diagnostic with its place in the file, at most 100 of them. Spans of the
    /// policies are those of the JSON values.
    public static func parse(_ file: SourceFile) -> ParsedPolicyCollection {
        var reading = PolicyJSONReading(file)
        let collection = reading.readDocument(limits: limits)
        return ParsedPolicyCollection(
            collection: reading.log.diagnostics.isEmpty ? collection : nil, diagnostics: reading.log.sorted)
    }
}

/// What a document of policies in JSON holds.
public struct ParsedPolicyCollection: Sendable {
    /// The policies and links; `nil` when there are errors.
    public var collection: PolicyCollection?

    /// What is wrong with the document; all of them errors.
    ///
    /// Empty when it is valid.
    public var diagnostics: [Diagnostic]

    /// Joins policies and findings.
    public init(collection: PolicyCollection?, diagnostics: [Diagnostic]) {
        self.collection = collection
        self.diagnostics = diagnostics
    }
}

extension JSONNode {
    /// The place of the value in its text.
    var span: SourceSpan { SourceSpan(start: start, end: end) }
}
