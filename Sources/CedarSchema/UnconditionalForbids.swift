import CedarModel
import CedarSyntax

/// The `forbid`s without a condition, and the policies that they make pointless: those whose whole scope they cover.
///
/// Only what holds for any entities counts: that an entity is in another one is not known here, that an action is in a
/// group is known with a schema. Templates are pointless when they are for any filling, and forbid nothing themselves.
struct UnconditionalForbids {
    private let policies: [PolicySource]
    private var relations: SchemaRelations?

    /// The positions of all of them, by what their scopes name.
    private var drawers: [Drawer: [Int]] = [:]

    /// What a scope names: one of its actions, or none, and what it wants of principals and resources.
    private struct Drawer: Hashable {
        var action: EntityUID?
        var principal: Label
        var resource: Label
    }

    /// What a constraint names.
    private enum Label: Hashable {
        case none, type(Name), entity(EntityUID)
    }

    /// Whether there is none.
    var isEmpty: Bool { drawers.isEmpty }

    init(_ policies: [PolicySource], _ relations: SchemaRelations?) {
        self.policies = policies
        self.relations = relations
        for (index, source) in policies.enumerated() where source.policy.effect == .forbid {
            let policy = source.policy
            guard !policy.isTemplate, policy.isUnconditional else { continue }
            var drawer = Drawer(principal: Self.label(of: policy.principal), resource: Self.label(of: policy.resource))
            if case .any = policy.action { drawers[drawer, default: []].append(index) }
            for action in policy.action.names {
                drawer.action = action.value
                drawers[drawer, default: []].append(index)
            }
        }
    }

    private static func label(of constraint: EntityConstraint) -> Label {
        switch constraint {
        case .equal(.entity(let entity)), .within(.entity(let entity)), .isTypeWithin(_, .entity(let entity)):
            .entity(entity.value)
        case .isType(let type): .type(type.value)
        default: .none
        }
    }

    /// The labels of the constraints that can cover one.
    private static func labels(covering constraint: EntityConstraint) -> [Label] {
        switch constraint {
        case .any: [.none]
        case .equal(.entity(let entity)): [.none, .entity(entity.value), .type(entity.value.type)]
        case .within(.entity(let entity)): [.none, .entity(entity.value)]
        case .isType(let type), .isTypeWithin(let type, .slot): [.none, .type(type.value)]
        case .isTypeWithin(let type, .entity(let entity)): [.none, .entity(entity.value), .type(type.value)]
        case .equal(.slot), .within(.slot): [.none]
        }
    }

    /// The positions of those that are about an action, or about all, and whose labels can cover a scope.
    private func candidates(about action: EntityUID?, covering policy: Policy) -> AscendingMerge {
        var lists: [[Int]] = []
        for principal in Self.labels(covering: policy.principal) {
            for resource in Self.labels(covering: policy.resource) {
                if let found = drawers[Drawer(action: action, principal: principal, resource: resource)] {
                    lists.append(found)
                }
            }
        }
        return AscendingMerge(lists)
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
        var actions: [EntityUID?] = [nil]
        if let action = policy.action.names.first?.value {
            actions.append(action)
            actions += relations?.schema.groups(of: action).sorted() ?? []
        }
        for action in actions {
            for candidate in candidates(about: action, covering: policy) where covers(candidate, index) {
                // Of two that cover each other the first one counts.
                if candidate == index || candidate > index && isShadowed(candidate, by: index) { continue }
                return candidate
            }
        }
        return nil
    }

    private mutating func isShadowed(_ index: Int, by forbid: Int) -> Bool {
        let policy = policies[forbid].policy
        return policy.effect == .forbid && policy.isUnconditional && covers(forbid, index)
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

/// The numbers of a few ascending lists, in ascending order.
private struct AscendingMerge: Sequence, IteratorProtocol {
    private var lists: [ArraySlice<Int>]

    init(_ lists: [[Int]]) {
        self.lists = lists.map { $0[...] }
    }

    mutating func next() -> Int? {
        var lowest: Int?
        for index in lists.indices {
            guard let first = lists[index].first else { continue }
            if let known = lowest, lists[known].first ?? first <= first { continue }
            lowest = index
        }
        return lowest.flatMap { lists[$0].popFirst() }
    }
}
