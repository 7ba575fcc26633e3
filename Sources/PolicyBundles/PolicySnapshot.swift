package import CedarEngine
package import CedarModel
package import CedarSchema
package import CedarSyntax
package import Identity
package import Residency

/// Everything that decisions about one application need, compiled from its files and immutable.
///
/// A decision reads exactly one snapshot from beginning to end. A reload makes a new one.
package struct PolicySnapshot: Sendable {
    /// The application's name.
    package let application: String

    /// The version of the files: `sha256:` and 64 hexadecimal digits.
    package let version: String

    /// The Cedar namespace in which plain type and action names are understood.
    package let namespace: Name?

    /// The policies, those lowered from roles included.
    package let policies: PolicySet

    /// The policies and stored entities as decisions run them.
    package let compiled: CompiledPolicies

    /// How requests are read in the plain case; `nil` when all of them take the general way.
    package let plan: RequestPlan?

    /// What the policies say about themselves, by id.
    package let descriptions: [PolicyID: PolicyDescription]

    /// What fits requests to the schema; `nil` without one.
    package let schema: RequestFitter?

    /// The stored entities, roles included.
    package let entities: EntityStore

    /// The actions that exist and the names they go by.
    package let actions: ActionCatalog

    /// The role models by name.
    package let roleModels: [CedarString: RoleNames]

    /// The tenants by id.
    package let tenants: [CedarString: Tenant]

    /// How decisions are made.
    package let settings: DecisionSettings

    /// The residency packs of the installation; `nil` when it has none.
    package var residency: ResidencyPacks?

    /// Names of entity types that are not Cedar identifiers, and what they stand for.
    package let typeNames: [CedarString: Name]

    /// Makes a snapshot of its parts, and compiles what a cache does not have.
    package init(
        application: String, version: String, namespace: Name?, policies: PolicySet,
        descriptions: [PolicyID: PolicyDescription], entities: EntityStore, actions: ActionCatalog,
        roleModels: [CedarString: RoleNames], tenants: [CedarString: Tenant], settings: DecisionSettings,
        typeNames: [CedarString: Name], schema: RequestFitter? = nil,
        cache: CompilationCache = CompilationCache()
    ) {
        let source = RequestPlanSource(
            namespace: namespace, fitter: schema, actions: actions, roleModels: roleModels, tenants: tenants,
            typeNames: typeNames, settings: settings)
        let constants = source?.constants
        let (compiled, records) = cache.compile(
            policies, entities: entities, of: application, learning: source?.vocabulary ?? [], source?.entities ?? [],
            constants: constants ?? [])
        self.compiled = compiled
        if let source, constants != nil {
            plan = RequestPlanBuilder.contents(of: source, compiled, records).map {
                RequestPlan($0, compiled: compiled, descriptions: descriptions, version: version)
            }
        } else {
            plan = nil
        }
        self.schema = schema
        self.application = application
        self.version = version
        self.namespace = namespace
        self.policies = policies
        self.descriptions = descriptions
        self.entities = entities
        self.actions = actions
        self.roleModels = roleModels
        self.tenants = tenants
        self.settings = settings
        self.typeNames = typeNames
    }

    /// The Cedar type for a type name in a request; `nil` when it is not a name and not mapped.
    ///
    /// A name with `::` is absolute; any other is understood in the application's namespace.
    package func entityType(named text: String) -> Name? {
        if let mapped = typeNames[CedarString(text)] { return mapped }
        guard let name = Name(normalized: text) else { return nil }
        return name.qualified(by: namespace)
    }

    /// Whether entities of a type say what principals may do: only role tables and assignments make somebody a member
    /// of one, never a request or a stored entity.
    package func isGrantType(_ type: Name) -> Bool { type == qualified("Role") || type == qualified("Permission") }

    /// The Cedar type for a basename in the application's namespace.
    package func qualified(_ basename: String) -> Name { Name(unchecked: basename).qualified(by: namespace) }
}

