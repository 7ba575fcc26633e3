import CedarSyntax

/// What came of a test, or of several.
struct CorpusOutcome: Sendable {
    private(set) var results: [CaseResult] = []
    private(set) var tally = CorpusTally()

    /// The answer to a request, in three respects.
    mutating func add(_ result: CaseResult, differing: Set<CorpusQuestion>) {
        results.append(result)
        for question in [CorpusQuestion.decisions, .determiningPolicies, .errors] {
            tally.note(question, isMatch: !differing.contains(question))
        }
    }

    /// Whether something is valid.
    mutating func add(
        _ question: CorpusQuestion, set: CorpusSet, id: String, expected: Bool, actual: Verdict
    ) {
        let isMatch = expected == actual.isValid
        tally.note(question, isMatch: isMatch)
        let words = (expected: expected ? "valid" : "invalid", actual: actual.isValid ? "valid" : "invalid")
        let reasons = actual.reasons.isEmpty ? "" : ": " + actual.reasons.prefix(3).joined(separator: "; ")
        results.append(
            CaseResult(
                set: set.rawValue + question.suffix, id: id, expected: words.expected, actual: words.actual,
                code: actual.codes.first ?? "",
                values: CaseResult.Values(decision: words.actual, policies: [], errors: actual.codes),
                isMatch: isMatch,
                difference: isMatch
                    ? "" : "\(question.rawValue): \(words.actual), expected \(words.expected)\(reasons)"))
    }

    /// The test as a whole, under the name of the set itself: valid when all that is asked of it is.
    ///
    /// For people and for those who compare results by test; what differs is counted where it was asked.
    mutating func addSummary(of file: CorpusTestFile) {
        let parts = results.filter { $0.set != file.set.rawValue + CorpusQuestion.permissiveValidation.suffix }
        let word = { (isValid: Bool) in isValid ? "valid" : "invalid" }
        let actual = word(parts.allSatisfy { $0.actual == word(true) })
        let codes = Set(parts.flatMap(\.values.errors)).sorted()
        results.append(
            CaseResult(
                set: file.set.rawValue, id: file.id, expected: word(parts.allSatisfy { $0.expected == word(true) }),
                actual: actual, code: codes.first ?? "",
                values: CaseResult.Values(decision: actual, policies: [], errors: codes), isMatch: true,
                difference: ""))
    }

    /// A test that cannot be run, which is a mismatch.
    mutating func add(_ file: CorpusTestFile, unusable reason: String) {
        results.append(CaseResult(set: file.set.rawValue, id: file.id, unusable: reason))
    }

    mutating func add(_ other: CorpusOutcome) {
        results += other.results
        tally.add(other.tally)
    }

    /// Whether something is valid, and why not.
    struct Verdict {
        var isValid: Bool
        var codes: [String] = []
        var reasons: [String] = []

        init(isValid: Bool, reason: String? = nil) {
            self.isValid = isValid
            reasons = reason.map { [$0] } ?? []
        }

        /// Valid when no finding is an error.
        init(_ findings: [Diagnostic]) {
            let errors = findings.filter { $0.severity == .error }
            isValid = errors.isEmpty
            codes = Set(errors.map(\.code.description)).sorted()
            reasons = errors.map { "\($0.code) \($0.message)" }
        }
    }
}
