package import CedarSyntax

/// The actions of an application: those of the permission catalogue, of the stored entities and of policy scopes.
///
/// An action outside the catalogue is denied whatever policies say: a policy without an action constraint must not
/// extend to actions that nobody declared.
package struct ActionCatalog: Sendable {
    /// An action that exists.
    package struct Action: Sendable {
        /// The entity.
        package let uid: EntityUID

        /// The permission that stands for it in the role tables; `nil` when there is none.
        package let permission: String?

        /// What policies read as `context.permission`.
        package let permissionEntity: EntityUID?
    }

    private var byName: [CedarString: Action] = [:]

    package init() {}

    /// Declares an action under a name.
    ///
    /// The first declaration of a name counts.
    package mutating func declare(
        _ name: CedarString, _ uid: EntityUID, permission: String? = nil, permissionEntity: EntityUID? = nil
    ) {
        if byName[name] == nil {
            byName[name] = Action(uid: uid, permission: permission, permissionEntity: permissionEntity)
        }
    }

    /// The action that a request names.
    package subscript(name: String) -> Action? { byName[CedarString(name)] }

    /// The names that requests may use, aliases included.
    package var names: some Sequence<CedarString> { byName.keys }
}
