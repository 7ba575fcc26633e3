import CedarEngine
package import CedarModel
import CedarSchema
package import CedarSyntax
import Documents

/// The residency packs of an installation: laws, dated data, and the catalogue of regions.
package struct ResidencyPacks: Sendable {
    /// The packs by name.
    package let packs: [String: ResidencyPack]

    /// The version of the files that the packs were loaded from.
    package let hash: String

    /// The pack of tenants that name none.
    package static let defaultName = "law2026"

    /// The pack with a name, or the default one.
    package func pack(named name: String?) -> ResidencyPack? { packs[name ?? Self.defaultName] }

    /// Loads packs from their files; findings tell every mistake, and with an error there are no packs.
    ///
    /// - Parameter now: the time for which editions are made ready.
    package static func load(
        _ files: ResidencyFiles, at now: Datetime
    ) -> (packs: ResidencyPacks?, diagnostics: [Diagnostic]) {
        let diagnostics = DiagnosticCollector()
        let packs = ResidencyLoader(files: files, diagnostics: diagnostics, now: now).load()
        return (diagnostics.hasErrors ? nil : packs, diagnostics.diagnostics)
    }
}

/// Loads the packs of a folder.
private struct ResidencyLoader {
    let files: ResidencyFiles
    let diagnostics: DiagnosticCollector
    let now: Datetime

    func load() -> ResidencyPacks? {
        var documents: [SourceFile] = []
        for path in ResidencyFiles.documents {
            guard let file = files.document(path) else {
                diagnostics.report(.residencyFile, "the residency packs lack `\(path)`", at: nil)
                continue
            }
            documents.append(file)
        }
        guard documents.count == 4, let jurisdictions = Jurisdictions.read(documents[1], into: diagnostics),
            let catalog = RegionCatalog.read(documents[0], jurisdictions: jurisdictions, into: diagnostics),
            let data = DatedData.read(documents[2], jurisdictions: jurisdictions, into: diagnostics)
        else { return nil }
        let (schema, findings) = Schema.parse(files: [documents[3]])
        diagnostics.append(findings)
        guard let schema, let context = context(of: schema, documents[3]) else { return nil }
        var problems: [String] = []
        let facts = FactTree(context, namespace: Name(unchecked: PackEdition.namespace), problems: &problems)
        for problem in problems { report(.residencySchema, problem, documents[3]) }
        let limits = self.limits(context, data, documents[2])
        for pack in data.lists.flatMap(\.packs.keys) where !files.packNames.contains(pack) {
            report(.residencyReference, "there is no pack `\(pack)`", documents[2])
        }
        guard !diagnostics.hasErrors else { return nil }
        let hash = files.hash
        var packs: [String: ResidencyPack] = [:]
        for name in files.packNames {
            let policies = PackPolicies(
                files.policies(of: name), schema: schema, catalog: catalog, jurisdictions: jurisdictions, data: data,
                facts: facts, limits: Set(limits.map(\.text)), into: diagnostics)
            guard !diagnostics.hasErrors else { continue }
            packs[name] = ResidencyPack(
                .init(
                    name: name, hash: hash, catalog: catalog, jurisdictions: jurisdictions, data: data,
                    policies: policies.policies, notes: policies.notes, facts: facts, limits: limits,
                    regimes: policies.regimes, mirroring: policies.mirroring, actions: schema.actionEntities,
                    namesRegions: policies.namesRegions,
                    sensitivity: policies.sensitivity), at: now)
        }
        return ResidencyPacks(packs: packs, hash: hash)
    }

    /// The context of the actions, which all have the same.
    private func context(of schema: Schema, _ file: SourceFile) -> RecordType? {
        let names = RoutingOperation.actionNames
        for name in names where schema.actions[PackEdition.uid("Action", name)] == nil {
            report(.residencySchema, "the schema declares no action `\(name)`", file)
        }
        for type in ["Regime", "Group", "List", "Country", "Region", "Dataset", "Instrument"]
        where schema.entityTypes[PackEdition.uid(type, "").type] == nil {
            report(.residencySchema, "the schema declares no entity type `\(type)`", file)
        }
        guard !diagnostics.hasErrors else { return nil }
        let contexts = names.compactMap { schema.actions[PackEdition.uid("Action", $0)]?.context }
        if Set(contexts).count > 1 { report(.residencySchema, "the actions have different contexts", file) }
        return contexts.first
    }

    /// The numbers that policies read, each of which the data must give.
    private func limits(_ context: RecordType, _ data: DatedData, _ file: SourceFile) -> [CedarString] {
        guard case .record(let record) = context.attributes["limits"]?.type else { return [] }
        let names = record.attributes.keys.sorted()
        for name in names where !data.limits.contains(where: { CedarString($0.name) == name }) {
            report(.residencyLimit, "policies read the number `\(name)`, which `limits` does not give", file)
        }
        for limit in data.limits where !names.contains(CedarString(limit.name)) {
            diagnostics.report(
                .residencyLimit, "no policy reads the number `\(limit.name)`", severity: .warning,
                at: .init(file, SourceSpan(start: 0, end: 0)))
        }
        return names
    }

    private func report(_ code: DiagnosticCode, _ message: String, _ file: SourceFile) {
        diagnostics.report(code, message, at: .init(file, SourceSpan(start: 0, end: 0)))
    }
}
