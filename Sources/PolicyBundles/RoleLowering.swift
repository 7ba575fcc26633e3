import CedarModel
import CedarSchema
import CedarSyntax
import Documents

/// Turns role tables into plain Cedar: an entity and one permit per role.
///
/// A role's permit lists everything that the role grants, inherited permissions included, so that an answer names the
/// one role that made the difference and not a chain of them.
struct RoleLowering {
    let catalog: RoleCatalog
    let namespace: Name?

    /// The entity of an action.
    func action(_ permission: CedarString) -> EntityUID {
        EntityUID(type: qualified("Action"), id: permission)
    }

    /// The role names of every model.
    var models: [CedarString: RoleNames] {
        var models: [CedarString: RoleNames] = [:]
        for model in catalog.models {
            var entities: [CedarString: EntityUID] = [:]
            for role in model.roles { entities[CedarString(role.name.value)] = entity(model, role) }
            models[CedarString(model.name.value)] = RoleNames(entities: entities)
        }
        return models
    }

    /// The entity of a permission.
    func permission(_ id: CedarString) -> EntityUID { EntityUID(type: qualified("Permission"), id: id) }

    /// The entities of all roles.
    ///
    /// A role is a member of the permissions that it grants, so that a policy can ask `principal in
    /// context.permission`: whether a role of the principal grants the action of the request.
    var entities: [Entity] {
        catalog.models.flatMap { model in
            model.roles.map { role in
                Entity(uid: entity(model, role), parents: Set(role.effectivePermissions.map(permission)))
            }
        }
    }

    /// The permits of the roles that grant something.
    var permits: [LoadMemory.Entry] {
        catalog.models.flatMap { model in
            model.roles.filter { !$0.effectivePermissions.isEmpty }.map { permit(of: $0, in: model) }
        }
    }

    private func permit(of role: RoleCatalog.Role, in model: RoleCatalog.Model) -> LoadMemory.Entry {
        let (name, span) = (role.name.value, role.name.span)
        let policy = Policy(
            id: CedarString("\(PolicyFiles.rolePrefix)\(model.name.value).\(name)"), annotations: [],
            effect: .permit, principal: .within(.entity(Spanned(entity(model, role), span))),
            action: .withinAny(role.effectivePermissions.map { Spanned(action($0), span) }),
            resource: .any, conditions: [], span: span)
        let description = PolicyDescription(
            effect: .permit, code: "PERMITTED", message: "role `\(name)` grants this permission",
            file: catalog.file.name, position: catalog.file.position(at: span.start))
        return LoadMemory.Entry(
            policy: .init(PolicySource(policy: policy, file: catalog.file), description), serial: 0)
    }

    private func entity(_ model: RoleCatalog.Model, _ role: RoleCatalog.Role) -> EntityUID {
        EntityUID(type: qualified("Role"), id: CedarString("\(model.name.value)/\(role.name.value)"))
    }

    private func qualified(_ basename: String) -> Name { Name(unchecked: basename).qualified(by: namespace) }
}
