import CedarModel
import CedarSyntax

/// Finds values that an enumerated entity type cannot have (Cedar RFC 53).
///
/// That is an entity of the type with an id that it does not list, and a string that the entity is compared with, which
/// it can never equal.
struct EnumerationComparisons {
    /// In how many kinds of request comparisons are checked.
    static let maximumEnvironments = 1_000

    let expression: CheckedExpression
    let schema: Schema
    private(set) var findings: [TypeFinding] = []
    private let hasEnumerations: Bool

    init(_ expression: CheckedExpression, schema: Schema) {
        self.expression = expression
        self.schema = schema
        hasEnumerations = schema.entityTypes.values.contains { $0.enumeration != nil }
    }

    /// Checks the entities of a scope.
    mutating func checkScope(_ policy: Policy) {
        for constraint in [policy.principal, policy.resource] {
            if let entity = constraint.names.entity { check(entity.value, entity.span) }
        }
    }

    /// Checks the entities of the conditions.
    mutating func checkEntities() {
        guard hasEnumerations else { return }
        for node in expression.nodes {
            if case .entity(let uid) = node.kind { check(uid, node.span) }
        }
    }

    private mutating func check(_ uid: EntityUID, _ span: SourceSpan) {
        guard let ids = schema.entityTypes[uid.type]?.enumeration, !ids.contains(uid.id) else { return }
        findings.append(
            TypeFinding(
                code: .valueOutsideEnumeration, span: span,
                message: "`\(uid.excerpt)` is not one of the entities of the enumerated type",
                help: EnumerationHelp.text(for: uid.id, among: ids)))
    }

    // MARK: - Comparisons with strings

    /// Checks what entities of enumerated types are compared with in one kind of request.
    mutating func checkComparisons(in environment: RequestEnvironment) {
        guard hasEnumerations else { return }
        for node in expression.nodes {
            switch node.kind {
            case .equal(let left, let right):
                compare(left, right, in: environment)
                compare(right, left, in: environment)
            case .member(let base, let steps): checkSearch(base, steps, in: environment)
            default: break
            }
        }
    }

    private mutating func compare(_ side: Int, _ other: Int, in environment: RequestEnvironment) {
        guard case .string(let text) = expression.nodes[other].kind,
            case .entity(let name) = type(of: side, in: environment)
        else { return }
        report(text, name, expression.nodes[other].span)
    }

    /// `x.contains(y)` with a set of entities and a string, or a set of strings and an entity.
    private mutating func checkSearch(
        _ base: Int, _ steps: [CheckedExpression.MemberStep], in environment: RequestEnvironment
    ) {
        guard case .method(.contains, let arguments) = steps.last?.kind, let argument = arguments.first else { return }
        if case .set(let elements) = expression.nodes[base].kind, steps.count == 1 {
            for element in elements { compare(argument, element, in: environment) }
        } else if case .string(let text) = expression.nodes[argument].kind,
            case .set(.entity(let name)) = type(of: base, steps.dropLast(), in: environment)
        {
            report(text, name, expression.nodes[argument].span)
        }
    }

    private mutating func report(_ text: CedarString, _ name: Name, _ span: SourceSpan) {
        guard let ids = schema.entityTypes[name]?.enumeration else { return }
        let help =
            ids.contains(text)
            ? "write `\(EntityUID(type: name, id: text).excerpt)`" : EnumerationHelp.text(for: text, among: ids)
        findings.append(
            TypeFinding(
                code: .valueOutsideEnumeration, span: span,
                message: "a string never equals an entity of the enumerated type `\(name.path.excerpt)`", help: help))
    }

    // MARK: - Types

    /// The declared type of a variable or of what is reached from one; `nil` for everything else.
    private func type(of node: Int, in environment: RequestEnvironment) -> SchemaType? {
        switch expression.nodes[node].kind {
        case .variable(.principal): .entity(environment.principal)
        case .variable(.resource): .entity(environment.resource)
        case .variable(.context): schema.actions[environment.action].map { .record($0.context) }
        case .entity(let uid): .entity(uid.type)
        case .member(let base, let steps): type(of: base, steps[...], in: environment)
        default: nil
        }
    }

    private func type(
        of base: Int, _ steps: ArraySlice<CheckedExpression.MemberStep>, in environment: RequestEnvironment
    ) -> SchemaType? {
        var type = type(of: base, in: environment)
        for step in steps {
            switch (step.kind, type) {
            case (.attribute(let name), .entity(let owner)):
                type = schema.entityTypes[owner]?.attributes.attributes[name]?.type
            case (.attribute(let name), .record(let record)): type = record.attributes[name]?.type
            case (.method(.getTag, _), .entity(let owner)): type = schema.entityTypes[owner]?.tags
            default: return nil
            }
        }
        return type
    }
}
