import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import DecisionPoint
import PolicyBundles
import Testing

/// Applications with a schema: what is found when they are loaded, and what becomes of requests.
@Suite struct BundleSchemaTests {
    static let schema = """
        namespace App {
            entity Permission;
            entity Role in [Permission];
            entity Team;
            entity User in [Role, Team] { level?: Long, address?: ipaddr };
            entity Doc { owner?: User, price?: decimal, labels?: Set<String> };
            type Now = { hour: Long, instant: datetime };
            type Tenant = { id: String, attributes: { limit?: Long } };
            action "doc:read", "doc:write" appliesTo {
                principal: User, resource: Doc,
                context: { now: Now, tenant: Tenant, permission?: Permission, at?: datetime, owner?: User }
            };
        }
        """
    static let roles = BundleLoaderTests.roles

    static func load(_ files: [String: String]) -> LoadedApplications {
        var files = files
        if files["schema.cedarschema"] == nil { files["schema.cedarschema"] = schema }
        return BundleLoaderTests.load(files)
    }

    @Test func aBundleThatFitsItsSchemaHasNoFindings() throws {
        let loaded = Self.load([
            "roles.yaml": Self.roles,
            "policies/a.cedar": """
            forbid (principal, action, resource) when { context.now.hour < 6 };
            forbid (principal, action, resource)
            when { context.tenant.attributes has limit && resource has price && principal has level }
            unless { principal.level >= context.tenant.attributes.limit };
            """,
            "templates/t.cedar": "@id(\"t\") permit (principal == ?principal, action, resource == ?resource);",
            "links.yaml": "- {id: l, template: t, principal: {type: User, id: ada}, resource: {type: Doc, id: d}}",
            "entities.json":
                #"[{"uid": {"type": "App::User", "id": "ada"}, "attrs": {"address": "10.0.0.1"}, "parents": []}]"#,
            "tenants/default.yaml": "id: default\ntime_zone: UTC\nattributes: {limit: 3}",
        ])
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.message))")
        let snapshot = try #require(loaded.applications?.snapshots.first)
        let ada = try #require(snapshot.entities[EntityUID(type: Name(unchecked: "App::User"), id: "ada")])
        #expect(ada.attributes["address"]?.type == .ipaddr)
    }

    @Test(
        "what a schema finds, and where",
        arguments: [
            (["policies/a.cedar": "permit (principal, action, resource) when { principal.name == 1 };"], "V1210 1:45"),
            (["policies/a.cedar": "permit (principal, action == App::Action::\"doc:raed\", resource);"], "V1202 1:30"),
            (
                ["policies/a.cedar": "permit (principal, action, resource) when { context.now.minute > 1 };"],
                "V1210 1:45"
            ),
            (
                [
                    "templates/t.cedar": "@id(\"t\") permit (principal, action, resource == ?resource);",
                    "links.yaml": "- {id: l, template: t, resource: {type: Dok, id: d}}",
                ], "V1201 1:8"
            ),
            (
                [
                    "entities.json":
                        #"[{"uid": {"type": "App::User", "id": "ada"}, "attrs": {"levle": 1}, "parents": []}]"#
                ],
                "V2108 1:56"
            ),
            (["tenants/default.yaml": "id: default\ntime_zone: UTC\nattributes: {limt: 3}"], "V3172 3:14"),
            (["tenants/default.yaml": "id: default\ntime_zone: UTC\nattributes: {limit: high}"], "V3170 1:1"),
            (
                ["roles.yaml": "permissions: {doc:read: {}, doc:share: {}}\nmodels: {}"], "V3171 1:29"
            ),
            (["schema.cedarschema": schema.replacing("hour: Long", with: "hour: String")], "V3170 1:1"),
            (["schema.cedarschema": schema.replacing("hour: Long", with: "second: Long")], "V3170 1:1"),
            (["schema.cedarschema": schema.replacing("permission?", with: "permission")], "V3170 1:1"),
            (
                ["schema.cedarschema": schema.replacing("Role in [Permission]", with: "Role"), "roles.yaml": roles],
                "V3173 1:1"
            ),
            (["schema.cedarschema": "entity User in [Nobody];"], "V2040 1:17"),
            (["bundle.yaml": BundleLoaderTests.manifest + "validation: {level: 99}"], "V3174 4:21"),
        ] as [([String: String], String)])
    func findings(files: [String: String], finding: String) throws {
        let loaded = Self.load(files)
        #expect(loaded.diagnostics.map(summary) == [finding], "\(loaded.diagnostics.map(\.message))")
        #expect(loaded.applications == nil)
    }

    @Test func levelsAndModesAreSettingsOfTheBundle() throws {
        let policy = [
            "policies/a.cedar":
                "permit (principal, action, resource) when { resource has owner && resource.owner has level };"
        ]
        #expect(Self.load(policy).diagnostics.isEmpty)
        let limited = policy.merging(["bundle.yaml": BundleLoaderTests.manifest + "validation: {level: 1}"]) { $1 }
        #expect(Self.load(limited).diagnostics.map { "\($0.code)" } == ["V1240"])

        let mixed = [
            "policies/a.cedar":
                "permit (principal, action, resource) when { resource has labels && resource.labels == [] };"
        ]
        #expect(Self.load(mixed).diagnostics.contains { $0.severity == .error })
        let permissive = mixed.merging(["bundle.yaml": BundleLoaderTests.manifest + "validation: {mode: permissive}"]) {
            $1
        }
        #expect(!Self.load(permissive).diagnostics.contains { $0.severity == .error })
    }

    @Test func severalFilesMakeOneSchema() {
        let loaded = Self.load([
            "schema.cedarschema":
                "namespace App { entity User; action view appliesTo { principal: User, resource: Doc }; }",
            "docs.cedarschema.json": #"{"App": {"entityTypes": {"Doc": {}}, "actions": {}}}"#,
            "policies/a.cedar":
                "permit (principal is App::User, action == App::Action::\"view\", resource is App::Doc);",
        ])
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.message))")
    }

    @Test func lintsAreSettingsOfTheBundle() {
        let policy = ["policies/a.cedar": "forbid (principal, action, resource) when { principal.level > 3 };"]
        func codes(_ lint: String, _ files: [String: String]) -> [String] {
            let files = files.merging(["bundle.yaml": BundleLoaderTests.manifest + lint]) { $1 }
            return BundleLoaderTests.load(files).diagnostics.map { "\($0.severity) \($0.code)" }
        }
        let found = codes("lint: {}", policy)
        #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("warning V14") }, "\(found)")
        #expect(codes("lint: {missing_id: off, forbid_may_error: off}", policy) == [])
        #expect(codes("lint: {missing_id: off, forbid_may_error: error}", policy).allSatisfy { $0.hasPrefix("error") })
    }

    // MARK: - Requests

    private func decide(
        _ policies: String, manifest: String = "", change: (inout DecisionRequest) -> Void = { _ in }
    ) throws -> Decision {
        let loaded = Self.load([
            "bundle.yaml": BundleLoaderTests.manifest + manifest, "policies/a.cedar": policies,
            "roles.yaml": Self.roles,
        ])
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.message))")
        var request = DecisionRequest(
            principal: .init(type: "User", id: "ada"), action: "doc:read", resource: .init(type: "Doc", id: "d"))
        change(&request)
        return try PolicyDecisionPoint(applications: try #require(loaded.applications))
            .decide(request, at: Datetime(milliseconds: 0))
    }

    @Test func requestsAreReadByTheSchema() throws {
        let policies = """
            permit (principal, action, resource)
            when { principal has address && principal.address.isLoopback() }
            when { resource has price && resource.price.lessThan(decimal("3.5")) && resource.owner == principal }
            when { context has at && context.at < datetime("2020-01-02") && context has owner && context.owner == principal };
            """.replacing("resource.owner == principal", with: "resource has owner && resource.owner == principal")
        let decision = try decide(policies) { request in
            request.principal.attributes = ["address": .string("127.0.0.1")]
            request.resource.attributes = [
                "price": .long(3), "owner": .record(["type": .string("App::User"), "id": .string("ada")]),
            ]
            request.context = [
                "at": .string("2020-01-01"), "owner": .record(["type": .string("User"), "id": .string("ada")]),
            ]
        }
        #expect(decision.decision == .allow, "\(decision.reasons)")
    }

    /// A change to a request, and what is then wrong with it.
    struct Misfit: Sendable {
        let change: @Sendable (inout DecisionRequest) -> Void
        let message: String
    }

    static let misfits: [Misfit] = [
        Misfit(
            change: { $0.context = ["att": .string("2020-01-01")] },
            message:
                "the context of `App::Action::\"doc:read\"` has the attribute `att`, which the schema does not declare"
        ),
        Misfit(
            change: { $0.context = ["at": .string("yesterday")] },
            message: "attribute `at` of the context of `App::Action::\"doc:read\"` must be `datetime`, found string"
        ),
        Misfit(
            change: { $0.principal.attributes = ["level": .string("9")] },
            message: "attribute `level` of `App::User::\"ada\"` must be `Long`, found string"
        ),
        Misfit(
            change: { $0.resource = .init(type: "Team", id: "x") },
            message: "`App::Action::\"doc:read\"` does not apply to a resource of type `App::Team`"
        ),
        Misfit(
            change: { $0.principal = .init(type: "Robot", id: "x") },
            message: "the principal is of type `App::Robot`, which the schema does not declare"
        ),
        Misfit(
            change: { $0.resource.parents = [(type: "Team", id: "x")] },
            message: "`App::Doc::\"d\"` has the parent `App::Team::\"x\"`, whose type the schema does not allow"
        ),
    ]

    @Test("requests that do not fit are denied", arguments: misfits)
    func doesNotFit(misfit: Misfit) throws {
        let decision = try decide("permit (principal, action, resource);", change: misfit.change)
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map(\.code) == ["REQUEST_INVALID"])
        #expect(decision.reasons.map(\.message) == [misfit.message])
    }

    @Test func aBundleCanLeaveRequestsUnchecked() throws {
        let decision = try decide("permit (principal, action, resource);", manifest: "validation: {requests: false}") {
            $0.context = ["att": .string("2020-01-01")]
        }
        #expect(decision.decision == .allow)
    }

    @Test func rolesAndWhatTheServerSetsFitTheSchema() throws {
        let decision = try decide(
            "forbid (principal, action, resource) unless { context has permission && principal in context.permission };"
        ) { $0.roles = ["reader"] }
        #expect(decision.decision == .allow, "\(decision.reasons)")
    }

    @Test func actionsOfTheSchemaExistWithoutAnyPolicy() throws {
        let loaded = Self.load([
            "policies/a.cedar": "forbid (principal, action == App::Action::\"doc:read\", resource);"
        ])
        let point = PolicyDecisionPoint(applications: try #require(loaded.applications))
        for (action, code) in [("doc:write", "NO_MATCHING_PERMIT"), ("doc:paint", "UNKNOWN_ACTION")] {
            let request = DecisionRequest(
                principal: .init(type: "User", id: "ada"), action: action, resource: .init(type: "Doc", id: "d"))
            #expect(try point.decide(request, at: Datetime(milliseconds: 0)).reasons.map(\.code) == [code])
        }
    }
}
