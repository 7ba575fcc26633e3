import CedarModel
package import DecisionPoint
package import StrictJSON

/// Reads the body of `POST /v1/decide`.
///
/// The native API is strict: unknown members, nulls and numbers that are not integers are errors with their JSONPath,
/// because what is silently ignored changes decisions silently.
package enum NativeRequestReader {
    /// Reads a request.
    /// - Throws: ``ProblemDetails`` with status 400 or 413.
    package static func read(
        _ body: [UInt8], limits: JSONLimits, maximumAttributes: Int = AttributeLimit.standard,
        address: Address = Address()
    ) throws(ProblemDetails) -> DecisionRequest {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: body, limits: limits)
        } catch {
            throw ProblemDetails(error)
        }
        return try read(document.root, maximumAttributes: maximumAttributes, address: address)
    }

    /// Reads a request that is part of a larger document.
    /// - Throws: ``ProblemDetails`` with status 400 or 413.
    package static func read(
        _ root: JSONNode, maximumAttributes: Int = AttributeLimit.standard, address: Address = Address()
    ) throws(ProblemDetails) -> DecisionRequest {
        let body = try BodyReader(root, what: "the request")
        try body.refuseOthers(than: [
            "application", "tenant", "principal", "action", "resource", "context", "credentials", "data", "explain",
        ])
        try checkAttributes(body, maximum: maximumAttributes)
        let values = ValueReader(.strict)
        let credentials = try CredentialReader.read(try body.array("credentials"), refusingUnknownMembers: true)
        // A credential says who asks; the caller may say it as well, and then both must mean the same.
        let namesPrincipal = root["principal"] != nil || credentials.isEmpty
        let (principal, roles) =
            namesPrincipal
            ? try readPrincipal(try body.required("principal"), values)
            : (DecisionRequest.Party(type: "", id: ""), [])
        let action = try BodyReader(try body.required("action"), what: "`action`")
        try action.refuseOthers(than: ["id", "attributes"])
        var request = DecisionRequest(
            principal: principal, action: try action.requiredString("id"),
            resource: try readResource(try body.required("resource"), values))
        request.roles = roles
        request.actionAttributes = try action.record("attributes", values)
        request.context = try body.record("context", values)
        request.namesPrincipal = namesPrincipal
        request.credentials = credentials
        if let data = root["data"] { request.data = try RoutingBodyReader.data(data, action: request.action) }
        if let explain = try body.string("explain"), explain != "none" {
            throw ProblemDetails(
                status: 400, code: "UNKNOWN_VALUE", detail: "`explain` can only be `none`", path: "$.explain")
        }
        var address = address
        try address.addApplication(try body.string("application"), at: "the body")
        try address.addTenant(try body.string("tenant"), at: "the body")
        address.apply(to: &request)
        return request
    }

    private static func checkAttributes(_ body: BodyReader, maximum: Int) throws(ProblemDetails) {
        let described = [
            body.node["principal"]?["attributes"], body.node["action"]?["attributes"],
            body.node["resource"]?["attributes"], body.node["context"], body.node["principal"]?["roles"],
            body.node["principal"]?["parents"], body.node["resource"]?["parents"],
            body.node["data"],
        ]
        let count = described.reduce(0) { $0 + ($1.map(AttributeLimit.count) ?? 0) }
        try AttributeLimit.check(count, maximum: maximum, path: body.node.path)
    }

    private static func readPrincipal(
        _ node: JSONNode, _ values: ValueReader
    ) throws(ProblemDetails) -> (DecisionRequest.Party, roles: [String]) {
        let body = try BodyReader(node, what: "`principal`")
        try body.refuseOthers(than: ["type", "id", "attributes", "roles", "parents"])
        var roles: [String] = []
        for role in try body.array("roles") { roles.append(try BodyReader.string(role, "roles")) }
        return (try readParty(body, values), roles)
    }

    private static func readResource(
        _ node: JSONNode, _ values: ValueReader
    ) throws(ProblemDetails) -> DecisionRequest.Party {
        let body = try BodyReader(node, what: "`resource`")
        try body.refuseOthers(than: ["type", "id", "attributes", "parents"])
        return try readParty(body, values)
    }

    private static func readParty(
        _ body: BodyReader, _ values: ValueReader
    ) throws(ProblemDetails) -> DecisionRequest.Party {
        var parents: [(type: String, id: String)] = []
        for parent in try body.array("parents") {
            let reference = try BodyReader(parent, what: "a parent")
            try reference.refuseOthers(than: ["type", "id"])
            parents.append((try reference.requiredString("type"), try reference.requiredString("id")))
        }
        return DecisionRequest.Party(
            type: try body.requiredString("type"), id: try body.requiredString("id"),
            attributes: try body.record("attributes", values), parents: parents)
    }
}
