import CedarEngine
import CedarModel
import CedarSyntax
import Identity
import PolicyBundles
import StrictJSON

/// Subjects of credentials: what an issuer vouches for takes the place of what a caller says.
extension PlannedRequestReader {
    /// The bytes of the one token that the credentials of a native request are; `nil` for any others.
    func bearerToken(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> [UInt8]? {
        guard Self.isArray(text, tokens[index]), tokens[index].detail == 1,
            Self.isObject(text, tokens[index + 1]), tokens[index + 1].detail == 2
        else { return nil }
        let first = index + 2
        let second = Int(tokens[first + 1].next)
        let isTypeFirst = name(text, tokens, first) == names.type
        guard name(text, tokens, isTypeFirst ? second : first) == names.value,
            isTypeFirst || name(text, tokens, second) == names.type
        else { return nil }
        let (type, value) = isTypeFirst ? (first + 1, second + 1) : (second + 1, first + 1)
        guard word(text, tokens, type) == names.jwt, Self.isString(text, tokens[value]), tokens[value].detail == 0
        else { return nil }
        let contents = text.extracting(tokens[value].contents)
        // Safe: the buffer is only read while the closure runs.
        return unsafe contents.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The principal that a credential names.
    mutating func party(of subject: VerifiedSubject) -> Party? {
        let type = plan.compiled.symbol(of: subject.principalType.utf8.span)
        guard type >= 0, let known = plan.entityType(type), known.isOpen else { return nil }
        return Party(
            type: known, entity: builder.entity(typeSymbol: known.name, id: subject.principalID.utf8.span))
    }

    /// Gives the entity that is added next the roles and groups of a subject.
    mutating func addParents(of subject: VerifiedSubject, type: EntityTypePlan) -> Bool {
        for name in subject.roles.names {
            guard let role = role(name.utf8.span) else { continue }
            guard type.takesRoles else { return false }
            builder.addParent(role)
        }
        guard let groupType = subject.groupType, !subject.groups.names.isEmpty else { return true }
        guard let group = plan.entityType(plan.compiled.symbol(of: groupType.utf8.span)), group.isOpen,
            plan.allowsParent(type, group)
        else { return false }
        for name in subject.groups.names {
            builder.addParent(builder.entity(typeSymbol: group.name, id: name.utf8.span))
        }
        return true
    }

    /// Pushes what policies may read of a credential, under its name, where the context declares it.
    mutating func pushCredential(_ subject: VerifiedSubject, in record: RecordPlan, _ seen: inout UInt64) -> Bool {
        guard let (attribute, place) = plan.attribute(names.credential, of: record) else { return true }
        builder.key(symbol: names.credential)
        seen |= 1 << UInt64(place)
        return push(.record(subject.contextValue), as: attribute.value, cutting: true)
    }

    // MARK: - Values

    /// Pushes fields by the plan of a record type, as the method of the same name for JSON.
    ///
    /// - Parameter isCut: whether fields that are not declared are left out, rather than being a mistake.
    mutating func fields(
        _ fields: Record, of record: RecordPlan, storedAt entity: CompiledRequest.Builder.EntityReference? = nil,
        cutting isCut: Bool, _ seen: inout UInt64
    ) -> Bool {
        for field in fields.fields {
            guard let (attribute, place) = plan.attribute(plan.compiled.symbol(of: field.key), of: record) else {
                if isCut { continue }
                return false
            }
            let isStored = entity.map { builder.hasStored(attribute.name, of: $0) } ?? false
            if !attribute.isAuthoritative || !isStored {
                builder.key(symbol: attribute.name)
                guard push(field.value, as: attribute.value, cutting: isCut) else { return false }
            }
            seen |= 1 << UInt64(place)
        }
        return true
    }

    /// Pushes a value that is of a declared type already; others take the general way.
    ///
    /// Recursion follows the declared type, whose nesting the schema reader bounds.
    private mutating func push(_ value: Value, as type: ValuePlan, cutting isCut: Bool) -> Bool {
        switch (type.form, value) {
        case (.bool, .bool(let value)): builder.bool(value)
        case (.long, .long(let value)): builder.long(value)
        case (.string, .string(let value)): builder.string(value.utf8.span)
        case (.datetime, .datetime), (.duration, .duration), (.decimal, .decimal), (.ipaddr, .ip): builder.push(value)
        case (.set, .set(let set)):
            let elementType = plan.element(of: type)
            builder.beginSet()
            for element in set.elements {
                guard push(element, as: elementType, cutting: false) else { return false }
            }
            builder.endSet()
        case (.record, .record(let inner)):
            let record = plan.record(type.operand)
            var seen: UInt64 = 0
            builder.beginRecord()
            guard fields(inner, of: record, cutting: isCut, &seen), record.required & ~seen == 0 else { return false }
            builder.endRecord()
        default: return false
        }
        return true
    }
}
