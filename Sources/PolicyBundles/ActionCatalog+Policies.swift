import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import Documents

extension ActionCatalog {
    /// Collects the actions of an application.
    ///
    /// With a permission catalogue, an action in a policy that the catalogue lacks is an error: a guardrail about a
    /// misspelt action guards nothing. With a schema, its actions are the actions that exist. With neither, they are those
    /// that roles and policies name.
    init(
        roles: RoleLowering?, schema: Schema?, entities: [Entity], policies: PolicyFiles, actionType: Name,
        into findings: DiagnosticCollector
    ) {
        self.init()
        if let roles { declarePermissions(of: roles) }
        for uid in (schema?.actions.keys.sorted() ?? []) where uid.type == actionType { declare(uid.id, uid) }
        for entity in entities where entity.uid.type == actionType { declare(entity.uid.id, entity.uid) }
        let isCatalogued = roles?.catalog.permissions != nil
        // The validator reports actions that a schema does not declare.
        guard schema == nil else { return }
        lazy var places = policies.places
        for instance in policies.policies.policies {
            for uid in instance.policy.action.entities where uid.value.type == actionType {
                if !isCatalogued {
                    declare(uid.value.id, uid.value)
                } else if self[uid.value.id.text]?.uid != uid.value {
                    report(uid, at: places[instance.id], into: findings)
                }
            }
        }
    }

    private mutating func declarePermissions(of roles: RoleLowering) {
        let permissions = roles.catalog.permissions ?? []
        for permission in permissions { declare(permission.id.value, of: permission.id.value, roles) }
        for permission in permissions {
            for alias in permission.aliases { declare(alias.value, of: permission.id.value, roles) }
        }
        for permission in roles.catalog.models.flatMap(\.roles).flatMap(\.effectivePermissions) {
            declare(permission.text, of: permission.text, roles)
        }
    }

    private mutating func declare(_ name: String, of permission: String, _ roles: RoleLowering) {
        let id = CedarString(permission)
        declare(
            CedarString(name), roles.action(id), permission: permission, permissionEntity: roles.permission(id))
    }

    private func report(
        _ uid: Spanned<EntityUID>, at place: Diagnostic.Location?, into findings: DiagnosticCollector
    ) {
        let name = uid.value.id.text
        let help =
            self[name]?.permission.map { "policies use the canonical name `\($0)`" }
            ?? Suggestion.closest(to: name, among: names.map(\.text)).map { "did you mean `\($0)`?" }
        findings.report(
            .unknownAction, "the permission catalogue has no action `\(name)`",
            at: place.map { .init($0.file, uid.span) }, help: help)
    }
}

extension ActionConstraint {
    /// The actions and action groups that a scope names.
    var entities: [Spanned<EntityUID>] {
        switch self {
        case .any: []
        case .equal(let uid), .within(let uid): [uid]
        case .withinAny(let uids): uids
        }
    }
}
