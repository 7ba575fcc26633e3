import CedarSyntax
import Documents

extension RegionCatalog {
    /// Reads `regions.yaml`; findings go to the collector.
    static func read(
        _ file: SourceFile, jurisdictions: Jurisdictions, into diagnostics: DiagnosticCollector
    ) -> RegionCatalog? {
        let (root, findings) = DocumentParser.parseYAML(file)
        diagnostics.append(findings)
        guard let root, var reader = MappingReader(root, what: "`regions.yaml`", into: diagnostics) else { return nil }
        if !reader.contains("regions") { reader.reportMissing("regions") }
        let nodes = reader.sequence("regions") ?? []
        let regions = nodes.compactMap { Region.read($0, jurisdictions, diagnostics) }
        var seen: Set<CedarString> = []
        for (region, node) in zip(regions, nodes) where !seen.insert(CedarString(region.id)).inserted {
            diagnostics.report(.duplicateValue, "the region `\(region.id)` is there twice", at: node.location)
        }
        let primaries = reader.entries("primaries") ?? []
        reader.finish()
        let catalog = RegionCatalog(regions) { catalog in
            var preferences: [String: Preference] = [:]
            for member in primaries {
                preferences[member.key.value] = Preference.read(member, catalog, jurisdictions, diagnostics)
            }
            return preferences
        }
        for (region, node) in zip(regions, nodes) {
            guard let backup = region.backup, catalog.position(of: backup) == nil else { continue }
            diagnostics.report(
                .residencyReference, "the backup of `\(region.id)` is `\(backup)`, which is not in the catalogue",
                at: node.location, help: Suggestion.sentence(for: backup, among: regions.map(\.id)))
        }
        return catalog
    }
}

extension Region {
    fileprivate static func read(
        _ node: DocumentNode, _ jurisdictions: Jurisdictions, _ diagnostics: DiagnosticCollector
    ) -> Region? {
        guard var reader = MappingReader(node, what: "a region", into: diagnostics) else { return nil }
        let id = reader.requiredString("id")
        let country = reader.requiredString("country")
        let operatorCountry = reader.string("operator") ?? country
        for code in [country, operatorCountry] {
            if let code { jurisdictions.check(code, in: node.file, into: diagnostics) }
        }
        let endpoints = (reader.entries("endpoints") ?? []).compactMap { member -> (kind: String, address: String)? in
            MappingReader.text(member.value, what: "an endpoint", into: diagnostics).map {
                (member.key.value, $0.value)
            }
        }
        let name = reader.string("name")?.value
        let zone = reader.string("legal_zone")?.value
        let partition = reader.string("partition")?.value ?? ""
        let admission = reader.string("admission")?.value ?? "any"
        let status = reader.string("status")?.value ?? "active"
        let roles = reader.distinctStrings("roles")?.map(\.value) ?? ["primary", "backup"]
        let backup = reader.string("backup")?.value
        reader.finish()
        guard let id, let country else { return nil }
        return Region(
            id: id.value, name: name ?? id.value, country: country.value, legalZone: zone ?? country.value,
            partition: partition, operatorCountry: operatorCountry?.value ?? country.value, admission: admission,
            status: status, roles: roles.sorted(), backup: backup,
            endpoints: endpoints.sorted { CedarString($0.kind) < CedarString($1.kind) })
    }
}

extension RegionCatalog.Preference {
    fileprivate static func read(
        _ member: DocumentMember, _ catalog: RegionCatalog, _ jurisdictions: Jurisdictions,
        _ diagnostics: DiagnosticCollector
    ) -> RegionCatalog.Preference {
        var preference = RegionCatalog.Preference()
        let known = ["default"] + jurisdictions.regimes.map(\.id)
        if !known.contains(member.key.value) {
            diagnostics.report(
                .residencyReference, "there is no regime `\(member.key.value)`",
                at: .init(member.value.file, member.key.span),
                help: Suggestion.sentence(for: member.key.value, among: known))
        }
        guard var reader = MappingReader(member.value, what: "`\(member.key.value)`", into: diagnostics) else {
            return preference
        }
        preference.order = positions(reader.strings("order") ?? [], catalog, member.value.file, diagnostics)
        for kind in reader.entries("kinds") ?? [] {
            let names = (kind.value.elements ?? []).compactMap {
                MappingReader.text($0, what: "a region", into: diagnostics)
            }
            preference.kinds[CedarString(kind.key.value)] = positions(names, catalog, member.value.file, diagnostics)
        }
        reader.finish()
        return preference
    }

    private static func positions(
        _ names: [Spanned<String>], _ catalog: RegionCatalog, _ file: SourceFile, _ diagnostics: DiagnosticCollector
    ) -> [Int] {
        names.compactMap { name in
            if let position = catalog.position(of: name.value) { return position }
            diagnostics.report(
                .residencyReference, "there is no region `\(name.value)`", at: .init(file, name.span),
                help: Suggestion.sentence(for: name.value, among: catalog.regions.map(\.id)))
            return nil
        }
    }
}
