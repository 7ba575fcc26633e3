import CedarSyntax
import StrictJSON

/// A report in the Test Anything Protocol, version 14.
package enum SuiteTAPReport {
    /// The report, without the line end of its last line.
    package static func text(_ report: SuiteReport) -> String {
        var lines = ["TAP version 14", "1..\(report.passed + report.failed)"]
        var number = 0
        for outcome in report.suites {
            for (_, result) in outcome.cases {
                number += 1
                lines.append("\(result.isPass ? "ok" : "not ok") \(number) - \(escaped(result.testCase.fullName))")
                if !result.isPass { lines += diagnostics(result) }
            }
        }
        // A plan without tests counts as skipped, which a run without cases must not.
        if let objection = report.objection { lines.append("Bail out! \(escaped(objection))") }
        return lines.joined(separator: "\n")
    }

    /// The YAML block of a failure.
    ///
    /// Texts are written as JSON strings, which YAML 1.2 reads as they are.
    private static func diagnostics(_ outcome: CaseOutcome) -> [String] {
        let testCase = outcome.testCase
        var lines = ["  ---", "  message: \(quoted(outcome.message))", "  severity: fail"]
        lines.append(
            "  at: {file: \(quoted(testCase.file)), line: \(testCase.position.line), "
                + "column: \(testCase.position.column)}")
        if !testCase.refs.isEmpty { lines.append("  ref: [\(testCase.refs.map(quoted).joined(separator: ", "))]") }
        if !outcome.differences.isEmpty {
            lines.append("  expected:")
            for difference in outcome.differences {
                lines.append("    \(difference.member): \(list(difference.expected))")
            }
            lines.append("  actual:")
            // Two members of `expect` may be about one aspect of the answer.
            var seen: Set<String> = []
            for difference in outcome.differences where seen.insert(difference.aspect).inserted {
                lines.append("    \(difference.aspect): \(list(difference.actual))")
            }
        }
        if let reasons = outcome.answer?.reasons, !reasons.isEmpty {
            lines.append("  reasons:")
            for reason in reasons { lines.append("    - \(quoted("\(reason.code): \(reason.message)"))") }
        }
        lines.append("  ...")
        return lines
    }

    private static func list(_ values: [String]) -> String { "[\(values.map(quoted).joined(separator: ", "))]" }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return writer.text
    }

    /// A description: `#` would begin a directive, and a line end would end it.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in PrintableText.of(text).unicodeScalars {
            if scalar == "\\" || scalar == "#" { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
