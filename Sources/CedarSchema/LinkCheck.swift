import CedarSyntax

/// The validation of a link: that its entities are of known types and that its scope can hold for some action.
///
/// The conditions need no second look, because slots stand in scopes only.
struct LinkCheck {
    let link: PolicyLink
    let template: Policy
    let schema: Schema
    let names: SchemaNames
    let relations: SchemaRelations

    init(_ link: PolicyLink, of template: Policy, schema: Schema, names: SchemaNames, relations: SchemaRelations) {
        self.link = link
        self.template = template
        self.schema = schema
        self.names = names
        self.relations = relations
    }

    /// The findings.
    mutating func run() -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for (slot, uid) in link.slots.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where !schema.knows(uid.type) {
            findings.append(
                Diagnostic(
                    .unknownEntityType,
                    "link `\(link.id.text.excerpt)` fills `\(slot.rawValue)` with the entity type "
                        + "`\(uid.type.path.excerpt)`, which the schema does not declare",
                    at: link.location, help: names.suggestion(for: uid.type)))
        }
        var filled = template
        filled.principal = template.principal.filled(link.slots)
        filled.resource = template.resource.filled(link.slots)
        var filter = ScopeFilter(filled, relations)
        let isApplicable = names.actions.contains { action in
            filter.admits(action: action.uid)
                && action.principalTypes.contains { filter.admits(principal: $0) }
                && action.resourceTypes.contains { filter.admits(resource: $0) }
        }
        if findings.isEmpty, !isApplicable {
            let explanation = ScopeExplanation(filled, names, relations)
            findings.append(
                Diagnostic(
                    .noApplicableAction, "link `\(link.id.text.excerpt)`: \(explanation.message)", at: link.location,
                    help: explanation.help))
        }
        return findings
    }
}
