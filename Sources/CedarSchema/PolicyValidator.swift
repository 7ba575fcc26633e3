public import CedarSyntax

/// Checks policies against a schema before they are deployed (Cedar validator, RFCs 19, 53, 76 and 82).
///
/// A policy that passes in the strict mode cannot fail when it is evaluated on requests and entities that conform to
/// the schema, except by integer overflow and by entities that do not exist. Every policy is checked in every kind of
/// request that its scope admits: each action with each type of principal and resource that it applies to.
public struct PolicyValidator: Sendable {
    /// How strict the rules are.
    public enum Mode: String, Sendable {
        /// Types must match exactly, which keeps policies analysable. The default of Cedar.
        case strict
        /// What is safe to evaluate passes: entities of several types in one expression, empty sets, computed
        /// extension values.
        case permissive
    }

    /// The schema.
    public let schema: Schema

    /// The rules.
    public let mode: Mode

    /// How far from the request entity data may be read (Cedar RFC 76); `nil` for as far as the policy likes.
    public let level: Int?

    private let names: SchemaNames

    /// What each run may cost.
    var budget = ValidationBudget()

    /// How many findings a policy gets at most.
    ///
    /// Checking it stops there.
    public static let maximumFindings = 20

    /// Makes a validator.
    public init(schema: Schema, mode: Mode = .strict, level: Int? = nil) {
        self.schema = schema
        self.mode = mode
        self.level = level
        names = SchemaNames(schema)
    }

    /// Checks the policies and templates of a file.
    public func validate(_ policies: [Policy], in file: SourceFile) -> ValidationReport {
        validate(policies.map { PolicySource(policy: $0, file: file) })
    }

    /// Checks policies and templates of any files, and the links of templates.
    ///
    /// Templates are checked for every entity that their slots can hold; of their links, only the slots remain to be
    /// checked. The findings stand in the order of the policies, then of the links.
    public func validate(_ policies: [PolicySource], links: [LinkSource] = []) -> ValidationReport {
        validate(policies, links: links, knowing: { _ in nil }).report
    }

    /// Checks policies of which some were checked before, by this validator or one like it.
    ///
    /// The report is the same as if all were checked.
    /// - Parameter known: what was found of the policy at a position, if it is known.
    /// - Returns: the report, and what was found of the other policies by their positions, to be known the next time.
    public func validate(
        _ policies: [PolicySource], links: [LinkSource], knowing known: (_ index: Int) -> PolicyVerdict?
    ) -> (report: ValidationReport, found: [(index: Int, verdict: PolicyVerdict)]) {
        var report = ValidationReport()
        var found: [(index: Int, verdict: PolicyVerdict)] = []
        report.reserveCapacity(policies.count + links.count)
        var relations = SchemaRelations(schema)
        var budget = budget
        var templates: [PolicyID: Policy] = [:]
        for (index, source) in policies.enumerated() {
            let verdict: PolicyVerdict
            if let before = known(index), budget.spendAgain(before.spending) {
                verdict = before
            } else {
                var check = PolicyCheck(source, validator: self, names: names, relations: relations, budget: budget)
                check.run()
                verdict = PolicyVerdict(
                    findings: check.sortedFindings, isImpossible: check.isImpossible,
                    spending: check.budget.spent(since: budget))
                (relations, budget) = (check.relations, check.budget)
                found.append((index, verdict))
            }
            report.add(source.policy.id, verdict.findings, isImpossible: verdict.isImpossible)
            if source.policy.isTemplate { templates[source.policy.id] = source.policy }
        }
        for link in links {
            guard let template = templates[link.template] else { continue }
            var check = LinkCheck(
                link, of: template, schema: schema, names: names, relations: relations, budget: budget)
            report.add(link.id, check.run(), isImpossible: false)
            (relations, budget) = (check.relations, check.budget)
        }
        return (report, found)
    }
}

/// What validation found of one policy, good for as long as the policy, the schema and the rules stay the same.
public struct PolicyVerdict: Sendable {
    let findings: [Diagnostic]
    let isImpossible: Bool
    let spending: ValidationBudget.Spending
}
