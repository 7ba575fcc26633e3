import CedarSyntax

/// What the policies of one regime can tell of a region: regions that agree in it are judged alike.
struct RegionSensitivity: Sendable {
    /// The groups, lists and countries that the policies name.
    private(set) var places: Set<String> = []

    /// The attributes of regions that the policies read.
    private(set) var attributes: Set<String> = []

    /// The facts with which the policies compare a region or its country, by position.
    private(set) var facts: Set<Int> = []

    /// Whether a policy does something with regions that is not understood here, so that none are alike.
    private(set) var isOpaque = false

    private let tree: FactTree

    init(_ tree: FactTree) {
        self.tree = tree
    }

    /// Adds what a policy can tell.
    mutating func add(_ policy: Policy) {
        for reference in EntityReferences(policy).entities { places.insert(reference.value.id.text) }
        for condition in policy.conditions { add(condition.body) }
    }

    /// The part of a region that the policies can tell.
    func key(of region: Region, lists: [CedarString: Set<String>], _ jurisdictions: Jurisdictions) -> CedarString {
        if isOpaque { return CedarString(region.id) }
        let code = CedarString(region.country)
        var parts = places.contains(region.country) ? [region.country] : [""]
        parts += (lists[code] ?? []).intersection(places).sorted()
        parts += jurisdictions.groups.filter { $0.value.contains(region.country) }.map(\.key).filter(places.contains)
            .sorted()
        if attributes.contains("admission") { parts.append("a:" + region.admission) }
        if attributes.contains("status") { parts.append("s:" + region.status) }
        if attributes.contains("partition") { parts.append("p:" + region.partition) }
        if attributes.contains("operator") { parts.append("o:" + region.operatorCountry) }
        if attributes.contains("roles") { parts.append("r:" + region.roles.joined(separator: ",")) }
        return CedarString(parts.joined(separator: "\u{0}"))
    }

    /// Looks for the resource; a comparison of it with facts depends on these facts.
    ///
    /// Expressions nest as deep as the parser lets them, which is bounded.
    private mutating func add(_ expression: Expression) {
        switch expression.kind {
        case .variable(.resource): isOpaque = true
        case .comparison(_, let left, let right):
            if isResource(left) || isResource(right) {
                addOperand(left)
                addOperand(right)
            } else {
                add(left)
                add(right)
            }
        case .isType(let inner, _, let ancestor):
            if !isResource(inner) { add(inner) }
            if let ancestor { addOperand(ancestor) }
        case .member(let base, let selectors): addMember(base, selectors)
        case .literal, .variable: break
        case .not(let inner), .negate(let inner), .has(let inner, _), .like(let inner, _): add(inner)
        case .and(let parts), .or(let parts), .product(let parts), .call(_, let parts), .set(let parts):
            for part in parts { add(part) }
        case .conditional(let condition, let then, let otherwise):
            for part in [condition, then, otherwise] { add(part) }
        case .sum(let first, let terms):
            add(first)
            for term in terms { add(term.operand) }
        case .record(let fields): for field in fields { add(field.value) }
        }
    }

    /// An operand beside the resource: the resource itself, an entity, or facts.
    private mutating func addOperand(_ expression: Expression) {
        if isResource(expression) { return }
        switch expression.kind {
        case .literal: break
        case .set(let elements): for element in elements { addOperand(element) }
        case .member(let base, let selectors):
            if let path = factPath(base, selectors), let position = tree.position(of: path) {
                facts.insert(position)
            } else {
                addMember(base, selectors)
            }
        default: isOpaque = true
        }
    }

    private mutating func addMember(_ base: Expression, _ selectors: [Selector]) {
        var arguments: [Expression] = []
        for selector in selectors {
            if case .method(_, let given) = selector.kind { arguments += given }
            if case .extensionMethod(_, let given) = selector.kind { arguments += given }
        }
        if isResource(base) {
            guard case .attribute(let name)? = selectors.first?.kind, name != "country" else {
                isOpaque = true
                return
            }
            attributes.insert(name.text)
            for argument in arguments { add(argument) }
            return
        }
        // `context.a.b.contains(resource)`, or with an attribute of it that names a country.
        let concerns = arguments.contains { argument in
            if isResource(argument) { return true }
            if case .member(let inner, _) = argument.kind { return isResource(inner) }
            return false
        }
        guard concerns else {
            add(base)
            for argument in arguments { add(argument) }
            return
        }
        if let path = factPath(base, selectors), let position = tree.position(of: path) {
            facts.insert(position)
        } else {
            isOpaque = true
        }
    }

    private func isResource(_ expression: Expression) -> Bool {
        if case .variable(.resource) = expression.kind { true } else { false }
    }

    /// The path of `context.a.b`, methods behind it left out.
    private func factPath(_ base: Expression, _ selectors: [Selector]) -> String? {
        guard case .variable(.context) = base.kind else { return nil }
        var names: [String] = []
        for selector in selectors {
            guard case .attribute(let name) = selector.kind else { break }
            names.append(name.text)
        }
        return names.isEmpty ? nil : names.joined(separator: ".")
    }
}
