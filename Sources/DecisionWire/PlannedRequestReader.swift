import CedarEngine
import CedarModel
import CedarSyntax
import Identity
import PolicyBundles
import StrictJSON

/// Reads the parts of a request by the plan of its application straight into the form that compiled policies read.
///
/// Every method answers `false` or `nil` for anything out of the ordinary: what is wrong with a request, and what to
/// do about it, only the general way knows. A request that was read is one that the general way takes as it is.
struct PlannedRequestReader {
    let plan: RequestPlan
    let tenant: Int
    let memory: PlannedMemory
    /// What the text has in common with the one before.
    private let repetition: JSONRepetition
    var builder: CompiledRequest.Builder

    /// A principal or a resource: its type, its id, and where the rest stands; -1 for what is not there.
    struct Party {
        var type: EntityTypePlan
        var entity: CompiledRequest.Builder.EntityReference
        var attributes = -1
        var roles = -1
        var parents = -1
    }

    init(
        _ plan: RequestPlan, tenant: Int, into request: CompiledRequest, _ memory: PlannedMemory,
        _ repetition: JSONRepetition
    ) {
        self.repetition = repetition
        self.plan = plan
        self.tenant = tenant
        self.memory = memory
        builder = CompiledRequest.Builder(request, for: plan.compiled)
    }

    var names: RequestPlanNames { plan.names }

    // MARK: - Tokens

