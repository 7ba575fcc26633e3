import ConformanceSuites
import Foundation
import Testing

/// The public Cedar conformance corpus and the sets around it, when `VERDICT_CORPORA` names a folder with them.
@Suite(.enabled(if: corpusPlace != nil, "VERDICT_CORPORA is not set"))
struct CedarCorpusTests {
    @Test func everyAnswerAgrees() async throws {
        let place = try #require(corpusPlace)
        let report = try await CedarCorpus.run(try CorpusFolder(at: place))
        for line in report.lines { print("CedarCorpusTests: \(line)") }
        for mismatch in report.mismatches.prefix(20) {
            Issue.record("\(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        #expect(report.mismatches.isEmpty)
        for remark in report.remarks.prefix(20) {
            print("CedarCorpusTests: differs, not counted: \(remark.set) \(remark.id): \(remark.difference)")
        }
        // Whatever part of the corpus is there, its answers were compared and not passed over.
        let sets = Set(report.results.map(\.set))
        #expect(!sets.isEmpty)
        if sets.contains("corpus-tests") { #expect(sets.contains("corpus-tests/should-validate")) }
        if sets.contains("handwritten") { #expect(sets.contains("handwritten/request-validation")) }
        if sets.contains("cedar-validation-cases") {
            #expect(sets.contains("cedar-validation-cases/strict-validation"))
        }
        if sets.contains("cedar-entity-parsing-cases") {
            #expect(sets.contains("cedar-entity-parsing-cases/entity-parsing"))
        }
    }
}

private var corpusPlace: String? { ProcessInfo.processInfo.environment["VERDICT_CORPORA"] }
