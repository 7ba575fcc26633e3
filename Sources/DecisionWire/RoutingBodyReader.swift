import CedarModel
package import DecisionPoint
package import Residency
package import StrictJSON

/// Reads questions about data: the body of `POST /v1/route`, `data` of `POST /v1/decide`, and `context.residency` of
/// AuthZEN.
package enum RoutingBodyReader {
    /// Reads the body of `POST /v1/route`.
    ///
    /// `tenant` is the tenant's id, or an object that describes it: what it says counts as far as the tenant's file
    /// trusts callers.
    /// - Throws: ``ProblemDetails`` with status 400 or 413.
    package static func read(
        _ body: [UInt8], limits: JSONLimits, maximumAttributes: Int = AttributeLimit.standard,
        address: Address = Address()
    ) throws(ProblemDetails) -> RoutingQuestion {
        let root: JSONNode
        do {
            root = try JSONDocument(parsing: body, limits: limits).root
        } catch {
            throw ProblemDetails(error)
        }
        return try read(root, maximumAttributes: maximumAttributes, address: address)
    }

    /// Reads a question that is part of a larger document.
    /// - Throws: ``ProblemDetails`` with status 400 or 413.
    package static func read(
        _ root: JSONNode, maximumAttributes: Int = AttributeLimit.standard, address: Address = Address()
    ) throws(ProblemDetails) -> RoutingQuestion {
        let body = try BodyReader(root, what: "the request")
        try body.refuseOthers(than: ["application", "now"] + RoutingRequestReader.members)
        try AttributeLimit.check(AttributeLimit.count(in: root), maximum: maximumAttributes, path: root.path)
        var address = address
        try address.addApplication(try body.string("application"), at: "the body")
        if root["tenant"]?.kind == .string { try address.addTenant(try body.string("tenant"), at: "the body") }
        var now: Datetime?
        if let text = try body.string("now") {
            now = Datetime(rfc3339: text)
            if now == nil {
                throw ProblemDetails(
                    status: 400, code: "RESERVED_CONTEXT",
                    detail: "`now` must be a time such as `2026-11-21T10:00:00Z`",
                    path: "$.now")
            }
        }
        var request = DecisionRequest(
            principal: .init(type: "", id: ""), action: "", resource: .init(type: "", id: ""))
        address.apply(to: &request)
        return RoutingQuestion(
            Datum(root), application: request.application, tenant: request.tenant, now: now)
    }

    /// Reads what a decision request asks about data.
    ///
    /// The members of a routing request stand beside the attributes of the data, or the attributes stand in a `data`
    /// of their own. The operation is the action where that is the name of one.
    /// - Throws: ``ProblemDetails`` with status 400 when it is no object.
    package static func data(_ node: JSONNode, action: String) throws(ProblemDetails) -> Datum {
        _ = try BodyReader(node, what: "`data`")
        return data(Datum(node), action: action)
    }

    private static let own = [
        "operation", "source", "destination", "transfer", "location", "unavailable_regions", "region_capacity",
        "evidence",
    ]

    /// What a decision request asks about data, of the object that says it.
    static func data(_ datum: Datum, action: String) -> Datum {
        guard case .object(var members) = datum else { return .object([]) }
        if !members.contains(where: { $0.key == "data" }) {
            let attributes = members.filter { !own.contains($0.key) && $0.key != "tenant" }
            members.removeAll { member in attributes.contains { $0.key == member.key } }
            members.append(("data", .object(attributes)))
        }
        if !members.contains(where: { $0.key == "operation" }), RoutingOperation(rawValue: action) != nil {
            members.append(("operation", .string(action)))
        }
        return .object(members)
    }
}
