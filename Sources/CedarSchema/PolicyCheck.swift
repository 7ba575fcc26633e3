import CedarModel
import CedarSyntax

/// The validation of one policy or template.
struct PolicyCheck {
    let source: PolicySource
    let validator: PolicyValidator
    let names: SchemaNames
    private(set) var relations: SchemaRelations

    /// What the check may cost, and afterwards what is left for others.
    private(set) var budget: ValidationBudget

    /// Whether no request can satisfy the policy.
    private(set) var isImpossible = false

    /// Whether names of the policy are unknown to the schema, so that its scope cannot be judged.
    private var hasUnknownNames = false

    private var findings: [Finding] = []
    private var positions: [FindingKey: Int] = [:]

    /// A finding with the environments in which it was made.
    private struct Finding {
        var diagnostic: Diagnostic
        var environment: RequestEnvironment?
        var count = 0
    }

    /// What makes findings of two environments the same.
    private struct FindingKey: Hashable {
        var code: DiagnosticCode
        var span: SourceSpan
        var message: CedarString
    }

    init(
        _ source: PolicySource, validator: PolicyValidator, names: SchemaNames, relations: SchemaRelations,
        budget: ValidationBudget
    ) {
        self.source = source
        self.validator = validator
        self.names = names
        self.relations = relations
        self.budget = budget
    }

    private var schema: Schema { validator.schema }
    private var policy: Policy { source.policy }
    private var isStrict: Bool { validator.mode == .strict }

