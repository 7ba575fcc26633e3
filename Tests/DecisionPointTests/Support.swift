import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Identity
import PolicyBundles
import Testing

/// 2026-11-21T10:00:00Z, a Saturday.
let noon = Datetime(milliseconds: 1_795_255_200_000)

/// An application made in code: `App` with the tenants `default` (UTC) and `acme` (New York), the role models
/// `registry` and `other`, and stored entities.
struct Application {
    var name = "app"
    var policies = ""
    var actions: [CedarString: String?] = ["read": nil, "docs:read": "docs:read", "docs:delete": "docs:delete"]
    var entities: [Entity] = []
    var settings = Self.trusting
    /// Whom the tenants trust.
    var trust: TenantTrust?
    var typeNames: [CedarString: Name] = ["e-mail": Name(unchecked: "App::User")]

    /// Settings that believe what callers say about principals.
    static var trusting: DecisionSettings {
        var settings = DecisionSettings()
        settings.assertedPrincipals = true
        return settings
    }

    /// What the roles of the model `registry` permit, as lowering writes it.
    static let roles = """
        @id("roles.registry.viewer")
        permit(principal in App::Role::"registry/viewer", action == App::Action::"docs:read", resource);
        @id("roles.registry.admin")
        permit(principal in App::Role::"registry/admin", action == App::Action::"docs:delete", resource);
        """

    func snapshot() throws -> PolicySnapshot {
        let file = SourceFile(name: "app/policies/test.cedar", text: policies)
        let parsed = PolicyParser.parse(file)
        try #require(parsed.diagnostics.isEmpty, "\(parsed.diagnostics)")
        var set = PolicySet()
        var descriptions: [PolicyID: PolicyDescription] = [:]
        for var policy in parsed.policies {
            policy.id = policy.annotation("id") ?? policy.id
            try set.add(policy)
            descriptions[policy.id] = PolicyDescription(
                effect: policy.effect,
                code: policy.annotation("code")?.text ?? (policy.effect == .permit ? "PERMITTED" : "FORBIDDEN"),
                message: policy.annotation("reason")?.text ?? "policy `\(policy.id)`", file: file.name,
                position: file.position(at: policy.span.start))
        }
        var catalog = ActionCatalog()
        for (action, permission) in actions {
            catalog.declare(action, app("Action", action.text), permission: permission)
        }
        return PolicySnapshot(
            application: name, version: "sha256:00", namespace: Name(unchecked: "App"), policies: set,
            descriptions: descriptions,
            entities: try EntityStore(
                entities + [
                    Entity(uid: app("Role", "registry/viewer")),
                    Entity(uid: app("Role", "registry/admin"), parents: [app("Role", "registry/viewer")]),
                    Entity(uid: app("Role", "other/auditor")),
                ]),
            actions: catalog,
            roleModels: [
                "registry": RoleNames(entities: [
                    "viewer": app("Role", "registry/viewer"), "admin": app("Role", "registry/admin"),
                ]),
                "other": RoleNames(entities: ["auditor": app("Role", "other/auditor")]),
            ],
            tenants: [
                "default": try tenant("default", "UTC", model: "registry"),
                "acme": try tenant("acme", "America/New_York", model: "other"),
                "bare": try tenant("bare", "UTC", model: nil),
            ], settings: settings, typeNames: typeNames)
    }

    private func tenant(_ id: CedarString, _ zone: String, model: CedarString?) throws -> Tenant {
        Tenant(
            id: id, zone: try #require(ZoneClock(name: zone)), roleModel: model,
            contextValue: ["id": .string(id)], trust: trust)
    }

    func decisionPoint(allowsRequestClock: Bool = false) throws -> PolicyDecisionPoint {
        PolicyDecisionPoint(applications: Applications([try snapshot()]), allowsRequestClock: allowsRequestClock)
    }

    /// Decides at noon.
    func decide(_ request: DecisionRequest, allowsRequestClock: Bool = false) throws -> Decision {
        try decisionPoint(allowsRequestClock: allowsRequestClock).decide(request, at: noon)
    }

    /// The error of a call that must not be decided.
    func refusal(_ request: DecisionRequest, allowsRequestClock: Bool = false) throws -> CallError? {
        let point = try decisionPoint(allowsRequestClock: allowsRequestClock)
        do throws(CallError) {
            _ = try point.decide(request, at: noon)
            return nil
        } catch {
            return error
        }
    }
}

/// An entity id in the namespace of the tests.
func app(_ type: String, _ id: String) -> EntityUID {
    EntityUID(type: Name(unchecked: "App::\(type)"), id: CedarString(id))
}

/// A question of a user about a document.
func ask(
    _ action: String = "read", principal: DecisionRequest.Party = .init(type: "User", id: "u"),
    resource: DecisionRequest.Party = .init(type: "Doc", id: "d"), roles: [String] = [], context: Record = .empty
) -> DecisionRequest {
    var request = DecisionRequest(principal: principal, action: action, resource: resource)
    request.roles = roles
    request.context = context
    return request
}
