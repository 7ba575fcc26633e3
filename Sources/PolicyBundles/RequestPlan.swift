package import CedarEngine
package import CedarSyntax
package import Identity

/// How a request to one application gets from JSON into the form that its compiled policies read, without values in
/// between: every name that a well-formed request may contain is a number, every declared type a plan.
///
/// A plan knows the plain case only: an application with a schema whose callers may describe resources and
/// circumstances, and requests that conform. Whoever reads by it gives up on anything else and takes the general way, which words the errors.
package final class RequestPlan: Sendable {
    /// The policies for which requests are made.
    package let compiled: CompiledPolicies

    /// What the policies say about themselves, by id.
    package let descriptions: [PolicyID: PolicyDescription]

    /// The version of the files.
    package let version: String

    /// The numbers of the names of members.
    package let names: RequestPlanNames

    let contents: RequestPlanContents

    init(
        _ contents: RequestPlanContents, compiled: CompiledPolicies, descriptions: [PolicyID: PolicyDescription],
        version: String
    ) {
        self.contents = contents
        self.compiled = compiled
        self.descriptions = descriptions
        self.version = version
        names = RequestPlanNames(compiled)
    }

    // MARK: - Looking up

    /// The entity type that a word of requests stands for.
    package func entityType(_ word: Int32) -> EntityTypePlan? {
        contents.typesByWord[word].map { contents.types[Int($0)] }
    }

    /// The action that a name stands for, as an index; `nil` when there is no plan for it.
    package func action(_ name: Int32) -> Int? { contents.actionsByName[name].map(Int.init) }

    /// An action by its index.
    package func action(at index: Int) -> ActionPlan { contents.actions[index] }

    /// The permission that stands for an action in the role tables; `nil` when there is none.
    package func permission(ofActionAt index: Int) -> String? { contents.permissions[index] }

    /// The tenant with an id, as an index.
    package func tenant(_ id: Int32) -> Int? { contents.tenantsByID[id].map(Int.init) }

    /// A tenant's id.
    package func id(ofTenantAt index: Int) -> CedarString { contents.tenants[index].id }

    /// Whom a tenant trusts to say who somebody is.
    package func trust(ofTenantAt index: Int) -> TenantTrust? { contents.tenants[index].trust }

    /// Whether callers may name principals without a credential.
    package var allowsAssertedPrincipals: Bool { contents.allowsAssertedPrincipals }

    /// Whether a tenant assigns roles.
    package func assignsRoles(tenantAt index: Int) -> Bool { !contents.tenants[index].assigned.isEmpty }

    /// The roles that a tenant assigns to an entity itself, by its number.
    package func assignedRoles(_ holder: Int32, ofTenantAt index: Int) -> [CompiledRequest.Builder.EntityReference] {
        contents.tenants[index].holders[holder].map { contents.tenants[index].assigned[Int($0)] } ?? []
    }

    /// A tenant's clock.
    package func zone(ofTenantAt index: Int) -> ZoneClock { contents.tenants[index].zone }

    /// The number of the name of a tenant's zone.
    package func zoneName(ofTenantAt index: Int) -> Int32 { contents.tenants[index].zoneName }

    /// The role that a lower-case name stands for in a tenant's model.
    package func role(_ name: Int32, ofTenantAt index: Int) -> CompiledRequest.Builder.EntityReference? {
        let model = contents.tenants[index].roleModel
        return model < 0 ? nil : contents.roleModels[Int(model)][name]
    }

    /// The plan of a record type.
    package func record(_ index: Int32) -> RecordPlan { contents.records[Int(index)] }

    /// An attribute by its number, and its place in the record type.
    package func attribute(_ name: Int32, of record: RecordPlan) -> (plan: AttributePlan, place: Int)? {
        guard name >= 0 else { return nil }
        let first = Int(record.first)
        let attributes = contents.attributes
        for index in first..<first + Int(record.count) where attributes[index].name == name {
            return (attributes[index], index - first)
        }
        return nil
    }

    /// The attribute at a place of a record type.
    package func attribute(at place: Int, of record: RecordPlan) -> AttributePlan {
        contents.attributes[Int(record.first) + place]
    }

    /// The plan of the elements of a set.
    package func element(of set: ValuePlan) -> ValuePlan { contents.elements[Int(set.operand)] }

    /// Whether an action applies to principals of one type and resources of another.
    package func applies(actionAt index: Int, principal: EntityTypePlan, resource: EntityTypePlan) -> Bool {
        contents.principalTypes.contains(Int32(index), principal.index)
            && contents.resourceTypes.contains(Int32(index), resource.index)
    }

    /// Whether entities of one type may have parents of another.
    package func allowsParent(_ type: EntityTypePlan, _ parent: EntityTypePlan) -> Bool {
        contents.parents.contains(type.index, parent.index)
    }

    /// Pushes what an action's context says of a tenant, under its name.
    package func pushTenant(
        at index: Int, for action: ActionPlan, to builder: inout CompiledRequest.Builder
    ) {
        guard let constant = tenantConstant(at: index, for: action) else { return }
        builder.key(symbol: names.tenant)
        builder.push(contents.constants, at: constant)
    }

    /// Where among the constants it is what an action's context says of a tenant; `nil` when it says nothing.
    package func tenantConstant(at index: Int, for action: ActionPlan) -> Int? {
        action.firstTenantConstant < 0 ? nil : Int(action.firstTenantConstant) + index
    }
}

