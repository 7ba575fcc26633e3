import CedarModel
import CedarSyntax
import Documents
import Foundation
import Residency
import StrictJSON
import Testing

/// The packs of this repository, loaded once.
enum Installation {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Policies/residency").path

    static let now = Datetime(milliseconds: 1_795_219_200_000)

    static let loaded = ResidencyPacks.load(
        ResidencyFiles.read(directory: folder).files ?? ResidencyFiles([]), at: now)

    static func pack(_ name: String) throws -> ResidencyPack { try #require(loaded.packs?.packs[name]) }

    /// The section `residency` of the tenant `acme`, and what was found in it.
    static func read(
        _ yaml: String, keyFile: (String) -> [UInt8]? = { _ in nil }
    ) throws -> (profile: TenantProfile, findings: [Diagnostic]) {
        let diagnostics = DiagnosticCollector()
        let file = SourceFile(name: "acme.yaml", text: yaml)
        let node = try #require(DocumentParser.parseYAML(file).root)
        let reader = try #require(MappingReader(node, what: "`residency`", into: diagnostics))
        let profile = TenantProfile.read(
            reader, tenant: "acme", packs: loaded.packs, keyFile: keyFile, into: diagnostics)
        return (profile, diagnostics.diagnostics)
    }

    /// The section `residency` of the tenant `acme`, which has no mistakes.
    static func profile(_ yaml: String) throws -> TenantProfile {
        let (profile, findings) = try read(yaml)
        #expect(findings.isEmpty)
        return profile
    }

    /// Routes a request that is written as JSON.
    static func route(
        _ json: String, pack name: String = "law2026", at time: String = "2026-11-21T00:00:00Z",
        profile: TenantProfile = .trusting
    ) throws -> RoutingDecision {
        let pack = try pack(name)
        let instant = try #require(Datetime(rfc3339: time))
        let datum = Datum(try JSONDocument(parsing: Array(json.utf8), limits: .request).root)
        let request = RoutingRequestReader.read(datum, for: pack, profile: profile, at: instant)
        return ResidencyRouter(pack).route(request, at: instant)
    }
}

extension RoutingDecision {
    var allowedIDs: [String] { allowed.map { pack.catalog.regions[$0].id } }
    var primaryID: String? { primary.map { pack.catalog.regions[$0].id } }
    var codes: [String] { reasons.map(\.code) }
}
