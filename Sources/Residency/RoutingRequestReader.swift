package import CedarModel
import CedarSyntax

/// Reads routing requests and evidence into the attributes that policies know.
package struct RoutingRequestReader {
    private let pack: ResidencyPack
    private let profile: TenantProfile
    private var request: RoutingRequest

    /// Who signed what is being read.
    private var signer: EvidenceSigner?

    private static let operations = Dictionary(
        uniqueKeysWithValues: RoutingOperation.allCases.map { (CedarString($0.rawValue), $0) })

    /// The members of a request that are read.
    package static let members = [
        "operation", "tenant", "data", "source", "destination", "transfer", "location", "unavailable_regions",
        "region_capacity", "evidence",
    ]

    /// The greatest number of elements of a list.
    static let maximumElements = 1_000

    private init(_ pack: ResidencyPack, _ profile: TenantProfile) {
        self.pack = pack
        self.profile = profile
        request = RoutingRequest(pack.facts)
    }

    /// Reads a request on behalf of a tenant.
    ///
    /// What the tenant's file says comes first, then what its signers state. The caller's word counts for what describes
    /// the question; for evidence and for the tenant itself it counts only where the profile trusts callers, and is
    /// otherwise left out with a warning. A statement that cannot be verified makes the request undecidable.
    package static func read(
        _ datum: Datum, for pack: ResidencyPack, profile: TenantProfile = .trusting, at now: Datetime
    ) -> RoutingRequest {
        var reader = RoutingRequestReader(pack, profile)
        reader.readQuestion(datum)
        let destination = datum["destination"]?["country"]?.text
        reader.readProfile(at: now, destination: destination)
        if let statements = datum["evidence"] { reader.readStatements(statements, at: now, destination: destination) }
        for root in pack.facts.roots {
            let key = pack.facts.nodes[root].key.text
            if let value = datum[key] { reader.read(value, at: root, from: .caller) }
        }
        return reader.request
    }

    private mutating func readQuestion(_ datum: Datum) {
        if let text = datum["operation"] {
            request.operation = text.text.flatMap { Self.operations[CedarString($0)] }
            if request.operation == nil { request.problems.append(.unknown("operation")) }
        }
        request.hasTenant = profile.isKnown || datum["tenant"] != nil
        request.locationRegion = text(datum["location"]?["region"], "location.region")
        request.unavailable = Set(texts(datum["unavailable_regions"], "unavailable_regions").map { CedarString($0) })
        for member in datum["region_capacity"]?.members ?? [] where member.value.text == "full" {
            request.full.insert(CedarString(member.key))
        }
        let tenant = datum["tenant"]
        if profile.trustsCallers || !profile.isKnown {
            request.tenantID = text(tenant?["id"], "tenant.id")
            request.jurisdiction = text(tenant?["jurisdiction"], "tenant.jurisdiction")
            request.requirements = texts(tenant?["residency_requirements"], "tenant.residency_requirements")
        }
        // Liking a region cannot widen anything.
        request.preferredRegion = text(tenant?["preferred_region"], "tenant.preferred_region")
    }

    private mutating func readProfile(at now: Datetime, destination: String?) {
        request.tenantID = profile.id ?? request.tenantID
        request.jurisdiction = profile.jurisdiction ?? request.jurisdiction
        request.requirements += profile.requirements
        request.preferredRegion = request.preferredRegion ?? profile.preferredRegion
        if let attributes = profile.attributes { readRoot("tenant", attributes, .tenant) }
        for evidence in profile.evidence where isAbout(destination, evidence) {
            if !evidence.period.hasBegun(at: now) {
                endEvidence(at: evidence.period.start)
            } else if !evidence.period.hasEnded(at: now) {
                endEvidence(at: evidence.period.end)
                for member in evidence.facts.members ?? [] { readRoot(member.key, member.value, .tenant) }
            }
        }
    }

    private mutating func readStatements(_ given: Datum, at now: Datetime, destination: String?) {
        let texts = (given.elements ?? []).compactMap(\.text)
        guard texts.count == given.elements?.count, texts.count <= EvidenceStatement.maximumStatements else {
            request.problems.append(
                .invalid("evidence", "a list of at most \(EvidenceStatement.maximumStatements) signed statements"))
            return
        }
        for text in texts {
            do {
                let statement = try EvidenceStatement.verify(
                    text, for: profile.id, by: profile.signers, at: now)
                request.statements.append(statement)
                endEvidence(at: statement.expiry)
                signer = statement.signer
                for evidence in statement.items where isAbout(destination, evidence) {
                    for member in evidence.facts.members ?? [] { readRoot(member.key, member.value, .signed) }
                }
            } catch {
                request.problems.append(.refused("a statement of evidence does not count: \(error.message)"))
            }
        }
    }

    private func isAbout(_ destination: String?, _ evidence: TenantProfile.Evidence) -> Bool {
        guard let country = evidence.destination else { return true }
        guard let destination else { return false }
        return pack.jurisdictions.country(destination) == pack.jurisdictions.country(country)
    }

    private mutating func endEvidence(at instant: Datetime?) {
        guard let instant else { return }
        request.evidenceEnd = min(request.evidenceEnd ?? instant, instant)
    }

    private mutating func readRoot(_ key: String, _ value: Datum, _ origin: EvidenceOrigin) {
        if let root = pack.facts.position(of: key) { read(value, at: root, from: origin) }
    }

    // MARK: - Attributes

    private mutating func read(_ value: Datum, at position: Int, from origin: EvidenceOrigin) {
        if case .null = value { return }
        guard case .record(let members) = pack.facts.nodes[position].kind else {
            return readLeaf(value, at: position, from: origin)
        }
        let node = pack.facts.nodes[position]
        // A tenant may be named by its id alone.
        if node.path == "tenant", case .string = value { return }
        guard let given = value.members else {
            request.problems.append(.invalid(node.path, "an object"))
            return
        }
        for member in given {
            let key = CedarString(member.key)
            if let child = members.first(where: { pack.facts.nodes[$0].key == key }) {
                read(member.value, at: child, from: origin)
            } else if !(node.path == "tenant" && Self.tenantMembers.contains(key)), request.warnings.count < 32 {
                request.warnings.append("UNKNOWN_ATTRIBUTE:\(node.path).\(RoutingReason.excerpt(member.key))")
            }
        }
    }

    private static let tenantMembers: Set<CedarString> = [
        "id", "jurisdiction", "residency_requirements", "preferred_region",
    ]

    private mutating func readLeaf(_ value: Datum, at position: Int, from origin: EvidenceOrigin) {
        let node = pack.facts.nodes[position]
        if position == pack.facts.known.personal || position == pack.facts.known.declared {
            request.problems.append(.invalid(node.path, "left to the server"))
            return
        }
        if origin == .signed, let signer, !signer.mayState(node.path) {
            request.problems.append(.refused("`\(signer.issuer)` may not state anything about `\(node.path)`"))
            return
        }
        // The tenant's word stands over that of its signers, and theirs over the caller's.
        guard case .none = request.values[position] else { return }
        if origin == .caller, !profile.trustsCallers, isEvidence(node) {
            request.warnings.append("EVIDENCE_NOT_TRUSTED:\(node.path)")
            return
        }
        guard let read = cedar(value, node) else { return }
        request.values[position] = read
        request.origins[position] = origin
    }

    /// Whether an attribute proves something, rather than describing the question.
    private func isEvidence(_ node: FactTree.Node) -> Bool { node.isOfTenant ? profile.isKnown : node.isEvidence }

    private mutating func cedar(_ value: Datum, _ node: FactTree.Node) -> Value? {
        switch (node.kind, value) {
        case (.string, .string(let text)): return .string(CedarString(text))
        case (.bool, .bool(let bool)): return .bool(bool)
        case (.long, .integer(let number)): return .long(number)
        case (.datetime, .string(let text)):
            if let instant = (try? Datetime(parsing: text)) ?? Datetime(rfc3339: text) { return .datetime(instant) }
            request.problems.append(.invalid(node.path, "a day or a time, as in `2026-11-21`"))
        case (.country, .string(let text)): return country(text, node.path)
        case (.strings, .list(let elements)) where elements.count <= Self.maximumElements:
            let all = elements.compactMap(\.text)
            if all.count == elements.count { return .set(ValueSet(all.map { .string(CedarString($0)) })) }
            request.problems.append(.invalid(node.path, "a list of texts"))
        case (.countries, .list(let elements)) where elements.count <= Self.maximumElements:
            let all = elements.compactMap(\.text)
            if all.count != elements.count { request.problems.append(.invalid(node.path, "a list of countries")) }
            let known = all.compactMap { country($0, node.path) }
            if known.count == elements.count { return .set(ValueSet(known)) }
        case (.string, _): request.problems.append(.invalid(node.path, "a text"))
        case (.bool, _): request.problems.append(.invalid(node.path, "`true` or `false`"))
        case (.long, _): request.problems.append(.invalid(node.path, "a whole number"))
        case (.datetime, _): request.problems.append(.invalid(node.path, "a day or a time, as in `2026-11-21`"))
        case (.country, _): request.problems.append(.invalid(node.path, "the code of a country"))
        default: request.problems.append(.invalid(node.path, "a list of at most \(Self.maximumElements) elements"))
        }
        return nil
    }

    private mutating func country(_ text: String, _ path: String) -> Value? {
        switch pack.jurisdictions.country(text) {
        case .known(let code, let needsReview):
            if needsReview, path == "data.subject_countries", !request.warnings.contains("TERRITORY_LOCAL_LAW_REVIEW") {
                request.warnings.append("TERRITORY_LOCAL_LAW_REVIEW")
            }
            return .entity(PackEdition.uid("Country", code))
        case .unknown(let meant):
            request.problems.append(
                RoutingReason(
                    code: "UNKNOWN_COUNTRY",
                    message: "`\(RoutingReason.excerpt(text))` in `\(path)` is not the code of a country"))
            if let meant { request.hints.append("did you mean \(meant)") }
            return nil
        }
    }

    // MARK: - Texts

    private mutating func text(_ datum: Datum?, _ path: String) -> String? {
        guard let datum else { return nil }
        if let text = datum.text { return text }
        request.problems.append(.invalid(path, "a text"))
        return nil
    }

    private mutating func texts(_ datum: Datum?, _ path: String) -> [String] {
        guard let datum else { return [] }
        let texts = (datum.elements ?? []).compactMap(\.text)
        if datum.elements?.count != texts.count || texts.count > Self.maximumElements {
            request.problems.append(.invalid(path, "a list of texts"))
        }
        return texts
    }
}
