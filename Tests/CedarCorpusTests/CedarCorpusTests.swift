import ConformanceSuites
import Foundation
import Testing

/// The public Cedar conformance corpus, when `VERDICT_CORPORA` names a folder with it.
@Suite(.enabled(if: corpusPlace != nil, "VERDICT_CORPORA is not set"))
struct CedarCorpusTests {
    @Test func everyAnswerAgrees() async throws {
        let place = try #require(corpusPlace)
        let folder = try CorpusFolder(at: place)
        let report = try await CedarCorpus.run(folder)
        for line in report.lines { print("CedarCorpusTests: \(line)") }
        #expect(report.checked > 0)
        for mismatch in report.mismatches.prefix(20) {
            Issue.record("\(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        #expect(report.mismatches.isEmpty)
    }
}

private var corpusPlace: String? { ProcessInfo.processInfo.environment["VERDICT_CORPORA"] }
