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
        if let objection = report.objection { lines.append(WorkflowCommand("error", message: objection).line) }
        lines.append(report.summary)
        return lines.joined(separator: "\n")
    }

    /// Findings about suites and policies; empty when there are none.
    package static func text(_ diagnostics: [Diagnostic]) -> String {
        DiagnosticGitHubReport.text(diagnostics)
    }

    private static func command(
        _ name: String, file: String, _ position: SourcePosition, title: String, _ message: String
    ) -> String {
        WorkflowCommand(
            name,
            [
                (name: "file", value: file), (name: "line", value: String(position.line)),
                (name: "col", value: String(position.column)), (name: "title", value: title),
            ], message: message
        ).line
    }
}
