package import CedarSyntax
package import StrictJSON

extension JSONWriter {
    /// Writes findings as an array of `{code, severity, message, help, file, line, column, end_line, end_column,
    /// labels}`; keys that do not apply are left out.
    ///
    /// Lines and columns count from 1, columns in Unicode scalars; the end is behind the last one. Labels are further
    /// places in the same file, `{message, line, column, end_line, end_column}`.
    package mutating func diagnostics(_ diagnostics: [Diagnostic]) {
        beginArray()
        for diagnostic in diagnostics {
            beginObject()
            for (name, value) in [
                ("code", diagnostic.code.description), ("severity", diagnostic.severity.rawValue),
                ("message", diagnostic.message), ("help", diagnostic.help), ("file", diagnostic.location?.file.name),
            ] {
                guard let value else { continue }
                key(name)
                string(value)
            }
            if let location = diagnostic.location {
                place(location)
                labels(diagnostic.labels, in: location.file)
            }
            endObject()
        }
        endArray()
    }

    private mutating func place(_ location: Diagnostic.Location) {
        let (start, end) = (location.position, location.endPosition)
        for (name, value) in [
            ("line", start.line), ("column", start.column), ("end_line", end.line), ("end_column", end.column),
        ] {
            key(name)
            integer(value)
        }
    }

    private mutating func labels(_ labels: [Diagnostic.Label], in file: SourceFile) {
        guard !labels.isEmpty else { return }
        key("labels")
        beginArray()
        for label in labels {
            beginObject()
            key("message")
            string(label.text)
            place(.init(file, label.span))
            endObject()
        }
        endArray()
    }
}
