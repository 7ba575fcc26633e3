import ConformanceSuites
import Foundation
import Testing

/// The published vectors of tokens, keys and proofs, when `VERDICT_VECTORS` names a folder with them.
@Suite(.enabled(if: vectorsPlace != nil, "VERDICT_VECTORS is not set"))
struct JWTVectorTests {
    @Test func everyVectorComesOutAsExpected() throws {
        let report = try JWTVectors.run(folder: try #require(vectorsPlace))
        for line in report.lines { print("JWTVectorTests: \(line)") }
        #expect(report.checked > 0)
        for mismatch in report.mismatches.prefix(20) {
            Issue.record("\(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        #expect(report.mismatches.isEmpty)
        // A runner that accepts nothing, or refuses everything, proves nothing.
        #expect(report.results.contains { $0.actual == "accept" })
        #expect(report.results.contains { $0.actual == "reject" })
    }
}

private var vectorsPlace: String? { ProcessInfo.processInfo.environment["VERDICT_VECTORS"] }
