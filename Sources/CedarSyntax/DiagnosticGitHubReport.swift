/// Findings as commands of GitHub Actions, which shows them beside the lines of the files.
package enum DiagnosticGitHubReport {
    /// The commands, one on a line, without the line end of the last; empty when there are no findings.
    ///
    /// `path` gives the name of a file from the top of the repository.
    package static func text(_ diagnostics: [Diagnostic], path: (SourceFile) -> String = \.name) -> String {
        diagnostics.map { command($0, path).line }.joined(separator: "\n")
    }

    private static func command(_ diagnostic: Diagnostic, _ path: (SourceFile) -> String) -> WorkflowCommand {
        let name =
            switch diagnostic.severity {
            case .error: "error"
            case .warning: "warning"
            case .note: "notice"
            }
        var lines = [TerminalText.escaped(diagnostic.message)]
        let help = diagnostic.help.map { [TerminalText.escaped($0)] } ?? []
        guard let location = diagnostic.location else {
            return WorkflowCommand(name, message: (lines + help).joined(separator: "\n"))
        }
        for label in diagnostic.labels {
            let position = location.file.position(at: label.span.start)
            lines.append("\(position.line):\(position.column): \(TerminalText.escaped(label.text))")
        }
        let (start, end) = (location.position, location.endPosition)
        var properties = [("file", path(location.file)), ("line", String(start.line))]
        // Columns have a meaning only within one line; the last one is part of the place.
        if end.line == start.line {
            properties += [("col", String(start.column)), ("endColumn", String(max(start.column, end.column - 1)))]
        } else {
            properties += [("endLine", String(end.line))]
        }
        properties.append(("title", diagnostic.code.description))
        return WorkflowCommand(
            name, properties.map { (name: $0.0, value: $0.1) }, message: (lines + help).joined(separator: "\n"))
    }
}
