import CedarEngine
import CedarModel
import CedarSyntax

/// Judging where data may be.
extension RoutingRun {
    /// Asks all regimes about all regions, intersects what they allow, and picks.
    mutating func judgePlaces() {
        if let preferred = request.preferredRegion, pack.catalog.position(of: preferred) == nil {
            decision.reasons.append(Self.undeployed(RoutingReason.excerpt(preferred)))
        }
        var judgement = judgeRegions()
        decision.regions = judgement.outcomes
        decision.regimes = parties.regimes.map { regime in
            (pack.regimes[regime].id, judgement.allowed(by: regime))
        }
        if parties.operation == .auditLocation {
            judgeLocation()
            return
        }
        judgement.intersect()
        guard checkDeployments(judgement) else { return }
        guard !judgement.intersection.isEmpty else {
            decision.reasons.append(
                RoutingReason(
                    code: "EMPTY_INTERSECTION", message: "no region is allowed by everything that is in play"))
            if parties.regimes.count > 1 { decision.hints.append("split dataset by subject jurisdiction") }
            return
        }
        guard decision.reasons.isEmpty else { return }
        let available = judgement.intersection.filter {
            !request.unavailable.contains(CedarString(pack.catalog.regions[$0].id))
        }
        for region in judgement.intersection where !available.contains(region) {
            decision.regions[region].isAllowed = false
            decision.regions[region].denial = .unavailable
        }
        guard !available.isEmpty else {
            decision.reasons.append(
                RoutingReason(code: "NO_AVAILABLE_REGION", message: "all regions that are allowed are down"))
            return
        }
        guard checkDestination(available) else { return }
        decision.allowed = available
        choose(available, judgement)
    }

    private static func undeployed(_ place: String) -> RoutingReason {
        RoutingReason(
            code: "NO_DEPLOYMENT_IN_REQUIRED_REGION:\(place)",
            message: "the data has to be in `\(place)`, where no region is")
    }

    // MARK: - Regions

    /// What all regimes say about all regions.
    private mutating func judgeRegions() -> RegionJudgement {
        var judgement = RegionJudgement(pack, asked: asked)
        let action = self.action
        for (place, regime) in asked.enumerated() {
            let sensitivity = pack.sensitivity[regime]
            // Where no fact names a country, regions differ for a regime only as far as its policies tell.
            let isPlain = sensitivity.facts.allSatisfy { request.values[$0].isNone }
            let groups = isPlain ? edition.groups[regime] : edition.singles
            for group in groups {
                let answer = judge(regime, action, edition.regions[pack.classes[group[0]]])
                for index in group { judgement.record(index, answer, by: place) }
            }
        }
        return judgement
    }

    /// What a regime says about a region.
    private mutating func judge(
        _ regime: Int, _ action: EntityHandle, _ region: EntityHandle
    ) -> RegionJudgement.Answer {
        let verdict = ask(regime, action, region)
        if verdict.isPermitted { return .permitted(verdict.permit) }
        if let forbid = verdict.forbid { return .denied(.policy(forbid), rank: pack.notes[forbid].rank) }
        if let missing = explain(regime, region).first {
            return .denied(.policy(missing), rank: pack.notes[missing].rank)
        }
        return .denied(.notPermitted(regime: regime), rank: 100)
    }

    /// A regime that keeps data in a place without a region: no other regime matters then.
    private mutating func checkDeployments(_ judgement: RegionJudgement) -> Bool {
        var isDeployed = true
        for regime in parties.regimes where judgement.allowed(by: regime).isEmpty {
            isDeployed = false
            let denials = judgement.denials(by: regime)
            let places = Set(
                denials.compactMap { denial in
                    if case .policy(let position) = denial { pack.notes[position].localises } else { nil }
                })
            let reasons = places.sorted().map { Self.undeployed($0) }
            decision.reasons += reasons.filter { !decision.reasons.contains($0) }
            // Not a place but a condition keeps the regime from allowing any region.
            if places.isEmpty { for denial in denials { add(reason: denial) } }
        }
        return isDeployed
    }

    /// A region that the request names has to be among those that are allowed.
    private mutating func checkDestination(_ available: [Int]) -> Bool {
        guard let region = parties.destinationRegion, !available.contains(region) else { return true }
        if let denial = decision.regions[region].denial { add(reason: denial) }
        return false
    }

