import StrictJSON

/// Expressions.
///
/// `depth` is the number of steps from the root of the tree that is made to the node that is read.
extension PolicyJSONReading {
    /// Reads an expression.
    mutating func readExpression(_ node: JSONNode, depth: Int) -> Expression? {
        guard depth <= PolicyParser.maximumNesting else {
            report(.nestingTooDeep(PolicyParser.maximumNesting), at: node)
            return nil
        }
        guard let member = readOperator(node) else { return nil }
        let body = member.value
        let name = member.key
        let kind: Expression.Kind?
        switch name {
        case "Value": return readValue(body, depth: depth)
        case "Var":
            let variable: Variable? = word(body, "a variable")
            kind = variable.map { .variable($0) }
        case "Slot":
            report(.slotInCondition(body.string ?? "?"), at: node)
            return nil
        case "!": kind = readOperands(body, name, ["arg"], depth).map { .not($0[0]) }
        case "neg": kind = readOperands(body, name, ["arg"], depth).map { .negate($0[0]) }
        case "&&": kind = readChain(node, ["&&"], depth).map { .and([$0.first] + $0.rest.map(\.operand)) }
        case "||": kind = readChain(node, ["||"], depth).map { .or([$0.first] + $0.rest.map(\.operand)) }
        case "*": kind = readChain(node, ["*"], depth).map { .product([$0.first] + $0.rest.map(\.operand)) }
        case "+", "-":
            kind = readChain(node, ["+", "-"], depth).map { chain in
                .sum(
                    first: chain.first,
                    terms: chain.rest.map { SumTerm(isSubtraction: $0.symbol == "-", operand: $0.operand) })
            }
        case "if-then-else":
            kind = readOperands(body, name, ["if", "then", "else"], depth).map {
                .conditional(condition: $0[0], then: $0[1], otherwise: $0[2])
            }
        case "has": kind = readHas(body, depth)
        case "like": kind = readLike(body, depth)
        case "is": kind = readIs(body, depth)
        case "Set": kind = readArguments(body, "`Set`", depth).map { .set($0) }
        case "Record": kind = readRecord(body, depth)
        default: kind = readOther(node, member, depth)
        }
        return kind.map { Expression($0, node.span) }
    }

    /// Reads a comparison, a call or something with selectors.
    private mutating func readOther(_ node: JSONNode, _ member: JSONMember, _ depth: Int) -> Expression.Kind? {
        let name = member.key
        if let comparison = ComparisonOperator(rawValue: name) {
            return readOperands(member.value, name, ["left", "right"], depth).map {
                .comparison(comparison, $0[0], $0[1])
            }
        }
        if let function = ExtensionFunction(rawValue: name), function.isConstructor {
            return readArguments(member.value, "the argument list of `\(name)`", depth).map { .call(function, $0) }
        }
        if Self.isSelector(name) { return readMember(node, depth) }
        report(.jsonOperator(name, known: Self.operators), at: member.keyNode)
        return nil
    }

    private static let operators: [String] =
        [
            "Value", "Var", "!", "neg", "==", "!=", "in", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*", ".", "has",
            "like", "is", "if-then-else", "Set", "Record",
        ] + CoreMethod.allCases.map(\.rawValue) + ExtensionFunction.allCases.map(\.rawValue)

    // MARK: Operators

    /// The only member of an expression, whose name is the operator.
    private mutating func readOperator(_ node: JSONNode) -> JSONMember? {
        guard let members = object(node, "an expression") else { return nil }
        guard node.count == 1, let member = members.first(where: { _ in true }) else {
            report(.jsonOperatorCount(node.count), at: node)
            return nil
        }
        return member
    }

    /// The operator of an expression; `nil` for anything else.
    private func peekOperator(_ node: JSONNode) -> JSONMember? {
        guard node.kind == .object, node.count == 1 else { return nil }
        return node.members.first { _ in true }
    }

