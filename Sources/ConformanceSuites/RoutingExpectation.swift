import CedarModel
package import Residency
package import StrictJSON

/// What a case expects of a route: whatever it names must be so, and nothing else is asked.
package struct RoutingExpectation: Sendable {
    private let node: JSONNode

    /// Takes the members `decision`, `allowed_regions`, `primary`, `backup`, `mirrors`, `endpoint`, `endpoints`,
    /// `storage_class`, `denied`, `reasons`, `obligations`, `warnings`, `hints`, `mechanism_used`,
    /// `mechanism_required`, `mechanism_expires` and `regimes`.
    package init(_ node: JSONNode) {
        self.node = node
    }

    /// A route as expectations speak of it.
    package struct Answer {
        package var decision: String
        package var allowed: [String]
        package var primary: String?
        package var backup: String?
        package var mirrors: [String]
        package var endpoint: String?
        package var endpoints: [String: String]
        package var storageClass: String?
        package var denied: [String: String]
        package var reasons: [String]
        package var obligations: [String]
        package var warnings: [String]
        package var hints: [String]
        package var mechanism: String?
        package var mechanismExpires: String?
        package var mechanismsRequired: [String]
        package var regimes: [String: [String]]
        package var policies: [String]

        /// Takes the names of a route.
        package init(_ route: RoutingDecision) {
            let regions = route.pack.catalog.regions
            decision = route.isAllowed ? "allow" : "deny"
            allowed = route.allowed.map { regions[$0].id }
            primary = route.primary.map { regions[$0].id }
            backup = route.backup.map { regions[$0].id }
            mirrors = route.mirrors.map { regions[$0].id }
            endpoint = route.endpoint
            endpoints = Dictionary(
                (route.primary.map { regions[$0].endpoints } ?? []).map { ($0.kind, $0.address) },
                uniquingKeysWith: { first, _ in first })
            storageClass = route.storageClass
            denied = [:]
            for (index, outcome) in route.regions.enumerated() {
                if let denial = outcome.denial { denied[regions[index].id] = route.reason(denial).code }
            }
            reasons = route.reasons.map(\.code)
            obligations = route.obligations
            warnings = route.warnings
            hints = route.hints
            mechanism = route.mechanism
            mechanismExpires = route.mechanismExpires.map { String($0.description.prefix(10)) }
            mechanismsRequired = route.mechanismsRequired
            regimes = Dictionary(
                route.regimes.map { ($0.regime, $0.regions.map { regions[$0].id }) },
                uniquingKeysWith: { first, _ in first })
            policies = route.policies
        }
    }

    /// Where an answer is not as expected: the member, what it should be, and what it is.
    package func differences(from answer: Answer) -> [(member: String, expected: String, actual: String)] {
        var differences: [(member: String, expected: String, actual: String)] = []
        func compare(_ key: String, _ expected: JSONNode?, _ actual: String?) {
            guard let expected, expected.isNull ? actual != nil : expected.string != actual else { return }
            differences.append((key, expected.string ?? "none", actual ?? "none"))
        }
        for (key, actual) in [
            ("decision", answer.decision), ("primary", answer.primary), ("backup", answer.backup),
            ("endpoint", answer.endpoint), ("storage_class", answer.storageClass),
            ("mechanism_used", answer.mechanism), ("mechanism_expires", answer.mechanismExpires),
        ] {
            compare(key, node[key], actual)
        }
        func compareSets(_ key: String, _ expected: [String], _ actual: [String]) {
            guard expected.sorted() != actual.sorted() else { return }
            differences.append((key, Self.list(expected), Self.list(actual)))
        }
        for (key, actual) in [("allowed_regions", answer.allowed), ("mirrors", answer.mirrors)] {
            if let expected = strings(key) { compareSets(key, expected, actual) }
        }
        for (key, actual) in [
            ("reasons", answer.reasons), ("obligations", answer.obligations), ("warnings", answer.warnings),
            ("hints", answer.hints), ("mechanism_required", answer.mechanismsRequired),
        ] {
            guard let expected = strings(key) else { continue }
            // An empty list of reasons says that there are none; otherwise the listed ones are among others.
            let isMissing = expected.contains { !actual.contains($0) } || (key == "reasons" && expected.isEmpty)
            if isMissing, expected != actual { differences.append((key, Self.list(expected), Self.list(actual))) }
        }
        for (key, actual) in [("denied", answer.denied), ("endpoints", answer.endpoints)] {
            for member in node[key]?.members.map({ $0 }) ?? [] {
                compare("\(key).\(member.key)", member.value, actual[member.key])
            }
        }
        for member in node["regimes"]?.members.map({ $0 }) ?? [] {
            compareSets(
                "regimes.\(member.key)", member.value.elements.compactMap(\.string), answer.regimes[member.key] ?? [])
        }
        return differences
    }

    private func strings(_ key: String) -> [String]? { node[key]?.elements.compactMap(\.string) }

    private static func list(_ values: [String]) -> String { "[\(values.joined(separator: ", "))]" }
}

extension RoutingExpectation.Answer {
    /// Takes the JSON form of a route.
    package init(_ json: JSONNode) {
        func text(_ key: String) -> String? { json[key]?.string }
        func texts(_ node: JSONNode?) -> [String] { node?.elements.compactMap(\.string) ?? [] }
        func map(_ key: String) -> [String: String] {
            Dictionary(
                (json[key]?.members.map { ($0.key, $0.value.string ?? "") }) ?? [],
                uniquingKeysWith: { first, _ in first })
        }
        decision = text("decision") ?? ""
        allowed = texts(json["allowed_regions"])
        primary = text("primary")
        backup = text("backup")
        mirrors = texts(json["mirrors"])
        endpoint = text("endpoint")
        endpoints = map("endpoints")
        storageClass = text("storage_class")
        denied = map("denied")
        reasons = json["reasons"]?.elements.compactMap { $0["code"]?.string } ?? []
        obligations = texts(json["obligations"])
        warnings = texts(json["warnings"])
        hints = texts(json["hints"])
        mechanism = text("mechanism_used")
        mechanismExpires = text("mechanism_expires")
        mechanismsRequired = texts(json["mechanism_required"])
        regimes = Dictionary(
            (json["regimes"]?.members.map { ($0.key, texts($0.value)) }) ?? [],
            uniquingKeysWith: { first, _ in first })
        policies = texts(json["rule_ids"])
    }
}
