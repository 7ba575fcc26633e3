import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import PolicyBundles
import Testing

/// Applications from their files: what loads, what is refused and where, and what decisions come out.
@Suite struct BundleLoaderTests {
    static let manifest = "name: app\nnamespace: App\nasserted_principals: true\n"
    static let quietLints =
        "lint: {missing_id: off, forbid_may_error: off, unconstrained_permit: off, shadowed_by_forbid: off}\n"
    static let roles = """
        permissions:
          doc:read: {description: Read.}
          doc:write: {description: Write., aliases: [doc:edit]}
        models:
          plain:
            roles:
              reader: {permissions: [doc:read]}
              writer: {inherits: [reader], permissions: [doc:write]}
        """

    static func load(_ files: [String: String]) -> LoadedApplications {
        var files = files
        var manifest = files["bundle.yaml"] ?? self.manifest
        // The short policies of these tests are not about style.
        if !manifest.contains("lint:") { manifest += "\n" + quietLints }
        files["bundle.yaml"] = manifest
        return BundleLoader.loadApplication(from: BundleFiles(application: "app", texts: files))
    }

    static func decide(
        _ files: [String: String], _ action: String, roles: [String] = [], principal: String = "ada",
        tenant: String? = nil
    ) throws -> Decision {
        let loaded = load(files)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.message))")
        var request = DecisionRequest(
            principal: .init(type: "User", id: principal), action: action, resource: .init(type: "Doc", id: "d"))
        request.roles = roles
        request.tenant = tenant
        return try PolicyDecisionPoint(applications: try #require(loaded.applications))
            .decide(request, at: Datetime(milliseconds: 0))
    }

    @Test(
        "what is refused, and where",
        arguments: [
            (
                [
                    "policies/a.cedar":
                        "@id(\"x\") permit (principal, action, resource);\n@id(\"x\") forbid (principal, action, resource);"
                ], "V3152", 2
            ),
            (["policies/a.cedar": "@id(\"\") permit (principal, action, resource);"], "V3153", 1),
            (["policies/a.cedar": "@id(\"roles.plain.reader\") permit (principal, action, resource);"], "V3153", 1),
            (["policies/a.cedar": "\n@code(\"lower\") permit (principal, action, resource);"], "V3154", 2),
            (["policies/a.cedar": "permit (principal == ?principal, action, resource);"], "V3155", 1),
            (["templates/a.cedar": "permit (principal, action, resource);"], "V3163", 1),
            (
                [
                    "roles.yaml": roles,
                    "policies/a.cedar": "forbid (principal, action == App::Action::\"doc:reed\", resource);",
                ], "V3156", 1
            ),
            (
                [
                    "roles.yaml": roles,
                    "policies/a.cedar": "forbid (principal, action == App::Action::\"doc:edit\", resource);",
                ], "V3156", 1
            ),
            (
                [
                    "entities.json":
                        "[{\"uid\": {\"type\": \"App::User\", \"id\": \"a\"}, \"attrs\": {\"x\": 1.5}, \"parents\": []}]"
                ], "V3157", 1
            ),
            (
                [
                    "entities.json":
                        "[\n{\"uid\": {\"type\": \"App::User\", \"id\": \"a\"}, \"attrs\": {},\n \"parents\": [{\"type\": \"App::Role\", \"id\": \"plain/writer\"}]}]"
                ], "V3158", 2
            ),
            (
                [
                    "entities.json":
                        "[{\"uid\": {\"type\": \"App::Permission\", \"id\": \"a\"}, \"attrs\": {}, \"parents\": []}]"
                ], "V3158", 1
            ),
            (["tenants/t.yaml": "id: t\nattributes:\n  rate: 1.5\n"], "V3160", 3),
            (["obligations.yaml": "obligations:\n  Loud: {type: x}\n"], "V3161", 2),
            (["policies/a.cedar": "@obligation(\"audit\")\nforbid (principal, action, resource);"], "V3162", 1),
            (["templates/t.cedar": "@id(\"t\") forbid (principal == ?principal, action, resource);"], "V3166", 1),
            (
                [
                    "roles.yaml":
                        "models: {a: {roles: {r: {permissions: [x]}}}, b: {roles: {r: {permissions: [x]}}}}\n",
                    "tenants/t.yaml": "id: t\n",
                ], "V3168", 1
            ),
            (["links.yaml": "- {id: l, template: t}\n"], "V3164", 1),
            (
                [
                    "templates/t.cedar": "@id(\"t\") permit (principal == ?principal, action, resource);",
                    "links.yaml": "\n- {id: l, template: t, resource: 'App::Doc::\"d\"'}\n",
                ], "V3164", 2
            ),
            (
                [
                    "templates/t.cedar": "@id(\"t\") permit (principal == ?principal, action, resource);",
                    "links.yaml": "- {id: l, template: t, principal: nobody}\n",
                ], "V3164", 1
            ),
            (
                [
                    "roles.yaml": roles,
                    "tenants/t.yaml":
                        "id: t\nrole_assignments:\n  - principal: {type: User, id: a}\n    roles: [king]\n",
                ], "V3205", 4
            ),
        ] as [([String: String], String, Int)])
    func refuses(files: [String: String], code: String, line: Int) throws {
        let loaded = Self.load(files)
        #expect(loaded.applications == nil)
        let finding = try #require(loaded.diagnostics.first { $0.severity == .error })
        #expect(finding.code.description == code, "\(finding.message)")
        #expect(finding.location?.position.line == line)
    }

    @Test func misspeltAnnotationsAreShown() {
        let loaded = Self.load([
            "policies/a.cedar":
                "@ID(\"a\") @obligations(\"y\") @reson(\"z\") @owner(\"sec\") forbid (principal, action, resource);"
        ])
        #expect(loaded.applications != nil)
        #expect(loaded.diagnostics.map(\.code.description) == ["V3167", "V3167", "V3167"])
    }

    @Test func idsComeFromAnnotationsAndPositions() throws {
        let loaded = Self.load([
            "policies/a.cedar":
                "permit (principal, action, resource);\n@id(\"named\") forbid (principal, action, resource);\nforbid (principal, action, resource);"
        ])
        let snapshot = try #require(loaded.applications?.snapshot(named: "app"))
        #expect(snapshot.policies.policies.map(\.id.text) == ["a#0", "named", "a#2"])
    }

    @Test func linksAreReportedWithTheirSlots() throws {
        let files = [
            "templates/t.cedar":
                "@id(\"share\") @code(\"SHARED\") permit (principal == ?principal, action == App::Action::\"read\", resource);",
            "links.yaml":
                "- id: share.ada\n  template: share\n  principal: {type: User, id: ada}\n- {id: share.bob, template: share, principal: 'App::User::\"bob\"'}\n",
        ]
        let decision = try Self.decide(files, "read")
        #expect(decision.decision == .allow)
        #expect(decision.reasons.map(\.policy?.text) == ["share.ada"])
        #expect(decision.reasons.first?.code == "SHARED")
        #expect(decision.reasons.first?.slots.map(\.entity) == ["App::User::\"ada\""])
        #expect(decision.reasons.first?.source?.file == "app/templates/t.cedar")
        #expect(try Self.decide(files, "read", principal: "eve").decision == .deny)
    }

    @Test func rolesAreHeldWithinATenant() throws {
        let files = [
            "roles.yaml": Self.roles,
            "entities.json":
                "[{\"uid\": {\"type\": \"App::User\", \"id\": \"bob\"}, \"attrs\": {}, \"parents\": [{\"type\": \"App::Team\", \"id\": \"sre\"}]}]",
            "tenants/one.yaml":
                "id: one\nrole_assignments:\n  - principal: {type: User, id: ada}\n    roles: [writer]\n  - principal: {type: Team, id: sre}\n    roles: [reader]\n",
            "tenants/two.yaml": "id: two\n",
        ]
        #expect(try Self.decide(files, "doc:edit", tenant: "one").decision == .allow)
        #expect(try Self.decide(files, "doc:edit", tenant: "two").reasons.first?.code == "MISSING_PERMISSION")
        #expect(try Self.decide(files, "doc:read", principal: "bob", tenant: "one").decision == .allow)
        #expect(try Self.decide(files, "doc:write", principal: "bob", tenant: "one").decision == .deny)
        #expect(try Self.decide(files, "doc:read", principal: "bob", tenant: "two").decision == .deny)
    }

    @Test func dutiesComeWithTheDecisionThatTheyBelongTo() throws {
        let files = [
            "roles.yaml": Self.roles,
            "obligations.yaml":
                "obligations:\n  audit: {type: audit, properties: {level: 3, tags: [a, b]}}\nadvice:\n  hint: {type: notification}\n",
            "policies/a.cedar": """
            @obligation("audit") @advice("hint")
            permit (principal, action, resource) when { context has permission && principal in context.permission };
            """,
        ]
        let allowed = try Self.decide(files, "doc:write", roles: ["WRITER"])
        #expect(allowed.decision == .allow)
        #expect(allowed.obligations.map(\.id) == ["audit"])
        #expect(String(decoding: allowed.obligations[0].properties, as: UTF8.self) == #"{"level":3,"tags":["a","b"]}"#)
        #expect(allowed.advice.map(\.id) == ["hint"])
        let denied = try Self.decide(files, "doc:write", roles: ["reader"])
        #expect(denied.decision == .deny)
        #expect(denied.obligations.isEmpty && denied.advice.isEmpty)
    }

    @Test func grantEntitiesCannotBeBroughtIn() throws {
        let loaded = try #require(Self.load(["roles.yaml": Self.roles]).applications)
        for type in ["Role", "Permission", "App::Role"] {
            var request = DecisionRequest(
                principal: .init(type: "User", id: "ada", parents: [(type, "plain/writer")]), action: "doc:read",
                resource: .init(type: "Doc", id: "d"))
            let parent = try PolicyDecisionPoint(applications: loaded).decide(request, at: Datetime(milliseconds: 0))
            #expect(parent.reasons.first?.code == "REQUEST_INVALID")
            request.principal = .init(type: type, id: "plain/writer")
            let itself = try PolicyDecisionPoint(applications: loaded).decide(request, at: Datetime(milliseconds: 0))
            #expect(itself.reasons.first?.code == "REQUEST_INVALID")
        }
    }
}