/// What a policy says about itself and where it stands, prepared for reasons.
///
/// A reference, because thousands are handed from one snapshot to the next.
package final class PolicyDescription: Sendable {
    /// The policy's effect.
    package let effect: Effect

    /// The value of `@code`, or the default code of its effect.
    package let code: String

    /// The value of `@reason`, or a sentence that names the policy.
    package let message: String

    /// The file, relative to the folder of applications.
    package let file: String

    /// Where in the file.
    package let position: SourcePosition

    /// What the slots of its template hold, as texts by slot; empty unless it is a link.
    package let slots: [(slot: String, entity: String)]

    /// The obligations that it brings when it determines a decision.
    package let obligations: [DutyCatalog.Duty]

    /// The advice that it brings when it determines a decision.
    package let advice: [DutyCatalog.Duty]

    /// Makes a description.
    package init(
        effect: Effect, code: String, message: String, file: String, position: SourcePosition,
        slots: [(slot: String, entity: String)] = [], obligations: [DutyCatalog.Duty] = [],
        advice: [DutyCatalog.Duty] = []
    ) {
        self.effect = effect
        self.code = code
        self.message = message
        self.file = file
        self.position = position
        self.slots = slots
        self.obligations = obligations
        self.advice = advice
    }

    /// The description of a link of the template that this describes.
    func linked(_ slots: [Slot: EntityUID]) -> PolicyDescription {
        PolicyDescription(
            effect: effect, code: code, message: message, file: file, position: position,
            slots: slots.map { ($0.key.rawValue, $0.value.description) }.sorted { $0.0 < $1.0 },
            obligations: obligations, advice: advice)
    }
}

/// The role names of one model and the entities they stand for.
package struct RoleNames: Sendable {
    /// Role entities by lower-case role name.
    package let entities: [CedarString: EntityUID]

    /// Makes the names of one model.
    package init(entities: [CedarString: EntityUID]) {
        self.entities = entities
    }
}

/// A tenant as decisions see it.
package struct Tenant: Sendable {
    /// Its id.
    package let id: CedarString

    /// Its clock.
    package let zone: ZoneClock

    /// The role model that its role names belong to; `nil` when the application has no roles.
    package let roleModel: CedarString?

    /// What policies read as `context.tenant`.
    package let contextValue: Record

    /// The roles that principals and groups hold in this tenant besides those that requests assert.
    package let roleAssignments: RoleAssignments

    /// Whom the tenant trusts to say who somebody is; `nil` when it trusts nobody.
    package let trust: TenantTrust?

    /// Where its data may be, and the evidence for it; `nil` when its file does not say.
    package var residency: TenantProfile?

    /// Makes a tenant.
    package init(
        id: CedarString, zone: ZoneClock, roleModel: CedarString?, contextValue: Record,
        roleAssignments: RoleAssignments = RoleAssignments(), trust: TenantTrust? = nil
    ) {
        self.trust = trust
        self.roleAssignments = roleAssignments
        self.id = id
        self.zone = zone
        self.roleModel = roleModel
        self.contextValue = contextValue
    }
}

/// The settings of an application that shape its decisions.
package struct DecisionSettings: Sendable {
    /// What an error in a policy does.
    package var errorHandling: ErrorHandling = .deny

    /// Whether a caller without a credential may say who the principal is.
    package var assertedPrincipals = false

    /// What callers may say about a request besides its ids.
    package var callerMayAssert: Set<CallerInput> = [.context, .resource]

    /// Whether requests that do not fit the schema are denied.
    package var validatesRequests = true

    /// Attributes whose stored value a request cannot replace, by entity type.
    package var authoritative: AuthoritativeAttributes = .init()

    package init() {}
}

/// Parts of a request that a caller may supply.
package enum CallerInput: String, Sendable, CaseIterable {
    case context, resource
}
