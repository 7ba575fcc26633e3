/// What became of running suites, in the order of the suites and of their cases.
package struct SuiteReport: Sendable {
    /// The suites with cases that were chosen.
    package let suites: [SuiteOutcome]

    /// How long asking took, from the first question to the last answer.
    package let duration: Swift.Duration

    /// How many questions were under way at a time.
    package let workers: Int

    /// The number of cases that came out as expected.
    package var passed: Int { suites.reduce(0) { $0 + $1.passed } }

    /// The number of cases that did not.
    package var failed: Int { suites.reduce(0) { $0 + $1.failed } }

    /// Whether there was something to test and all of it came out as expected.
    package var isSuccess: Bool { failed == 0 && passed > 0 && suites.allSatisfy { !$0.cases.isEmpty } }

    /// The closing line.
    package var summary: String { "\(passed) passed, \(failed) failed" }

    /// Why a run without failed cases is none that passed; `nil` when that is not so.
    package var objection: String? {
        if passed + failed == 0 { return "no case was run" }
        let empty = suites.filter(\.cases.isEmpty).map { "`\($0.suite.name)`" }
        return empty.isEmpty ? nil : "without any case: \(empty.joined(separator: ", "))"
    }

    /// Cases per second.
    package var rate: Int { duration > .zero ? Int(Double(passed + failed) / (duration / .seconds(1))) : 0 }
}

/// What became of one suite.
package struct SuiteOutcome: Sendable {
    /// The suite.
    package let suite: Suite

    /// The outcomes of the cases that were chosen, with the index that each case has in the suite.
    package let cases: [(index: Int, outcome: CaseOutcome)]

    /// The number of cases that came out as expected.
    package var passed: Int { cases.count { $0.outcome.isPass } }

    /// The number of cases that did not.
    package var failed: Int { cases.count - passed }
}

/// What became of one case.
package struct CaseOutcome: Sendable {
    /// The case.
    package let testCase: SuiteCase

    /// The answer, where there is a decision.
    package let answer: SuiteAnswer?

    /// Why there is no decision.
    package let problem: String?

    /// Where the answer is not as expected.
    package let differences: [SuiteDifference]

    /// How long the answer took.
    package let duration: Swift.Duration

    /// Whether the answer is as expected in every respect.
    package var isPass: Bool { problem == nil && differences.isEmpty }

    /// What is wrong, in one line; empty for a pass.
    package var message: String { problem ?? differences.map(\.sentence).joined(separator: "; ") }

    /// Judges an answer.
    init(_ testCase: SuiteCase, _ answer: SourceAnswer, duration: Swift.Duration) {
        self.testCase = testCase
        self.duration = duration
        switch answer {
        case .decision(let body):
            self.answer = SuiteAnswer(body: body)
            problem = self.answer == nil ? "the answer is not a decision" : nil
            differences = self.answer.map { testCase.expectation.differences(from: $0) } ?? []
        case .refused(let code, let detail, let path):
            self.answer = nil
            problem = Self.refusal(testCase, code, detail, path)
            differences = []
        case .unavailable(let reason):
            self.answer = nil
            problem = "there is no answer: \(reason)"
            differences = []
        }
    }

    private static func refusal(_ testCase: SuiteCase, _ code: String, _ detail: String, _ path: String?) -> String {
        if code == "RESERVED_CONTEXT", path == "$.context.now", testCase.question.now != nil {
            return "the server refuses the time that the suite sets (RESERVED_CONTEXT); "
                + "start it with `--allow-request-clock`"
        }
        return "the call was refused: \(code): \(detail)" + (path.map { " at \($0)" } ?? "")
    }
}