    /// Reads the operands of an operator by name.
    private mutating func readOperands(
        _ body: JSONNode, _ name: String, _ names: [String], _ depth: Int
    ) -> [Expression]? {
        guard let members = members(of: body, "`\(name)`", required: names) else { return nil }
        var operands: [Expression] = []
        for case .some(let member) in members {
            if let operand = readExpression(member, depth: depth + 1) { operands.append(operand) }
        }
        return operands.count == names.count ? operands : nil
    }

    /// Reads a chain of operators of one level.
    ///
    /// The left operands, which nest, are walked through without recursion.
    private mutating func readChain(
        _ node: JSONNode, _ symbols: [String], _ depth: Int
    ) -> (first: Expression, rest: [(symbol: String, operand: Expression)])? {
        var rights: [(symbol: String, node: JSONNode)] = []
        var current = node
        while let member = peekOperator(current), let symbol = symbols.first(where: { member.keyEquals($0) }) {
            guard let sides = members(of: member.value, "`\(symbol)`", required: ["left", "right"]),
                let left = sides[0], let right = sides[1]
            else { return nil }
            rights.append((symbol, right))
            current = left
        }
        let first = readExpression(current, depth: depth + 1)
        var rest: [(symbol: String, operand: Expression)] = []
        for (symbol, node) in rights.reversed() {
            if log.isFull { return nil }
            if let operand = readExpression(node, depth: depth + 1) { rest.append((symbol, operand)) }
        }
        guard let first, rest.count == rights.count else { return nil }
        return (first, rest)
    }

    private mutating func readArguments(_ body: JSONNode, _ what: String, _ depth: Int) -> [Expression]? {
        guard let elements = array(body, what) else { return nil }
        var arguments: [Expression] = []
        for element in elements {
            if log.isFull { return nil }
            if let argument = readExpression(element, depth: depth + 1) { arguments.append(argument) }
        }
        return arguments.count == body.count ? arguments : nil
    }

    private mutating func readRecord(_ body: JSONNode, _ depth: Int) -> Expression.Kind? {
        guard let members = object(body, "`Record`") else { return nil }
        var fields: [RecordField] = []
        for member in members {
            if log.isFull { return nil }
            guard let value = readExpression(member.value, depth: depth + 1) else { continue }
            fields.append(RecordField(key: CedarString(member.key), value: value))
        }
        return fields.count == body.count ? .record(fields) : nil
    }

    private mutating func readHas(_ body: JSONNode, _ depth: Int) -> Expression.Kind? {
        guard let members = members(of: body, "`has`", required: ["left", "attr"]),
            let left = members[0], let attribute = members[1]
        else { return nil }
        var path: [CedarString] = []
        if attribute.kind == .array {
            for element in attribute.elements {
                guard let name = text(element, "an attribute") else { return nil }
                path.append(CedarString(name))
            }
            if path.isEmpty { report(.jsonEmptyPath, at: attribute) }
        } else if let name = text(attribute, "`attr`") {
            path.append(CedarString(name))
        }
        guard let target = readExpression(left, depth: depth + 1), !path.isEmpty else { return nil }
        return .has(target, path: path)
    }

    private mutating func readLike(_ body: JSONNode, _ depth: Int) -> Expression.Kind? {
        guard let members = members(of: body, "`like`", required: ["left", "pattern"]),
            let left = members[0], let patternNode = members[1]
        else { return nil }
        let target = readExpression(left, depth: depth + 1)
        guard let pattern = readPattern(patternNode), let target else { return nil }
        return .like(target, pattern)
    }

    private mutating func readPattern(_ node: JSONNode) -> Pattern? {
        guard let pieces = array(node, "`pattern`") else { return nil }
        var elements: [Pattern.Element] = []
        var literal = ""
        func endLiteral() {
            if !literal.isEmpty { elements.append(.literal(CedarString(literal))) }
            literal = ""
        }
        for piece in pieces {
            if piece.stringEquals("Wildcard") {
                endLiteral()
                elements.append(.wildcard)
            } else if let text = piece.string {
                report(.jsonWord(text, as: "a piece of a pattern", known: ["Wildcard"]), at: piece)
                return nil
            } else {
                guard let members = members(of: piece, "a piece of a pattern", required: ["Literal"]),
                    let text = members[0].flatMap({ text($0, "`Literal`") })
                else { return nil }
                literal.unicodeScalars.append(contentsOf: text.unicodeScalars)
            }
        }
        endLiteral()
        return Pattern(elements: elements)
    }

