import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Documents
import Foundation
import PolicyBundles
import SeededRandom
import Testing

/// Reloads of a folder after random edits, against loads of the same folder from nothing: findings, tables and decisions
/// must be the same.
@Suite("Reloading after random edits") struct ReloadPropertyTests {
    private static let schema = """
        namespace App {
          entity Permission;
          entity Role in [Permission];
          entity Team;
          entity User in [Role, Team] { level?: Long };
          entity Doc { owner?: User };
          action "doc:read", "doc:write" appliesTo {
            principal: User, resource: Doc,
            context: { mfa?: Bool, tenant: { id: String, attributes: { limit?: Long } }, permission?: Permission }
          };
        }
        """

    private static let roles = """
        permissions:
          doc:read: {description: Read.}
          doc:write: {description: Write.}
        models:
          plain:
            roles:
              reader: {permissions: [doc:read]}
              writer: {inherits: [reader], permissions: [doc:write]}

        """

    private static let policies = [
        #"@id("a") permit (principal, action == App::Action::"doc:read", resource) when { context has mfa };"#,
        #"@id("a") forbid (principal, action == App::Action::"doc:write", resource);"#,
        #"@id("b") @obligation("audit") permit (principal in App::Team::"sre", action, resource);"#,
        #"@id("b") @reason("nobody") forbid (principal, action, resource) when { principal.level > 3 };"#,
        #"permit (principal, action, resource) when { resource has owner && resource.owner == principal };"#,
        #"@id("roles.plain.reader") permit (principal, action, resource);"#,
        #"@id("c") forbid (principal, action, resource) when { context.tenant.attributes has limit };"#,
        #"@id("d") permit (principal, action in [App::Action::"doc:read", App::Action::"doc:delete"], resource);"#,
        "permit (principal, action", "// nothing\n", "",
    ]

