public import CedarModel
public import CedarSyntax

/// Fits requests to a schema, as they come from callers who write JSON and do not know Cedar's types.
///
/// Values are converted to the types that the schema declares, then the request is checked. Entities of the request are
/// checked as they will be seen, with what is stored about them.
public struct RequestFitter: Sendable {
    /// The schema.
    public let schema: Schema

    private let names: SchemaNames
    private let values: ValueFitting
    private let requests: RequestValidator
    private let entities: EntityValidator

    /// Makes a fitter; plain names of entity types are understood in the namespace.
    public init(schema: Schema, namespace: Name?) {
        self.schema = schema
        names = SchemaNames(schema)
        values = ValueFitting(namespace: namespace)
        requests = RequestValidator(schema: schema)
        entities = EntityValidator(schema: schema)
    }

    /// The context of an action with its values converted; as it is when the schema does not know the action.
    public func fit(context: Record, of action: EntityUID) -> Record {
        guard let declared = schema.actions[action] else { return context }
        return values.fit(context, to: declared.context)
    }

    /// The attributes of an entity with their values converted; as they are when the schema does not know its type.
    public func fit(attributes: Record, of type: Name) -> Record {
        guard let declared = schema.entityTypes[type] else { return attributes }
        return values.fit(attributes, to: declared.attributes)
    }

    /// The part of a context value that an action's context declares; `nil` when it declares nothing of the name.
    ///
    /// This is for values that a server sets for every action: policies that were checked against the schema cannot
    /// read more than it declares.
    public func cut(_ value: Value, named name: CedarString, for action: EntityUID) -> Value? {
        guard let declared = schema.actions[action]?.context.attributes[name] else { return nil }
        return Self.cut(value, to: declared.type)
    }

    /// A record with its values converted to the types that a record type declares.
    public func fit(_ record: Record, to type: RecordType) -> Record { values.fit(record, to: type) }

    /// The first thing that is wrong with a record, which is named `owner` in messages; `nil` when it conforms.
    public func problem(of record: Record, as type: RecordType, owner: String) -> ConformanceError? {
        ValueConformance(schema: schema, names: names).problem(of: record, as: type, owner: owner)
    }

    /// The first thing that is wrong with a request or an entity of it; `nil` when all conform.
    public func problem(of request: Request, entities own: [Entity]) -> ConformanceError? {
        if let problem = requests.problems(of: request).first { return problem }
        for entity in own {
            if let problem = entities.problems(of: entity).first { return problem }
        }
        return nil
    }

    /// The part of a value that a type declares, members of members included.
    public static func cut(_ value: Value, to type: SchemaType) -> Value {
        guard case .record(let fields) = value, case .record(let declared) = type else { return value }
        return .record(
            Record(
                fields.fields.compactMap { field in
                    declared.attributes[field.key].map {
                        Record.Field(key: field.key, value: cut(field.value, to: $0.type))
                    }
                }))
    }
}
