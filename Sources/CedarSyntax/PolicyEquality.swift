extension Policy {
    /// Whether it is the same policy, written in another way at most: with other spaces, comments, parentheses,
    /// escapes, order of annotations or of record fields, or with `a has b.c` for `a has b && a.b has c`.
    ///
    /// The ids do not count. Policies that are merely equivalent, such as `a && b` and `b && a`, are not the same.
    public func hasSameMeaning(as other: Policy) -> Bool {
        effect == other.effect && hasSameAnnotations(as: other) && principal.hasSameMeaning(as: other.principal)
            && action.hasSameMeaning(as: other.action) && resource.hasSameMeaning(as: other.resource)
            && conditions.count == other.conditions.count
            && zip(conditions, other.conditions).allSatisfy {
                $0.kind == $1.kind && $0.body.hasSameMeaning(as: $1.body)
            }
    }

    private func hasSameAnnotations(as other: Policy) -> Bool {
        guard annotations.count == other.annotations.count else { return false }
        func sorted(_ policy: Policy) -> [Annotation] {
            policy.annotations.sorted { $0.name.value < $1.name.value }
        }
        return zip(sorted(self), sorted(other)).allSatisfy { $0.name.value == $1.name.value && $0.value == $1.value }
    }
}

extension EntityConstraint {
    /// Whether it is the same constraint, wherever it was written.
    public func hasSameMeaning(as other: EntityConstraint) -> Bool {
        switch (self, other) {
        case (.any, .any): true
        case (.equal(let left), .equal(let right)), (.within(let left), .within(let right)):
            left.hasSameMeaning(as: right)
        case (.isType(let left), .isType(let right)): left.value == right.value
        case (.isTypeWithin(let left, let ancestor), .isTypeWithin(let right, let other)):
            left.value == right.value && ancestor.hasSameMeaning(as: other)
        default: false
        }
    }
}

extension EntityOperand {
    /// Whether it is the same entity or the same slot, wherever it was written.
    public func hasSameMeaning(as other: EntityOperand) -> Bool {
        switch (self, other) {
        case (.entity(let left), .entity(let right)): left.value == right.value
        case (.slot(let left), .slot(let right)): left.value == right.value
        default: false
        }
    }
}

extension ActionConstraint {
    /// Whether it is the same constraint, wherever it was written.
    ///
    /// A list of one action is the action.
    public func hasSameMeaning(as other: ActionConstraint) -> Bool {
        switch (self, other) {
        case (.any, .any): true
        case (.equal(let left), .equal(let right)): left.value == right.value
        case (.within, .within), (.within, .withinAny), (.withinAny, .within), (.withinAny, .withinAny):
            ancestors.map(\.value) == other.ancestors.map(\.value)
        default: false
        }
    }

    /// The actions behind `in`; none for other constraints.
    var ancestors: [Spanned<EntityUID>] {
        switch self {
        case .within(let action): [action]
        case .withinAny(let actions): actions
        case .any, .equal: []
        }
    }
}
