public import CedarSyntax

/// Looks for policies that are valid Cedar and yet are likely mistakes.
///
/// | Check | What it reports |
/// |---|---|
/// | `forbid_may_error` | what can fail when a `forbid` is evaluated, see below |
/// | `unconstrained_permit` | a `permit` whose scope is `(principal, action, resource)`, without any `when` that asks |
/// | `shadowed_by_forbid` | a policy whose whole scope an unconditional `forbid` covers |
/// | `in_over_strings` | `in` with a string on its left side or strings on its right side |
/// | `value_outside_enum` | an enumerated entity type with an id that it does not have, or compared with a string |
/// | `missing_id` | a policy without `@id`, whose name changes when another is inserted before it |
/// | `missing_reason` | a policy without `@reason` |
///
/// **`forbid_may_error`.** A rule that fails is skipped in plain Cedar, so that it no longer forbids. Reported are
/// attributes and tags that may be absent and are read without `has` or `hasTag` before them, data of entities that
/// may not exist, arithmetic that can overflow, and extension values made of texts that are not written out. What a
/// condition establishes before the place is taken into account, whichever way it is written. With a schema, only
/// optional attributes may be absent, and all entities may not exist except the principal, the action and the
/// resource. Without one, every attribute may be absent except those that the server sets itself; values of wrong
/// types, which nobody can tell without a schema, are not reported. Numbers are followed through comparisons with
/// numbers that are written out, so that arithmetic within known limits is not reported, and neither is what cannot be
/// reached.
public struct PolicyLinter: Sendable {
    /// How serious the findings of each check are.
    public let settings: LintSettings

    /// The schema, if there is one.
    public let schema: Schema?

    /// What the context of every request has, whatever the schema says, because the server puts it there.
    public let guaranteedContext: RecordType

    /// Makes a linter.
    public init(
        settings: LintSettings = LintSettings(), schema: Schema? = nil, guaranteedContext: RecordType = RecordType()
    ) {
        self.settings = settings
        self.schema = schema
        self.guaranteedContext = guaranteedContext
    }

    /// Checks policies and templates, in the order given.
    ///
    /// What a validation of the same policies reports as an error already is left out where both mean the same place.
    /// A policy gets at most ``PolicyValidator/maximumFindings`` findings.
    public func lint(_ policies: [PolicySource], besides report: ValidationReport? = nil) -> [Diagnostic] {
        lint(policies, besides: report, knowing: { _ in nil }).diagnostics
    }

    /// Checks policies of which some were checked before, by this linter or one like it.
    ///
    /// The findings are the same as if all were checked.
    /// - Parameter known: what was found of the policy at a position alone, if it is known.
    /// - Returns: the findings, and what was found of each of the other policies alone, by their positions, to be known
    ///   the next time.
    public func lint(
        _ policies: [PolicySource], besides report: ValidationReport?, knowing known: (_ index: Int) -> [Diagnostic]?
    ) -> (diagnostics: [Diagnostic], found: [(index: Int, findings: [Diagnostic])]) {
        var found: [(index: Int, findings: [Diagnostic])] = []
        let relations = schema.map(SchemaRelations.init)
        let names = schema.map(SchemaNames.init)
        var forbids = UnconditionalForbids(settings[.shadowedByForbid] == .off ? [] : policies, relations)
        let errors = ErrorPlaces(report)
        var diagnostics: [Diagnostic] = []
        for (index, source) in policies.enumerated() {
            let before = known(index)
            if let before, before.isEmpty, forbids.isEmpty { continue }
            var run = LintRun(source, linter: self, names: names, relations: relations)
            if let before {
                run.findings = before
            } else {
                run.run()
                found.append((index, run.findings))
            }
            if let finding = forbids.finding(about: index) { run.add(.shadowedByForbid, finding.0, labels: finding.1) }
            let findings = run.sortedFindings.filter { !errors.hasError(inside: $0) }
            diagnostics += findings.prefix(PolicyValidator.maximumFindings)
        }
        return (diagnostics, found)
    }
}

/// The checks of one policy that need no other.
struct LintRun {
    let source: PolicySource
    let linter: PolicyLinter
    let names: SchemaNames?
    let relations: SchemaRelations?
    /// What was found, in the order in which it was.
    fileprivate(set) var findings: [Diagnostic] = []
    private var places: Set<Place> = []

    /// What makes two findings of one check the same.
    private struct Place: Hashable {
        var lint: PolicyLint
        var span: SourceSpan
    }

    init(_ source: PolicySource, linter: PolicyLinter, names: SchemaNames?, relations: SchemaRelations?) {
        self.source = source
        self.linter = linter
        self.names = names
        self.relations = relations
    }

    var policy: Policy { source.policy }
    var headline: SourceSpan { policy.headline(in: source.file) }