    /// The findings in the order of the text.
    var sortedFindings: [Diagnostic] {
        findings.map(\.diagnostic).enumerated().sorted { left, right in
            let (first, second) = (left.element.location?.span.start ?? 0, right.element.location?.span.start ?? 0)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    /// Checks everything.
    mutating func run() {
        let expression = CheckedExpression(policy.conditions)
        checkNames(expression)
        var filter = ScopeFilter(policy, relations)
        let environments = EnvironmentSelection(names, &filter, expression.mentions, limit: budget.forPolicy)
        budget.spend(environments.steps)
        relations = filter.relations
        checkScope(environments)
        var checker = checkConditions(expression, environments)
        if !hasErrors, let level = validator.level { checkLevels(&checker, environments, level) }
        budget = checker.budget
        budget.spend(checker.cost)
        for warning in TextWarnings(policy, expression).findings { add(warning, severity: .warning) }
        describeEnvironments(of: environments.kinds.count)
    }

    private var hasErrors: Bool { findings.contains { $0.diagnostic.severity == .error } }

    // MARK: - Findings

    private mutating func add(
        _ finding: TypeFinding, severity: Diagnostic.Severity = .error, in environment: RequestEnvironment? = nil
    ) {
        let key = FindingKey(code: finding.code, span: finding.span, message: CedarString(finding.message))
        if let position = positions[key] {
            if environment != nil { findings[position].count += 1 }
            return
        }
        guard findings.count < PolicyValidator.maximumFindings else { return }
        positions[key] = findings.count
        let diagnostic = Diagnostic(
            finding.code, finding.message, severity: severity, at: .init(source.file, finding.span), help: finding.help)
        findings.append(Finding(diagnostic: diagnostic, environment: environment, count: environment == nil ? 0 : 1))
    }

    /// Says of each finding in which kinds of request it holds.
    private mutating func describeEnvironments(of total: Int) {
        for index in findings.indices {
            guard let environment = findings[index].environment else { continue }
            let count = findings[index].count
            let share = count == total ? "every kind" : "\(count) of \(total) kinds"
            let text = total == 1 ? "for \(environment)" : "for \(share) of request, such as \(environment)"
            findings[index].diagnostic.labels.append(.init(headline, text))
        }
    }

    // MARK: - Names

    /// Every type, action and enumerated id must be declared, also where it never counts.
    private mutating func checkNames(_ expression: CheckedExpression) {
        for constraint in [policy.principal, policy.resource] {
            let (entity, type) = constraint.names
            if let entity { check(entity.value, entity.span) }
            if let type { check(type.value, type.span) }
        }
        for action in policy.action.names {
            if findings.count >= PolicyValidator.maximumFindings { return }
            check(action.value, action.span)
        }
        for node in expression.nodes {
            if findings.count >= PolicyValidator.maximumFindings { return }
            switch node.kind {
            case .entity(let uid): check(uid, node.span)
            case .isType(_, let type, _): check(type.value, type.span)
            default: break
            }
        }
    }

    private mutating func check(_ type: Name, _ span: SourceSpan) {
        guard !schema.knows(type) else { return }
        hasUnknownNames = true
        add(
            TypeFinding(
                code: .unknownEntityType, span: span,
                message: "the schema declares no entity type `\(type.path.excerpt)`",
                help: budget.explain { [names] in names.suggestion(for: type) }))
    }

    private mutating func check(_ uid: EntityUID, _ span: SourceSpan) {
        if uid.isAction {
            guard schema.actions[uid] == nil else { return }
            hasUnknownNames = true
            add(
                TypeFinding(
                    code: .unknownAction, span: span, message: "the schema declares no action `\(uid.excerpt)`",
                    help: budget.explain { [names] in names.suggestion(for: uid) }))
        } else if names.isMissing(uid), let ids = schema.entityTypes[uid.type]?.enumeration {
            add(
                TypeFinding(
                    code: .unknownEnumMember, span: span,
                    message: "`\(uid.excerpt)` is not one of the entities of the enumerated type",
                    help: budget.explain { EnumerationHelp.text(for: uid.id, among: ids) }))
        } else {
            check(uid.type, span)
        }
    }

    // MARK: - Scope

    private mutating func checkScope(_ environments: EnvironmentSelection) {
        let actions = policy.action.names
        if isStrict, Set(actions.filter { schema.actions[$0.value] != nil }.map(\.value.type)).count > 1 {
            let span = actions.map(\.span).reduce(actions[0].span) { $0.union($1) }
            add(
                TypeFinding(
                    code: .incompatibleTypes, span: span,
                    message: "the actions of a list must have one type",
                    help: "write one policy for each namespace of actions"))
        }
        guard environments.kinds.isEmpty, !environments.isCutOff, !hasUnknownNames else { return }
        let (policy, names, relations) = (policy, names, relations)
        let explanation = budget.explain { ScopeExplanation(policy, names, relations) }
        add(
            TypeFinding(
                code: .noApplicableAction, span: explanation?.span ?? headline,
                message: explanation?.message ?? ScopeExplanation.plain, help: explanation?.help))
    }

    /// The word `permit` or `forbid`.
    private var headline: SourceSpan {
        let keyword = Array(policy.effect.rawValue.utf8)
        let bytes = source.file.bytes
        var start = policy.annotations.map(\.valueSpan.end).max() ?? policy.span.start
        while start + keyword.count <= min(policy.span.end, bytes.count) {
            if bytes[start..<start + keyword.count].elementsEqual(keyword) {
                return SourceSpan(start: start, end: start + keyword.count)
            }
            start += 1
        }
        return policy.span
    }

    // MARK: - Conditions

    /// Checks the conditions in every environment, and whether they can hold in any.
    private mutating func checkConditions(
        _ expression: CheckedExpression, _ environments: EnvironmentSelection
    ) -> Typechecker {
        var checker = Typechecker(
            expression, schema: schema, isStrict: isStrict, tracing: validator.level != nil, budget: budget)
        var isAlwaysFalse = true
        for environment in environments.kinds {
            let answer = checker.check(in: environment)
            if answer.type?.isFalse != true { isAlwaysFalse = false }
            for finding in checker.findings { add(finding, in: environment) }
            if checker.isExhausted { break }
            if findings.count >= PolicyValidator.maximumFindings { return checker }
        }
        if checker.isExhausted || environments.isCutOff {
            reportCost()
            return checker
        }
        if isAlwaysFalse {
            isImpossible = true
            // A scope that nothing satisfies is an error of its own.
            guard !environments.kinds.isEmpty else { return checker }
            add(
                TypeFinding(
                    code: .impossiblePolicy, span: headline, message: "no request can satisfy this policy",
                    help: "its conditions are false for every request that its scope admits"),
                severity: .warning)
        }
        return checker
    }

    private mutating func reportCost() {
        let message =
            budget.steps < budget.perPolicy
            ? "the policies together take too long to be checked in all kinds of request that they apply to"
            : "the policy applies to too many kinds of request, or compares types that are too large, to be checked"
        add(
            TypeFinding(
                code: .validationTooExpensive, span: headline, message: message,
                help: "name the action, or the types of principal and resource with `is`, in the scope"))
    }

    // MARK: - Levels

    private mutating func checkLevels(_ checker: inout Typechecker, _ environments: EnvironmentSelection, _ level: Int)
    {
        if level == 0 {
            let constraints = [(policy.principal, "principal"), (policy.resource, "resource")]
            for (constraint, name) in constraints where constraint.readsAncestors && !names.actions.isEmpty {
                add(
                    TypeFinding(
                        code: .levelExceeded, span: constraint.span ?? headline,
                        message: "the ancestors of the \(name) are entity data of level 1, but only level 0 is allowed")
                )
            }
            switch policy.action {
            case .any, .equal: break
            case .within(let group):
                add(
                    TypeFinding(
                        code: .levelExceeded, span: group.span,
                        message: "the groups of the action are entity data of level 1, but only level 0 is allowed",
                        help: "name the action with `==`"))
            case .withinAny(let groups):
                add(
                    TypeFinding(
                        code: .levelExceeded, span: groups.first?.span ?? headline,
                        message: "the groups of the action are entity data of level 1, but only level 0 is allowed",
                        help: "name the action with `==`"))
            }
        }
        for environment in environments.kinds {
            _ = checker.check(in: environment)
            var levels = LevelChecker(checker.expression, checker.trace, action: environment.action, level: level)
            levels.check()
            for finding in levels.findings { add(finding, in: environment) }
            if findings.count >= PolicyValidator.maximumFindings { return }
            if checker.isExhausted {
                reportCost()
                return
            }
        }
    }
}

/// The help for an id that an enumerated type does not have.
enum EnumerationHelp {
    static func text(for id: CedarString, among ids: [CedarString]) -> String {
        let candidates = ids.prefix(ValidationBudget.candidates).map(\.text)
        if let sentence = Suggestion.sentence(for: id.text, among: candidates) { return sentence }
        let list = ids.prefix(6).map { "`\"\($0.text.excerpt)\"`" }.joined(separator: ", ")
        return "the type has \(list)" + (ids.count > 6 ? " and \(ids.count - 6) more" : "")
    }
}
