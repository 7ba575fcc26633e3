import CedarModel
import CedarSyntax

/// Gives values the types that a schema declares where JSON had no way to say them.
///
/// A text becomes the extension value that it writes, `{"type", "id"}` an entity, `{"fn", "arg"}` the call that it is,
/// and a whole number a decimal. What does not fit stays as it is, for the check that follows to report.
struct ValueFitting: Sendable {
    /// The namespace in which plain type names are understood.
    let namespace: Name?

    /// The record with its fields fitted.
    func fit(_ record: Record, to type: RecordType) -> Record {
        guard
            record.fields.contains(where: { field in
                type.attributes[field.key].map { isOpen(field.value, to: $0.type) } ?? false
            })
        else { return record }
        return Record(
            record.fields.map { field in
                guard let attribute = type.attributes[field.key] else { return field }
                return Record.Field(key: field.key, value: fit(field.value, to: attribute.type))
            })
    }

    /// The value fitted.
    ///
    /// Recursion follows the type, whose nesting the schema reader bounds.
    func fit(_ value: Value, to type: SchemaType) -> Value {
        switch (type, value) {
        case (.record(let record), .record(let fields)): .record(fit(fields, to: record))
        case (.set(let element), .set(let set)):
            set.elements.contains { isOpen($0, to: element) }
                ? .set(ValueSet(set.elements.map { fit($0, to: element) })) : value
        case (.entity(let name), .record(let fields)): entity(fields, name) ?? value
        case (.extension(let kind), _): extensionValue(value, kind) ?? value
        default: value
        }
    }

    /// Whether fitting could change a value: most are of their type already.
    private func isOpen(_ value: Value, to type: SchemaType) -> Bool {
        switch (type, value) {
        case (.bool, _), (.long, _), (.string, _): false
        case (.entity, .entity), (.extension(.ipaddr), .ip), (.extension(.decimal), .decimal): false
        case (.extension(.datetime), .datetime), (.extension(.duration), .duration): false
        default: true
        }
    }

    private func entity(_ fields: Record, _ declared: Name) -> Value? {
        guard fields.fields.count == 2, case .string(let type) = fields["type"], case .string(let id) = fields["id"],
            let name = Name(normalized: type.text)
        else { return nil }
        let isDeclared = name == declared || (name.namespace == nil && qualified(name) == declared)
        return isDeclared ? .entity(EntityUID(type: declared, id: id)) : nil
    }

    private func qualified(_ name: Name) -> Name { namespace.map { Name(unchecked: "\($0)::\(name)") } ?? name }

    private func extensionValue(_ value: Value, _ kind: ExtensionType) -> Value? {
        switch (kind, value) {
        case (_, .string): return try? kind.constructor.apply(to: [value])
        case (.decimal, .long(let whole)): return Decimal(whole: whole).map { .decimal($0) }
        case (_, .record(let call)):
            guard call.fields.count == 2, case .string(let name) = call["fn"], let argument = call["arg"],
                let function = ExtensionFunction(rawValue: name.text), function == kind.constructor
            else { return nil }
            return try? function.apply(to: [argument])
        default: return nil
        }
    }
}
