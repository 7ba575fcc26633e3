import CedarSyntax
package import Documents

extension ClaimMapping {
    /// The greatest number of attributes, and of entries of a map.
    static let maximumRules = 1_000

    /// Reads a `claims` section.
    ///
    /// Findings go to the collector; the mapping must not be used when it has errors.
    package static func read(_ node: DocumentNode, into diagnostics: DiagnosticCollector) -> ClaimMapping? {
        guard var reader = MappingReader(node, what: "`claims`", into: diagnostics) else { return nil }
        var mapping = ClaimMapping.standard
        mapping.span = node.span
        if var principal = reader.mapping("principal") {
            if let type = principal.string("type") { mapping.principalType = type }
            if let id = principal.string("id") {
                if let template = ClaimTemplate(id.value) {
                    mapping.principalID = template
                } else {
                    diagnostics.report(
                        .claimForm, "`\(id.value)` has no claim in braces that can be told apart",
                        at: .init(node.file, id.span), help: "write for example `\"{sub}\"` or `\"{tid}/{oid}\"`")
                }
            }
            principal.finish()
        }
        let members = reader.entries("attributes") ?? []
        if members.count > maximumRules {
            diagnostics.report(
                .tooManyClaimRules, "`attributes` has more than \(maximumRules) entries", at: node.location)
        } else {
            mapping.attributes = members.compactMap { AttributeRule.read($0, into: diagnostics) }
                .sorted { $0.name < $1.name }
        }
        mapping.roles = reader.value("roles").flatMap { NameRule.read($0, isRoles: true, into: diagnostics)?.rule }
        if let (rule, type) = reader.value("groups").flatMap({ NameRule.read($0, isRoles: false, into: diagnostics) }) {
            mapping.groups = rule
            mapping.groupType = type
        }
        if var factor = reader.mapping("second_factor") {
            mapping.secondFactor.methods = Set((factor.distinctStrings("methods") ?? []).map { CedarString($0.value) })
            mapping.secondFactor.classes = Set((factor.distinctStrings("classes") ?? []).map { CedarString($0.value) })
            factor.finish()
        }
        reader.finish()
        return mapping
    }
}

extension ClaimPath {
    /// Reads the place of a claim: a text is one literal name, a list leads inward.
    static func read(_ node: DocumentNode, into diagnostics: DiagnosticCollector) -> ClaimPath? {
        if case .string(let name) = node.value, !name.isEmpty { return ClaimPath(CedarString(name)) }
        guard let elements = node.elements, (1...maximumSteps).contains(elements.count) else {
            diagnostics.report(
                .claimForm, "the place of a claim is a name, or a list of 1 to \(maximumSteps) names that leads inward",
                at: node.location)
            return nil
        }
        var steps: [Step] = []
        for element in elements {
            guard let text = MappingReader.text(element, what: "a name of a claim", into: diagnostics) else {
                return nil
            }
            steps.append(CedarString(text.value) == "*" ? .every : .key(CedarString(text.value)))
        }
        return ClaimPath(steps)
    }

    /// Reads `from` or `from_first`.
    static func sources(
        _ reader: inout MappingReader, plural: String, into diagnostics: DiagnosticCollector
    ) -> [ClaimPath] {
        if reader.contains("from"), reader.contains(plural) {
            diagnostics.report(
                .identityContradiction, "\(reader.what) has both `from` and `\(plural)`", at: reader.node.location)
        }
        if let list = reader.sequence(plural) { return list.compactMap { read($0, into: diagnostics) } }
        guard let one = reader.value("from") else {
            if !reader.contains("from") { reader.reportMissing("from") }
            return []
        }
        return read(one, into: diagnostics).map { [$0] } ?? []
    }
}

extension AttributeRule {
    /// Reads an entry of `attributes`; a text is short for `from` with it.
    static func read(_ member: DocumentMember, into diagnostics: DiagnosticCollector) -> AttributeRule? {
        let name = CedarString(member.key.value)
        let what = "the attribute `\(member.key.value)`"
        if case .string(let claim) = member.value.value, !claim.isEmpty {
            var rule = AttributeRule(name: name, sources: [ClaimPath(CedarString(claim))])
            rule.span = member.key.span
            return rule
        }
        guard var reader = MappingReader(member.value, what: what, into: diagnostics) else { return nil }
        var rule = AttributeRule(
            name: name, sources: ClaimPath.sources(&reader, plural: "from_first", into: diagnostics))
        rule.span = member.key.span
        rule.form = reader.choice("as") ?? .string
        rule.isRequired = reader.bool("required")?.value ?? false
        rule.isLowercased = reader.bool("lowercase")?.value ?? false
        rule.filter.only = NamePattern.list("only", &reader, into: diagnostics)?.map(\.pattern)
        rule.filter.except = NamePattern.list("except", &reader, into: diagnostics)?.map(\.pattern) ?? []
        if let node = reader.value("default") {
            rule.fallback = Fallback.read(node, form: rule.form, into: diagnostics)
            if rule.isRequired {
                diagnostics.report(
                    .identityContradiction, "\(what) is `required` and has a `default`", at: node.location,
                    help: "a token without the claim is either refused or completed")
            }
        }
        let isList = rule.form == .strings || rule.form == .words
        if !isList, rule.filter.only != nil || !rule.filter.except.isEmpty {
            diagnostics.report(
                .identityContradiction, "`only` and `except` are for lists, but \(what) is one value",
                at: member.value.location, help: "add `as: strings`")
        }
        if rule.isLowercased, !isList, rule.form != .string {
            diagnostics.report(
                .identityContradiction, "`lowercase` is for texts", at: member.value.location)
        }
        reader.finish()
        return rule
    }
}

