import CedarModel
public import CedarSyntax
import StrictJSON

/// Reads values of declared types from JSON (Cedar documentation, "entities and context in JSON").
///
/// Where the schema expects an entity, `{"type", "id"}` will do without the escape `__entity`; where it expects an
/// extension value, the text will do without `__extn`. Errors point at the JSON value.
struct SchemaValueReader: Sendable {
    let schema: Schema
    private let values: ValueReader
    private let entities: EntityReader
    private let conformance: ValueConformance

    init(schema: Schema, dialect: ValueReader.Dialect) {
        self.schema = schema
        values = ValueReader(dialect)
        entities = EntityReader(dialect)
        conformance = ValueConformance(schema: schema, names: SchemaNames(schema))
    }

    /// Reads `{"type", "id"}`, in the escape `__entity` or without.
    func readUID(_ node: JSONNode) throws(ConformanceError) -> EntityUID {
        do {
            return try entities.readUID(node)
        } catch {
            throw ConformanceError(error)
        }
    }

    // MARK: - Records

    /// Reads an object whose members are the attributes of a closed record.
    ///
    /// `path` and `owner` are for messages.
    func readRecord(
        _ node: JSONNode, as type: RecordType, owner: String, path: String = ""
    ) throws(ConformanceError) -> Record {
        guard node.kind == .object else {
            let subject = path.isEmpty ? owner : "attribute `\(path)` of \(owner)"
            throw ConformanceError(.valueOfWrongType, "\(subject) must be an object", at: node)
        }
        var fields: [Record.Field] = []
        for member in node.members {
            if values.dialect == .exchange, member.value.isNull { continue }
            let name = CedarString(member.key)
            guard let attribute = type.attributes[name] else {
                throw ValueConformance.unexpected(name, path, owner, type).at(member.keyNode)
            }
            let inner = ValueConformance.path(path, name)
            fields.append(
                Record.Field(
                    key: name, value: try read(member.value, as: attribute.type, owner: owner, path: inner)))
        }
        let record = Record(fields)
        if let name = type.firstMissing(in: record) { throw ValueConformance.missing(name, path, owner).at(node) }
        return record
    }

    // MARK: - Values

    /// Reads a value of a type.
    ///
    /// Recursion is bounded by the nesting of the JSON text.
    func read(
        _ node: JSONNode, as type: SchemaType, owner: String, path: String
    ) throws(ConformanceError) -> Value {
        switch type {
        case .record(let record): return .record(try readRecord(node, as: record, owner: owner, path: path))
        case .set(let element):
            guard node.kind == .array else { throw mismatch(type, node, owner, path) }
            var elements: [Value] = []
            for child in node.elements {
                if values.dialect == .exchange, child.isNull { continue }
                elements.append(try read(child, as: element, owner: owner, path: path + "[]"))
            }
            return .set(ValueSet(elements))
        case .entity: return try readEntity(node, as: type, owner, path)
        case .extension(let kind): return try readExtension(node, kind, as: type, owner, path)
        case .bool, .long, .string: return try readPlain(node, as: type, owner, path)
        }
    }

    /// A value that needs no help of the schema to be read.
    private func readPlain(
        _ node: JSONNode, as type: SchemaType, _ owner: String, _ path: String
    ) throws(ConformanceError) -> Value {
        let value: Value
        do {
            value = try values.read(node)
        } catch {
            throw ConformanceError(error)
        }
        guard ValueConformance.isScalar(value, of: type) else { throw mismatch(type, node, owner, path) }
        return value
    }

    private func readEntity(
        _ node: JSONNode, as type: SchemaType, _ owner: String, _ path: String
    ) throws(ConformanceError) -> Value {
        guard node.kind == .object else { throw mismatch(type, node, owner, path) }
        let uid = try readUID(node)
        guard ValueConformance.isScalar(.entity(uid), of: type) else { throw mismatch(type, node, owner, path) }
        if let problem = conformance.enumerationProblem(of: uid) { throw problem.at(node) }
        return .entity(uid)
    }

    /// A text, a call `{"fn", "arg"}`, or a call in the escape `__extn`.
    private func readExtension(
        _ node: JSONNode, _ kind: ExtensionType, as type: SchemaType, _ owner: String, _ path: String
    ) throws(ConformanceError) -> Value {
        if let text = node.string {
            return try apply(kind.constructor, to: [.string(CedarString(text))], node)
        }
        guard node.kind == .object else { return try readPlain(node, as: type, owner, path) }
        let call = node["__extn"] ?? node
        guard let name = call["fn"]?.string, let function = ExtensionFunction(rawValue: name) else {
            return try readPlain(node, as: type, owner, path)
        }
        var arguments: [JSONNode] = []
        if let argument = call["arg"] {
            arguments = [argument]
        } else if let list = call["args"], list.kind == .array {
            arguments = Array(list.elements)
        } else {
            throw ConformanceError(.malformedData, "a call has the member `arg` or the array `args`", at: call)
        }
        guard arguments.count == function.argumentCount else {
            throw ConformanceError(.malformedData, "`\(name)` is called with a wrong number of arguments", at: call)
        }
        var operands: [Value] = []
        for (argument, parameter) in zip(arguments, function.parameterTypes) {
            operands.append(try read(argument, as: parameter, owner: owner, path: path))
        }
        let value = try apply(function, to: operands, node)
        guard ValueConformance.isScalar(value, of: type) else { throw mismatch(type, node, owner, path) }
        return value
    }

    private func apply(
        _ function: ExtensionFunction, to operands: [Value], _ node: JSONNode
    ) throws(ConformanceError) -> Value {
        do {
            return try function.apply(to: operands)
        } catch {
            throw ConformanceError(.malformedData, Typechecker.reason(of: error), at: node)
        }
    }

    private func mismatch(
        _ type: SchemaType, _ node: JSONNode, _ owner: String, _ path: String
    ) -> ConformanceError {
        let subject = path.isEmpty ? owner : "attribute `\(path)` of \(owner)"
        var help: String?
        if case .entity(let name) = type {
            help = "an entity is written `{\"type\": \"\(name.path.excerpt)\", \"id\": \"...\"}`"
        }
        return ConformanceError(
            .valueOfWrongType, "\(subject) must be `\(ValidationType(type))`, found \(node.kind.noun)", at: node,
            help: help)
    }
}

extension ConformanceError {
    /// The error with its place.
    func at(_ node: JSONNode) -> ConformanceError { ConformanceError(code, message, at: node, help: help) }
}

extension ExtensionType {
    /// The function that makes a value of a text.
    public var constructor: ExtensionFunction {
        switch self {
        case .ipaddr: .ip
        case .decimal: .decimal
        case .datetime: .datetime
        case .duration: .duration
        }
    }
}

extension JSONKind {
    /// The kind as messages name it.
    fileprivate var noun: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
