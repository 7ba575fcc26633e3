import CedarSyntax

/// What follows from a schema's declarations of membership, computed when it is first asked for.
struct SchemaRelations {
    let schema: Schema

    private var ancestorTypes: [Name: Set<Name>] = [:]
    private var groups: [EntityUID: Set<EntityUID>] = [:]
    /// The action types that an action type can be a member of, through any of its actions.
    private var actionTypes: [Name: Set<Name>]?

    init(_ schema: Schema) {
        self.schema = schema
    }

    /// Whether an entity of one type can be an entity of another or a member of one.
    ///
    /// Types that the schema does not know are related to themselves only.
    mutating func canBeMember(_ type: Name, of ancestor: Name) -> Bool {
        if type == ancestor { return true }
        if type.isActionType { return actionMemberships()[type]?.contains(ancestor) ?? false }
        if let known = ancestorTypes[type] { return known.contains(ancestor) }
        let found = schema.ancestorTypes(of: type)
        ancestorTypes[type] = found
        return found.contains(ancestor)
    }

    /// Whether an action is another one or in it, at any distance.
    mutating func isMember(_ action: EntityUID, of group: EntityUID) -> Bool {
        if action == group { return true }
        if let known = groups[action] { return known.contains(group) }
        let found = schema.groups(of: action)
        groups[action] = found
        return found.contains(group)
    }

    private mutating func actionMemberships() -> [Name: Set<Name>] {
        if let actionTypes { return actionTypes }
        var found: [Name: Set<Name>] = [:]
        for action in schema.actions.keys {
            for group in schema.groups(of: action) { found[action.type, default: []].insert(group.type) }
        }
        actionTypes = found
        return found
    }
}

extension Name {
    /// Whether entities of the type are actions, which a type called `Action` in any namespace says.
    var isActionType: Bool { basename == "Action" }
}

extension EntityUID {
    /// Whether it names an action.
    var isAction: Bool { type.isActionType }
}

extension Schema {
    /// Whether a type is one that policies may mention.
    ///
    /// Any type called `Action` is, as in the reference; unknown actions are errors of their own.
    func knows(_ type: Name) -> Bool { type.isActionType || entityTypes[type] != nil }
}
