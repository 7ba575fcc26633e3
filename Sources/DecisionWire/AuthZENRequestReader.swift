import CedarModel
import CedarSyntax
package import DecisionPoint
package import StrictJSON

/// Reads the bodies of the AuthZEN 1.0 access evaluation endpoints.
///
/// As the specification wants, unknown members are ignored (section 10.1.1) and a missing required member is an error of
/// the call, except in one item of several, where it denies that item (section 7.2.1). Nulls count as absent.
package enum AuthZENRequestReader {
    /// Reads the body of `/access/v1/evaluation`.
    /// - Throws: ``ProblemDetails`` with status 400 or 413.
    package static func readEvaluation(
        _ body: [UInt8], limits: JSONLimits, maximumAttributes: Int = AttributeLimit.standard,
        address: Address = Address()
    ) throws(ProblemDetails) -> DecisionRequest {
        let root = try parse(body, limits)
        return try AuthZENMembers(root).request(over: nil, maximumAttributes: maximumAttributes, address: address)
    }

    /// Reads the body of `/access/v1/evaluations`.
    ///
    /// A fault in a member that is a default for all items is an error of the call.
    /// - Throws: ``ProblemDetails`` with status 400 or 413.
    package static func readEvaluations(
        _ body: [UInt8], limits: JSONLimits, maximumEvaluations: Int,
        maximumAttributes: Int = AttributeLimit.standard, address: Address = Address()
    ) throws(ProblemDetails) -> AuthZENEvaluations {
        let root = try parse(body, limits)
        let items = try BodyReader(root, what: "the request").presentArray("evaluations")
        let semantic = try readSemantic(root)
        let defaults = try AuthZENMembers(root)
        if items.isEmpty {
            return .single(try defaults.request(over: nil, maximumAttributes: maximumAttributes, address: address))
        }
        guard items.count <= maximumEvaluations else {
            throw ProblemDetails(
                status: 413, code: "TOO_MANY_EVALUATIONS",
                detail: "\(items.count) evaluations are given; \(maximumEvaluations) are allowed",
                path: "$.evaluations")
        }
        try checkExpansion(of: items, defaults: root, maximumBytes: limits.maximumBytes)
        return .several(
            items.map { item in
                do throws(ProblemDetails) {
                    return .success(
                        try AuthZENMembers(item).request(
                            over: defaults, maximumAttributes: maximumAttributes, address: address))
                } catch {
                    return .failure(error)
                }
            }, semantic)
    }

    /// Refuses items that repeat too much.
    ///
    /// Each costs as much as if it had its defaults written out, which a body of few bytes can ask for a thousand times.
    /// Written out, the defaults of all items may be ``maximumExpansion`` bodies long.
    private static func checkExpansion(
        of items: [JSONNode], defaults: JSONNode, maximumBytes: Int
    ) throws(ProblemDetails) {
        var total = 0
        let members = [
            ("subject", ["type", "id"]), ("action", ["name"]), ("resource", ["type", "id"]), ("context", []),
        ]
        for (key, parts) in members {
            guard let value = defaults.present(key) else { continue }
            for item in items {
                let own = item.present(key)
                if own == nil || parts.contains(where: { own?.present($0) == nil }) { total += value.end - value.start }
            }
        }
        let (maximum, isUnbounded) = maximumBytes.multipliedReportingOverflow(by: maximumExpansion)
        guard !isUnbounded, total > maximum else { return }
        throw ProblemDetails(
            status: 413, code: "DEFAULTS_TOO_LARGE",
            detail: "with its defaults written out in every evaluation the request would have \(total) bytes more; "
                + "\(maximum) are allowed; send fewer evaluations at once",
            path: "$.evaluations")
    }

    /// How many times the greatest length of a body the defaults of all items may have together.
    private static let maximumExpansion = 4

    private static func parse(_ body: [UInt8], _ limits: JSONLimits) throws(ProblemDetails) -> JSONNode {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: body, limits: limits)
        } catch {
            throw ProblemDetails(error)
        }
        return try BodyReader(document.root, what: "the request").node
    }

    private static func readSemantic(_ root: JSONNode) throws(ProblemDetails) -> AuthZENSemantic {
        guard let options = root.present("options"),
            let value = try BodyReader(options, what: "`options`").node.present("evaluations_semantic")
        else { return .executeAll }
        guard let semantic = AuthZENSemantic(rawValue: try BodyReader.string(value, "evaluations_semantic")) else {
            throw ProblemDetails(
                status: 400, code: "UNKNOWN_VALUE",
                detail:
                    "`evaluations_semantic` must be `execute_all`, `deny_on_first_deny` or `permit_on_first_permit`",
                path: value.path)
        }
        return semantic
    }
}

extension BodyReader {
    /// An array, if the member is there and not null; empty otherwise.
    fileprivate func presentArray(_ key: String) throws(ProblemDetails) -> [JSONNode] {
        guard let value = node.present(key) else { return [] }
        guard value.kind == .array else { throw Self.wrongType(value, "`\(key)` must be an array") }
        return Array(value.elements)
    }
}

extension JSONNode {
    /// A member that is there and not null.
    func present(_ key: String) -> JSONNode? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }
}