    /// The number of the name of a member; -1 for an unknown one, -2 for one that is written with escapes.
    func name(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> Int32 {
        tokens[index].detail == 0 ? symbol(text, tokens, index) : -2
    }

    /// The number of the contents of a string without escapes.
    ///
    /// Requests of one caller look alike: what stood at this place in the last one most likely does again.
    private func symbol(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> Int32 {
        memory.strings.symbol(
            of: text.extracting(tokens[index].contents), at: index, in: plan.compiled, reading: repetition.reading,
            isRepeated: repetition.contains(index))
    }

    static func isObject(_ text: Span<UInt8>, _ token: JSONToken) -> Bool {
        text[Int(token.start)] == UInt8(ascii: "{")
    }

    static func isArray(_ text: Span<UInt8>, _ token: JSONToken) -> Bool {
        text[Int(token.start)] == UInt8(ascii: "[")
    }

    static func isString(_ text: Span<UInt8>, _ token: JSONToken) -> Bool {
        text[Int(token.start)] == UInt8(ascii: "\"")
    }

    /// The number of the contents of a string, which may be unknown; `nil` when it is none, or has escapes.
    func word(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> Int32? {
        guard index >= 0, Self.isString(text, tokens[index]), tokens[index].detail == 0 else { return nil }
        return symbol(text, tokens, index)
    }

    // MARK: - Entities

    /// The entity of a type and an id.
    mutating func party(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, type: Int, id: Int) -> Party? {
        guard let word = word(text, tokens, type), let plan = plan.entityType(word), plan.isOpen, id >= 0,
            Self.isString(text, tokens[id])
        else { return nil }
        return Party(type: plan, entity: entity(text, tokens, id, of: plan.name))
    }

    private func entity(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, of type: Int32
    ) -> CompiledRequest.Builder.EntityReference {
        let token = tokens[index]
        if token.detail != 0 { return builder.entity(typeSymbol: type, id: token.unescaped(in: text).span) }
        let known = symbol(text, tokens, index)
        if known >= 0 { return builder.entity(typeSymbol: type, idSymbol: known) }
        return builder.entity(typeSymbol: type, unknownID: text.extracting(token.contents))
    }

    /// Adds a party with what is stored about it.
    ///
    /// - Parameter subject: what a credential says of it; what the caller says is then not there.
    mutating func add(
        _ party: Party, _ text: Span<UInt8>, _ tokens: Span<JSONToken>, subject: VerifiedSubject? = nil,
        isPrincipal: Bool, besides other: Party
    ) -> Bool {
        let record = plan.record(party.type.attributes)
        var seen: UInt64 = 0
        builder.beginRecord()
        builder.includeStored(party.entity)
        if party.attributes >= 0 {
            guard fields(text, tokens, party.attributes, of: record, storedAt: party.entity, &seen) else {
                return false
            }
        }
        if let subject {
            guard fields(subject.attributes, of: record, storedAt: party.entity, cutting: false, &seen) else {
                return false
            }
        }
        builder.endRecord()
        var missing = record.required & ~seen
        while missing != 0 {
            let place = missing.trailingZeroBitCount
            guard builder.hasStored(plan.attribute(at: place, of: record).name, of: party.entity) else { return false }
            missing &= missing - 1
        }
        if party.roles >= 0 {
            guard roles(text, tokens, party.roles, of: party.type) else { return false }
        }
        if party.parents >= 0 {
            guard parents(text, tokens, party.parents, of: party.type) else { return false }
        }
        if let subject {
            guard addParents(of: subject, type: party.type) else { return false }
        }
        if isPrincipal, plan.assignsRoles(tenantAt: tenant) {
            guard addAssignedRoles(to: party, besides: other) else { return false }
        }
        builder.addEntity(party.entity, includingStored: true)
        return true
    }

    /// Gives the principal, which is added next, the roles that the tenant assigns to it and to what it is in.
    private mutating func addAssignedRoles(to party: Party, besides other: Party) -> Bool {
        var roles = plan.assignedRoles(party.entity.number, ofTenantAt: tenant)
        let isKnown = builder.forEachMembership(of: party.entity, besides: other.entity) { holder in
            roles += plan.assignedRoles(holder, ofTenantAt: tenant)
        }
        guard isKnown, roles.isEmpty || party.type.takesRoles else { return false }
        for role in roles { builder.addParent(role) }
        return true
    }

    /// Gives the entity that is added next the roles of an array; what is no role of the tenant's model grants nothing.
    private mutating func roles(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, of type: EntityTypePlan
    ) -> Bool {
        guard Self.isArray(text, tokens[index]) else { return false }
        var element = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            let token = tokens[element]
            guard Self.isString(text, token), token.detail == 0 else { return false }
            if let role = role(text.extracting(token.contents)) {
                guard type.takesRoles else { return false }
                builder.addParent(role)
            }
            element = Int(token.next)
        }
        return true
    }

    func role(_ name: Span<UInt8>) -> CompiledRequest.Builder.EntityReference? {
        for index in name.indices where (0x41...0x5A).contains(name[index]) {
            let lowered = name.indices.map { (0x41...0x5A).contains(name[$0]) ? name[$0] + 0x20 : name[$0] }
            return plan.role(plan.compiled.symbol(of: lowered.span), ofTenantAt: tenant)
        }
        return plan.role(plan.compiled.symbol(of: name), ofTenantAt: tenant)
    }

    /// Gives the entity that is added next the parents of an array.
    private mutating func parents(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, of type: EntityTypePlan
    ) -> Bool {
        guard Self.isArray(text, tokens[index]) else { return false }
        var element = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            guard let (typeToken, id) = pair(text, tokens, element),
                let parent = party(text, tokens, type: typeToken, id: id),
                plan.allowsParent(type, parent.type)
            else { return false }
            builder.addParent(parent.entity)
            element = Int(tokens[element].next)
        }
        return true
    }

    /// Where the type and the id of `{"type", "id"}` stand; `nil` for any other value.
    private func pair(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int
    ) -> (type: Int, id: Int)? {
        guard Self.isObject(text, tokens[index]), tokens[index].detail == 2 else { return nil }
        let first = name(text, tokens, index + 1)
        let firstValue = index + 2
        let secondName = Int(tokens[firstValue].next)
        let second = name(text, tokens, secondName)
        if first == names.type, second == names.id { return (firstValue, secondName + 1) }
        if first == names.id, second == names.type { return (secondName + 1, firstValue) }
        return nil
    }

    // MARK: - Values

    /// Pushes the fields of an object by the plan of a record type, and notes which are there.
    ///
    /// Where a stored value wins, the one of the request is left out. In a context there are names that are not the
    /// caller's to set; those that are not declared are refused with all others.
    mutating func fields(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, of record: RecordPlan,
        storedAt entity: CompiledRequest.Builder.EntityReference? = nil, isContext: Bool = false, _ seen: inout UInt64
    ) -> Bool {
        guard Self.isObject(text, tokens[index]) else { return false }
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            guard let (attribute, place) = plan.attribute(name(text, tokens, key), of: record),
                !isContext || !attribute.isReserved
            else { return false }
            if attribute.isAuthoritative, let entity, builder.hasStored(attribute.name, of: entity) {
                guard isPlain(text, tokens, key + 1) else { return false }
            } else {
                builder.key(symbol: attribute.name)
                guard value(text, tokens, key + 1, as: attribute.value) else { return false }
            }
            seen |= 1 << UInt64(place)
            key = Int(tokens[key + 1].next)
        }
        return true
    }

