import CedarEngine
import CedarSchema
import CedarSyntax
import Documents

/// The policies of a pack, read and checked.
struct PackPolicies {
    /// The policies.
    private(set) var policies = PolicySet()

    /// Their notes, in the same order.
    private(set) var notes: [PolicyNote] = []

    /// The regimes that have policies, the platform's own rules first.
    private(set) var regimes: [Jurisdictions.Regime] = []

    /// The regimes with policies about mirrors.
    private(set) var mirroring: Set<Int> = []

    /// What the policies of each regime can tell of regions.
    private(set) var sensitivity: [RegionSensitivity] = []

    /// Whether policies about places name regions, so that regions of one class are not judged alike.
    private(set) var namesRegions = false

    init(
        _ files: [SourceFile], schema: Schema, catalog: RegionCatalog, jurisdictions: Jurisdictions, data: DatedData,
        facts: FactTree, limits: Set<String>, into diagnostics: DiagnosticCollector
    ) {
        var sources: [PolicySource] = []
        for file in files {
            let parsed = PolicyParser.parse(file)
            diagnostics.append(parsed.diagnostics)
            for var policy in parsed.policies {
                policy.id = policy.annotation("id") ?? policy.id
                sources.append(PolicySource(policy: policy, file: file))
            }
        }
        // The order of files and policies must not matter to anything, so it is not kept.
        sources.sort { ($0.policy.annotation("id") ?? "") < ($1.policy.annotation("id") ?? "") }
        let present = Set(sources.compactMap { $0.policy.annotation("regime")?.text })
        regimes = [Jurisdictions.Regime(id: ResidencyPack.platform)]
        regimes += jurisdictions.regimes.filter { present.contains($0.id) }
        let reader = PolicyNoteReader(
            regimes: regimes.map(\.id),
            places: Set(jurisdictions.groups.keys).union(jurisdictions.countries.map(\.text)), facts: facts,
            limits: limits, diagnostics: diagnostics)
        sensitivity = regimes.map { _ in RegionSensitivity(facts) }
        let names = ReferenceNames(catalog: catalog, jurisdictions: jurisdictions, data: data)
        for source in sources {
            guard let note = reader.read(source.policy, in: source.file) else { continue }
            do {
                try policies.add(source.policy)
                notes.append(note)
            } catch {
                diagnostics.report(
                    .residencyAnnotation, "\(error)", at: .init(source.file, source.policy.span))
            }
            let isAboutMirrors = Self.isAboutMirrors(source.policy)
            // Mirrors are asked about region by region.
            if !isAboutMirrors { sensitivity[note.regime].add(source.policy) }
            if isAboutMirrors { mirroring.insert(note.regime) }
            for reference in EntityReferences(source.policy).entities {
                names.check(reference, in: source.file, into: diagnostics)
                if !isAboutMirrors, reference.value.type == PackEdition.uid("Region", "").type { namesRegions = true }
            }
        }
        diagnostics.append(PolicyValidator(schema: schema).validate(sources).diagnostics)
    }

    private static func isAboutMirrors(_ policy: Policy) -> Bool {
        if case .equal(let uid) = policy.action { uid.value.id == "mirror" } else { false }
    }
}

/// What policies can name.
private struct ReferenceNames {
    private var names: [CedarString: [String]] = [:]

    init(catalog: RegionCatalog, jurisdictions: Jurisdictions, data: DatedData) {
        let organisations = jurisdictions.organisations.map { "intorg:\($0)" }
        var lists = ["in_force"]
        for list in data.lists {
            lists += [list.name, "\(list.name).ended", "\(list.name).pending"]
            for entry in list.entries + list.packs.values.flatMap(\.self) {
                if let scope = entry.scope { lists.append("\(list.name).\(scope)") }
            }
        }
        for (type, known) in [
            ("Regime", [ResidencyPack.platform] + jurisdictions.regimes.map(\.id)), ("List", lists),
            ("Group", Array(jurisdictions.groups.keys)), ("Region", catalog.regions.map(\.id)),
            ("Country", jurisdictions.countries.map(\.text) + organisations),
            ("Instrument", data.instruments.map(\.name)), ("Dataset", ["request"]),
        ] {
            names[CedarString(PackEdition.uid(type, "").type.path)] = known
        }
    }

    /// Reports a name that nothing declares: a prohibition that asks for it would never hold.
    func check(_ reference: Spanned<EntityUID>, in file: SourceFile, into diagnostics: DiagnosticCollector) {
        guard let known = names[CedarString(reference.value.type.path)] else { return }
        if known.contains(where: { CedarString($0) == reference.value.id }) { return }
        diagnostics.report(
            .residencyReference, "`\(reference.value)` is neither in the catalogue nor in the data",
            at: .init(file, reference.span), help: Suggestion.sentence(for: reference.value.id.text, among: known))
    }
}
