import CedarModel
import CedarSchema
import CedarSyntax
import Documents
import Identity
import StrictJSON
import Testing

@Suite struct ClaimMappingTests {
    private func evaluate(_ yaml: String, _ claims: String) throws -> MappedClaims {
        let (mapping, codes) = Reading.mapping(yaml)
        #expect(codes == [])
        let root = try JSONDocument(parsing: Array(claims.utf8), limits: .request).root
        return try #require(mapping).evaluate(root)
    }

    private func failure(_ yaml: String, _ claims: String) -> String? {
        do {
            _ = try evaluate(yaml, claims)
            return nil
        } catch {
            return (error as? VerificationFailure)?.code.rawValue ?? "\(error)"
        }
    }

    // MARK: - Principals

    @Test func template() throws {
        let yaml = #"principal: {type: User, id: "{tid}/{oid}"}"#
        #expect(try evaluate(yaml, #"{"tid":"t","oid":"o"}"#).principalID == "t/o")
        #expect(failure(yaml, #"{"tid":"t"}"#) == "claims.missing")
        #expect(failure(yaml, #"{"tid":"t","oid":""}"#) == "claims.kind")
        #expect(failure(yaml, #"{"tid":"t","oid":["o"]}"#) == "claims.kind")
        // Two subjects must not look like one.
        #expect(failure(yaml, #"{"tid":"t/o","oid":"x"}"#) == "claims.kind")
    }

    @Test("templates that are refused", arguments: ["sub", "{", "{}", "{a}{b}", "a}", "{a{b}}"])
    func templates(text: String) {
        #expect(Reading.mapping("principal: {id: \"\(text)\"}").codes == ["V3420"])
    }

    // MARK: - Attributes

    @Test func attributes() throws {
        let mapped = try evaluate(
            """
            attributes:
              email: {from: email, lowercase: true}
              namespace: {from: [kubernetes.io, namespace]}
              client: {from_first: [azp, appid]}
              scopes: {from: scope, as: words}
              permissions: {from: "https://acme.example/permissions", as: strings, except: ["internal:*"]}
              level: {from: acr, as: integer}
              verified: {from: email_verified, as: boolean}
              since: {from: auth_time, as: datetime}
              all: {from: [resource_access, "*", roles], as: strings}
              country: {from: country, default: de}
              absent: nothing
            """,
            """
            {"sub":"ada","email":"Ada@Example.COM","kubernetes.io":{"namespace":"prod"},"appid":"web",
             "scope":"a b","https://acme.example/permissions":["x","internal:y"],"acr":"2","email_verified":"true",
             "auth_time":12,"resource_access":{"a.b/c":{"roles":["r"]},"d":{"roles":["s"]}},"nothing":null}
            """)
        func texts(_ values: String...) -> Value { .set(ValueSet(values.map { Value.string(CedarString($0)) })) }
        let record: Record = [
            "email": .string("ada@example.com"), "namespace": .string("prod"), "client": .string("web"),
            "scopes": texts("a", "b"), "permissions": texts("x"), "level": .long(2), "verified": .bool(true),
            "since": .datetime(Datetime(milliseconds: 12_000)), "all": texts("r", "s"), "country": .string("de"),
        ]
        #expect(mapped.attributes == record)
    }

    @Test("a claim of the wrong kind cannot be read") func wrongKind() throws {
        for claims in [#"{"sub":"a","x":1}"#, #"{"sub":"a","x":["t"]}"#, #"{"sub":"a","x":{}}"#] {
            let value = try evaluate("attributes: {x: x}", claims).attributes["x"]
            #expect(value?.unreadablePart != nil)
            #expect(failure("attributes: {x: {from: x, required: true}}", claims) == "claims.kind")
        }
    }

    @Test func required() {
        #expect(failure("attributes: {x: {from: x, required: true}}", #"{"sub":"a"}"#) == "claims.missing")
        #expect(failure("attributes: {x: {from: x, required: true}}", #"{"sub":"a","x":null}"#) == "claims.missing")
    }

    @Test("a claim that is elsewhere is unknown, not absent") func distributed() throws {
        let claims = #"{"sub":"a","_claim_names":{"x":"src1"},"_claim_sources":{"src1":{"endpoint":"https://a"}}}"#
        #expect(try evaluate("attributes: {x: {from: x, default: d}}", claims).attributes["x"]?.unreadablePart != nil)
        #expect(failure("attributes: {x: {from: x, required: true}}", claims) == "claims.unknown")
    }

    // MARK: - Roles and groups

