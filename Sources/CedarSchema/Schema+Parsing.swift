public import CedarSyntax

extension Schema {
    /// Reads the schema that one or several files make together.
    ///
    /// Files whose name ends in `.json` are in JSON, all others in Cedar syntax. The schema is `nil` when there are
    /// errors; the diagnostics have all errors and warnings, file by file.
    public static func parse(files: [SourceFile]) -> (schema: Schema?, diagnostics: [Diagnostic]) {
        var fragments: [SchemaFragment] = []
        var diagnostics: [Diagnostic] = []
        for file in files {
            let isJSON = file.name.utf8.suffix(5).elementsEqual(".json".utf8)
            let (fragment, findings) = isJSON ? SchemaJSONReader.read(file) : SchemaTextParser.parse(file)
            fragments.append(fragment)
            diagnostics += findings
        }
        // Behind errors that hide declarations, nothing can be said about what names mean.
        guard fragments.allSatisfy(\.isComplete) else { return (nil, diagnostics) }
        let isValid = !diagnostics.contains { $0.severity == .error }
        let (schema, findings) = SchemaResolver.resolve(fragments)
        return (isValid ? schema : nil, diagnostics + findings)
    }
}
