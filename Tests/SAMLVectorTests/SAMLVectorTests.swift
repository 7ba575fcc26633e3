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

/// Messages of a provider of other make: pysaml2 7.5, after sign-ins over HTTP, and each of them changed.
@Suite struct ProviderTests {
    @Test func everyMessageComesOutAsExpected() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let report = try SAMLVectors.run(folder: folder.path)
        #expect(report.checked == 12)
        for mismatch in report.mismatches { Issue.record("\(mismatch.id): \(mismatch.difference)") }
        #expect(report.remarks.isEmpty)
        #expect(report.results.count { $0.actual == "accept" } == 6)
    }
}

private var vectorsPlace: String? { ProcessInfo.processInfo.environment["VERDICT_VECTORS"] }
