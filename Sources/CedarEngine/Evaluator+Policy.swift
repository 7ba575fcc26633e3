public import CedarModel
import CedarSyntax

extension Evaluator {
    /// Whether a policy matches the request's scope and all its conditions hold.
    /// - Throws: `EvaluationError` of a condition. Scopes never fail.
    public func isSatisfied(_ instance: PolicyInstance) throws(EvaluationError) -> Bool {
        guard matchesScope(instance) else { return false }
        for condition in instance.policy.conditions {
            if try boolean(condition.body) != (condition.kind == .when) { return false }
        }
        return true
    }

    /// Whether the request is within the scope of a policy.
    public func matchesScope(_ instance: PolicyInstance) -> Bool {
        matches(instance.policy.principal, request.principal, instance.slots)
            && matches(instance.policy.action)
            && matches(instance.policy.resource, request.resource, instance.slots)
    }

    private func matches(_ constraint: EntityConstraint, _ uid: EntityUID, _ slots: [Slot: EntityUID]) -> Bool {
        switch constraint {
        case .any: true
        case .equal(let operand): operand.entity(slots) == uid
        case .within(let operand): isMember(uid, of: operand.entity(slots))
        case .isType(let type): uid.type == type.value
        case .isTypeWithin(let type, let operand):
            uid.type == type.value && isMember(uid, of: operand.entity(slots))
        }
    }

    private func matches(_ constraint: ActionConstraint) -> Bool {
        switch constraint {
        case .any: true
        case .equal(let uid): request.action == uid.value
        case .within(let uid): entities.isMember(request.action, of: uid.value)
        case .withinAny(let uids): uids.contains { entities.isMember(request.action, of: $0.value) }
        }
    }

    private func isMember(_ uid: EntityUID, of ancestor: EntityUID?) -> Bool {
        guard let ancestor else { return false }
        return entities.isMember(uid, of: ancestor)
    }
}

extension EntityOperand {
    /// The entity itself, or the one a link put into the slot.
    ///
    /// A policy set never holds an instance with an open slot.
    fileprivate func entity(_ slots: [Slot: EntityUID]) -> EntityUID? {
        switch self {
        case .entity(let uid): uid.value
        case .slot(let slot): slots[slot.value]
        }
    }
}
