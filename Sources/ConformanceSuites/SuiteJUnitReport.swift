import CedarSyntax

/// A report in the XML that JUnit introduced and that build servers read.
package enum SuiteJUnitReport {
    /// The report, without the line end of its last line.
    package static func text(_ report: SuiteReport) -> String {
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        let total = report.passed + report.failed
        lines.append(
            element(
                "testsuites",
                [
                    ("name", "verdict test"), ("tests", "\(total)"), ("failures", "\(report.failed)"), ("errors", "0"),
                    ("time", seconds(report.duration)),
                ]))
        for outcome in report.suites { lines += suite(outcome) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n")
    }

    private static func suite(_ outcome: SuiteOutcome) -> [String] {
        let time = outcome.cases.reduce(Swift.Duration.zero) { $0 + $1.outcome.duration }
        var lines = [
            "  "
                + element(
                    "testsuite",
                    [
                        ("name", outcome.suite.name), ("file", outcome.suite.file), ("tests", "\(outcome.cases.count)"),
                        ("failures", "\(outcome.failed)"), ("errors", "0"), ("skipped", "0"), ("time", seconds(time)),
                    ])
        ]
        for (_, result) in outcome.cases { lines += testCase(result) }
        lines.append("  </testsuite>")
        return lines
    }

    private static func testCase(_ outcome: CaseOutcome) -> [String] {
        let testCase = outcome.testCase
        let opening = element(
            "testcase",
            [
                ("classname", testCase.suite), ("name", testCase.name), ("file", testCase.file),
                ("line", "\(testCase.position.line)"), ("time", seconds(outcome.duration)),
            ])
        var lines = ["    " + opening]
        if !testCase.refs.isEmpty {
            lines.append("      <properties>")
            for ref in testCase.refs {
                lines.append("        <property name=\"ref\" value=\"\(escaped(ref))\"/>")
            }
            lines.append("      </properties>")
        }
        if !outcome.isPass {
            let reasons = outcome.answer?.reasons.map { "\($0.code): \($0.message)" } ?? []
            let body = ["\(testCase.file):\(testCase.position.line): \(outcome.message)"] + reasons
            lines.append(
                "      " + element("failure", [("message", outcome.message), ("type", "expectation")])
                    + escaped(body.joined(separator: "\n")) + "</failure>")
        }
        lines.append("    </testcase>")
        return lines
    }

    private static func element(_ name: String, _ attributes: [(String, String)]) -> String {
        "<" + name + attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined() + ">"
    }

    /// Text for content and for attributes in double quotes.
    ///
    /// What XML 1.0 section 2.2 does not allow, even escaped, is replaced.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\r", "\t": escaped += "&#\(scalar.value);"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                escaped.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }

    /// Seconds with six digits behind the point.
    private static func seconds(_ duration: Swift.Duration) -> String {
        let microseconds = Int(duration / .microseconds(1))
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    }
}
