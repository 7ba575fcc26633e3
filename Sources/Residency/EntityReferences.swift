import CedarSyntax

/// The entities that a policy names, in its scope and in its conditions.
struct EntityReferences {
    private(set) var entities: [Spanned<EntityUID>] = []

    init(_ policy: Policy) {
        for constraint in [policy.principal, policy.resource] {
            switch constraint {
            case .equal(.entity(let uid)), .within(.entity(let uid)), .isTypeWithin(_, .entity(let uid)):
                entities.append(uid)
            default: break
            }
        }
        for condition in policy.conditions { add(condition.body) }
    }

    /// Expressions nest as deep as the parser lets them, which is bounded.
    private mutating func add(_ expression: Expression) {
        switch expression.kind {
        case .literal(.entity(let uid)): entities.append(Spanned(uid, expression.span))
        case .literal, .variable: break
        case .not(let inner), .negate(let inner), .has(let inner, _), .like(let inner, _): add(inner)
        case .and(let parts), .or(let parts), .product(let parts), .call(_, let parts), .set(let parts):
            for part in parts { add(part) }
        case .conditional(let condition, let then, let otherwise):
            for part in [condition, then, otherwise] { add(part) }
        case .comparison(_, let left, let right):
            add(left)
            add(right)
        case .sum(let first, let terms):
            add(first)
            for term in terms { add(term.operand) }
        case .isType(let inner, _, let ancestor):
            add(inner)
            if let ancestor { add(ancestor) }
        case .member(let base, let selectors):
            add(base)
            for selector in selectors {
                switch selector.kind {
                case .attribute: break
                case .method(_, let arguments), .extensionMethod(_, let arguments):
                    for argument in arguments { add(argument) }
                }
            }
        case .record(let fields): for field in fields { add(field.value) }
        }
    }
}
