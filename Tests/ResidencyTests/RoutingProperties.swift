import CedarModel
import CedarSyntax
import Residency
import SeededRandom

/// Requests at random, and what holds for all of them.
struct RoutingProperties {
    let pack: ResidencyPack
    let now: Datetime
    let workspace = RoutingWorkspace()
    var random: SeededGenerator

    /// What was found wrong, in words.
    private(set) var failures: [String] = []

    init(_ pack: ResidencyPack, at now: Datetime, seed: UInt64) {
        self.pack = pack
        self.now = now
        random = SeededGenerator(seed: seed)
    }

    /// Runs so many generated cases.
    mutating func run(_ count: Int) {
        for _ in 0..<count {
            checkPermutation()
            checkMoreRegimes()
            checkFailover()
            checkGrouping()
            if failures.count > 10 { return }
        }
    }

    // MARK: - Properties

    /// The order of subjects, types and other lists never changes the answer.
    private mutating func checkPermutation() {
        let request = request()
        let first = summary(route(request))
        let second = summary(route(shuffled(request)))
        if first != second { failures.append("order matters: \(request)\n  \(first)\n  \(second)") }
    }

    /// One more country or requirement never allows a region that was not allowed without it.
    private mutating func checkMoreRegimes() {
        let countries = countries()
        var request = request(subjects: countries, placing: true)
        let before = route(request)
        let more = pick(Self.countryCodes)
        request = Self.setting(request, "data", "subject_countries", .list((countries + [more]).map { .string($0) }))
        let after = route(request)
        if before.isAllowed, !Set(after.allowed).isSubset(of: Set(before.allowed)) {
            failures.append("\(more) enlarges the allowed set: \(request)")
        }
    }

    /// When regions go down, the primary is another one of the allowed set, or there is none.
    private mutating func checkFailover() {
        var request = request(placing: true)
        let before = route(request)
        guard before.isAllowed, let primary = before.primary else { return }
        let down = before.allowed.filter { _ in Bool.random(using: &random) } + [primary]
        request.append(
            ("unavailable_regions", .list(down.map { .string(pack.catalog.regions[$0].id) })))
        let after = route(request)
        let places = [after.primary, after.backup].compactMap(\.self)
        if !Set(after.allowed + places).isSubset(of: Set(before.allowed).subtracting(down)) {
            failures.append("spills out of the allowed set: \(request)")
        }
        if after.isAllowed != !Set(before.allowed).subtracting(down).isEmpty {
            failures.append("fails over wrongly: \(request)")
        }
    }

    /// Judging regions of one kind together is judging each: a fact that names no country takes the long way.
    private mutating func checkGrouping() {
        let request = request(placing: true)
        let first = route(request)
        let second = route(
            request.map { member in
                guard member.key == "transfer", case .object(let inner) = member.value else { return member }
                let facts: Members = [
                    ("bcr", .object([("countries", .list([]))])), ("tia", .object([("to", .string("MX"))])),
                    ("cn_standard_contract", .object([("destination", .string("MX"))])),
                ]
                return (member.key, .object(inner + facts))
            })
        if first.isAllowed != second.isAllowed || first.allowed != second.allowed
            || first.regions.map(\.isAllowed) != second.regions.map(\.isAllowed)
        {
            failures.append("grouping matters: \(request)")
        }
    }

    // MARK: - Requests

    private typealias Members = [(key: String, value: Datum)]

    private static let countryCodes = [
        "DE", "FR", "NO", "GB", "CH", "CN", "IN", "JP", "RU", "BR", "US", "KR", "SA", "AE", "VN", "ID", "MX", "HK",
        "GL",
    ]

    private mutating func countries() -> [String] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in pick(Self.countryCodes) }
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }

    private mutating func request(subjects: [String]? = nil, placing: Bool = false) -> Members {
        let placings = ["store", "route_query"]
        let operation = placing ? pick(placings) : pick(placings + ["transfer", "access", "replicate", "process"])
        var tenant: Members = [("sector", .string(pick(["technology", "finance", "energy", "electricity"])))]
        if chance(3) { tenant.append(("residency_mode", .string("mechanism"))) }
        if chance(4) { tenant.append(("preferred_region", .string(pick(pack.catalog.regions.map(\.id))))) }
        if chance(6) { tenant.append(("residency_requirements", .list([.string(pick(["GDPR", "China", "India"]))]))) }
        if chance(8) { tenant.append(("requires_india_residency", .bool(true))) }
        if chance(8) { tenant.append(("india_mirror_optin", .bool(true))) }
        if chance(8) { tenant.append(("dpa_profile", .string("eu_only"))) }
        var data: Members = [
            ("subject_countries", .list((subjects ?? countries()).map { .string($0) })),
            ("category", .string(pick(["personal", "personal", "non_personal", "mixed"]))),
            ("classification", .string(pick(["general", "general", "important", "core"]))),
        ]
        let types = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            Datum.string(pick(["contact", "health", "hr", "payment_system", "my_number", "financial"]))
        }
        if !chance(5) { data.append(("types", .list(types))) }
        if chance(3) { data.append(("kind", .string(pick(["logs", "metrics", "backup"])))) }
        var members: Members = [
            ("operation", .string(operation)), ("tenant", .object(tenant)), ("data", .object(data)),
        ]
        if !placing {
            members.append(("source", .object([("country", .string(pick(Self.countryCodes)))])))
            members.append(("destination", .object([("country", .string(pick(Self.countryCodes)))])))
        }
        var transfer: Members = []
        if chance(2) { transfer.append(("mechanism", .string(pick(["scc", "bcr", "consent", "anpd_scc", "idta"])))) }
        if chance(2) { transfer.append(("pipia", .bool(true))) }
        if chance(3) { transfer.append(("vn_first_transfer", .string("2026-10-10"))) }
        members.append(("transfer", .object(transfer)))
        return members
    }

    private static func setting(_ request: Members, _ object: String, _ key: String, _ value: Datum) -> Members {
        request.map { member in
            guard member.key == object, case .object(let inner) = member.value else { return member }
            return (object, .object(inner.filter { $0.key != key } + [(key, value)]))
        }
    }

    private mutating func shuffled(_ request: Members) -> Members {
        request.map { (key: $0.key, value: shuffled($0.value)) }.shuffled(using: &random)
    }

    private mutating func shuffled(_ datum: Datum) -> Datum {
        switch datum {
        case .list(let elements):
            // Saying something twice says nothing more.
            return .list((elements + elements.prefix(1)).shuffled(using: &random))
        case .object(let members):
            return .object(
                members.map { (key: $0.key, value: shuffled($0.value)) }.shuffled(using: &random))
        default: return datum
        }
    }

    private func route(_ members: Members) -> RoutingDecision {
        let request = RoutingRequestReader.read(.object(members), for: pack, at: now)
        return ResidencyRouter(pack).route(request, at: now, in: workspace)
    }

    /// What has to be the same.
    private func summary(_ route: RoutingDecision) -> String {
        let denials = route.regions.map { $0.denial.map { route.reason($0).code } ?? "" }
        return [
            "\(route.isAllowed)", "\(route.allowed)", "\(String(describing: route.primary))",
            "\(String(describing: route.backup))", "\(route.mirrors)", route.mechanism ?? "",
            "\(route.reasons.map(\.code).sorted())", "\(route.obligations.sorted())", "\(denials)",
            "\(route.mechanismsRequired.sorted())", "\(route.policies)", "\(String(describing: route.validUntil))",
        ].joined(separator: " ")
    }
}
