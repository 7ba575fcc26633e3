public import CedarModel
import CedarSyntax

/// Checks requests against a schema: a declared action, a principal and a resource that it applies to, and a context
/// of its type (Cedar request validation).
public struct RequestValidator: Sendable {
    /// The schema.
    public let schema: Schema

    private let names: SchemaNames

    /// Makes a validator.
    public init(schema: Schema) {
        self.schema = schema
        names = SchemaNames(schema)
    }

    /// What is wrong with a request; empty when it conforms.
    public func problems(of request: Request) -> [ConformanceError] {
        let conformance = ValueConformance(schema: schema, names: names)
        var problems: [ConformanceError] = []
        for (role, uid) in [("principal", request.principal), ("resource", request.resource)] {
            if schema.entityTypes[uid.type] == nil {
                problems.append(
                    ConformanceError(
                        .undeclaredEntityType,
                        "the \(role) is of type `\(uid.type.path.excerpt)`, which the schema does not declare",
                        help: names.suggestion(for: uid.type)))
            } else if let problem = conformance.enumerationProblem(of: uid) {
                problems.append(problem)
            }
        }
        guard let action = schema.actions[request.action] else {
            problems.append(
                ConformanceError(
                    .undeclaredAction, "the schema declares no action `\(request.action.excerpt)`",
                    help: names.suggestion(for: request.action)))
            return problems
        }
        if !problems.contains(where: { $0.code == .undeclaredEntityType }) {
            for (role, uid, types, code) in [
                ("principal", request.principal, action.principalTypes, DiagnosticCode.principalTypeNotApplicable),
                ("resource", request.resource, action.resourceTypes, .resourceTypeNotApplicable),
            ] where !types.contains(uid.type) {
                problems.append(
                    ConformanceError(
                        code,
                        "`\(request.action.excerpt)` does not apply to a \(role) of type `\(uid.type.path.excerpt)`",
                        help: types.isEmpty ? "it applies to nothing" : "it applies to \(Self.list(types))"))
            }
        }
        if let problem = conformance.problem(
            of: request.context, as: action.context, owner: "the context of `\(request.action.excerpt)`")
        {
            problems.append(problem)
        }
        return problems
    }

    private static func list(_ types: [Name]) -> String {
        let distinct = Set(types).sorted()
        let shown = distinct.prefix(6).map { "`\($0.path.excerpt)`" }.joined(separator: ", ")
        return shown + (distinct.count > 6 ? " and \(distinct.count - 6) more" : "")
    }
}
