import CedarSyntax
import StrictJSON

/// A report for programs: one JSON object.
package enum SuiteJSONReport {
    /// The report.
    package static func bytes(_ report: SuiteReport) -> [UInt8] {
        var writer = JSONWriter(pretty: true)
        writer.beginObject()
        writer.count("passed", report.passed)
        writer.count("failed", report.failed)
        writer.key("success")
        writer.bool(report.isSuccess)
        writer.count("duration_us", Int(report.duration / .microseconds(1)))
        writer.count("cases_per_second", report.rate)
        writer.key("suites")
        writer.beginArray()
        for outcome in report.suites { writer.suite(outcome) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func count(_ name: String, _ value: Int) {
        key(name)
        integer(value)
    }

    fileprivate mutating func text(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    fileprivate mutating func texts(_ name: String, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    fileprivate mutating func suite(_ outcome: SuiteOutcome) {
        beginObject()
        text("suite", outcome.suite.name)
        text("file", outcome.suite.file)
        text("bundle", outcome.suite.application)
        count("passed", outcome.passed)
        count("failed", outcome.failed)
        key("cases")
        beginArray()
        for (_, result) in outcome.cases { testCase(result) }
        endArray()
        endObject()
    }

    private mutating func testCase(_ outcome: CaseOutcome) {
        let testCase = outcome.testCase
        beginObject()
        text("name", testCase.name)
        if !testCase.refs.isEmpty { texts("ref", testCase.refs) }
        count("line", testCase.position.line)
        count("column", testCase.position.column)
        text("principal", testCase.question.principal)
        text("action", testCase.question.action)
        text("resource", testCase.question.resource)
        text("tenant", testCase.question.tenant)
        text("now", testCase.question.now)
        key("passed")
        bool(outcome.isPass)
        expectation(testCase.expectation)
        if let answer = outcome.answer { self.answer(answer) }
        text("problem", outcome.problem)
        if !outcome.differences.isEmpty { texts("differences", outcome.differences.map(\.sentence)) }
        endObject()
    }

    private mutating func expectation(_ expectation: SuiteExpectation) {
        key("expected")
        beginObject()
        text("decision", expectation.decision.rawValue)
        for clause in expectation.exact { texts(clause.aspect.rawValue, clause.values) }
        for clause in expectation.included { texts("includes_\(clause.aspect.rawValue)", clause.values) }
        endObject()
    }

    private mutating func answer(_ answer: SuiteAnswer) {
        key("actual")
        beginObject()
        text("decision", answer.decision)
        for aspect in SuiteExpectation.Aspect.allCases {
            let values = answer.values(of: aspect)
            if !values.isEmpty { texts(aspect.rawValue, values.map(\.text)) }
        }
        key("reasons")
        beginArray()
        for reason in answer.reasons {
            beginObject()
            text("code", reason.code)
            text("message", reason.message)
            text("policy", reason.policy)
            if let source = reason.source {
                text("file", source.file)
                count("line", source.line)
                count("column", source.column)
            }
            endObject()
        }
        endArray()
        endObject()
    }
}