    /// Whether data may be where it was found.
    private mutating func judgeLocation() {
        guard let name = request.locationRegion, let region = pack.catalog.position(of: name) else { return }
        for regime in asked {
            let verdict = ask(regime, action, edition.regions[region])
            if verdict.isPermitted {
                if let permit = verdict.permit { rely(on: permit, country: pack.catalog.regions[region].country) }
                continue
            }
            let forbids = lastForbids()
            for position in forbids {
                add(reason: .policy(position))
                add(pack.notes[position].obligations)
            }
            let missing = forbids.isEmpty ? explain(regime, edition.regions[region]) : []
            for position in missing { add(reason: .policy(position)) }
            if forbids.isEmpty, missing.isEmpty { add(reason: .notPermitted(regime: regime)) }
        }
        if decision.reasons.isEmpty {
            decision.allowed = [region]
        } else {
            add([.init(prefix: "record_violation", day: nil), .init(prefix: "audit_log", day: nil)])
        }
    }

    // MARK: - Choosing

    private mutating func choose(_ available: [Int], _ judgement: RegionJudgement) {
        let primary = choosePrimary(among: available, judgement)
        decision.primary = primary
        decision.backup = backup(of: primary, among: available)
        decision.mirrors = findMirrors(besides: primary)
        if let preferred = request.preferredRegion, let position = pack.catalog.position(of: preferred),
            !available.contains(position)
        {
            add(warnings: ["PREFERRED_REGION_NOT_ALLOWED"])
        }
        if request.full.contains(CedarString(pack.catalog.regions[primary].id)) {
            add([.init(prefix: "provision_data_plane:\(pack.catalog.regions[primary].id)", day: nil)])
        }
        for region in available {
            decision.regions[region].mechanism = realMechanism(among: judgement.permits(of: region))
        }
        var places: [Int] = []
        for case let region? in [parties.destinationRegion, primary, decision.backup] where !places.contains(region) {
            places.append(region)
        }
        for region in places {
            let permits = judgement.permits(of: region)
            for permit in permits { rely(on: permit.policy, country: pack.catalog.regions[region].country) }
            let mechanism = self.mechanism(among: permits)
            if decision.mechanism.map({ $0 == Self.noneRequired }) ?? true { decision.mechanism = mechanism }
        }
    }

    /// The mechanism that allows a region; `nil` when none is needed.
    private func realMechanism(among permits: [(regime: Int, policy: Int)]) -> String? {
        let name = mechanism(among: permits)
        return name == Self.noneRequired ? nil : name
    }

    /// The preference where it is allowed, else the first of the strictest regime, else the first of all.
    private func choosePrimary(among available: [Int], _ judgement: RegionJudgement) -> Int {
        let regions = pack.catalog.regions
        var candidates = available.filter { regions[$0].roles.contains("primary") }
        if candidates.isEmpty { candidates = available }
        let roomy = candidates.filter { !request.full.contains(CedarString(regions[$0].id)) }
        if !roomy.isEmpty { candidates = roomy }
        if let preferred = request.preferredRegion.flatMap(pack.catalog.position), candidates.contains(preferred) {
            return preferred
        }
        var kind: CedarString?
        if case .string(let text)? = request.values[pack.facts.known.kind] { kind = text }
        let sizes = parties.regimes.map { (id: pack.regimes[$0].id, count: judgement.allowed(by: $0).count) }
        // A law that neither looks after the data nor keeps it anywhere has nothing to prefer.
        let concerned = sizes.filter { parties.isPersonal || $0.count < regions.count }
        let strictest = concerned.sorted { ($0.count, $0.id) < ($1.count, $1.id) }.map(\.id)
        for name in strictest + ["default"] {
            guard let preference = pack.catalog.primaries[name] else { continue }
            let order = (kind.flatMap { preference.kinds[$0] } ?? []) + preference.order
            if let region = order.first(where: candidates.contains) { return region }
        }
        return candidates[0]
    }