    private mutating func readIs(_ body: JSONNode, _ depth: Int) -> Expression.Kind? {
        guard let members = members(of: body, "`is`", required: ["left", "entity_type"], optional: ["in"]),
            let left = members[0], let typeNode = members[1]
        else { return nil }
        let target = readExpression(left, depth: depth + 1)
        let type = typeName(typeNode)
        var ancestor: Expression?
        if let node = members[2], !node.isNull {
            ancestor = readExpression(node, depth: depth + 1)
            if ancestor == nil { return nil }
        }
        guard let target, let type else { return nil }
        return .isType(target, type, ancestor: ancestor)
    }

    // MARK: Selectors

    private static func isSelector(_ name: String) -> Bool {
        name == "." || CoreMethod(rawValue: name) != nil
            || ExtensionFunction(rawValue: name).map { !$0.isConstructor } ?? false
    }

    /// What stands behind a base: the selector with its arguments still to be read.
    private enum Step {
        case attribute(CedarString)
        case method(CoreMethod, JSONNode?)
        case extensionMethod(ExtensionFunction, [JSONNode])
    }

    /// Reads a base with selectors.
    ///
    /// The bases, which nest, are walked through without recursion.
    private mutating func readMember(_ node: JSONNode, _ depth: Int) -> Expression.Kind? {
        var steps: [(step: Step, span: SourceSpan)] = []
        var current = node
        while let member = peekOperator(current), Self.isSelector(member.key) {
            guard let (step, base) = readStep(member) else { return nil }
            steps.append((step, current.span))
            current = base
        }
        let base = readExpression(current, depth: depth + 1)
        var selectors: [Selector] = []
        for (step, span) in steps.reversed() {
            if log.isFull { return nil }
            switch step {
            case .attribute(let name): selectors.append(Selector(.attribute(name), span))
            case .method(let method, let argument):
                let arguments = argument.map { [$0] } ?? []
                let read = arguments.compactMap { readExpression($0, depth: depth + 1) }
                if read.count == arguments.count { selectors.append(Selector(.method(method, read), span)) }
            case .extensionMethod(let function, let arguments):
                let read = arguments.compactMap { readExpression($0, depth: depth + 1) }
                if read.count == arguments.count { selectors.append(Selector(.extensionMethod(function, read), span)) }
            }
        }
        guard let base, selectors.count == steps.count else { return nil }
        return .member(base, selectors)
    }

    /// Takes a selector apart into what it selects and the node of its base.
    private mutating func readStep(_ member: JSONMember) -> (step: Step, base: JSONNode)? {
        let name = member.key
        if let method = CoreMethod(rawValue: name) {
            let required = method.argumentCount == 0 ? ["arg"] : ["left", "right"]
            guard let operands = members(of: member.value, "`\(name)`", required: required), let base = operands[0]
            else { return nil }
            return (.method(method, operands.count > 1 ? operands[1] : nil), base)
        }
        if let function = ExtensionFunction(rawValue: name) {
            guard let elements = array(member.value, "the argument list of `\(name)`") else { return nil }
            let arguments = Array(elements)
            guard let base = arguments.first else {
                report(.jsonMethodWithoutReceiver(name), at: member.value)
                return nil
            }
            return (.extensionMethod(function, Array(arguments.dropFirst())), base)
        }
        guard let operands = members(of: member.value, "`.`", required: ["left", "attr"]),
            let base = operands[0], let attribute = operands[1].flatMap({ text($0, "`attr`") })
        else { return nil }
        return (.attribute(CedarString(attribute)), base)
    }
}