    private static let roles = "roles: {from: groups, map: {g-1: editor, g-2: [viewer, auditor]}, keep: [admin]}"

    @Test("what is not listed is dropped") func unmapped() throws {
        let mapped = try evaluate(Self.roles, #"{"sub":"a","groups":["g-1","g-2","admin","owner"]}"#)
        #expect(mapped.roles == .known(["editor", "viewer", "auditor", "admin"]))
        let refusing = Self.roles.replacing("keep:", with: "unmapped: refuse, keep:")
        #expect(failure(refusing, #"{"sub":"a","groups":["owner"]}"#) == "claims.unmapped")
    }

    @Test("roles never come from patterns") func patterns() {
        #expect(Reading.mapping(#"roles: {from: groups, keep: ["adm*"]}"#).codes == ["V3420"])
        #expect(Reading.mapping(#"groups: {from: groups, keep: ["adm*"]}"#).codes == [])
        #expect(Reading.mapping(#"groups: {from: groups, keep: ["a*b"]}"#).codes == ["V3420"])
    }

    @Test(
        "groups that were not sent are unknown",
        arguments: [
            #"{"sub":"a","_claim_names":{"groups":"src1"}}"#, #"{"sub":"a","hasgroups":true}"#,
            #"{"sub":"a","groups":7}"#, #"{"sub":"a","groups":["a",7]}"#,
            "{\"sub\":\"a\",\"groups\":[\((0..<513).map { "\"g\($0)\"" }.joined(separator: ","))]}",
        ])
    func overage(claims: String) throws {
        let mapped = try evaluate(#"groups: {from: groups, type: Team, keep: ["*"]}"#, claims)
        #expect(!mapped.groups.isKnown)
        #expect(mapped.groups.names.isEmpty)
        #expect(failure("groups: {from: groups, when_unknown: refuse}", claims) == "claims.unknown")
    }

    @Test func absence() throws {
        #expect(try evaluate("groups: {from: groups}", #"{"sub":"a"}"#).groups == .known([]))
        #expect(try !evaluate("groups: {from: groups, when_absent: unknown}", #"{"sub":"a"}"#).groups.isKnown)
        #expect(failure("groups: {from: groups, when_absent: refuse}", #"{"sub":"a"}"#) == "claims.missing")
    }

    // MARK: - Second factor

    @Test(
        "what counts as a second factor",
        arguments: [
            (["mfa"], [], true), (["pwd"], [], false), (["pwd", "otp"], [], true), (["otp", "sms"], [], false),
            (["fpt", "pin"], [], true), ([], ["urn:two"], true), ([], ["urn:one"], false), (["custom"], [], true),
        ] as [([CedarString], [CedarString], Bool)])
    func secondFactor(methods: [CedarString], classes: [CedarString], expected: Bool) throws {
        let (mapping, _) = Reading.mapping("second_factor: {methods: [custom], classes: ['urn:two']}")
        #expect(try #require(mapping).secondFactor.holds(methods: methods, classes: classes) == expected)
    }

    // MARK: - Schema

    @Test func schema() throws {
        let (schema, _) = Schema.parse(files: [
            SourceFile(
                name: "s.cedarschema",
                text: """
                    entity Team; entity Room;
                    entity User in [Team] { email: String, level: Long, note?: String };
                    """)
        ])
        let checked = try #require(schema)
        func codes(_ yaml: String) throws -> [String] {
            let mapping = try #require(Reading.mapping(yaml).mapping)
            let diagnostics = DiagnosticCollector()
            mapping.check(
                against: checked, entityType: { Name(normalized: $0) },
                in: SourceFile(name: "acme.yaml", text: yaml), into: diagnostics)
            return diagnostics.diagnostics.map { "\($0.code)" }
        }
        let good = "email: {from: email, required: true}, level: {from: acr, as: integer, default: 0}"
        #expect(try codes("attributes: {\(good)}\ngroups: {from: g, type: Team}") == [])
        #expect(try codes("attributes: {\(good), mail: x}") == ["V3421"])
        #expect(try codes("attributes: {\(good), note: {from: n, as: words}}") == ["V3422"])
        #expect(try codes("attributes: {email: email, level: {from: a, as: integer, default: 0}}") == ["V3423"])
        #expect(try codes("attributes: {email: {from: email, required: true}}") == ["V3423"])
        #expect(try codes("principal: {type: Person}") == ["V3421"])
        #expect(try codes("attributes: {\(good)}\ngroups: {from: g, type: Room}") == ["V3421"])
        #expect(try codes("attributes: {\(good)}\ngroups: {from: g, type: Crew}") == ["V3421"])
    }
}
