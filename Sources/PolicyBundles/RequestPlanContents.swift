import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import Identity

/// The tables of a plan.
struct RequestPlanContents: Sendable {
    /// A tenant.
    struct Tenant: Sendable {
        let id: CedarString
        let trust: TenantTrust?
        let zone: ZoneClock
        let zoneName: Int32
        /// The index of its role model, or -1.
        let roleModel: Int32
        /// By the number of whoever is assigned roles, the index of these in ``assigned``.
        var holders = SymbolMap<Int32>()
        var assigned: [[CompiledRequest.Builder.EntityReference]] = []
    }

    var typesByWord = SymbolMap<Int32>()
    var types: [EntityTypePlan] = []
    var actionsByName = SymbolMap<Int32>()
    var actions: [ActionPlan] = []
    var permissions: [String?] = []
    var tenantsByID = SymbolMap<Int32>()
    var tenants: [Tenant] = []
    var roleModels: [SymbolMap<CompiledRequest.Builder.EntityReference>] = []
    var records: [RecordPlan] = []
    var attributes: [AttributePlan] = []
    /// The types of the elements of sets.
    var elements: [ValuePlan] = []
    /// Pairs of actions and the types of principals to which they apply.
    var principalTypes = PairSet(columns: 0)
    var resourceTypes = PairSet(columns: 0)
    /// Pairs of types and the types of their parents.
    var parents = PairSet(columns: 0)
    var constants: CompiledConstants
    /// Whether callers may name principals without a credential.
    var allowsAssertedPrincipals = false
}

/// What the plan of an application is made of.
struct RequestPlanSource {
    let namespace: Name?
    let fitter: RequestFitter
    let actions: ActionCatalog
    let roleModels: [CedarString: RoleNames]
    let tenants: [CedarString: Tenant]
    let typeNames: [CedarString: Name]
    let settings: DecisionSettings

    private var schema: Schema { fitter.schema }

    /// How large tables may become: beyond, requests take the general way.
    static let maximumAttributes = 200_000
    static let maximumPairWords = 200_000
    static let maximumTenantConstants = 200_000

    /// `nil` for applications of which requests take the general way: those without a schema, and those whose callers
    /// may not say everything about resources and circumstances.
    init?(
        namespace: Name?, fitter: RequestFitter?, actions: ActionCatalog, roleModels: [CedarString: RoleNames],
        tenants: [CedarString: Tenant], typeNames: [CedarString: Name], settings: DecisionSettings
    ) {
        guard let fitter, settings.callerMayAssert == Set(CallerInput.allCases) else {
            return nil
        }
        self.namespace = namespace
        self.fitter = fitter
        self.actions = actions
        self.roleModels = roleModels
        self.tenants = tenants
        orderedTenants = tenants.sorted { $0.key < $1.key }.map(\.value)
        self.typeNames = typeNames
        self.settings = settings
    }

    /// Names of the context with which a request takes the general way: those that the server sets, the properties of
    /// the action, and the question about data that AuthZEN puts there.
    static let reserved: [CedarString] = ServerContext.names + ["action", "residency"]

    /// The tenants in the order of their ids.
    let orderedTenants: [Tenant]

