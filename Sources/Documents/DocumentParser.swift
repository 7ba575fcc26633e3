package import CedarSyntax

/// Reads documents into nodes.
///
/// Neither the keys nor the values mean anything here.
package enum DocumentParser {
    /// What became of a file: a root where the file could be read as a whole, and findings.
    package typealias Outcome = (root: DocumentNode?, diagnostics: [Diagnostic])

    /// Reads a file by the ending of its name: `.json` is JSON, everything else YAML.
    package static func parse(_ file: SourceFile, limits: DocumentLimits = .standard) -> Outcome {
        file.name.hasSuffix(".json") ? parseJSON(file, limits: limits) : parseYAML(file, limits: limits)
    }

    /// The finding about a file beyond the limit.
    static func sizeFinding(_ file: SourceFile, _ limits: DocumentLimits) -> Diagnostic? {
        guard file.bytes.count > limits.maximumBytes else { return nil }
        return Diagnostic(
            .documentTooLarge,
            "the file has \(file.bytes.count) bytes, but a document may have at most \(limits.maximumBytes)",
            at: .init(file, SourceSpan(start: 0, end: 0)))
    }

    static func tooDeep(_ location: Diagnostic.Location, _ limits: DocumentLimits) -> Diagnostic {
        Diagnostic(
            .documentTooDeep, "lists and mappings are nested more than \(limits.maximumDepth) levels deep",
            at: location)
    }

    static func tooManyValues(_ location: Diagnostic.Location, _ limits: DocumentLimits) -> Diagnostic {
        Diagnostic(
            .documentTooManyValues, "the document has more than \(limits.maximumValues) values", at: location)
    }
}