    /// The findings in the order of the text.
    var sortedFindings: [Diagnostic] {
        findings.enumerated().sorted { left, right in
            let (first, second) = (left.element.location?.span.start ?? 0, right.element.location?.span.start ?? 0)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    /// Adds a finding, unless its check is off or has found the same place before.
    mutating func add(_ lint: PolicyLint, _ finding: TypeFinding, labels: [Diagnostic.Label] = []) {
        let level = linter.settings[lint]
        guard level != .off, places.insert(Place(lint: lint, span: finding.span)).inserted else { return }
        findings.append(
            Diagnostic(
                finding.code, finding.message, severity: level == .error ? .error : .warning,
                at: .init(source.file, finding.span), labels: labels, help: finding.help))
    }

    mutating func run() {
        checkAnnotations()
        checkScope()
        let settings = linter.settings
        let wantsFailures = policy.effect == .forbid && settings[.forbidMayError] != .off
        let wantsEnumerations = linter.schema != nil && settings[.valueOutsideEnum] != .off
        guard wantsFailures || wantsEnumerations || settings[.inOverStrings] != .off else { return }
        let expression = CheckedExpression(policy.conditions)
        for finding in StringMembership(expression, in: source.file).findings { add(.inOverStrings, finding) }
        let environments = self.environments(expression)
        if wantsEnumerations { checkEnumerations(expression, environments) }
        if wantsFailures { checkFailures(expression, environments) }
    }

    /// The kinds of request that the scope admits; none without a schema.
    private func environments(_ expression: CheckedExpression) -> [RequestEnvironment] {
        guard let relations, let names else { return [] }
        var filter = ScopeFilter(policy, relations)
        return EnvironmentSelection(names, &filter, expression.mentions, limit: ValidationBudget().perPolicy).kinds
    }

    // MARK: - Checks

    private mutating func checkAnnotations() {
        if policy.annotation("id")?.isEmpty ?? true {
            add(
                .missingID,
                TypeFinding(
                    code: .missingPolicyID, span: headline,
                    message: "this policy has no `@id`, and its number in the file is its name",
                    help: "write `@id(\"...\")` before it: answers and logs then name it the same way for ever"))
        }
        if policy.annotation("reason")?.isEmpty ?? true {
            add(
                .missingReason,
                TypeFinding(
                    code: .missingReason, span: headline,
                    message: "this policy has no `@reason`, so that its answers explain nothing",
                    help: "write `@reason(\"...\")` before it, for the person concerned"))
        }
    }

    private mutating func checkScope() {
        guard policy.effect == .permit, case .any = policy.principal, case .any = policy.action,
            case .any = policy.resource
        else { return }
        let isUnconditional = policy.isUnconditional
        guard isUnconditional || policy.conditions.allSatisfy({ $0.kind == .unless }) else { return }
        add(
            .unconstrainedPermit,
            TypeFinding(
                code: .unconstrainedPermit, span: headline,
                message: isUnconditional
                    ? "this policy permits everything to everyone"
                    : "this policy permits everything to everyone, with exceptions",
                help: isUnconditional
                    ? "name the principals, actions or resources in the scope, or say in a `when` clause what must hold"
                    : "say what is permitted in the scope or in a `when` clause, and leave exceptions to `forbid`"))
    }

    private mutating func checkEnumerations(_ expression: CheckedExpression, _ environments: [RequestEnvironment]) {
        guard let schema = linter.schema else { return }
        var check = EnumerationComparisons(expression, schema: schema)
        check.checkScope(policy)
        check.checkEntities()
        // Types of attributes differ from one kind of request to another, but a few kinds show every mistake.
        for environment in environments.prefix(EnumerationComparisons.maximumEnvironments) {
            check.checkComparisons(in: environment)
        }
        for finding in check.findings { add(.valueOutsideEnum, finding) }
    }

    private mutating func checkFailures(_ expression: CheckedExpression, _ environments: [RequestEnvironment]) {
        guard let schema = linter.schema else {
            var failures = RuntimeFailures(expression, guaranteedContext: linter.guaranteedContext)
            failures.check()
            return add(failures.findings)
        }
        var checker = Typechecker(
            expression, schema: schema, isStrict: false, tracing: true, budget: ValidationBudget())
        for environment in environments {
            if checker.check(in: environment).type == nil, checker.isExhausted { return }
            let unchecked = checker.findings.filter { $0.code == .uncheckedAttribute }.map(\.span)
            var failures = RuntimeFailures(
                expression, guaranteedContext: linter.guaranteedContext, trace: checker.trace,
                optionalAttributes: Set(unchecked))
            failures.check()
            add(failures.findings)
            if checker.isExhausted || findings.count >= PolicyValidator.maximumFindings { return }
        }
    }

    private mutating func add(_ failures: [TypeFinding]) {
        for finding in failures { add(.forbidMayError, finding) }
    }
}

/// Where a validation found errors.
private struct ErrorPlaces {
    /// The spans of errors by file, sorted by where they begin.
    private var spans: [String: [SourceSpan]] = [:]

    init(_ report: ValidationReport?) {
        for error in report?.diagnostics ?? [] where error.severity == .error {
            guard let location = error.location else { continue }
            spans[location.file.name, default: []].append(location.span)
        }
        for file in Array(spans.keys) { spans[file]?.sort { $0.start < $1.start } }
    }

    /// Whether an error stands inside the place of a finding.
    func hasError(inside finding: Diagnostic) -> Bool {
        guard let location = finding.location, let spans = spans[location.file.name] else { return false }
        guard [.forbidMayFail, .stringMembership, .valueOutsideEnumeration].contains(finding.code) else { return false }
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].start < location.span.start { low = middle + 1 } else { high = middle }
        }
        while low < spans.count, spans[low].start < location.span.end {
            if spans[low].end <= location.span.end { return true }
            low += 1
        }
        return false
    }
}
