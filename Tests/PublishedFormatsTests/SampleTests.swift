import CedarSyntax
import ConformanceSuites
import Foundation
import PolicyBundles
import Testing

/// The samples in `Fixtures`, which validators hold against the JSON Schemas, held against our own readers: a schema
/// and its reader must not part ways.
@Suite struct SampleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let kind: String
        let isAccepted: Bool
        let file: URL

        var testDescription: String { "\(isAccepted ? "accepted" : "refused")/\(kind)/\(file.lastPathComponent)" }
    }

    static let kinds = ["bundle", "roles", "tenant", "obligations", "links", "suite"]

    static let samples: [Sample] = {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return ["accepted", "refused"].flatMap { verdict in
            kinds.flatMap { kind in
                let folder = fixtures.appending(path: "\(verdict)/\(kind)")
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
                return names.sorted().map {
                    Sample(kind: kind, isAccepted: verdict == "accepted", file: folder.appending(path: $0))
                }
            }
        }
    }()

    @Test func everyKindHasSamples() {
        for kind in Self.kinds {
            let ofKind = Self.samples.filter { $0.kind == kind }
            #expect(ofKind.count { $0.isAccepted } >= 2 && ofKind.count { !$0.isAccepted } >= 5, "\(kind)")
        }
    }

    @Test("is read as its folder says", arguments: samples)
    func read(sample: Sample) throws {
        let findings = try Self.findings(sample)
        let errors = findings.filter { $0.severity == .error }
        if sample.isAccepted {
            #expect(errors.isEmpty, "\(errors.map(\.message))")
        } else {
            let name = sample.kind == "tenant" ? "acme.yaml" : "\(sample.kind).yaml"
            let isInSample = errors.contains { $0.location?.file.name.hasSuffix(name) == true }
            #expect(sample.kind == "suite" ? !errors.isEmpty : isInSample, "\(errors.map(\.message))")
        }
    }

    private static func findings(_ sample: Sample) throws -> [Diagnostic] {
        if sample.kind == "suite" { return SuiteLoader.load([sample.file.path], applications: nil).diagnostics }
        let folder = FileManager.default.temporaryDirectory.appending(path: "notes-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["tenants", "templates"] {
            try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        var files = ["bundle.yaml": Data("name: notes\n".utf8)]
        if sample.kind == "tenant" {
            files["roles.yaml"] = Data("models: {standard: {roles: {reader: {}}}}\n".utf8)
        }
        if sample.kind == "links" {
            files["bundle.yaml"] = Data("name: notes\nnamespace: Notes\n".utf8)
            files["templates/grant.cedar"] = Data(
                "@id(\"grant\") permit (principal == ?principal, action, resource == ?resource);".utf8)
        }
        files[sample.kind == "tenant" ? "tenants/acme.yaml" : "\(sample.kind).yaml"] = try Data(contentsOf: sample.file)
        for (name, content) in files { try content.write(to: folder.appending(path: name)) }
        return BundleLoader.loadApplication(at: folder.path).diagnostics
    }
}
