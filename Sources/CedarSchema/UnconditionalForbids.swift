import CedarModel
import CedarSyntax

/// The `forbid`s without a condition, and the policies that they make pointless: those whose whole scope they cover.
///
/// Only what holds for any entities counts: that an entity is in another one is not known here, that an action is in a
/// group is known with a schema. Templates are pointless when they are for any filling, and forbid nothing themselves.
struct UnconditionalForbids {
    private let policies: [PolicySource]
    private var relations: SchemaRelations?

    /// The positions of those that are about any action, and of the others by each action they name.
    private var ofAnyAction: [Int] = []
    private var byAction: [EntityUID: [Int]] = [:]

    init(_ policies: [PolicySource], _ relations: SchemaRelations?) {
        self.policies = policies
        self.relations = relations
        for (index, source) in policies.enumerated() {
            let policy = source.policy
            guard policy.effect == .forbid, policy.slots.isEmpty, policy.isUnconditional else { continue }
            if case .any = policy.action { ofAnyAction.append(index) }
            for action in policy.action.names { byAction[action.value, default: []].append(index) }
        }
    }

    /// The finding about a policy that one of them covers.
    mutating func finding(about index: Int) -> (TypeFinding, [Diagnostic.Label])? {
        guard policies.indices.contains(index), let forbid = shadow(of: index) else { return nil }
        let (source, other) = (policies[index], policies[forbid])
        let place = other.policy.headline(in: other.file)
        let position = other.file.position(at: place.start)
        let isSameFile = other.file.name == source.file.name
        let location = isSameFile ? "in line \(position.line)" : "at \(other.file.name.excerpt):\(position.line)"
        let finding = TypeFinding(
            code: .shadowedByForbid, span: source.policy.headline(in: source.file),
            message: "this policy never changes a decision: `\(other.policy.id.text.excerpt)` \(location) forbids all "
                + "that it is about",
            help: "remove one of the two, or give the `forbid` a condition")
        return (finding, isSameFile ? [.init(place, "forbids without a condition")] : [])
    }

    private mutating func shadow(of index: Int) -> Int? {
        let policy = policies[index].policy
        var candidates = ofAnyAction
        if let action = policy.action.names.first?.value {
            candidates += byAction[action] ?? []
            for group in relations?.schema.groups(of: action).sorted() ?? [] { candidates += byAction[group] ?? [] }
        }
        for candidate in candidates where candidate != index && covers(candidate, index) {
            // Of two that cover each other the first one counts.
            if candidate > index, policies[index].policy.effect == .forbid, policies[index].policy.isUnconditional,
                covers(index, candidate)
            {
                continue
            }
            return candidate
        }
        return nil
    }

    private mutating func covers(_ forbid: Int, _ other: Int) -> Bool {
        let (wide, narrow) = (policies[forbid].policy, policies[other].policy)
        return Self.covers(wide.principal, narrow.principal) && Self.covers(wide.resource, narrow.resource)
            && covers(wide.action, narrow.action)
    }

    private static func covers(_ wide: EntityConstraint, _ narrow: EntityConstraint) -> Bool {
        switch (wide, narrow) {
        case (.any, _): true
        case (.equal(.entity(let entity)), .equal(.entity(let other))): entity.value == other.value
        case (.within(.entity(let entity)), .equal(.entity(let other))),
            (.within(.entity(let entity)), .within(.entity(let other))),
            (.within(.entity(let entity)), .isTypeWithin(_, .entity(let other))):
            entity.value == other.value
        case (.isType(let type), .equal(.entity(let other))): type.value == other.value.type
        case (.isType(let type), .isType(let other)), (.isType(let type), .isTypeWithin(let other, _)):
            type.value == other.value
        case (.isTypeWithin(let type, .entity(let entity)), .equal(.entity(let other))):
            entity.value == other.value && type.value == other.value.type
        case (.isTypeWithin(let type, .entity(let entity)), .isTypeWithin(let otherType, .entity(let other))):
            entity.value == other.value && type.value == otherType.value
        default: false
        }
    }

    private mutating func covers(_ wide: ActionConstraint, _ narrow: ActionConstraint) -> Bool {
        let isGroup: Bool
        switch wide {
        case .any: return true
        case .equal: isGroup = false
        case .within, .withinAny: isGroup = true
        }
        switch narrow {
        case .any: return false
        case .equal(let action):
            return wide.names.contains { $0.value == action.value || isGroup && isMember(action.value, of: $0.value) }
        case .within, .withinAny:
            guard isGroup, !narrow.names.isEmpty else { return false }
            return narrow.names.allSatisfy { group in
                wide.names.contains { $0.value == group.value || isMember(group.value, of: $0.value) }
            }
        }
    }

    private mutating func isMember(_ action: EntityUID, of group: EntityUID) -> Bool {
        relations?.isMember(action, of: group) ?? false
    }
}