    /// The region that the request names for a backup, else the one of the catalogue, both only where allowed.
    private func backup(of primary: Int, among available: [Int]) -> Int? {
        if let named = parties.destinationRegion, named != primary, available.contains(named),
            pack.catalog.regions[named].roles.contains("backup")
        {
            return named
        }
        let backup = pack.catalog.regions[primary].backup.flatMap(pack.catalog.position)
        return backup.flatMap { available.contains($0) ? $0 : nil }
    }

    /// The regions in which every law in play wants copies to be possible.
    private mutating func findMirrors(besides primary: Int) -> [Int] {
        guard !parties.regimes.isEmpty, parties.regimes.allSatisfy(pack.mirroring.contains),
            let action = edition.actions["mirror"]
        else { return [] }
        var mirrors: [Int] = []
        for region in pack.catalog.regions.indices where region != primary {
            if request.unavailable.contains(CedarString(pack.catalog.regions[region].id)) { continue }
            var isPermitted = true
            var permits: [Int] = []
            for regime in asked {
                let verdict = ask(regime, action, edition.regions[region])
                isPermitted = isPermitted && verdict.isPermitted
                if let permit = verdict.permit { permits.append(permit) }
            }
            guard isPermitted else { continue }
            for permit in permits { used[permit] = true }
            mirrors.append(region)
        }
        return mirrors
    }
}

/// What regimes said about classes of regions.
struct RegionJudgement {
    private let pack: ResidencyPack
    private let asked: [Int]

    /// The permit of each regime that was asked for each class; -1 where there is none.
    private var permitted: [Int]

    private var denied: [(regime: Int, regionClass: Int, denial: RoutingDecision.Denial, rank: Int)] = []
    private var best: [(denial: RoutingDecision.Denial, rank: Int)?]

    /// The regions that all regimes allow.
    private(set) var intersection: [Int] = []

    init(_ pack: ResidencyPack, asked: [Int]) {
        self.pack = pack
        self.asked = asked
        best = Array(repeating: nil, count: pack.classes.count)
        permitted = Array(repeating: -1, count: pack.classes.count * asked.count)
    }

    /// What a regime says about a class of regions.
    enum Answer {
        case permitted(Int?)
        case denied(RoutingDecision.Denial, rank: Int)
    }

    /// Notes the answer of a regime, by its place among those that are asked.
    mutating func record(_ regionClass: Int, _ answer: Answer, by place: Int) {
        switch answer {
        case .permitted(let permit): permitted[place * best.count + regionClass] = permit ?? -1
        case .denied(let denial, let rank): deny(regionClass, denial, by: asked[place], rank: rank)
        }
    }

    private mutating func deny(_ regionClass: Int, _ denial: RoutingDecision.Denial, by regime: Int, rank: Int) {
        denied.append((regime, regionClass, denial, rank))
        if best[regionClass].map({ rank < $0.rank }) ?? true { best[regionClass] = (denial, rank) }
    }

    /// What came of each region.
    var outcomes: [RoutingDecision.RegionOutcome] {
        pack.regionClass.map { regionClass in
            RoutingDecision.RegionOutcome(
                isAllowed: best[regionClass] == nil, denial: best[regionClass]?.denial)
        }
    }

    mutating func intersect() {
        intersection = pack.catalog.regions.indices.filter { best[pack.regionClass[$0]] == nil }
    }

    /// The regions that a regime by itself allows.
    func allowed(by regime: Int) -> [Int] {
        var classes = Array(repeating: true, count: pack.classes.count)
        for denial in denied where denial.regime == regime { classes[denial.regionClass] = false }
        return pack.catalog.regions.indices.filter { classes[pack.regionClass[$0]] }
    }

    /// What a regime says against regions.
    func denials(by regime: Int) -> [RoutingDecision.Denial] {
        denied.filter { $0.regime == regime }.map(\.denial)
    }

    /// The permits of a region.
    func permits(of region: Int) -> [(regime: Int, policy: Int)] {
        asked.indices.compactMap { place in
            let permit = permitted[place * best.count + pack.regionClass[region]]
            return permit < 0 ? nil : (asked[place], permit)
        }
    }
}

extension Optional {
    /// Whether there is nothing; asking this way needs no copy of what there is.
    fileprivate var isNone: Bool {
        if case .none = self { true } else { false }
    }
}
