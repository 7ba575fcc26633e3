import ConformanceSuites
import Foundation
import Testing

/// The published SAML messages, when `VERDICT_VECTORS` names a folder with them.
@Suite(.enabled(if: vectorsPlace != nil, "VERDICT_VECTORS is not set"))
struct SAMLVectorTests {
    @Test func everyMessageComesOutAsExpected() throws {
        let report = try SAMLVectors.run(folder: try #require(vectorsPlace))
        for line in report.lines { print("SAMLVectorTests: \(line)") }
        for mismatch in report.mismatches.prefix(20) {
            Issue.record("\(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        #expect(report.mismatches.isEmpty)
        // A runner that accepts nothing, or refuses everything, proves nothing.
        for set in Set(report.results.map(\.set)) {
            let results = report.results.filter { $0.set == set }
            #expect(results.contains { $0.actual == "accept" }, "\(set) accepts nothing")
            #expect(results.contains { $0.actual == "reject" }, "\(set) refuses nothing")
        }
    }
}

private var vectorsPlace: String? { ProcessInfo.processInfo.environment["VERDICT_VECTORS"] }
