import CedarModel
package import CedarSyntax
package import StrictJSON

extension ClaimMapping {
    /// What the mapping makes of the claims of a token.
    /// - Throws: ``VerificationFailure`` when a claim that is needed is not there.
    package func evaluate(_ claims: JSONNode) throws(VerificationFailure) -> MappedClaims {
        let distributed = DistributedClaims(claims)
        var fields: [Record.Field] = []
        fields.reserveCapacity(attributes.count)
        for rule in attributes {
            if let value = try rule.value(in: claims, distributed) {
                fields.append(Record.Field(key: rule.name, value: value))
            }
        }
        return MappedClaims(
            principalType: principalType.value, principalID: try principalID.text(for: claims),
            attributes: Record(fields), roles: try roles?.names(in: claims, distributed, what: "roles") ?? .known([]),
            groups: try groups?.names(in: claims, distributed, what: "groups") ?? .known([]),
            groupType: groupType?.value)
    }
}

/// The claims that an issuer has but did not put into the token (OpenID Connect Core section 5.6.2).
///
/// Nothing is ever fetched: the addresses come from the token.
struct DistributedClaims {
    private let names: JSONNode?
    private let hasGroups: Bool

    init(_ claims: JSONNode) {
        names = claims["_claim_names"]
        hasGroups = claims["hasgroups"].map { $0.bool == true || $0.stringEquals("true") } ?? false
    }

    /// Whether a path leads to a claim that is elsewhere.
    func contains(_ path: ClaimPath) -> Bool {
        guard names != nil || hasGroups, let claim = path.claim else { return false }
        return names?[claim.text] != nil || hasGroups && claim == "groups"
    }
}

extension AttributeRule {
    /// The value of the attribute; `nil` when there is none.
    func value(in claims: JSONNode, _ distributed: DistributedClaims) throws(VerificationFailure) -> Value? {
        for source in sources {
            let nodes = source.values(in: claims)
            if nodes.isEmpty { continue }
            if let value = converted(nodes) { return value }
            if isRequired {
                throw VerificationFailure(.kind, "the claim `\(source.description)` is not \(form.inWords)")
            }
            return .unreadable(UnreadableValue(reason: "the token's claim for it is not \(form.inWords)"))
        }
        if sources.contains(where: { distributed.contains($0) }) {
            if isRequired {
                throw VerificationFailure(.unknown, "the claim for `\(name)` is not in the token, only where to ask")
            }
            return .unreadable(UnreadableValue(reason: "the issuer did not send the claim for it"))
        }
        if let fallback { return fallback.value(as: form) }
        if isRequired {
            throw VerificationFailure(.missing, "the claim for the attribute `\(name)` is missing")
        }
        return nil
    }

    /// The value of what a path led to; `nil` when it is of the wrong kind.
    private func converted(_ nodes: [JSONNode]) -> Value? {
        switch form {
        case .strings, .words:
            guard let texts = ClaimTexts.all(in: nodes, splitsWords: form == .words) else { return nil }
            if !isLowercased, filter.keepsEverything { return .set(ValueSet(texts.lazy.map { Value.string($0) })) }
            return .set(ValueSet(texts.lazy.map(folded).filter { filter.keeps($0) }.map { Value.string($0) }))
        case .string, .integer, .boolean, .datetime:
            guard nodes.count == 1 else { return nil }
            return scalar(nodes[0])
        }
    }

    private func scalar(_ node: JSONNode) -> Value? {
        switch form {
        case .string: return node.string.map { .string(folded(CedarString($0))) }
        case .boolean:
            if let bool = node.bool { return .bool(bool) }
            return node.stringEquals("true") ? .bool(true) : node.stringEquals("false") ? .bool(false) : nil
        case .integer:
            if let integer = node.integer { return .long(integer) }
            guard let text = node.string, let integer = Int64(text), String(integer).utf8.elementsEqual(text.utf8)
            else { return nil }
            return .long(integer)
        case .datetime: return NumericDate.milliseconds(of: node).map { .datetime(Datetime(milliseconds: $0)) }
        case .strings, .words: return nil
        }
    }

