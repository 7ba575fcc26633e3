import CedarModel
import CedarSyntax

/// Works out who takes part in a question, or why it cannot be judged.
struct RoutingPartiesReader {
    let pack: ResidencyPack
    let request: RoutingRequest
    private(set) var problems: [RoutingReason]
    /// The values after what follows from others was filled in.
    private(set) var values: [Value?]

    /// The country of the region that data comes from.
    private var sourceRegionCountry: CedarString?

    private static let categories: [CedarString] = ["personal", "non_personal", "mixed", "pseudonymised"]
    private static let modes: [CedarString] = ["strict", "mechanism"]

    init(_ request: RoutingRequest, _ pack: ResidencyPack) {
        self.request = request
        self.pack = pack
        problems = request.problems
        values = request.values
    }

    /// The parties; `nil` when there are problems.
    mutating func read() -> RoutingParties? {
        if !request.hasTenant { problems.append(.missing("tenant")) }
        guard let operation = request.operation else {
            if !problems.contains(where: { $0.code == "UNKNOWN_VALUE:operation" }) {
                problems.append(.missing("operation"))
            }
            return nil
        }
        setMode()
        let known = pack.facts.known
        completeCountry(known.sourceCountry, region: known.sourceRegion, of: "source")
        completeCountry(known.destinationCountry, region: known.destinationRegion, of: "destination")
        let subjects = country(set: known.subjects)
        let source = country(known.sourceCountry)
        let destination = country(known.destinationCountry)
        let isIngest = operation == .routeIngest || operation == .routeQuery
        let category = text(known.category)
        if let category, !Self.categories.contains(category) { problems.append(.unknown("data.category")) }
        if category == nil, !isIngest { problems.append(.missing("data.category")) }
        // What nobody describes counts as data about people.
        let isPersonal = category != "non_personal"
        let isMove = isMove(operation, destination)
        if subjects.isEmpty, isPersonal, !(isIngest && source != nil) {
            problems.append(.missing("data.subject_countries"))
        }
        if isMove, source == nil { problems.append(.missing("source.country")) }
        if isMove, destination == nil { problems.append(.missing("destination.country")) }
        if operation == .auditLocation { checkLocation() }
        let region = text(known.destinationRegion).flatMap { pack.catalog.position(of: $0.text) }
        let required = self.required()
        guard problems.isEmpty else { return nil }

        var regimes = Set(required)
        for subject in subjects { regimes.formUnion(self.regimes(of: subject)) }
        var exporters = Set<Int>()
        if let source, isMove || operation == .routeIngest || subjects.isEmpty {
            exporters = self.regimes(of: source).union(sourceRegionCountry.map(self.regimes) ?? [])
            regimes.formUnion(exporters)
        }
        regimes.formUnion(self.regimesByFact())
        return RoutingParties(
            operation: operation, isPersonal: isPersonal, isDeclared: category != nil || !isIngest, subjects: subjects,
            regimes: regimes.sorted(), exporters: isMove ? exporters.sorted() : regimes.sorted(),
            required: required.sorted(), destination: destination?.text, destinationRegion: region, isMove: isMove)
    }

    private func isMove(_ operation: RoutingOperation, _ destination: CedarString?) -> Bool {
        switch operation {
        case .transfer, .access, .replicate: true
        case .process: destination != nil
        default: false
        }
    }

    private mutating func setMode() {
        let position = pack.facts.known.mode
        if let mode = text(position) {
            if !Self.modes.contains(mode) { problems.append(.unknown("tenant.residency_mode")) }
        } else {
            values[position] = .string("strict")
        }
    }

    /// A region of the catalogue says in which country it is; a country that contradicts it makes no sense.
    private mutating func completeCountry(_ position: Int, region: Int, of side: String) {
        guard let name = text(region) else { return }
        guard let region = pack.catalog.position(of: name.text) else {
            problems.append(
                RoutingReason(
                    code: "NO_DEPLOYMENT_IN_REQUIRED_REGION:\(RoutingReason.excerpt(name.text))",
                    message: "`\(side).region` is not in the catalogue"))
            return
        }
        let country = CedarString(pack.catalog.regions[region].country)
        if side == "source" { sourceRegionCountry = country }
        if let given = self.country(position) {
            // Data that is kept in one country can be exported under the law of another.
            if given != country, side != "source" {
                problems.append(
                    .invalid("\(side).country", "the country of the region, which is `\(country)`, or left out"))
            }
        } else {
            values[position] = .entity(PackEdition.uid("Country", country.text))
        }
    }

    private mutating func checkLocation() {
        guard let name = request.locationRegion else {
            problems.append(.missing("location.region"))
            return
        }
        if pack.catalog.position(of: name) == nil { problems.append(.unknown("location.region")) }
    }

    /// The regimes that the tenant requires by its own words.
    private mutating func required() -> Set<Int> {
        var required = Set<Int>()
        for label in request.requirements {
            if let regime = pack.regime(labelled: label) {
                required.insert(regime)
            } else if !problems.contains(where: { $0.code == "UNKNOWN_VALUE:tenant.residency_requirements" }) {
                problems.append(.unknown("tenant.residency_requirements"))
            }
        }
        if let jurisdiction = request.jurisdiction {
            if let regime = pack.regime(labelled: jurisdiction) {
                required.insert(regime)
            } else {
                problems.append(
                    RoutingReason(
                        code: "UNSUPPORTED_JURISDICTION:\(RoutingReason.excerpt(jurisdiction))",
                        message: "the pack has no laws of the tenant's jurisdiction"))
            }
        }
        return required
    }

    private func regimes(of country: CedarString) -> Set<Int> {
        pack.regimesBySubject[country] ?? []
    }

    private func regimesByFact() -> [Int] {
        pack.regimesByFact.filter { values[$0.fact] == .bool(true) }.map(\.regime)
    }

    // MARK: - Values

    private func text(_ position: Int) -> CedarString? {
        if case .string(let text)? = values[position] { text } else { nil }
    }

    private func country(_ position: Int) -> CedarString? {
        if case .entity(let uid)? = values[position] { uid.id } else { nil }
    }

    private func country(set position: Int) -> [CedarString] {
        guard case .set(let set)? = values[position] else { return [] }
        return set.elements.compactMap { if case .entity(let uid) = $0 { uid.id } else { nil } }.sorted()
    }
}
