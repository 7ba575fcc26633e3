import CedarSyntax
public import StrictJSON

/// Reads Cedar values from JSON without a schema (Cedar documentation, "entities and context in JSON").
///
/// Booleans, 64-bit integers, strings, arrays (sets) and objects (records) stand for themselves;
/// `{"__entity": {"type", "id"}}` and `{"__extn": {"fn", "arg"}}` for entity references and extension values.
public struct ValueReader: Sendable {
    /// How to treat what has no clear Cedar form.
    public enum Dialect: Sendable {
        /// As the reference implementation: a malformed escape object is a plain record.
        case reference
        /// As the reference, but a malformed escape object is an error: it is a mistake that would otherwise change
        /// decisions silently. Used for bundles and for the native API.
        case strict
        /// For properties that arbitrary clients send: `null` is absent, a number that is not an integer becomes a
        /// decimal when four fractional digits hold it exactly, and what cannot be represented is
        /// ``Value/unreadable(_:)`` rather than an error of the call.
        case exchange
    }

    /// The dialect.
    public let dialect: Dialect

    /// Makes a reader.
    public init(_ dialect: Dialect) {
        self.dialect = dialect
    }

    /// Reads a record, as the attributes of an entity or a context are.
    /// - Throws: ``DataError``.
    public func readRecord(_ node: JSONNode, what: String) throws(DataError) -> Record {
        guard node.kind == .object else { throw node.error(.wrongType, "\(what) must be an object") }
        if dialect == .strict, let (key, _) = Self.escape(in: node) {
            throw node.error(.malformedEscape, "\(what) must be a plain object, without `\(key)`")
        }
        return try readFields(node)
    }

    /// Reads a value.
    /// - Throws: ``DataError``.
    public func read(_ node: JSONNode) throws(DataError) -> Value {
        switch node.kind {
        case .null:
            if dialect == .exchange { return unreadable("a null has no value") }
            throw node.error(.null, "`null` is not a Cedar value; leave the attribute out")
        case .bool: return .bool(node.bool ?? false)
        case .number: return try readNumber(node)
        case .string: return .string(CedarString(node.string ?? ""))
        case .array:
            var elements: [Value] = []
            for element in node.elements {
                if dialect == .exchange, element.isNull { continue }
                elements.append(try read(element))
            }
            return .set(ValueSet(elements))
        case .object:
            guard let (key, content) = Self.escape(in: node) else { return .record(try readFields(node)) }
            return try readEscape(key, content, in: node)
        }
    }

    private func readFields(_ node: JSONNode) throws(DataError) -> Record {
        var fields: [Record.Field] = []
        for member in node.members {
            if dialect == .exchange, member.value.isNull { continue }
            fields.append(Record.Field(key: CedarString(member.key), value: try read(member.value)))
        }
        return Record(fields)
    }

    private func readNumber(_ node: JSONNode) throws(DataError) -> Value {
        if let integer = node.integer { return .long(integer) }
        guard dialect == .exchange else {
            let fact = node.isIntegerLiteral ? "the number does not fit 64 bits" : "the number is not an integer"
            throw node.error(.notAnInteger, "\(fact); Cedar has only integers, and decimals as `__extn`")
        }
        guard let text = node.numberText, let decimal = Decimal(exactly: text) else {
            return unreadable("the number has no exact Cedar form: an integer of 64 bits or four fractional digits")
        }
        return .decimal(decimal)
    }

    // MARK: - Escapes

    /// The first reserved member of an object.
    private static func escape(in node: JSONNode) -> (key: String, content: JSONNode)? {
        for key in ["__entity", "__extn", "__expr"] {
            if let content = node[key] { return (key, content) }
        }
        return nil
    }

    private func readEscape(_ key: String, _ content: JSONNode, in node: JSONNode) throws(DataError) -> Value {
        guard node.count == 1 else { return try malformed(node, "`\(key)` must be the only member of its object") }
        switch key {
        case "__entity": return try readEntityEscape(content, in: node)
        case "__extn": return try readExtensionEscape(content, in: node)
        default:
            let message = "`__expr` is not supported; write `__entity` or `__extn`"
            if content.kind != .string { return try malformed(node, message) }
            return try invalid(node, .malformedEscape, message)
        }
    }

    private func readEntityEscape(_ reference: JSONNode, in node: JSONNode) throws(DataError) -> Value {
        guard reference.kind == .object, let type = reference["type"]?.string, let id = reference["id"]?.string else {
            return try malformed(node, "`__entity` must be an object with the strings `type` and `id`")
        }
        guard let name = Name(normalized: type) else {
            return try invalid(reference, .invalidName, "`\(type.excerpt)` is not an entity type")
        }
        return .entity(EntityUID(type: name, id: CedarString(id)))
    }

    private func readExtensionEscape(_ call: JSONNode, in node: JSONNode) throws(DataError) -> Value {
        let shape = "`__extn` must be an object with the string `fn` and `arg` or the array `args`"
        guard call.kind == .object, let functionName = call["fn"]?.string else { return try malformed(node, shape) }
        var arguments: [Value] = []
        if let argument = call["arg"] {
            arguments = [try read(argument)]
        } else if let list = call["args"], list.kind == .array {
            for element in list.elements { arguments.append(try read(element)) }
        } else {
            return try malformed(node, shape)
        }
        guard let function = ExtensionFunction(rawValue: functionName) else {
            return try invalid(call, .invalidExtension, "`\(functionName.excerpt)` is not an extension function")
        }
        do {
            return try function.apply(to: arguments)
        } catch {
            return try invalid(call, .invalidExtension, "\(error)")
        }
    }

    /// A malformed escape: a record to the reference, an error to us, unreadable when it comes from any client.
    private func malformed(_ node: JSONNode, _ message: String) throws(DataError) -> Value {
        if dialect == .reference { return .record(try readFields(node)) }
        return try invalid(node, .malformedEscape, message)
    }

    /// A value that even the reference refuses.
    private func invalid(_ node: JSONNode, _ code: DataError.Code, _ message: String) throws(DataError) -> Value {
        if dialect == .exchange { return unreadable(message) }
        throw node.error(code, message)
    }

    private func unreadable(_ reason: String) -> Value { .unreadable(UnreadableValue(reason: reason)) }
}

extension JSONNode {
    /// A data error at this value.
    func error(_ code: DataError.Code, _ message: String) -> DataError {
        DataError(code: code, message: message, path: path, start: start, end: end)
    }
}
