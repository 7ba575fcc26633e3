package import CedarSyntax

/// A report as workflow commands of GitHub Actions, which shows them beside the lines of the suites.
package enum SuiteGitHubReport {
    /// The report, without the line end of its last line.
    package static func text(_ report: SuiteReport) -> String {
        var lines: [String] = []
        for outcome in report.suites {
            for (_, result) in outcome.cases where !result.isPass {
                let testCase = result.testCase
                let reasons = result.answer?.reasons.map { "\($0.code): \($0.message)" } ?? []
                lines.append(
                    command(
                        "error", file: testCase.file, testCase.position, title: testCase.fullName,
                        ([result.message] + reasons).joined(separator: "\n")))
            }
        }
        if let objection = report.objection { lines.append("::error::\(escaped(objection))") }
        lines.append(report.summary)
        return lines.joined(separator: "\n")
    }

    /// Findings about suites and policies; empty when there are none.
    package static func text(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { diagnostic in
            let name =
                switch diagnostic.severity {
                case .error: "error"
                case .warning: "warning"
                case .note: "notice"
                }
            let message = diagnostic.message + (diagnostic.help.map { "\n\($0)" } ?? "")
            guard let location = diagnostic.location else { return "::\(name)::\(escaped(message))" }
            return command(
                name, file: location.file.name, location.position, title: diagnostic.code.description, message)
        }.joined(separator: "\n")
    }

    private static func command(
        _ name: String, file: String, _ position: SourcePosition, title: String, _ message: String
    ) -> String {
        "::\(name) file=\(property(file)),line=\(position.line),col=\(position.column),title=\(property(title))::"
            + escaped(message)
    }

    /// A message: line ends would end the command.
    private static func escaped(_ text: String) -> String { escaped(text, "%\r\n") }

    /// A property: colons and commas would end it as well.
    private static func property(_ text: String) -> String { escaped(text, "%\r\n:,") }

    /// Percent-encodes some ASCII characters.
    ///
    /// Scalar by scalar, because to `String` a CR and LF are one character.
    private static func escaped(_ text: String, _ special: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if special.unicodeScalars.contains(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "%" + String(repeating: "0", count: 2 - digits.utf8.count) + digits
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
