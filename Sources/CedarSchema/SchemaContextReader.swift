public import CedarModel
public import CedarSyntax
public import StrictJSON

/// Reads the context of a request by the type that the schema gives it for the action.
public struct SchemaContextReader: Sendable {
    private let schema: Schema
    private let values: SchemaValueReader
    private let names: SchemaNames

    /// Makes a reader.
    public init(schema: Schema, dialect: ValueReader.Dialect = .strict) {
        self.schema = schema
        values = SchemaValueReader(schema: schema, dialect: dialect)
        names = SchemaNames(schema)
    }

    /// Reads an object.
    /// - Throws: ``ConformanceError`` with the place of the first mistake; ``DiagnosticCode/undeclaredAction`` when the
    ///   schema does not know the action.
    public func read(_ node: JSONNode, for action: EntityUID) throws(ConformanceError) -> Record {
        guard let declared = schema.actions[action] else {
            throw ConformanceError(
                .undeclaredAction, "the schema declares no action `\(action.excerpt)`",
                help: names.suggestion(for: action))
        }
        return try values.readRecord(node, as: declared.context, owner: "the context of `\(action.excerpt)`")
    }
}
