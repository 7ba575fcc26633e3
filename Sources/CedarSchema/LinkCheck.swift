import CedarModel
import CedarSyntax

/// The validation of a link: that its entities are of known types and that its scope can hold for some action.
///
/// The conditions need no second look, because slots stand in scopes only.
struct LinkCheck {
    let link: LinkSource
    let template: Policy
    let schema: Schema
    let names: SchemaNames
    private(set) var relations: SchemaRelations

    /// What the check may cost, and afterwards what is left for others.
    private(set) var budget: ValidationBudget

    init(
        _ link: LinkSource, of template: Policy, schema: Schema, names: SchemaNames, relations: SchemaRelations,
        budget: ValidationBudget
    ) {
        self.link = link
        self.template = template
        self.schema = schema
        self.names = names
        self.relations = relations
        self.budget = budget
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
                    at: link.location, help: budget.explain { [names] in names.suggestion(for: uid.type) }))
        }
        var filled = template
        filled.principal = template.principal.filled(link.slots)
        filled.resource = template.resource.filled(link.slots)
        var filter = ScopeFilter(filled, relations)
        // The conditions mention nothing here, so that one kind of request stands for all.
        let kinds = EnvironmentSelection(names, &filter, CheckedExpression.Mentions(), limit: budget.forPolicy)
        budget.spend(kinds.steps)
        relations = filter.relations
        if kinds.isCutOff {
            findings.append(
                Diagnostic(
                    .validationTooExpensive,
                    "link `\(link.id.text.excerpt)` applies to too many kinds of request to be checked",
                    at: link.location, help: "name the action in the scope of the template"))
        } else if findings.isEmpty, kinds.kinds.isEmpty {
            let (names, relations) = (names, relations)
            let explanation = budget.explain { ScopeExplanation(filled, names, relations) }
            findings.append(
                Diagnostic(
                    .noApplicableAction,
                    "link `\(link.id.text.excerpt)`: \(explanation?.message ?? ScopeExplanation.plain)",
                    at: link.location, help: explanation?.help))
        }
        return findings
    }
}
