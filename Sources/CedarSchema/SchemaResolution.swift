import CedarModel
import CedarSyntax

/// The state of one run of the resolver.
struct SchemaResolution {
    /// What was found.
    var findings: SchemaFindings

    /// All declarations.
    let declarations: SchemaDeclarations

    /// What each common type stands for; `nil` where that has an error, which was reported.
    var expansions: [Expansion?]

    /// What a declared type stands for, with its measures.
    struct Expansion {
        var type: SchemaType
        /// How deep it nests.
        var depth = 0
        /// How many types are in it, itself included.
        var size = 1
    }

    /// Collects the declarations.
    init(_ fragments: [SchemaFragment]) {
        findings = SchemaFindings()
        declarations = SchemaDeclarations(fragments, &findings)
        expansions = Array(repeating: nil, count: declarations.commonTypes.count)
    }

    /// Resolves everything; what has errors is left out.
    mutating func resolve() -> Schema {
        resolveCommonTypes()
        var schema = Schema(entityTypes: [:], actions: [:])
        for (name, entry) in declarations.entityTypes {
            schema.entityTypes[name] = resolve(entry, name)
        }
        for (uid, entry) in declarations.actions {
            schema.actions[uid] = resolve(entry, uid)
        }
        reportActionCycles(schema)
        reportLargeHierarchies(schema)
        return schema
    }

    // MARK: Entity types

    private mutating func resolve(
        _ entry: SchemaDeclarations.Entry<EntityTypeDeclaration>, _ name: Name
    ) -> Schema.EntityType {
        var type = Schema.EntityType(name: name)
        switch entry.declaration.body {
        case .enumeration(let members):
            type.enumeration = uniqueMembers(members, entry.scope)
        case .standard(let parents, let shape, let tags):
            type.parents = Set(parents.compactMap { resolveEntityType($0, entry.scope) })
            if let shape {
                type.attributes =
                    resolveRecord(shape, "the attributes of `\(name.path.excerpt)`", entry.scope) ?? RecordType()
            }
            if let tags { type.tags = resolve(tags, in: entry.scope)?.type }
        }
        return type
    }

    private mutating func uniqueMembers(
        _ members: [Spanned<CedarString>], _ scope: SchemaDeclarations.Scope
    ) -> [CedarString] {
        var places: [CedarString: SourceSpan] = [:]
        var unique: [CedarString] = []
        for member in members {
            if let first = places[member.value] {
                findings.warn(
                    .duplicateEnumMember, "the id `\"\(member.value.text.excerpt)\"` is given twice",
                    at: scope.place(member.span), labels: [Diagnostic.Label(first, "first given here")],
                    help: "remove one of the two")
            } else {
                places[member.value] = member.span
                unique.append(member.value)
            }
        }
        return unique
    }

    // MARK: Actions

    private mutating func resolve(
        _ entry: SchemaDeclarations.Entry<ActionDeclaration>, _ uid: EntityUID
    ) -> Schema.Action {
        let scope = entry.scope
        var action = Schema.Action(uid: uid)
        for group in entry.declaration.groups {
            if let found = declarations.lookUp(group.value, in: scope) {
                action.groups.insert(found)
            } else {
                reportUnresolved(group, in: scope)
            }
        }
        guard let appliesTo = entry.declaration.appliesTo else { return action }
        action.principalTypes = resolveEntityTypes(appliesTo.principalTypes, scope)
        action.resourceTypes = resolveEntityTypes(appliesTo.resourceTypes, scope)
        if let context = appliesTo.context {
            action.context = resolveRecord(context, "the context of `\(uid.excerpt)`", scope) ?? RecordType()
        }
        return action
    }

    private mutating func reportUnresolved(
        _ group: Spanned<ActionDeclaration.Reference>, in scope: SchemaDeclarations.Scope
    ) {
        let type = group.value.type ?? SchemaDeclarations.action
        let written = EntityUID(type: type, id: group.value.id)
        let isAction = type.basename == SchemaDeclarations.action.basename
        var help: String?
        if !isAction {
            help = "only actions are groups of actions, and the type of an action is `Action`"
        } else if findings.wantsSuggestions {
            let ids = declarations.actions.map(\.uid.id.text.excerpt)
            help = findings.suggestion(for: group.value.id.text.excerpt, among: ids)
        }
        findings.report(
            .unresolvedAction, "the action `\(written.excerpt)` is not declared", at: scope.place(group.span),
            help: help)
    }

    private mutating func resolveEntityTypes(
        _ names: [Spanned<Name>], _ scope: SchemaDeclarations.Scope
    ) -> [Name] {
        var seen: Set<Name> = []
        return names.compactMap { resolveEntityType($0, scope) }.filter { seen.insert($0).inserted }
    }

    /// Reports every action that is in itself, once for each cycle.
    ///
    /// Walks without recursion, as the length of a chain is up to the input.
    private mutating func reportActionCycles(_ schema: Schema) {
        let actions = declarations.actions
        let groups = actions.map { action in
            (schema.actions[action.uid]?.groups.sorted() ?? []).compactMap { declarations.actionIndex[$0] }
        }
        let walk = ReferenceWalk(count: actions.count) { groups[$0] }
        for cycle in walk.cycles {
            let entry = actions[cycle[0]].entry
            findings.report(
                .cyclicAction, "the action `\(actions[cycle[0]].uid.excerpt)` is in itself",
                at: entry.scope.place(entry.declaration.id.span),
                help: cycle.count == 1
                    ? nil : "the way round: " + path(cycle.map { actions[$0].uid.excerpt }))
        }
    }

    /// The members of a cycle as messages show them.
    func path(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "`\($0)`" }
        return (shown + (names.count > shown.count ? ["..."] : []) + shown.prefix(1)).joined(separator: " in ")
    }
}
