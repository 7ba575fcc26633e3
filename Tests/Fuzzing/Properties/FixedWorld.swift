import CedarModel
import CedarSchema
import CedarSyntax
import StrictJSON

/// A schema with everything that schemas can have, and entities and a request that conform to it.
enum FixedWorld {
    static let principal = uid("User", "u")
    static let action = uid("Action", "view")
    static let resource = uid("Doc", "d")

    static let schema: Schema? = Schema.parse(files: [SourceFile(name: "world.cedarschema", text: schemaText)]).schema

    static let entities: EntityStore? = {
        guard let schema, let document = try? JSONDocument(parsing: Array(entityText.utf8), limits: .bundle) else {
            return nil
        }
        return try? SchemaEntityReader(schema: schema).readStore(document.root)
    }()

    static let request: Request? = {
        guard let schema, let document = try? JSONDocument(parsing: Array(contextText.utf8), limits: .bundle),
            let context = try? SchemaContextReader(schema: schema).read(document.root, for: action)
        else { return nil }
        return Request(principal: principal, action: action, resource: resource, context: context)
    }()

    private static func uid(_ type: String, _ id: String) -> EntityUID {
        EntityUID(type: Name(unchecked: type), id: CedarString(id))
    }

    private static let schemaText = """
        type Address = { city: String, zip?: Long };
        entity Group in [Group];
        entity Level enum ["low", "high"];
        entity User in [Group] {
            a: Long, b?: Bool, s: String, g: Set<Group>, r: Address, own?: User, ip?: ipaddr, d: decimal, t?: datetime,
            u: duration, l?: Level,
        } tags Long;
        entity Doc in [Group] { a?: Long, owner: User, n: Set<Long> } tags Set<String>;
        action view, edit in [Action::"all"] appliesTo {
            principal: [User], resource: [Doc],
            context: { a: Long, b?: Bool, s?: String, r?: { x?: Long, y: Set<String> }, ip: ipaddr, t: datetime, o?: User },
        };
        action all;
        """

    private static let entityText = #"""
        [{"uid": {"type": "User", "id": "u"}, "parents": [{"type": "Group", "id": "g"}], "tags": {"a": 1},
          "attrs": {"a": 1, "s": "x", "g": [{"type": "Group", "id": "g"}], "r": {"city": "c"}, "d": "1.5", "u": "1d",
                    "own": {"type": "User", "id": "u"}, "ip": "10.0.0.1", "l": {"type": "Level", "id": "low"}}},
         {"uid": {"type": "Doc", "id": "d"}, "parents": [], "tags": {"t": ["x"]},
          "attrs": {"owner": {"type": "User", "id": "u"}, "n": [1, 2]}},
         {"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [{"type": "Group", "id": "h"}]}]
        """#

    private static let contextText = #"""
        {"a": 5, "s": "x", "r": {"y": ["a"]}, "ip": "10.0.0.0/8", "t": "2024-01-01"}
        """#
}
