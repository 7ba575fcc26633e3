package import CedarSyntax
import Documents

/// The roles that a tenant's file gives to principals and groups.
package struct RoleAssignments: Sendable {
    private var rolesByHolder: [EntityUID: Set<EntityUID>] = [:]

    /// No assignments.
    package init() {}

    /// Whether nobody is assigned anything.
    package var isEmpty: Bool { rolesByHolder.isEmpty }

    /// Gives a role to a principal, or to everyone in a group.
    package mutating func assign(_ role: EntityUID, to holder: EntityUID) {
        rolesByHolder[holder, default: []].insert(role)
    }

    /// Who is assigned roles.
    package var holders: [EntityUID] { Array(rolesByHolder.keys) }

    /// The roles assigned to an entity itself.
    package func roles(of holder: EntityUID) -> Set<EntityUID> { rolesByHolder[holder] ?? [] }

    /// The roles of a principal: its own, and those of the groups that it belongs to, at any distance.
    ///
    /// The cost follows the groups of the principal, not the assignments of the tenant.
    package func roles(of principal: EntityUID, in groups: Set<EntityUID>) -> Set<EntityUID> {
        var roles = self.roles(of: principal)
        for group in groups {
            if let assigned = rolesByHolder[group] { roles.formUnion(assigned) }
        }
        return roles
    }
}

/// One entry of `role_assignments` in a tenant's file, as written.
package struct RoleAssignment: Sendable {
    /// The type of the holder, in the words of requests.
    package let type: Spanned<String>

    /// The id of the holder.
    package let id: Spanned<String>

    /// The names of the roles.
    package let roles: [Spanned<String>]

    /// Reads the entries.
    ///
    /// Findings go to the collector.
    static func read(_ nodes: [DocumentNode], into findings: DiagnosticCollector) -> [RoleAssignment] {
        nodes.compactMap { node in
            guard var reader = MappingReader(node, what: "a role assignment", into: findings) else { return nil }
            if !reader.contains("principal") { reader.reportMissing("principal") }
            var principal = reader.mapping("principal")
            let type = principal?.requiredString("type")
            let id = principal?.requiredString("id")
            principal?.finish()
            if !reader.contains("roles") { reader.reportMissing("roles") }
            let roles = reader.distinctStrings("roles") ?? []
            reader.finish()
            guard let type, let id else { return nil }
            return RoleAssignment(type: type, id: id, roles: roles)
        }
    }
}
