import CedarSyntax

/// A report for people: a line for each suite, its matrices as tables, and for each surprise what was expected, what
/// came, and which policies are the reason.
package struct SuiteTextReport: Sendable {
    /// Signs and colours of terminals rather than plain ASCII.
    private let usesTerminal: Bool
    private let sources: PolicySourceLookup

    /// Makes a writer of reports.
    package init(usesTerminal: Bool, sources: PolicySourceLookup) {
        self.usesTerminal = usesTerminal
        self.sources = sources
    }

    /// The report, without the line end of its last line.
    package func text(_ report: SuiteReport) -> String {
        var text = ""
        for outcome in report.suites {
            text += header(outcome)
            for matrix in outcome.suite.matrices {
                let table = table(matrix, outcome)
                if !table.isEmpty { text += "\n" + table + "\n" }
            }
            for (_, failure) in outcome.cases where !failure.isPass { text += "\n" + surprise(failure) }
            if outcome.failed > 0 { text += "\n" }
        }
        if let objection = report.objection { text += paint("FAIL", .red) + "  \(PrintableText.of(objection))\n" }
        return text + report.summary + "\n" + timing(report)
    }

    private func header(_ outcome: SuiteOutcome) -> String {
        let isPass = outcome.failed == 0 && !outcome.cases.isEmpty
        let mark = isPass ? paint("ok  ", .green) : paint("FAIL", .red)
        return "\(mark)  \(PrintableText.of(outcome.suite.name)): \(outcome.passed) passed, \(outcome.failed) failed"
            + "  (\(PrintableText.of(outcome.suite.file)))\n"
    }

    private func timing(_ report: SuiteReport) -> String {
        let milliseconds = Int((report.duration / .milliseconds(1)).rounded())
        let workers = "\(report.workers) worker\(report.workers == 1 ? "" : "s")"
        return "\(milliseconds) ms, \(report.rate) cases per second, \(workers)"
    }

    // MARK: - Tables

    /// A matrix with its outcomes; empty when no cell was chosen.
    ///
    /// A cell shows what the suite expects where the answer is that, and what was decided where it is not.
    private func table(_ matrix: SuiteMatrix, _ outcome: SuiteOutcome) -> String {
        let outcomes = Dictionary(outcome.cases.map { ($0.index, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        var rows = [[Cell("")] + matrix.columns.map { Cell($0) }]
        for row in matrix.rows {
            let cells = row.cells.map { cell in
                cell.caseIndex.flatMap { outcomes[$0] }.map { self.cell(cell.text, $0) }
            }
            guard cells.contains(where: { $0 != nil }) else { continue }
            rows.append([Cell(row.action)] + cells.map { $0 ?? Cell("-") })
        }
        guard rows.count > 1 else { return "" }
        let widths = rows[0].indices.map { column in rows.reduce(0) { max($0, $1[column].width) } }
        let title = "    \(PrintableText.of("\(matrix.name), on \(matrix.resource)"))\n"
        return title
            + rows.map { row in
                var line = "     "
                for (cell, width) in zip(row, widths) {
                    line += " " + paint(cell.text, cell.colour) + String(repeating: " ", count: width - cell.width + 1)
                }
                while line.hasSuffix(" ") { line.removeLast() }
                return line
            }.joined(separator: "\n")
    }

    private func cell(_ text: String, _ outcome: CaseOutcome) -> Cell {
        if outcome.isPass { return Cell((usesTerminal ? "\u{2713} " : "ok ") + text, .green) }
        return Cell((usesTerminal ? "\u{2717} " : "FAIL ") + (outcome.answer?.decision ?? "no answer"), .red)
    }

    private struct Cell {
        var text: String
        var colour: Colour?
        var width: Int { text.unicodeScalars.count }

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = PrintableText.of(text)
            self.colour = colour
        }
    }

    // MARK: - Surprises

    private func surprise(_ outcome: CaseOutcome) -> String {
        let testCase = outcome.testCase
        let question = testCase.question
        let refs = testCase.refs.isEmpty ? "" : "  [\(PrintableText.of(testCase.refs.joined(separator: ", ")))]"
        var text = paint("FAIL", .red) + "  \(PrintableText.of(testCase.fullName))\(refs)\n"
        text += "      at \(PrintableText.of(testCase.file)):\(testCase.position.line):\(testCase.position.column)\n"
        var asked = "\(question.principal), \(question.action), \(question.resource), tenant \(question.tenant)"
        if let now = question.now { asked += ", now \(now)" }
        text += "      asked: \(PrintableText.of(asked))\n"
        if let problem = outcome.problem { text += "      \(PrintableText.of(problem))\n" }
        for difference in outcome.differences {
            text += paint("      - \(difference.member): \(PrintableText.of(difference.expectedText))", .red) + "\n"
            text += paint("      + \(difference.aspect): \(PrintableText.of(difference.actualText))", .green) + "\n"
        }
        if let answer = outcome.answer { text += reasons(answer) }
        return text
    }

    private func reasons(_ answer: SuiteAnswer) -> String {
        var text = answer.reasons.isEmpty ? "" : "      because\n"
        for reason in answer.reasons {
            var line = "\(reason.code): \(reason.message)"
            if let policy = reason.policy { line += " (\(reason.effect.map { $0 + " " } ?? "")`\(policy)`)" }
            text += "        \(PrintableText.of(line))\n"
            guard let source = reason.source else { continue }
            let excerpt = sources.excerpt(file: source.file, line: source.line, column: source.column)
            for line in excerpt.split(separator: "\n") { text += "        \(line)\n" }
        }
        for failure in answer.errors {
            text += "        \(PrintableText.of("error in `\(failure.policy)`: \(failure.code): \(failure.message)"))\n"
        }
        return text
    }

    // MARK: - Colours

    private enum Colour: String {
        case red = "31"
        case green = "32"
    }

    private func paint(_ text: String, _ colour: Colour?) -> String {
        guard usesTerminal, let colour else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }
}
