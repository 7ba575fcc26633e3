import CedarSyntax

/// What the scope of a policy admits: which actions, and which types of principals and resources.
///
/// The scope is decided for types alone, so that the conditions are only checked where it can hold.
struct ScopeFilter {
    let policy: Policy
    var relations: SchemaRelations
    private var principals: [Name: Bool] = [:]
    private var resources: [Name: Bool] = [:]

    init(_ policy: Policy, _ relations: SchemaRelations) {
        self.policy = policy
        self.relations = relations
    }

    /// Whether the scope admits an action.
    mutating func admits(action: EntityUID) -> Bool {
        switch policy.action {
        case .any: return true
        case .equal(let uid): return uid.value == action
        case .within(let group): return relations.isMember(action, of: group.value)
        case .withinAny(let groups):
            for group in groups where relations.isMember(action, of: group.value) { return true }
            return false
        }
    }

    /// Whether the scope admits principals of a type.
    mutating func admits(principal type: Name) -> Bool {
        if let known = principals[type] { return known }
        let result = admits(type, policy.principal)
        principals[type] = result
        return result
    }

    /// Whether the scope admits resources of a type.
    mutating func admits(resource type: Name) -> Bool {
        if let known = resources[type] { return known }
        let result = admits(type, policy.resource)
        resources[type] = result
        return result
    }

    /// A slot is filled by an entity of any type.
    private mutating func admits(_ type: Name, _ constraint: EntityConstraint) -> Bool {
        switch constraint {
        case .any, .equal(.slot), .within(.slot): true
        case .equal(.entity(let uid)): uid.value.type == type
        case .within(.entity(let uid)): relations.canBeMember(type, of: uid.value.type)
        case .isType(let name), .isTypeWithin(let name, .slot): name.value == type
        case .isTypeWithin(let name, .entity(let uid)):
            name.value == type && relations.canBeMember(type, of: uid.value.type)
        }
    }
}

extension EntityConstraint {
    /// The entity and the type that it names, with their places.
    var names: (entity: Spanned<EntityUID>?, type: Spanned<Name>?) {
        switch self {
        case .any, .equal(.slot), .within(.slot): (nil, nil)
        case .equal(.entity(let uid)), .within(.entity(let uid)): (uid, nil)
        case .isType(let name), .isTypeWithin(let name, .slot): (nil, name)
        case .isTypeWithin(let name, .entity(let uid)): (uid, name)
        }
    }

    /// Where its entity, slot and type stand.
    var span: SourceSpan? {
        switch self {
        case .any: nil
        case .equal(.entity(let uid)), .within(.entity(let uid)): uid.span
        case .equal(.slot(let slot)), .within(.slot(let slot)): slot.span
        case .isType(let name): name.span
        case .isTypeWithin(let name, .entity(let uid)): name.span.union(uid.span)
        case .isTypeWithin(let name, .slot(let slot)): name.span.union(slot.span)
        }
    }

    /// Whether it asks for ancestors.
    var readsAncestors: Bool {
        switch self {
        case .within, .isTypeWithin: true
        case .any, .equal, .isType: false
        }
    }

    /// This constraint with its slot filled.
    func filled(_ slots: [Slot: EntityUID]) -> EntityConstraint {
        switch self {
        case .equal(let operand): .equal(operand.filled(slots))
        case .within(let operand): .within(operand.filled(slots))
        case .isTypeWithin(let name, let operand): .isTypeWithin(name, operand.filled(slots))
        case .any, .isType: self
        }
    }
}

extension EntityOperand {
    fileprivate func filled(_ slots: [Slot: EntityUID]) -> EntityOperand {
        guard case .slot(let slot) = self, let uid = slots[slot.value] else { return self }
        return .entity(Spanned(uid, slot.span))
    }
}

extension ActionConstraint {
    /// The actions that it names.
    var names: [Spanned<EntityUID>] {
        switch self {
        case .any: []
        case .equal(let uid), .within(let uid): [uid]
        case .withinAny(let list): list
        }
    }
}