extension AttributeRule.Fallback {
    /// Reads a `default`, which must be of the kind that the attribute has.
    static func read(
        _ node: DocumentNode, form: AttributeRule.Form, into diagnostics: DiagnosticCollector
    ) -> Self? {
        switch (node.value, form) {
        case (.string(let text), .string): return .string(CedarString(text))
        case (.integer(let integer), .integer): return .integer(integer)
        case (.integer(let integer), .datetime) where integer.magnitude < NumericDate.maximumSeconds.magnitude:
            return .integer(integer)
        case (.bool(let bool), .boolean): return .boolean(bool)
        case (.sequence(let elements), .strings), (.sequence(let elements), .words):
            return .strings(
                elements.compactMap { MappingReader.text($0, what: "an element of `default`", into: diagnostics) }
                    .map { CedarString($0.value) })
        default:
            diagnostics.report(
                .identityContradiction, "`default` must be \(form.inWords), but this is \(node.kindInWords)",
                at: node.location)
            return nil
        }
    }
}

extension NamePattern {
    /// Reads a list of patterns that may be absent.
    static func list(
        _ key: String, _ reader: inout MappingReader, into diagnostics: DiagnosticCollector
    ) -> [(pattern: NamePattern, text: Spanned<String>)]? {
        guard let texts = reader.distinctStrings(key) else { return nil }
        let file = reader.node.file
        return texts.prefix(ClaimMapping.maximumRules).compactMap { text in
            if let pattern = NamePattern(text.value) { return (pattern, text) }
            diagnostics.report(
                .claimForm, "`\(text.value)` has `*` in its middle", at: .init(file, text.span),
                help: "`*` can stand at the start or the end")
            return nil
        }
    }
}

extension NameRule {
    /// Reads `roles` or `groups`.
    static func read(
        _ node: DocumentNode, isRoles: Bool, into diagnostics: DiagnosticCollector
    ) -> (rule: NameRule, type: Spanned<String>?)? {
        let what = isRoles ? "`roles`" : "`groups`"
        guard var reader = MappingReader(node, what: what, into: diagnostics) else { return nil }
        var rule = NameRule(sources: ClaimPath.sources(&reader, plural: "from_all", into: diagnostics))
        for member in (reader.entries("map") ?? []).prefix(ClaimMapping.maximumRules) {
            let names = names(member.value, into: diagnostics)
            rule.map[CedarString(member.key.value)] = names.map { CedarString($0.value) }
            for name in names { rule.places[CedarString(name.value)] = name.span }
        }
        let kept = NamePattern.list("keep", &reader, into: diagnostics) ?? []
        rule.keep = kept.map(\.pattern)
        for (pattern, text) in kept where pattern.isExact { rule.places[CedarString(text.value)] = text.span }
        if isRoles, !rule.keep.allSatisfy(\.isExact) {
            diagnostics.report(
                .claimForm, "`keep` of `roles` lists names, without `*`", at: node.location,
                help: "a role must not come to be by having its name at the issuer")
        }
        rule.unmapped = reader.choice("unmapped") ?? .drop
        rule.whenAbsent = reader.choice("when_absent") ?? .none
        rule.whenUnknown = reader.choice("when_unknown") ?? .unknown
        rule.splitsWords = reader.bool("words")?.value ?? false
        if let limit = reader.integer("limit") {
            if (1...10_000).contains(limit.value) {
                rule.limit = Int(limit.value)
            } else {
                diagnostics.report(
                    .identityLimit, "`limit` is from 1 to 10000", at: .init(node.file, limit.span))
            }
        }
        let type = isRoles ? nil : reader.string("type")
        reader.finish()
        return (rule, type)
    }

    private static func names(_ node: DocumentNode, into diagnostics: DiagnosticCollector) -> [Spanned<String>] {
        let nodes = node.elements ?? [node]
        return nodes.compactMap { MappingReader.text($0, what: "a name in `map`", into: diagnostics) }
    }
}
