import CedarModel
import ConformanceSuites
import Foundation
import Residency
import Testing

/// The published residency cases, when `VERDICT_VECTORS` names a folder with them.
@Suite(.enabled(if: vectorPlace != nil, "VERDICT_VECTORS is not set"))
struct ResidencyVectorTests {
    @Test func everyCaseComesOut() throws {
        let place = try #require(vectorPlace)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let files = ResidencyFiles.read(directory: root.appending(path: "Policies/residency").path)
        let now = try #require(Datetime(rfc3339: "2026-11-21T00:00:00Z"))
        let packs = ResidencyPacks.load(try #require(files.files), at: now).packs
        let report = try ResidencyVectors.run(at: place, packs: try #require(packs))
        for line in report.lines { print("ResidencyVectorTests: \(line)") }
        for mismatch in report.mismatches.prefix(50) {
            Issue.record("\(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        #expect(report.mismatches.isEmpty)
        #expect(!report.results.isEmpty)
    }
}

private var vectorPlace: String? { ProcessInfo.processInfo.environment["VERDICT_VECTORS"] }
