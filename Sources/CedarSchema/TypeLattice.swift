import CedarSyntax

/// How types relate: which includes which, which one includes two, and what attributes they have.
///
/// Every step is counted, because types that share their parts can be far larger than the schema that declares them.
struct TypeLattice {
    let schema: Schema

    /// Whether the strict rules hold: records match in all attributes, and entities of two types have no common type.
    let isStrict: Bool

    /// How many comparisons were made.
    private(set) var steps = 0

    /// How many comparisons may be made.
    ///
    /// Those after them are answered without looking, because nobody asks for the outcome any more.
    let limit: Int

    init(schema: Schema, isStrict: Bool, limit: Int) {
        self.schema = schema
        self.isStrict = isStrict
        self.limit = limit
    }

    // MARK: Order

    /// Whether every value of a type belongs to another.
    mutating func isSubtype(_ type: ValidationType, of other: ValidationType, strict: Bool) -> Bool {
        steps += 1
        if steps > limit { return true }
        switch (type, other) {
        case (.never, _), (.long, .long), (.string, .string), (.anyEntity, .anyEntity), (.bool, .bool(nil)): return true
        case (.bool(let value), .bool(let otherValue)): return value == otherValue
        case (.set(let element), .set(let otherElement)):
            return isSubtype(element, of: otherElement, strict: strict)
        case (.record(let record), .record(let otherRecord)):
            return isSubtype(record, of: otherRecord, strict: strict)
        case (.entity(let names), .entity(let otherNames)):
            return strict ? names == otherNames : Set(names).isSubset(of: otherNames)
        case (.entity, .anyEntity): return !strict
        case (.extension(let kind), .extension(let otherKind)): return kind == otherKind
        default: return false
        }
    }

    /// An open record includes those with more attributes, but only outside the strict rules; a closed one does not.
    private mutating func isSubtype(_ record: ValidationRecord, of other: ValidationRecord, strict: Bool) -> Bool {
        if record.isOpen, !other.isOpen { return false }
        guard other.isOpen && !strict || record.count == other.count else { return false }
        for name in other.names {
            guard let mine = record[name], let theirs = other[name] else { return false }
            guard strict ? mine.isRequired == theirs.isRequired : mine.isRequired || !theirs.isRequired else {
                return false
            }
            guard isSubtype(mine.type, of: theirs.type, strict: strict) else { return false }
        }
        return true
    }

    // MARK: Least upper bounds

    /// The least type that includes all of the given ones; `nil` when there is none.
    ///
    /// That of no types is ``never``.
    mutating func leastUpperBound(of types: [ValidationType]) -> ValidationType? {
        var bound = ValidationType.never
        for type in types {
            guard let next = leastUpperBound(bound, type, strict: isStrict) else { return nil }
            bound = next
        }
        return bound
    }

    /// The least type that includes both; `nil` when there is none.
    mutating func leastUpperBound(_ left: ValidationType, _ right: ValidationType) -> ValidationType? {
        leastUpperBound(left, right, strict: isStrict)
    }

    private mutating func leastUpperBound(
        _ left: ValidationType, _ right: ValidationType, strict: Bool
    ) -> ValidationType? {
        if isSubtype(left, of: right, strict: strict) { return right }
        if isSubtype(right, of: left, strict: strict) { return left }
        switch (left, right) {
        case (.bool, .bool): return .anyBool
        case (.set(let element), .set(let otherElement)):
            return leastUpperBound(element, otherElement, strict: strict).map(ValidationType.set)
        case (.record(let record), .record(let otherRecord)):
            return leastUpperBound(record, otherRecord, strict: strict).map(ValidationType.record)
        case (.entity(let names), .entity(let otherNames)):
            return strict ? nil : .entity(Set(names).union(otherNames).sorted())
        case (.entity, .anyEntity), (.anyEntity, .entity): return strict ? nil : .anyEntity
        default: return nil
        }
    }

    private mutating func leastUpperBound(
        _ left: ValidationRecord, _ right: ValidationRecord, strict: Bool
    ) -> ValidationRecord? {
        var attributes: [CedarString: ValidationAttribute] = [:]
        for name in left.names {
            guard let mine = left[name], let theirs = right[name],
                let bound = leastUpperBound(mine, theirs, strict: strict)
            else {
                if strict { return nil }
                continue
            }
            attributes[name] = bound
        }
        if strict, left.count != right.count { return nil }
        let isComplete = attributes.count == left.count && attributes.count == right.count
        return .computed(attributes, isOpen: left.isOpen || right.isOpen || !isComplete)
    }

    private mutating func leastUpperBound(
        _ left: ValidationAttribute, _ right: ValidationAttribute, strict: Bool
    ) -> ValidationAttribute? {
        if strict, left.isRequired != right.isRequired { return nil }
        guard let type = leastUpperBound(left.type, right.type, strict: strict) else { return nil }
        return ValidationAttribute(type, isRequired: left.isRequired && right.isRequired)
    }

    // MARK: Attributes and tags

    /// What is known of an attribute of a record or entity; `nil` when it is not there, or of a type nobody can tell.
    mutating func attribute(_ name: CedarString, of type: ValidationType) -> ValidationAttribute? {
        switch type {
        case .record(let record): return record[name]
        case .entity(let types):
            var bound: ValidationAttribute?
            for type in types {
                guard let declared = schema.entityTypes[type]?.attributes.attributes[name] else { return nil }
                let attribute = ValidationAttribute(declared)
                guard let earlier = bound else {
                    bound = attribute
                    continue
                }
                bound = leastUpperBound(earlier, attribute, strict: false)
                if bound == nil { return nil }
            }
            return bound
        default: return nil
        }
    }

    /// Whether a value of a type can have an attribute at all.
    func canHave(_ name: CedarString, in type: ValidationType) -> Bool {
        switch type {
        case .never, .anyEntity: true
        case .record(let record): record.isOpen || record[name] != nil
        case .entity(let types): types.contains { schema.entityTypes[$0]?.attributes.attributes[name] != nil }
        default: false
        }
    }

    /// The attributes that can be had of a type, for suggestions.
    func attributeNames(of type: ValidationType) -> [CedarString] {
        switch type {
        case .record(let record): record.names.sorted()
        case .entity(let types): types.flatMap { schema.entityTypes[$0]?.attributes.attributes.keys.sorted() ?? [] }
        default: []
        }
    }

    /// The types that tags of an entity can have; none when it has no tags.
    func tagTypes(of type: ValidationType) -> [ValidationType] {
        switch type {
        case .entity(let types): types.compactMap { schema.entityTypes[$0]?.tags }.map(ValidationType.init)
        case .anyEntity: Set(schema.entityTypes.values.compactMap(\.tags)).map(ValidationType.init)
        default: []
        }
    }
}
