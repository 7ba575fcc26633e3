import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax

/// Builds the plan of an application once its names have numbers.
struct RequestPlanBuilder {
    private let source: RequestPlanSource
    private let compiled: CompiledPolicies
    private var contents: RequestPlanContents
    private var typeIndices: [Name: Int32] = [:]
    private var recordIndices: [RecordType: Int32] = [:]
    private var isTooLarge = false

    private init(_ source: RequestPlanSource, _ compiled: CompiledPolicies, _ constants: CompiledConstants) {
        self.source = source
        self.compiled = compiled
        contents = RequestPlanContents(constants: constants)
        contents.allowsAssertedPrincipals = source.settings.assertedPrincipals
    }

    /// The tables of a plan; `nil` when they would be too large.
    static func contents(
        of source: RequestPlanSource, _ compiled: CompiledPolicies, _ constants: CompiledConstants
    ) -> RequestPlanContents? {
        var builder = RequestPlanBuilder(source, compiled, constants)
        builder.addTypes()
        builder.addRoleModels()
        builder.addTenants()
        builder.addActions()
        return builder.isTooLarge ? nil : builder.contents
    }

    private var schema: Schema { source.fitter.schema }

    private func symbol(_ name: CedarString) -> Int32 { compiled.symbol(of: name) }

    private func symbol(_ name: Name) -> Int32 { compiled.symbol(of: name.path.utf8.span) }

    private func qualified(_ basename: String) -> Name { Name(unchecked: basename).qualified(by: source.namespace) }

    // MARK: - Types

    private mutating func addTypes() {
        let grantTypes = [qualified("Role"), qualified("Permission")]
        for name in schema.entityTypes.keys.sorted() {
            guard let type = schema.entityTypes[name], let attributes = record(type.attributes, ofEntity: true) else {
                continue
            }
            let index = Int32(contents.types.count)
            typeIndices[name] = index
            contents.types.append(
                EntityTypePlan(
                    index: index, name: symbol(name), attributes: attributes,
                    isOpen: type.enumeration == nil && !grantTypes.contains(name) && name.basename != "Action",
                    takesRoles: schema.ancestorTypes(of: name).contains(grantTypes[0])))
        }
        contents.parents = PairSet(columns: contents.types.count)
        contents.principalTypes = contents.parents
        contents.resourceTypes = contents.parents
        for (name, index) in typeIndices {
            for ancestor in schema.ancestorTypes(of: name) {
                guard let parent = typeIndices[ancestor] else { continue }
                contents.parents.insert(index, parent)
            }
            if contents.parents.size > RequestPlanSource.maximumPairWords { return isTooLarge = true }
        }
        for (word, name) in source.words {
            if let index = typeIndices[name] { contents.typesByWord.insert(index, for: symbol(word)) }
        }
    }

    /// The plan of a record type; `nil` when there is none.
    private mutating func record(_ type: RecordType, ofEntity isOfEntity: Bool = false) -> Int32? {
        guard type.attributes.count <= 64, type.isSmall,
            contents.attributes.count + type.attributes.count <= RequestPlanSource.maximumAttributes
        else { return nil }
        if !isOfEntity, let known = recordIndices[type] { return known }
        var attributes: [AttributePlan] = []
        var required: UInt64 = 0
        for name in type.attributes.keys.sorted() {
            guard let attribute = type.attributes[name] else { continue }
            if attribute.isRequired { required |= 1 << UInt64(attributes.count) }
            attributes.append(
                AttributePlan(
                    name: symbol(name), value: Self.isReserved(name) ? ValuePlan(form: .other) : value(attribute.type),
                    isAuthoritative: isOfEntity && source.settings.authoritative.contains(name),
                    isReserved: RequestPlanSource.reserved.contains(name)))
        }
        contents.records.append(
            RecordPlan(
                first: Int32(contents.attributes.count), count: Int32(attributes.count), required: required))
        contents.attributes += attributes
        let index = Int32(contents.records.count - 1)
        if !isOfEntity { recordIndices[type] = index }
        return index
    }

    /// Names that do not stand for themselves in JSON.
    private static func isReserved(_ name: CedarString) -> Bool {
        name == "__entity" || name == "__extn" || name == "__expr"
    }

    private mutating func value(_ type: SchemaType) -> ValuePlan {
        switch type {
        case .bool: return ValuePlan(form: .bool)
        case .long: return ValuePlan(form: .long)
        case .string: return ValuePlan(form: .string)
        case .record(let type):
            guard let index = record(type) else { return ValuePlan(form: .other) }
            return ValuePlan(form: .record, operand: index)
        case .set(let element):
            let plan = value(element)
            contents.elements.append(plan)
            return ValuePlan(form: .set, operand: Int32(contents.elements.count - 1))
        case .entity(let name):
            if schema.entityTypes[name]?.enumeration != nil { return ValuePlan(form: .other) }
            let hasAlias = source.namespace != nil && name.namespace == source.namespace
            return ValuePlan(
                form: .entity, operand: symbol(name), alias: hasAlias ? symbol(CedarString(String(name.basename))) : -1)
        case .extension(let kind):
            let form: ValuePlan.Form =
                switch kind {
                case .ipaddr: .ipaddr
                case .decimal: .decimal
                case .datetime: .datetime
                case .duration: .duration
                }
            return ValuePlan(form: form, operand: symbol(CedarString(kind.constructor.rawValue)))
        }
    }

