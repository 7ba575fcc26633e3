import StrictJSON

/// What stands in `Value`: literals, and sets and records of them in Cedar's JSON form of data.
extension PolicyJSONReading {
    /// Reads a value.
    mutating func readValue(_ node: JSONNode, depth: Int) -> Expression? {
        guard depth <= PolicyParser.maximumNesting else {
            report(.nestingTooDeep(PolicyParser.maximumNesting), at: node)
            return nil
        }
        let kind: Expression.Kind?
        switch node.kind {
        case .null:
            report(.jsonNull, at: node)
            kind = nil
        case .bool: kind = node.bool.map { .literal(.bool($0)) }
        case .number:
            if node.integer == nil { report(.jsonNumber(node.numberText ?? ""), at: node) }
            kind = node.integer.map { .literal(.long($0)) }
        case .string: kind = node.string.map { .literal(.string(CedarString($0))) }
        case .array: kind = readValues(Array(node.elements), depth).map { .set($0) }
        case .object:
            let escape = ["__entity", "__extn", "__expr"].first { node[$0] != nil }
            kind = escape.map { readEscape(node, $0, depth) } ?? readRecordValue(node, depth)
        }
        return kind.map { Expression($0, node.span) }
    }

    private mutating func readValues(_ nodes: [JSONNode], _ depth: Int) -> [Expression]? {
        var values: [Expression] = []
        for node in nodes {
            if log.isFull { return nil }
            if let value = readValue(node, depth: depth + 1) { values.append(value) }
        }
        return values.count == nodes.count ? values : nil
    }

    private mutating func readRecordValue(_ node: JSONNode, _ depth: Int) -> Expression.Kind? {
        var fields: [RecordField] = []
        for member in node.members {
            if log.isFull { return nil }
            guard let value = readValue(member.value, depth: depth + 1) else { continue }
            fields.append(RecordField(key: CedarString(member.key), value: value))
        }
        return fields.count == node.count ? .record(fields) : nil
    }

    /// Reads an object that has one of the names of escapes.
    ///
    /// Nothing else may stand beside it.
    private mutating func readEscape(_ node: JSONNode, _ name: String, _ depth: Int) -> Expression.Kind? {
        guard node.count == 1, let body = node[name] else {
            report(.jsonEscape(name), at: node)
            return nil
        }
        switch name {
        case "__entity": return identity(body).map { .literal(.entity($0)) }
        case "__extn": return readExtensionEscape(body, depth)
        default:
            report(.jsonExpressionEscape, at: node)
            return nil
        }
    }

    /// Reads `{"fn", "arg"}` or `{"fn", "args"}`.
    private mutating func readExtensionEscape(_ node: JSONNode, _ depth: Int) -> Expression.Kind? {
        guard let members = members(of: node, "`__extn`", required: ["fn"], optional: ["arg", "args"]),
            let functionNode = members[0]
        else { return nil }
        let function: ExtensionFunction? = word(functionNode, "an extension function")
        let nodes: [JSONNode]
        switch (members[1], members[2]) {
        case (.some, .some(let list)):
            report(.jsonExcluded("args", by: "arg", of: "`__extn`"), at: list)
            return nil
        case (.some(let argument), nil): nodes = [argument]
        case (nil, .some(let list)):
            guard let elements = array(list, "`args`") else { return nil }
            nodes = Array(elements)
        case (nil, nil):
            report(.jsonMissing("arg", of: "`__extn`"), at: node)
            return nil
        }
        guard let arguments = readValues(nodes, depth), let function else { return nil }
        if function.isConstructor { return .call(function, arguments) }
        guard let base = arguments.first else {
            report(.jsonMethodWithoutReceiver(function.rawValue), at: node)
            return nil
        }
        let selector = Selector(.extensionMethod(function, Array(arguments.dropFirst())), node.span)
        return .member(base, [selector])
    }
}
