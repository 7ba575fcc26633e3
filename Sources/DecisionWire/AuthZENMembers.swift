import CedarModel
import CedarSyntax
import DecisionPoint
import Identity
import StrictJSON

/// The members of one evaluation, or the defaults of several: `subject`, `action`, `resource`, `context`.
///
/// A member of an item replaces the default as a whole. Only a required part that the item's member lacks (type, id,
/// name) is taken from the default; properties are never merged. This rule satisfies both readings of section 7.1.1
/// that conformance tests hold. Each member is read once, however many items share it.
struct AuthZENMembers {
    private let node: JSONNode
    private let subject: Member?
    private let action: Member?
    private let resource: Member?
    private let context: Attributes?
    private let credentials: [SubjectCredential]

    /// Properties or a context, and how many attributes they are.
    private struct Attributes {
        var record = Record.empty
        var count = 0

        init() {}

        init(_ node: JSONNode, what: String, except excluded: CedarString? = nil) throws(ProblemDetails) {
            do {
                record = try ValueReader(.exchange).readRecord(node, what: what)
            } catch {
                throw ProblemDetails(status: 400, code: error.code.problemCode, detail: error.message, path: error.path)
            }
            if let excluded { record = Record(record.fields.filter { $0.key != excluded }) }
            count = AttributeLimit.count(in: node)
        }
    }

    /// A subject, an action or a resource, as far as it is given.
    private struct Member {
        /// The required parts that are there, in the order of the keys asked for.
        var parts: [String?] = []
        var properties = Attributes()

        init(
            _ node: JSONNode, _ name: String, keys: [String], except excluded: CedarString? = nil
        ) throws(ProblemDetails) {
            let reader = try BodyReader(node, what: "`\(name)`")
            for key in keys {
                parts.append(
                    try reader.node.present(key).map { value throws(ProblemDetails) in
                        try BodyReader.string(value, key)
                    })
            }
            if let properties = node.present("properties") {
                self.properties = try Attributes(properties, what: "`properties`", except: excluded)
            }
        }
    }

    /// Reads the members that are there.
    init(_ node: JSONNode) throws(ProblemDetails) {
        self.node = try BodyReader(node, what: "an evaluation").node
        var read: [SubjectCredential] = []
        if let subject = node.present("subject") {
            self.subject = try Member(subject, "subject", keys: ["type", "id"], except: "credentials")
            // Credentials travel among the subject's properties and are not attributes.
            if let credentials = subject.present("properties")?.present("credentials") {
                guard credentials.kind == .array else {
                    throw BodyReader.wrongType(credentials, "`credentials` must be an array")
                }
                read = try CredentialReader.read(Array(credentials.elements), refusingUnknownMembers: false)
            }
        } else {
            self.subject = nil
        }
        credentials = read
        action = try node.present("action").map { value throws(ProblemDetails) in
            try Member(value, "action", keys: ["name"])
        }
        resource = try node.present("resource").map { value throws(ProblemDetails) in
            try Member(value, "resource", keys: ["type", "id"])
        }
        context = try node.present("context").map { value throws(ProblemDetails) in
            try Attributes(value, what: "`context`")
        }
    }

    /// The question that these members ask, completed by defaults.
    func request(
        over defaults: AuthZENMembers?, maximumAttributes: Int, address: Address
    ) throws(ProblemDetails) -> DecisionRequest {
        let (type, id) = try pair(subject, defaults?.subject, "subject")
        let name = try part(0, "name", of: action, defaults?.action, "action")
        let (resourceType, resourceID) = try pair(resource, defaults?.resource, "resource")

        let ofSubject = (subject ?? defaults?.subject)?.properties ?? Attributes()
        let ofAction = (action ?? defaults?.action)?.properties ?? Attributes()
        let ofResource = (resource ?? defaults?.resource)?.properties ?? Attributes()
        let circumstances = context ?? defaults?.context ?? Attributes()
        try AttributeLimit.check(
            ofSubject.count + ofAction.count + ofResource.count + circumstances.count, maximum: maximumAttributes,
            path: node.path)

        var request = DecisionRequest(
            principal: DecisionRequest.Party(type: type, id: id, attributes: ofSubject.record), action: name,
            resource: DecisionRequest.Party(type: resourceType, id: resourceID, attributes: ofResource.record))
        if case .set(let roles) = ofSubject.record["roles"] {
            // Role names are matched against the tenant's model as well as being readable as an attribute.
            request.roles = roles.elements.compactMap { if case .string(let name) = $0 { name.text } else { nil } }
        }
        request.actionAttributes = ofAction.record
        request.context = circumstances.record
        // A question about data is not a circumstance that policies about access read.
        let residency = (node.present("context") ?? defaults?.node.present("context"))?.present("residency")
        if let residency {
            request.data = try RoutingBodyReader.data(residency, action: name)
            request.context = Record(request.context.fields.filter { $0.key != "residency" })
        }
        // A credential goes with the subject that it vouches for: an item that takes its subject's id from the defaults
        // takes the credential with it.
        let inheritsIdentity = subject.map { $0.parts[1] == nil } ?? true
        request.credentials = credentials + (inheritsIdentity ? defaults?.credentials ?? [] : [])
        address.apply(to: &request)
        return request
    }

    private func pair(
        _ own: Member?, _ fallback: Member?, _ name: String
    ) throws(ProblemDetails) -> (type: String, id: String) {
        (try part(0, "type", of: own, fallback, name), try part(1, "id", of: own, fallback, name))
    }

    private func part(
        _ index: Int, _ key: String, of own: Member?, _ fallback: Member?, _ name: String
    ) throws(ProblemDetails) -> String {
        guard own != nil || fallback != nil else {
            throw ProblemDetails(status: 400, code: "MISSING_MEMBER", detail: "`\(name)` is missing", path: node.path)
        }
        guard let text = own?.parts[index] ?? fallback?.parts[index] else {
            throw ProblemDetails(
                status: 400, code: "MISSING_MEMBER", detail: "`\(name)` has no `\(key)`",
                path: (node.present(name) ?? node).path)
        }
        return text
    }
}