    /// The models of roles in the order of their names.
    var orderedModels: [(name: CedarString, roles: RoleNames)] {
        roleModels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The actions that requests may name.
    var namedActions: [(name: CedarString, action: ActionCatalog.Action)] {
        actions.names.sorted().compactMap { name in actions[name.text].map { (name, $0) } }
    }

    /// The words for entity types and what they stand for.
    var words: [CedarString: Name] {
        var words = typeNames
        for name in schema.entityTypes.keys {
            for word in [CedarString(name.path), CedarString(String(name.basename))] where words[word] == nil {
                words[word] = Name(normalized: word.text)?.qualified(by: namespace)
            }
        }
        return words
    }

    /// The types that the contexts declare for `tenant`, each once.
    ///
    /// Large ones are left out, because comparing them would cost more than a plan saves.
    var tenantTypes: [RecordType] {
        var types: [RecordType] = []
        var seen: Set<RecordType> = []
        for (_, action) in namedActions {
            guard let context = schema.actions[action.uid]?.context,
                case .record(let type) = context.attributes["tenant"]?.type, type.isSmall
            else { continue }
            if seen.insert(type).inserted { types.append(type) }
        }
        return types
    }

    /// What a context that declares a type for `tenant` holds there; `nil` when the tenant does not fit.
    func tenantValue(_ tenant: Tenant, as type: RecordType) -> Record? {
        let context = RecordType(["tenant": .init(.record(type))])
        let cut = RequestFitter.cut(.record(tenant.contextValue), to: .record(type))
        let fitted = fitter.fit(["tenant": cut], to: context)
        guard fitter.problem(of: fitted, as: context, owner: "") == nil, case .record(let value) = fitted["tenant"]
        else { return nil }
        return value
    }

    // MARK: - What has to be known to the compiler

    /// All names that the plan needs numbers for.
    var vocabulary: [CedarString] {
        var names = Set(RequestPlanNames.all + Self.reserved)
        names.formUnion(words.keys)
        names.formUnion(words.values.map { CedarString($0.path) })
        for type in schema.entityTypes.values { add(type.attributes, to: &names) }
        for (name, action) in namedActions {
            names.insert(name)
            if let declared = schema.actions[action.uid] { add(declared.context, to: &names) }
        }
        for tenant in tenants.values { names.formUnion([tenant.id, CedarString(tenant.zone.name)]) }
        for model in roleModels.values { names.formUnion(model.entities.keys) }
        names.formUnion(ExtensionType.allCases.map { CedarString($0.constructor.rawValue) })
        return names.sorted()
    }

    private func add(_ type: RecordType, to names: inout Set<CedarString>) {
        guard type.isSmall else { return }
        for (name, attribute) in type.attributes {
            names.insert(name)
            add(attribute.type, to: &names)
        }
    }

    private func add(_ type: SchemaType, to names: inout Set<CedarString>) {
        switch type {
        case .record(let record): add(record, to: &names)
        case .set(let element): add(element, to: &names)
        case .entity(let name): names.formUnion([CedarString(name.path), CedarString(String(name.basename))])
        case .bool, .long, .string, .extension: break
        }
    }

    /// The entities that the plan refers to.
    var entities: [EntityUID] {
        namedActions.flatMap { [$0.action.uid] + ($0.action.permissionEntity.map { [$0] } ?? []) }
            + roleModels.values.flatMap(\.entities.values) + tenants.values.flatMap(\.roleAssignments.holders)
    }

    /// The constants: for each declared type of `tenant`, what it holds of each tenant; `nil` when a tenant does not
    /// fit, or there are too many.
    var constants: [Record]? {
        let (types, tenants) = (tenantTypes, orderedTenants)
        guard types.count <= Self.maximumTenantConstants / max(1, tenants.count) else { return nil }
        var constants: [Record] = []
        for type in types {
            for tenant in tenants {
                guard let value = tenantValue(tenant, as: type) else { return nil }
                constants.append(value)
            }
        }
        return constants
    }
}

extension RecordType {
    /// Whether few enough types are in it that going through them costs little.
    var isSmall: Bool {
        var room = 4096
        return fits(&room)
    }

    private func fits(_ room: inout Int) -> Bool {
        for attribute in attributes.values where !Self.fits(attribute.type, &room) { return false }
        return true
    }

    private static func fits(_ type: SchemaType, _ room: inout Int) -> Bool {
        room -= 1
        if room < 0 { return false }
        switch type {
        case .set(let element): return fits(element, &room)
        case .record(let record): return record.fits(&room)
        case .bool, .long, .string, .entity, .extension: return true
        }
    }
}
