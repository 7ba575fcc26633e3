package import CedarSyntax
package import StrictJSON

extension JSONWriter {
    /// Writes findings as an array of `{code, severity, message, help, file, line, column}`; keys that do not apply are
    /// left out.
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
            if let position = diagnostic.location?.position {
                key("line")
                integer(position.line)
                key("column")
                integer(position.column)
            }
            endObject()
        }
        endArray()
    }
}
