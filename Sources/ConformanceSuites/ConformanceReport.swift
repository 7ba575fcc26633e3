/// The outcome of running a folder of conformance sets.
package struct ConformanceReport: Sendable {
    /// The lines for people, one per set and one per kind of question.
    package var lines: [String] = []

    /// Every case, in the order of the sets and of their files.
    package var results: [CaseResult] = []

    /// The cases that count as failures.
    package var mismatches: [CaseResult] = []

    /// The cases that differ but do not count.
    package var remarks: [CaseResult] = []

    /// How many cases ran.
    package var checked: Int { results.count }

    /// An empty report.
    package init() {}
}