/// A type of entities that requests may name.
package struct EntityTypePlan: BitwiseCopyable, Sendable {
    let index: Int32

    /// The number of its qualified name.
    package let name: Int32

    /// The record type of its attributes.
    package let attributes: Int32

    /// Whether requests may speak of its entities as they like: it is neither enumerated nor says what principals may
    /// do.
    package let isOpen: Bool

    /// Whether its entities may have roles.
    package let takesRoles: Bool
}

/// An action that requests may name.
package struct ActionPlan: BitwiseCopyable, Sendable {
    /// The action.
    package let action: CompiledRequest.Builder.EntityReference

    /// The record type of its context.
    package let context: Int32

    /// The members of `context.now` that the context declares; empty when it declares none.
    package let now: NowFields

    /// Whether the context declares `now`.
    package let declaresNow: Bool

    /// What the context has as `permission`, when it declares it.
    package let permission: CompiledRequest.Builder.EntityReference?

    /// The required attributes that the server sets, by place.
    package let served: UInt64

    let firstTenantConstant: Int32
}

/// Members of `context.now`.
package struct NowFields: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8

    /// Makes a set of its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let instant = NowFields(rawValue: 1)
    package static let date = NowFields(rawValue: 2)
    package static let hour = NowFields(rawValue: 4)
    package static let minute = NowFields(rawValue: 8)
    package static let dayOfWeek = NowFields(rawValue: 16)
    package static let timeZone = NowFields(rawValue: 32)
}

/// A record type: its attributes lie one behind the other.
package struct RecordPlan: BitwiseCopyable, Sendable {
    let first: Int32

    /// How many attributes it declares, at most 64.
    package let count: Int32

    /// The required attributes, by place.
    package let required: UInt64
}

/// A declared attribute.
package struct AttributePlan: BitwiseCopyable, Sendable {
    /// The number of its name.
    package let name: Int32

    /// Its type.
    package let value: ValuePlan

    /// Whether a stored value wins over the one of a request, where it is an attribute of an entity.
    package let isAuthoritative: Bool

    /// Whether the name is not a caller's to set, or not a circumstance, where it is one of the context.
    package let isReserved: Bool
}

/// A declared type.
package struct ValuePlan: BitwiseCopyable, Sendable {
    /// The kinds of types.
    package enum Form: UInt8, BitwiseCopyable, Sendable {
        case bool, long, string, entity, set, record, ipaddr, decimal, datetime, duration
        /// A type for which there is no plan.
        case other
    }

    /// The kind.
    package let form: Form

    /// Of a record, its plan; of an entity, the number of its type's name; of an extension type, that of its
    /// constructor.
    package var operand: Int32 = -1

    /// Of an entity, the number of the name by which requests may call its type instead.
    package var alias: Int32 = -1
}
