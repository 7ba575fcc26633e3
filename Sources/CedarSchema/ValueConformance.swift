import CedarModel
import CedarSyntax

/// Whether values have the types that a schema declares.
///
/// Records are closed, and references to enumerated types name entities that exist.
struct ValueConformance {
    let schema: Schema
    let names: SchemaNames

    /// The first thing that is wrong with the fields of a record, which is named `owner` in messages; `nil` when they
    /// fit.
    func problem(of record: Record, as type: RecordType, owner: @autoclosure () -> String) -> ConformanceError? {
        // Most records conform: the texts of a message are only made when one is needed.
        conforms(record, to: type) ? nil : problem(of: record, as: type, path: "", owner())
    }

    /// The first thing that is wrong with a value, which is named `owner` in messages; `nil` when it fits.
    func problem(of value: Value, as type: SchemaType, owner: @autoclosure () -> String) -> ConformanceError? {
        conforms(value, to: type) ? nil : problem(of: value, as: type, path: "", owner())
    }

    private func conforms(_ record: Record, to type: RecordType) -> Bool {
        guard type.firstMissing(in: record) == nil else { return false }
        for field in record.fields {
            guard let attribute = type.attributes[field.key], conforms(field.value, to: attribute.type) else {
                return false
            }
        }
        return true
    }

    private func conforms(_ value: Value, to type: SchemaType) -> Bool {
        switch (type, value) {
        case (.set(let element), .set(let set)): set.elements.allSatisfy { conforms($0, to: element) }
        case (.record(let record), .record(let fields)): conforms(fields, to: record)
        case (.entity(let name), .entity(let uid)): uid.type == name && !names.isMissing(uid)
        default: Self.isScalar(value, of: type)
        }
    }

    private func problem(
        of record: Record, as type: RecordType, path: String, _ owner: String
    ) -> ConformanceError? {
        if let name = type.firstMissing(in: record) { return Self.missing(name, path, owner) }
        for field in record.fields {
            guard let attribute = type.attributes[field.key] else {
                return Self.unexpected(field.key, path, owner, type)
            }
            let inner = Self.path(path, field.key)
            if let problem = problem(of: field.value, as: attribute.type, path: inner, owner) { return problem }
        }
        return nil
    }

    private func problem(
        of value: Value, as type: SchemaType, path: String, _ owner: String
    ) -> ConformanceError? {
        switch (type, value) {
        case (.set(let element), .set(let set)):
            for value in set.elements {
                if let problem = problem(of: value, as: element, path: path + "[]", owner) { return problem }
            }
            return nil
        case (.record(let record), .record(let fields)):
            return problem(of: fields, as: record, path: path, owner)
        default:
            if !Self.isScalar(value, of: type) { return Self.mismatch(type, value, path, owner) }
            if case .entity(let uid) = value { return enumerationProblem(of: uid) }
            return nil
        }
    }

    /// Whether an entity is missing from the enumerated type that it belongs to.
    func enumerationProblem(of uid: EntityUID) -> ConformanceError? {
        guard names.isMissing(uid), let ids = schema.entityTypes[uid.type]?.enumeration else { return nil }
        return ConformanceError(
            .undeclaredEnumMember, "`\(uid.excerpt)` is not one of the entities of the enumerated type",
            help: EnumerationHelp.text(for: uid.id, among: ids))
    }

    /// Whether a value that has no parts is of a type.
    static func isScalar(_ value: Value, of type: SchemaType) -> Bool {
        switch (type, value) {
        case (.bool, .bool), (.long, .long), (.string, .string): true
        case (.entity(let name), .entity(let uid)): uid.type == name
        case (.extension(.decimal), .decimal), (.extension(.ipaddr), .ip): true
        case (.extension(.datetime), .datetime), (.extension(.duration), .duration): true
        default: false
        }
    }

    // MARK: - Texts

    static func path(_ path: String, _ name: CedarString) -> String {
        path.isEmpty ? name.fieldName : "\(path).\(name.fieldName)"
    }

    static func missing(_ name: CedarString, _ path: String, _ owner: String) -> ConformanceError {
        ConformanceError(.missingAttribute, "\(owner) lacks the attribute `\(Self.path(path, name))`")
    }

    static func unexpected(
        _ name: CedarString, _ path: String, _ owner: String, _ type: RecordType
    ) -> ConformanceError {
        ConformanceError(
            .unexpectedAttribute,
            "\(owner) has the attribute `\(Self.path(path, name))`, which the schema does not declare",
            help: Suggestion.sentence(
                for: name.text, among: type.attributes.keys.sorted().prefix(ValidationBudget.candidates).map(\.text)))
    }

    private static func mismatch(
        _ type: SchemaType, _ value: Value, _ path: String, _ owner: String
    ) -> ConformanceError {
        let expected = ValidationType(type)
        let subject = path.isEmpty ? owner : "attribute `\(path)` of \(owner)"
        return ConformanceError(.valueOfWrongType, "\(subject) must be `\(expected)`, found \(value.type)")
    }
}

extension RecordType {
    /// The first required attribute, by name, that a record lacks.
    func firstMissing(in record: Record) -> CedarString? {
        var first: CedarString?
        for (name, attribute) in attributes where attribute.isRequired && record[name] == nil {
            if first.map({ name < $0 }) ?? true { first = name }
        }
        return first
    }
}
