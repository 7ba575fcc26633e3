import CedarModel
import CedarSyntax

/// Why no action applies to what a scope asks for, in words.
struct ScopeExplanation {
    private(set) var message: String
    private(set) var span: SourceSpan?
    private(set) var help: String?

    /// What is said when nobody looks for the reason.
    static let plain = "no action applies to the principals and resources that this scope asks for"

    /// Explains a scope that no kind of request satisfies.
    init(_ policy: Policy, _ names: SchemaNames, _ relations: SchemaRelations) {
        var filter = ScopeFilter(policy, relations)
        let spans = [policy.principal.span, policy.resource.span] + policy.action.names.map(\.span)
        span = spans.compactMap(\.self).reduce(nil) { $0?.union($1) ?? $1 }
        message = Self.plain

        let actions = names.actions.filter { filter.admits(action: $0.uid) }
        let applicable = actions.filter { !$0.principalTypes.isEmpty && !$0.resourceTypes.isEmpty }
        guard let first = applicable.first else {
            if !policy.action.names.isEmpty {
                message = "the actions of this scope apply to no principals and resources"
                span = policy.action.names.map(\.span).reduce(nil) { $0?.union($1) ?? $1 } ?? span
                help = "give them `appliesTo` in the schema, or members that have it"
            }
            return
        }
        let subject = applicable.count == 1 ? "`\(first.uid.excerpt)` applies" : "the actions of this scope apply"
        for (name, constraint, types) in [
            ("principal", policy.principal, applicable.flatMap(\.principalTypes)),
            ("resource", policy.resource, applicable.flatMap(\.resourceTypes)),
        ] {
            let isAdmitted = { (type: Name) in
                name == "principal" ? filter.admits(principal: type) : filter.admits(resource: type)
            }
            if types.contains(where: isAdmitted) { continue }
            message = "no \(name) that \(subject) to fits this scope"
            span = constraint.span ?? span
            help =
                Self.membershipHelp(name, constraint, types, &filter)
                ?? "\(subject) to \(name)s of type \(Self.list(types))"
            return
        }
    }

    /// Where `==` names a group of entities that the action applies to, `in` was meant.
    private static func membershipHelp(
        _ name: String, _ constraint: EntityConstraint, _ types: [Name], _ filter: inout ScopeFilter
    ) -> String? {
        guard case .equal(.entity(let uid)) = constraint else { return nil }
        for type in types where filter.relations.canBeMember(type, of: uid.value.type) {
            return "did you mean `\(name) in \(uid.value.excerpt)`?"
        }
        return nil
    }

    private static func list(_ types: [Name]) -> String {
        let distinct = Set(types).sorted()
        let shown = distinct.prefix(6).map { "`\($0.path.excerpt)`" }.joined(separator: ", ")
        return shown + (distinct.count > 6 ? " and \(distinct.count - 6) more" : "")
    }
}
