import ConformanceSuites
import Foundation
import SAMLMessages
import Testing

/// Messages of every family, made anew for every run.
@Suite struct MintTests {
    @Test func everyFamilyComesOutAsExpected() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mint-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let cases = Mint().cases
        #expect(Set(cases.map(\.id)).count == cases.count)
        try Mint().write(to: folder)
        let report = try SAMLVectors.run(folder: folder.path)
        for mismatch in report.mismatches { Issue.record("\(mismatch.id): \(mismatch.difference)") }
        // The code tells that a message was refused for what it is, and not by accident.
        for remark in report.remarks { Issue.record("\(remark.id): \(remark.difference)") }
        #expect(report.results.count { $0.actual == "accept" } >= 40)
        #expect(report.results.count { $0.actual == "reject" } >= 150)
    }
}
