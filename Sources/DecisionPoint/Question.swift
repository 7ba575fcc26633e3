import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import PolicyBundles

/// A decision request in Cedar's terms: ids, and the entities that the request adds to the stored ones.
struct Question {
    let request: Request
    /// The entities that the request brings, each with what is stored about it.
    let entities: [Entity]

    /// Why a request has no form in Cedar's terms.
    struct Invalid: Error {
        let message: String
    }

    /// Translates a request.
    init(
        _ request: DecisionRequest, action: ActionCatalog.Action, context: Record, tenant: Tenant,
        snapshot: PolicySnapshot
    ) throws(Invalid) {
        var principal = try Self.entity(request.principal, "principal", snapshot)
        // A role entity is a member of itself: as a principal it would hold its own permissions.
        guard !snapshot.isGrantType(principal.uid.type) else {
            throw Invalid(message: "a role or permission cannot be a principal")
        }
        principal.parents.formUnion(Self.roles(request.roles, tenant: tenant, snapshot: snapshot))
        var resource = try Self.entity(request.resource, "resource", snapshot)
        if resource.uid == principal.uid {
            // A subject that acts on itself is one entity, described twice. What is said about the principal counts,
            // as it is what credentials vouch for.
            principal.attributes = snapshot.settings.authoritative.merge(
                stored: snapshot.entities[principal.uid]?.attributes ?? .empty,
                request: request.resource.attributes.merging(request.principal.attributes))
            principal.parents.formUnion(resource.parents)
        }
        self.request = Request(principal: principal.uid, action: action.uid, resource: resource.uid, context: context)
        if let schema = snapshot.schema {
            principal.attributes = schema.fit(attributes: principal.attributes, of: principal.uid.type)
            resource.attributes = schema.fit(attributes: resource.attributes, of: resource.uid.type)
        }
        let others = resource.uid == principal.uid ? [] : [resource]
        if !tenant.roleAssignments.isEmpty {
            let store: EntityStore
            do { store = try snapshot.entities.overlaid(with: [principal] + others) } catch {
                throw Invalid(message: "\(error)")
            }
            let uid = principal.uid
            principal.parents.formUnion(tenant.roleAssignments.roles(of: uid, in: store.ancestors(of: uid)))
        }
        entities = [principal] + others
        if let schema = snapshot.schema, snapshot.settings.validatesRequests,
            let problem = schema.problem(of: self.request, entities: entities)
        {
            throw Invalid(message: problem.message)
        }
    }

    /// What the policies of a snapshot say.
    func outcome(
        _ snapshot: PolicySnapshot, _ engine: EvaluationEngine, in workspace: DecisionWorkspace
    ) throws(Invalid) -> AuthorizationOutcome {
        let errorHandling = snapshot.settings.errorHandling
        do {
            switch engine {
            case .compiled:
                let compiled = workspace.request(for: snapshot.compiled)
                try compiled.load(request, overlaying: entities)
                _ = snapshot.compiled.decide(compiled, in: workspace.scratch, errorHandling: errorHandling)
                return snapshot.compiled.outcome(of: compiled, in: workspace.scratch, errorHandling: errorHandling)
            case .reference:
                let store = try snapshot.entities.overlaid(with: entities)
                return Authorizer(errorHandling: errorHandling)
                    .authorize(request, policies: snapshot.policies, entities: store)
            }
        } catch {
            throw Invalid(message: "\(error)")
        }
    }

    /// The entity of a party: what is stored, with what the caller says laid over it.
    private static func entity(
        _ party: DecisionRequest.Party, _ role: String, _ snapshot: PolicySnapshot
    ) throws(Invalid) -> Entity {
        let uid = try self.uid(party.type, party.id, role, snapshot)
        var parents: Set<EntityUID> = []
        for parent in party.parents {
            let parentUID = try self.uid(parent.type, parent.id, "parent of the \(role)", snapshot)
            // Roles are granted by role assignment, which is checked against the tenant's model; never by naming the
            // role entity, or a permission, as a parent.
            if snapshot.isGrantType(parentUID.type) {
                throw Invalid(message: "a role or permission cannot be given as a parent; name roles in `roles`")
            }
            parents.insert(parentUID)
        }
        guard var stored = snapshot.entities[uid] else {
            return Entity(uid: uid, attributes: party.attributes, parents: parents)
        }
        stored.attributes = snapshot.settings.authoritative.merge(
            stored: stored.attributes, request: party.attributes)
        stored.parents.formUnion(parents)
        return stored
    }

    private static func uid(
        _ type: String, _ id: String, _ role: String, _ snapshot: PolicySnapshot
    ) throws(Invalid) -> EntityUID {
        guard let name = snapshot.entityType(named: type) else {
            throw Invalid(
                message: "`\(Excerpt.of(type))` is not an entity type; the type of the \(role) must be a Cedar name")
        }
        return EntityUID(type: name, id: CedarString(id))
    }

    /// The role entities that the names stand for in the tenant's model.
    ///
    /// Names that the model does not have grant nothing.
    private static func roles(_ names: [String], tenant: Tenant, snapshot: PolicySnapshot) -> [EntityUID] {
        guard let modelName = tenant.roleModel, let model = snapshot.roleModels[modelName] else { return [] }
        return names.compactMap { name in
            let lowered = name.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
            return model.entities[CedarString(utf8: lowered)]
        }
    }
}
