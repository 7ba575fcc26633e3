import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Foundation
import PolicyBundles
import StrictJSON
import Testing

/// The example application as people use it: its files, loaded from the repository, and tables of decisions.
@Suite struct TraceoTests {
    static let applications: Applications = {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let loaded = BundleLoader.loadApplications(below: repository.appending(path: "Policies").path)
        return loaded.applications ?? Applications([])
    }()

    static func fixture(_ name: String) throws -> JSONNode {
        let file = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try JSONDocument(parsing: Array(try Data(contentsOf: file)), limits: .bundle).root
    }

    /// Decides a case of the tables, through the native request format.
    static func decide(
        tenant: String, principal: JSONNode, action: String, resource: JSONNode, context: JSONNode?
    ) throws -> Decision {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("tenant")
        writer.string(tenant)
        writer.key("principal")
        writer.beginObject()
        writer.key("type")
        writer.string("User")
        for member in principal.members {
            writer.key(member.key)
            writer.value(member.value)
        }
        writer.endObject()
        writer.key("action")
        writer.raw(Array("{\"id\":\"\(action)\"}".utf8))
        writer.key("resource")
        writer.value(resource)
        if let context {
            writer.key("context")
            writer.value(context)
        }
        writer.endObject()
        let request = try NativeRequestReader.read(writer.bytes, limits: .request)
        return try PolicyDecisionPoint(applications: applications)
            .decide(request, at: try Datetime(parsing: "2026-11-21T10:00:00Z"))
    }

    @Test func everyDecisionOfTheTable() throws {
        let cases = Array(try Self.fixture("traceo-decisions").elements)
        #expect(cases.count >= 60)
        for node in cases {
            let name = node["name"]?.string ?? ""
            let decision = try Self.decide(
                tenant: try #require(node["tenant"]?.string), principal: try #require(node["principal"]),
                action: try #require(node["action"]?.string), resource: try #require(node["resource"]),
                context: node["context"])
            #expect(decision.decision.rawValue == node["decision"]?.string, "\(name)")
            #expect(decision.reasons.first?.code == node["code"]?.string, "\(name)")
            let policies = decision.reasons.compactMap { $0.policy?.text }
            #expect(policies == node["policies"].map { $0.elements.compactMap(\.string) }, "\(name)")
            #expect(decision.errors.isEmpty, "\(name)")
        }
    }

    @Test func rolesGrantExactlyTheirPermissionsOfTheProduct() throws {
        let matrix = try Self.fixture("traceo-role-matrix")
        let all = Set(matrix.members.flatMap { $0.value.elements.compactMap(\.string) })
        #expect(all.count == 24)
        for member in matrix.members {
            let granted = Set(member.value.elements.compactMap(\.string))
            for permission in all {
                let principal = try JSONDocument(
                    parsing: Array(#"{"id": "u", "roles": ["\#(member.key)"]}"#.utf8), limits: .request
                ).root
                let resource = try JSONDocument(
                    parsing: Array(
                        #"{"type": "Tenant", "id": "t", "attributes": {"tenant": "acme", "sensitivity": "internal"}}"#
                            .utf8),
                    limits: .request
                ).root
                let context = try JSONDocument(
                    parsing: Array(#"{"network_zone": "vpn", "mfa_verified": true}"#.utf8), limits: .request
                ).root
                let decision = try Self.decide(
                    tenant: "acme", principal: principal, action: permission, resource: resource, context: context)
                #expect(
                    (decision.decision == .allow) == granted.contains(permission), "\(member.key) \(permission)")
                if decision.decision == .deny { #expect(decision.reasons.first?.permission == permission) }
            }
        }
    }

    @Test func aliasesMeanTheirPermission() throws {
        let aliases = try Self.fixture("traceo-aliases")
        let snapshot = try #require(Self.applications.snapshot(named: "traceo"))
        #expect(aliases.count > 0)
        for member in aliases.members {
            #expect(snapshot.actions[member.key]?.permission == member.value.string, "\(member.key)")
        }
    }

    @Test func theCatalogueHasAtLeastFiftyPermissions() throws {
        let snapshot = try #require(Self.applications.snapshot(named: "traceo"))
        let permissions = Set(snapshot.actions.names.compactMap { snapshot.actions[$0.text]?.permission })
        #expect(permissions.count >= 50)
    }

    @Test func everyPolicyGivesACodeAndAReason() throws {
        let snapshot = try #require(Self.applications.snapshot(named: "traceo"))
        for instance in snapshot.policies.policies where !instance.id.text.hasPrefix("roles.") {
            #expect(instance.policy.annotation("id") != nil)
            #expect(instance.policy.annotation("code") != nil, "\(instance.id)")
            #expect((instance.policy.annotation("reason")?.text.count ?? 0) > 20, "\(instance.id)")
        }
    }
}