    private func folded(_ text: CedarString) -> CedarString {
        guard isLowercased else { return text }
        return CedarString(utf8: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }
}

extension AttributeRule.Form {
    /// The kind in words.
    var inWords: String {
        switch self {
        case .string: "a text"
        case .integer: "a whole number"
        case .boolean: "a truth value"
        case .datetime: "a number of seconds"
        case .strings, .words: "a list of texts"
        }
    }
}

extension AttributeRule.Fallback {
    func value(as form: AttributeRule.Form) -> Value {
        switch self {
        case .string(let text): .string(text)
        case .integer(let integer) where form == .datetime: .datetime(Datetime(milliseconds: integer &* 1_000))
        case .integer(let integer): .long(integer)
        case .boolean(let bool): .bool(bool)
        case .strings(let texts): .set(ValueSet(texts.map { Value.string($0) }))
        }
    }
}

extension NameRule {
    /// The names that the rule gives.
    func names(
        in claims: JSONNode, _ distributed: DistributedClaims, what: String
    ) throws(VerificationFailure) -> MappedNames {
        if sources.contains(where: { distributed.contains($0) }) {
            return try unknown("the issuer did not send all \(what)")
        }
        let nodes = sources.flatMap { $0.values(in: claims) }
        if nodes.isEmpty {
            switch whenAbsent {
            case .none: return .known([])
            case .unknown: return try unknown("the token has no claim for \(what)")
            case .refuse: throw VerificationFailure(.missing, "the token has no claim for \(what)")
            }
        }
        guard let texts = ClaimTexts.all(in: nodes, splitsWords: splitsWords) else {
            return try unknown("the claim for \(what) is not a list of texts")
        }
        guard texts.count <= limit else { return try unknown("the token has more than \(limit) \(what)") }
        var names = DistinctNames()
        for text in texts {
            if !map.isEmpty, let mapped = map[text] {
                for name in mapped { names.append(name) }
            } else if keep.contains(where: { $0.matches(text) }) {
                names.append(text)
            } else if unmapped == .refuse {
                throw VerificationFailure(.unmapped, "one of the token's \(what) is not in the tenant's map")
            }
        }
        return .known(names.all)
    }

    private func unknown(_ reason: String) throws(VerificationFailure) -> MappedNames {
        if whenUnknown == .refuse { throw VerificationFailure(.unknown, reason) }
        return .unknown(reason: reason)
    }
}

/// Names in the order of their first occurrence.
private struct DistinctNames {
    private(set) var all: [CedarString] = []
    private var seen: Set<CedarString> = []

    mutating func append(_ name: CedarString) {
        // Few names are found faster one by one.
        if all.count < 8 {
            if !all.contains(name) { all.append(name) }
            return
        }
        if seen.isEmpty { seen = Set(all) }
        if seen.insert(name).inserted { all.append(name) }
    }
}

/// The texts of claims that are lists or single texts.
package enum ClaimTexts {
    /// All texts of some nodes; `nil` when one of them is neither a text nor a list of texts.
    package static func all(in nodes: [JSONNode], splitsWords: Bool) -> [CedarString]? {
        var texts: [CedarString] = []
        for node in nodes {
            if node.kind == .array {
                for element in node.elements {
                    guard let text = element.string else { return nil }
                    texts.append(CedarString(text))
                }
            } else if let bytes = node.stringBytes {
                if splitsWords {
                    texts += bytes.split(separator: UInt8(ascii: " ")).map { CedarString(utf8: $0) }
                } else {
                    texts.append(CedarString(utf8: bytes))
                }
            } else {
                return nil
            }
        }
        return texts
    }
}

/// Times in tokens: seconds since 1970 as a JSON number (RFC 7519 section 2).
package enum NumericDate {
    /// The greatest number of seconds: beyond it a double has no seconds any more.
    package static let maximumSeconds: Int64 = 1 << 53

    /// The instant in milliseconds; `nil` for anything but a finite number of a sensible size.
    package static func milliseconds(of node: JSONNode) -> Int64? {
        if let seconds = node.integer {
            guard seconds > -maximumSeconds, seconds < maximumSeconds else { return nil }
            return seconds * 1_000
        }
        guard let text = node.numberText, let seconds = Double(text), seconds.magnitude < Double(maximumSeconds) else {
            return nil
        }
        return Int64((seconds * 1_000).rounded(.down))
    }
}