    /// What each file may say; `nil` stands for no file.
    private static let variants: [String: [String?]] = [
        "bundle.yaml": [
            "name: app\nnamespace: App\nasserted_principals: true\n",
            "name: app\nnamespace: App\nasserted_principals: true\non_error: skip\nlint: {missing_reason: warning}\n",
            "name: app\nnamespace: App\nasserted_principals: true\nvalidation: {level: 0}\n", "name: app\ntypo: 1\n",
        ],
        "app.cedarschema": [
            schema, schema.replacing("level?", with: "level"), schema.replacing("limit?: Long", with: "limit: Long"),
            nil,
            schema + "}",
        ],
        "roles.yaml": [
            roles, roles + "      admin: {permissions: [doc:read, doc:write]}\n",
            roles.replacing("[doc:write]", with: "[]"), roles.replacing("[reader]", with: "[nobody]"), nil,
        ],
        "entities.json": [
            #"[{"uid": {"type": "App::User", "id": "ada"}, "attrs": {"level": 5}, "parents": []}]"#,
            #"""
            [{"uid": {"type": "App::User", "id": "ada"}, "attrs": {},
              "parents": [{"type": "App::Team", "id": "sre"}]}]
            """#, "[{]", nil,
        ],
        "obligations.yaml": [
            "obligations:\n  audit: {type: log}\n", "obligations:\n  audit: {type: log, properties: {to: siem}}\n", nil,
        ],
        "templates/t.cedar": [
            #"@id("t") permit (principal == ?principal, action, resource == ?resource);"#,
            #"@id("t") forbid (principal == ?principal, action, resource);"#, nil,
        ],
        "links.yaml": [
            "- {id: l, template: t, principal: {type: User, id: ada}, resource: {type: Doc, id: d}}\n",
            "- {id: l, template: t, principal: {type: User, id: eve}}\n", "- {id: a, template: u}\n", nil,
        ],
        "tenants/default.yaml": [
            "id: default\ntime_zone: UTC\n", "id: default\nattributes: {limit: 3}\n",
            "id: default\nattributes: {limit: high}\n", nil,
        ],
        "tenants/acme.yaml": [
            "id: acme\nrole_assignments:\n  - {principal: {type: User, id: eve}, roles: [writer]}\n",
            "id: acme\nattributes: {limit: 1}\n", "id: acme\nrole_model: plain\n", "id: emca\n", nil,
        ],
    ]

    @Test("loads what a load from nothing loads", arguments: 1...8)
    func sameAsFresh(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let source = ApplicationSource.folder(folder.url.path)
        let cache = CompilationCache()
        for (path, texts) in Self.variants { if let text = texts[0] { try folder.write(text, to: "app/\(path)") } }
        var servings = 0
        for round in 0..<60 {
            for _ in 0..<Int.random(in: 1...3, using: &random) { try Self.edit(folder, &random) }
            let (again, fresh) = (source.load(cache: cache), source.load())
            #expect(Self.rendered(again) == Self.rendered(fresh), "seed \(seed), round \(round)")
            let (served, expected) = (again.applications?.snapshots.first, fresh.applications?.snapshots.first)
            #expect((served == nil) == (expected == nil))
            guard let served, let expected else { continue }
            servings += 1
            #expect(Self.tables(served) == Self.tables(expected), "seed \(seed), round \(round)")
            #expect(Self.decisions(of: again) == Self.decisions(of: fresh), "seed \(seed), round \(round)")
        }
        // A property of errors alone would say little.
        #expect(servings > 3)
    }

    @Test("sees a change that leaves size and time as they were")
    func sameSizeAndTime() throws {
        let folder = try TemporaryFolder()
        let (source, cache) = (ApplicationSource.folder(folder.url.path), CompilationCache())
        try folder.write("name: app\nnamespace: App\nasserted_principals: true\n", to: "app/bundle.yaml")
        let path = folder.url.appendingPathComponent("app/policies/p.cedar").path
        for number in 1...2 {
            try folder.write(
                "permit (principal, action, resource == App::Doc::\"\(number)\");", to: "app/policies/p.cedar")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
            let before = source.fingerprint()
            let snapshot = try #require(source.load(cache: cache).applications?.snapshots.first)
            #expect(snapshot.version == source.load().applications?.snapshots.first?.version)
            #expect(snapshot.compiled.program(at: 0).contains("App::Doc::\"\(number)\""))
            // What was just written may be written again within one tick of the clock.
            #expect(!before.isStillTrue(of: source.fingerprint()))
        }
    }

    /// Changes, adds, removes or renames one file.
    private static func edit(_ folder: TemporaryFolder, _ random: inout SeededGenerator) throws {
        let names = ["x", "y", "z"].map { "app/policies/\($0).cedar" }
        let name = names.randomElement(using: &random) ?? names[0]
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5: try folder.write(policies.randomElement(using: &random) ?? "", to: name)
        case 5: try? FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
        case 6:
            let other = names.randomElement(using: &random) ?? names[0]
            try? FileManager.default.moveItem(
                at: folder.url.appendingPathComponent(name), to: folder.url.appendingPathComponent(other))
        case 7:
            // Back to what is right, so that not everything ends in errors.
            for (path, texts) in variants { if let text = texts[0] { try folder.write(text, to: "app/\(path)") } }
        default:
            guard let path = variants.keys.sorted().randomElement(using: &random) else { return }
            if let text = variants[path]?.randomElement(using: &random) ?? nil {
                try folder.write(text, to: "app/\(path)")
            } else {
                try? FileManager.default.removeItem(at: folder.url.appendingPathComponent("app/\(path)"))
            }
        }
    }

    // MARK: - Comparing

    private static func rendered(_ loaded: LoadedApplications) -> String {
        DiagnosticRenderer(usesColour: false).render(loaded.diagnostics)
    }

    /// Everything in a snapshot that can be written down.
    private static func tables(_ snapshot: PolicySnapshot) -> [String] {
        let settings = snapshot.settings
        var lines = [
            snapshot.version, "\(settings.errorHandling) \(settings.validatesRequests)", "\(snapshot.plan == nil)",
        ]
        lines += snapshot.policies.policies.map { "\($0.id) \($0.slots.map { "\($0) \($1)" }.sorted())" }
        lines += snapshot.policies.templates.keys.sorted().map(\.text)
        lines += snapshot.policies.policies.indices.map(snapshot.compiled.program)
        lines += snapshot.descriptions.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.code) \($0.value.message) \($0.value.file) \($0.value.position) \($0.value.slots)"
                + " \($0.value.obligations.map(\.id))"
        }
        lines += snapshot.entities.entities.map { "\($0.uid) \($0.attributes) \($0.parents.sorted())" }.sorted()
        lines += snapshot.actions.names.sorted().map { "\($0) \(snapshot.actions[$0.text]?.permission ?? "")" }
        lines += snapshot.roleModels.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.entities.sorted { $0.key < $1.key })"
        }
        lines += snapshot.tenants.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.zone.name) \($0.value.roleModel?.text ?? "") \($0.value.contextValue)"
        }
        return lines
    }

    /// What becomes of a few requests, by both engines.
    private static func decisions(of loaded: LoadedApplications) -> [String] {
        guard let applications = loaded.applications else { return [] }
        var lines: [String] = []
        for engine in EvaluationEngine.allCases {
            let point = PolicyDecisionPoint(applications: applications, engine: engine)
            for tenant in ["default", "acme"] {
                for (principal, roles) in [("ada", []), ("ada", ["reader"]), ("eve", ["writer"]), ("eve", [])] {
                    for action in ["doc:read", "doc:write"] {
                        var request = DecisionRequest(
                            principal: .init(type: "User", id: principal), action: action,
                            resource: .init(type: "Doc", id: "d"))
                        (request.tenant, request.roles) = (tenant, roles)
                        lines.append(Self.answer(point, request))
                    }
                }
            }
        }
        return lines
    }

    private static func answer(_ point: PolicyDecisionPoint, _ request: DecisionRequest) -> String {
        do {
            let decision = try point.decide(request, at: Datetime(milliseconds: 0), in: DecisionWorkspace())
            return "\(decision.decision) \(decision.reasons) \(decision.errors) \(decision.obligations)"
        } catch {
            return error.message
        }
    }
}