    // MARK: - Tenants and roles

    private mutating func addRoleModels() {
        for model in source.orderedModels {
            var roles = SymbolMap<CompiledRequest.Builder.EntityReference>()
            for (name, uid) in model.roles.entities {
                if let role = compiled.reference(to: uid) { roles.insert(role, for: symbol(name)) }
            }
            contents.roleModels.append(roles)
        }
    }

    private mutating func addTenants() {
        let models = source.orderedModels.map(\.name)
        for tenant in source.orderedTenants {
            let model = tenant.roleModel.flatMap { models.firstIndex(of: $0) }
            contents.tenantsByID.insert(Int32(contents.tenants.count), for: symbol(tenant.id))
            var planned = RequestPlanContents.Tenant(
                id: tenant.id, trust: tenant.trust, zone: tenant.zone, zoneName: symbol(CedarString(tenant.zone.name)),
                roleModel: Int32(model ?? -1))
            for holder in tenant.roleAssignments.holders {
                guard let reference = compiled.reference(to: holder) else { continue }
                planned.holders.insert(Int32(planned.assigned.count), for: reference.number)
                planned.assigned.append(tenant.roleAssignments.roles(of: holder).compactMap(compiled.reference))
            }
            contents.tenants.append(planned)
        }
    }

    // MARK: - Actions

    private mutating func addActions() {
        let tenantTypes = source.tenantTypes
        var firstConstants: [RecordType: Int32] = [:]
        for (index, type) in tenantTypes.enumerated() { firstConstants[type] = Int32(index * source.tenants.count) }
        var indices: [EntityUID: Int32] = [:]
        for (name, action) in source.namedActions {
            if let known = indices[action.uid], contents.permissions[Int(known)] == action.permission {
                contents.actionsByName.insert(known, for: symbol(name))
                continue
            }
            guard let declared = schema.actions[action.uid], let plan = plan(action, declared, firstConstants) else {
                continue
            }
            let index = Int32(contents.actions.count)
            indices[action.uid] = index
            contents.actionsByName.insert(index, for: symbol(name))
            contents.actions.append(plan)
            contents.permissions.append(action.permission)
            for type in declared.principalTypes {
                if let type = typeIndices[type] { contents.principalTypes.insert(index, type) }
            }
            for type in declared.resourceTypes {
                if let type = typeIndices[type] { contents.resourceTypes.insert(index, type) }
            }
            if contents.principalTypes.size + contents.resourceTypes.size > RequestPlanSource.maximumPairWords {
                return isTooLarge = true
            }
        }
    }

    /// The plan of an action; `nil` when its context is not what a server can plan for.
    private mutating func plan(
        _ action: ActionCatalog.Action, _ declared: Schema.Action, _ firstConstants: [RecordType: Int32]
    ) -> ActionPlan? {
        guard let reference = compiled.reference(to: action.uid), let context = record(declared.context) else {
            return nil
        }
        var served: Set<CedarString> = []
        var now: NowFields = []
        if let type = declared.context.attributes["now"]?.type {
            guard let fields = Self.nowFields(type) else { return nil }
            now = fields
            served.insert("now")
        }
        var firstConstant: Int32 = -1
        if let type = declared.context.attributes["tenant"]?.type {
            guard case .record(let type) = type, let first = firstConstants[type] else { return nil }
            firstConstant = first
            served.insert("tenant")
        }
        var permission: CompiledRequest.Builder.EntityReference?
        if let type = declared.context.attributes["permission"]?.type, let uid = action.permissionEntity {
            guard type == .entity(uid.type), let known = compiled.reference(to: uid) else { return nil }
            permission = known
            served.insert("permission")
        }
        var places: UInt64 = 0
        for (place, name) in declared.context.attributes.keys.sorted().enumerated() where served.contains(name) {
            places |= 1 << UInt64(place)
        }
        return ActionPlan(
            action: reference, context: context, now: now,
            declaresNow: served.contains("now"), permission: permission, served: places,
            firstTenantConstant: firstConstant)
    }

    /// The members of `now` that a type declares; `nil` when it is not what the server sets.
    private static func nowFields(_ type: SchemaType) -> NowFields? {
        let members: [CedarString: NowFields] = [
            "instant": .instant, "date": .date, "hour": .hour, "minute": .minute, "day_of_week": .dayOfWeek,
            "time_zone": .timeZone,
        ]
        guard case .record(let record) = type else { return nil }
        var fields: NowFields = []
        for (name, attribute) in record.attributes {
            guard let member = members[name], ServerContext.nowType.attributes[name]?.type == attribute.type else {
                return nil
            }
            fields.insert(member)
        }
        return fields
    }
}
