import CedarSyntax
import StrictJSON

/// A case: policies, and perhaps a schema, entities, links and requests.
///
/// Texts in other formats are JSON strings, so that malformed ones can be asked about:
/// `{"policies" | "policies_json", "schema" | "schema_json", "entities", "links": [{"template", "id", "values":
/// {"?principal": {"type", "id"}}}], "requests": [{"principal", "action", "resource": {"type", "id"}, "context"}]}`.
struct Question {
    /// The policies, in Cedar syntax or JSON.
    var policies: SourceFile?

    /// The schema, in Cedar syntax or JSON.
    var schema: SourceFile?

    /// The entities, in JSON.
    var entities: SourceFile

    /// The links of templates.
    var links: [JSONNode]

    /// The requests.
    var requests: [JSONNode]

    /// Whether the policies are in JSON.
    var isPolicyJSON: Bool

    /// Takes a line apart.
    init(_ node: JSONNode) {
        isPolicyJSON = node["policies_json"] != nil
        policies = Self.file(node, "policies", "policies.cedar") ?? Self.file(node, "policies_json", "policies.json")
        schema =
            Self.file(node, "schema", "schema.cedarschema") ?? Self.file(node, "schema_json", "schema.cedarschema.json")
        entities = Self.file(node, "entities", "entities.json") ?? SourceFile(name: "entities.json", text: "[]")
        links = node["links"].map { Array($0.elements) } ?? []
        requests = node["requests"].map { Array($0.elements) } ?? []
    }

    private static func file(_ node: JSONNode, _ member: String, _ name: String) -> SourceFile? {
        node[member]?.string.map { SourceFile(name: name, text: $0) }
    }
}