    /// Pushes a value of a declared type.
    ///
    /// Recursion follows the declared type, whose nesting the schema reader bounds.
    mutating func value(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, as type: ValuePlan
    ) -> Bool {
        let token = tokens[index]
        switch type.form {
        case .bool:
            switch text[Int(token.start)] {
            case UInt8(ascii: "t"): builder.bool(true)
            case UInt8(ascii: "f"): builder.bool(false)
            default: return false
            }
        case .long:
            guard let number = token.integer(in: text) else { return false }
            builder.long(number)
        case .string:
            guard Self.isString(text, token) else { return false }
            if token.detail == 0 {
                let known = symbol(text, tokens, index)
                if known >= 0 {
                    builder.string(symbol: known)
                } else {
                    builder.string(unknown: text.extracting(token.contents))
                }
            } else {
                builder.string(token.unescaped(in: text).span)
            }
        case .entity: return entity(text, tokens, index, as: type)
        case .set:
            guard Self.isArray(text, token) else { return false }
            let elementType = plan.element(of: type)
            builder.beginSet()
            var element = index + 1
            for _ in 0..<Int(token.detail) {
                guard value(text, tokens, element, as: elementType) else { return false }
                element = Int(tokens[element].next)
            }
            builder.endSet()
        case .record:
            let record = plan.record(type.operand)
            var seen: UInt64 = 0
            builder.beginRecord()
            guard fields(text, tokens, index, of: record, &seen), record.required & ~seen == 0 else { return false }
            builder.endRecord()
        case .ipaddr, .decimal, .datetime, .duration: return extensionValue(text, tokens, index, as: type)
        case .other: return false
        }
        return true
    }

    /// Pushes `{"type", "id"}`, by itself or as `__entity`.
    private mutating func entity(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, as type: ValuePlan
    ) -> Bool {
        var place = index
        var takesAlias = true
        if Self.isObject(text, tokens[index]), tokens[index].detail == 1 {
            guard name(text, tokens, index + 1) == names.entityEscape else { return false }
            place = index + 2
            takesAlias = false
        }
        guard let (typeToken, id) = pair(text, tokens, place), Self.isString(text, tokens[id]),
            let word = word(text, tokens, typeToken), word >= 0,
            word == type.operand || takesAlias && word == type.alias
        else { return false }
        builder.push(entity(text, tokens, id, of: type.operand))
        return true
    }

    /// Pushes an extension value: the text that writes it, or a call of its constructor as `__extn`.
    private mutating func extensionValue(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, as type: ValuePlan
    ) -> Bool {
        var place = index
        if Self.isObject(text, tokens[index]) {
            guard tokens[index].detail == 1, name(text, tokens, index + 1) == names.extensionEscape,
                Self.isObject(text, tokens[index + 2]), tokens[index + 2].detail == 2
            else { return false }
            let function = index + 3
            let argument = Int(tokens[function + 1].next)
            guard name(text, tokens, function) == names.function, name(text, tokens, argument) == names.argument,
                word(text, tokens, function + 1) == type.operand
            else { return false }
            place = argument + 1
        }
        guard Self.isString(text, tokens[place]), tokens[place].detail == 0 else { return false }
        let contents = text.extracting(tokens[place].contents)
        guard let value = Self.parse(contents, as: type.form) else { return false }
        builder.push(value)
        return true
    }

    private static func parse(_ contents: Span<UInt8>, as form: ValuePlan.Form) -> Value? {
        if form == .ipaddr, let address = IPAddress(dotted: contents) { return .ip(address) }
        // Safe: the buffer is only read while the closure runs.
        let text = unsafe contents.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        switch form {
        case .ipaddr: return (try? IPAddress(parsing: text)).map { .ip($0) }
        case .decimal: return (try? Decimal(parsing: text)).map { .decimal($0) }
        case .datetime: return (try? Datetime(parsing: text)).map { .datetime($0) }
        case .duration: return (try? Duration(parsing: text)).map { .duration($0) }
        default: return nil
        }
    }

    /// Whether a value that is left out is one that every reader takes: no null, no number but integers, no object.
    private func isPlain(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> Bool {
        let token = tokens[index]
        switch text[Int(token.start)] {
        case UInt8(ascii: "\""), UInt8(ascii: "t"), UInt8(ascii: "f"): return true
        case UInt8(ascii: "["):
            // Depth first without recursion: everything inside lies between the array and what follows it.
            for inner in index + 1..<max(index + 1, Int(token.next)) {
                let element = tokens[inner]
                if Self.isArray(text, element) || Self.isObject(text, element) { return false }
                guard isPlain(text, tokens, inner) else { return false }
            }
            return true
        default: return token.integer(in: text) != nil
        }
    }
}
