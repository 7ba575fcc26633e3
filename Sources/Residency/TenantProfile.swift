import CedarModel
import CedarSyntax
package import Documents

/// What is known of a tenant's residency besides what a request says: the section `residency` of its file.
package struct TenantProfile: Sendable {
    /// The tenant's id.
    package var id: String?

    /// Whether there is a tenant behind it, so that callers cannot describe another one.
    package var isKnown = false

    /// The name of its pack; `nil` for the default one.
    package var pack: String?

    /// Whether the caller's word counts as evidence.
    package var trustsCallers = false

    /// The jurisdiction that it belongs to.
    package var jurisdiction: String?

    /// The regimes that it requires.
    package var requirements: [String] = []

    /// The region that it likes best.
    package var preferredRegion: String?

    /// What policies read as `context.tenant`.
    package var attributes: Datum?

    /// Its evidence.
    package var evidence: [Evidence] = []

    /// Whose signed statements count as evidence.
    package var signers: [EvidenceSigner] = []

    /// Makes a profile that knows nothing and trusts nobody.
    package init() {}

    /// Knows nothing and takes the caller's word, as examples and conformance vectors do.
    package static let trusting: TenantProfile = {
        var profile = TenantProfile()
        profile.trustsCallers = true
        return profile
    }()

    /// Evidence on file.
    package struct Evidence: Sendable {
        /// The country it is about; `nil` for all.
        package var destination: String?

        /// When it may be used.
        package var period: Period

        /// The attributes, as in a request: `transfer`, `data`, `destination`.
        package var facts: Datum

        /// The parts of an item.
        enum Section: String, CaseIterable {
            case transfer, data, recipient

            /// The part as a member of a request.
            func fact(_ value: Datum) -> (key: String, value: Datum) {
                switch self {
                case .transfer, .data: (rawValue, value)
                case .recipient: ("destination", .object([("recipient", value)]))
                }
            }
        }
    }
}

extension TenantProfile {
    /// Reads the section; findings go to the collector.
    ///
    /// With the packs, every attribute is checked against their schema.
    /// - Parameter keyFile: the content of a file of keys by its path in the application's folder.
    package static func read(
        _ reader: MappingReader, tenant: String, packs: ResidencyPacks?, keyFile: (String) -> [UInt8]?,
        into diagnostics: DiagnosticCollector
    ) -> TenantProfile {
        var reader = reader
        var profile = TenantProfile()
        profile.id = tenant
        profile.isKnown = true
        let pack = reader.string("pack")
        profile.pack = pack?.value
        if let pack, let packs, packs.packs[pack.value] == nil {
            diagnostics.report(
                .residencyReference, "there is no residency pack `\(pack.value)`",
                at: .init(reader.node.file, pack.span),
                help: Suggestion.sentence(for: pack.value, among: packs.packs.keys.sorted()))
        }
        profile.trustsCallers = reader.bool("trust_callers")?.value ?? false
        profile.jurisdiction = reader.string("jurisdiction")?.value
        profile.requirements = reader.distinctStrings("residency_requirements")?.map(\.value) ?? []
        profile.preferredRegion = reader.string("preferred_region")?.value
        let attributes = reader.mapping("attributes")?.node
        profile.attributes = attributes.map { Datum($0) }
        let nodes = reader.sequence("evidence") ?? []
        profile.signers = EvidenceSigner.read(
            reader.sequence("evidence_signers") ?? [], keyFile: keyFile, into: diagnostics)
        reader.finish()
        for node in nodes {
            guard var item = MappingReader(node, what: "an item of evidence", into: diagnostics) else { continue }
            let destination = item.string("destination")?.value
            let period = Period.read(&item)
            var facts: [(key: String, value: Datum)] = []
            for section in Evidence.Section.allCases {
                if let value = item.mapping(section.rawValue)?.node { facts.append(section.fact(Datum(value))) }
            }
            item.finish()
            profile.evidence.append(Evidence(destination: destination, period: period, facts: .object(facts)))
        }
        if let pack = packs?.pack(named: profile.pack) { profile.check(pack, at: reader.node, into: diagnostics) }
        return profile
    }

    /// Reads everything once, so that a mistake is found when the file is loaded.
    private func check(_ pack: ResidencyPack, at node: DocumentNode, into diagnostics: DiagnosticCollector) {
        for facts in evidence.map(\.facts) + [Datum.object(attributes.map { [("tenant", $0)] } ?? [])] {
            let request = RoutingRequestReader.read(facts, for: pack, at: .init(milliseconds: 0))
            for problem in request.problems {
                diagnostics.report(.residencyEvidence, problem.message, at: node.location)
            }
            for warning in request.warnings where warning.hasPrefix("UNKNOWN_ATTRIBUTE:") {
                diagnostics.report(
                    .residencyEvidence, "the residency packs know no `\(warning.dropFirst(18))`", at: node.location)
            }
        }
        if let region = preferredRegion, pack.catalog.position(of: region) == nil {
            diagnostics.report(
                .residencyReference, "there is no region `\(region)`", at: node.location,
                help: Suggestion.sentence(for: region, among: pack.catalog.regions.map(\.id)))
        }
    }
}
