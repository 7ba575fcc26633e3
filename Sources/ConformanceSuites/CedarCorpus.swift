import Foundation

/// Runs the public Cedar conformance corpus and the sets around it.
///
/// Policies have positional ids and errors are skipped, as the corpus was made. Entities and contexts are read by the
/// schema. Reasons and errors compare as sets; requests are answered whatever validation says of them.
package enum CedarCorpus {
    /// Runs every set of a folder.
    ///
    /// What is asked of a test follows from the test and the verdicts beside it. A test whose files cannot be used
    /// counts as one mismatch. Where permissive verdicts come from an earlier release of the reference than all others,
    /// they are compared but do not count.
    /// - Throws: ``CorpusError`` when there is nothing to run or a folder cannot be read.
    package static func run(_ folder: CorpusFolder) async throws -> ConformanceReport {
        var report = ConformanceReport()
        var tally = CorpusTally()
        var unusable = 0
        for set in CorpusSet.allCases {
            let files = try set.tests(in: folder)
            if files.isEmpty { continue }
            let outcome = await run(files)
            report.results += outcome.results
            let different = outcome.results.filter { !$0.isMatch }
            let permissive = set.rawValue + CorpusQuestion.permissiveValidation.suffix
            let isCounted = { (result: CaseResult) in set.countsPermissiveVerdicts || result.set != permissive }
            let mismatches = different.filter(isCounted)
            report.mismatches += mismatches
            report.remarks += different.filter { !isCounted($0) }
            unusable += different.count { $0.actual == CaseResult.unusable }
            let requests = outcome.tally.counts[.decisions].map { ", \($0.checked) requests" } ?? ""
            report.lines.append("\(set.rawValue): \(files.count) tests\(requests), \(mismatches.count) mismatches")
            tally.add(outcome.tally)
        }
        guard !report.lines.isEmpty else { throw CorpusError("the folder holds no set of the Cedar corpus") }
        report.lines += tally.lines
        if unusable > 0 { report.lines.append("tests that could not be run: \(unusable)") }
        return report
    }

    /// Runs tests on all cores; the results are in the order of the files.
    private static func run(_ files: [CorpusTestFile]) async -> CorpusOutcome {
        let size = max(1, files.count / 64)
        let slices = stride(from: 0, to: files.count, by: size).map { files[$0..<min($0 + size, files.count)] }
        let outcomes = await withTaskGroup(of: (Int, CorpusOutcome).self) { group in
            for (index, slice) in slices.enumerated() {
                group.addTask {
                    var outcome = CorpusOutcome()
                    for file in slice { outcome.add(run(file)) }
                    return (index, outcome)
                }
            }
            var outcomes = Array(repeating: CorpusOutcome(), count: slices.count)
            for await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes
        }
        return outcomes.reduce(into: CorpusOutcome()) { $0.add($1) }
    }

    private static func run(_ file: CorpusTestFile) -> CorpusOutcome {
        var outcome = CorpusOutcome()
        do {
            let test = try CedarCorpusTest(file)
            try test.ask(&outcome)
        } catch {
            outcome = CorpusOutcome()
            outcome.add(file, unusable: "\(error)")
        }
        return outcome
    }
}
