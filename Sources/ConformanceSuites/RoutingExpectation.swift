import CedarModel
package import Residency
package import StrictJSON

/// What a case expects of a route: whatever it names must be so, and nothing else is asked.
package struct RoutingExpectation {
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

    /// Where an answer is not as expected, in words.
    package func differences(from answer: Answer) -> [String] {
        var differences: [String] = []
        func compare(_ key: String, _ actual: String?) {
            guard let expected = node[key] else { return }
            if expected.isNull ? actual != nil : expected.string != actual {
                differences.append("\(key) is \(actual ?? "nothing"), expected \(expected.string ?? "nothing")")
            }
        }
        compare("decision", answer.decision)
        compare("primary", answer.primary)
        compare("backup", answer.backup)
        compare("endpoint", answer.endpoint)
        compare("storage_class", answer.storageClass)
        compare("mechanism_used", answer.mechanism)
        compare("mechanism_expires", answer.mechanismExpires)
        for (key, actual) in [("allowed_regions", answer.allowed), ("mirrors", answer.mirrors)] {
            guard let expected = strings(key), expected.sorted() != actual.sorted() else { continue }
            differences.append("\(key) are \(actual), expected \(expected)")
        }
        for (key, actual) in [
            ("reasons", answer.reasons), ("obligations", answer.obligations), ("warnings", answer.warnings),
            ("hints", answer.hints), ("mechanism_required", answer.mechanismsRequired),
        ] {
            guard let expected = strings(key) else { continue }
            if key == "reasons", expected.isEmpty, !actual.isEmpty {
                differences.append("\(key) are \(actual), expected none")
            }
            for member in expected where !actual.contains(member) {
                differences.append("\(key) are \(actual), without `\(member)`")
            }
        }
        for (key, actual) in [("denied", answer.denied), ("endpoints", answer.endpoints)] {
            for member in node[key]?.members.map({ $0 }) ?? [] where actual[member.key] != member.value.string {
                differences.append(
                    "\(key) of \(member.key) is \(actual[member.key] ?? "nothing"), expected "
                        + (member.value.string ?? "nothing"))
            }
        }
        for member in node["regimes"]?.members.map({ $0 }) ?? [] {
            let expected = member.value.elements.compactMap(\.string)
            if answer.regimes[member.key]?.sorted() != expected.sorted() {
                differences.append(
                    "\(member.key) allows \(answer.regimes[member.key] ?? []), expected \(expected)")
            }
        }
        return differences
    }

    private func strings(_ key: String) -> [String]? { node[key]?.elements.compactMap(\.string) }
}
