extension PolicyTextWriter {
    /// How tightly the outermost operator of an expression binds, from the loosest to the tightest.
    private enum Binding: Int, Comparable {
        case conditional, disjunction, conjunction, relation, sum, product, prefix, member

        static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }

        init(of expression: Expression) {
            switch expression.kind {
            case .conditional: self = .conditional
            case .or: self = .disjunction
            case .and: self = .conjunction
            case .comparison, .like, .isType: self = .relation
            case .has(_, let path): self = path.count > 1 && !PolicyTextWriter.isPlain(path) ? .conjunction : .relation
            case .sum: self = .sum
            case .product: self = .product
            case .not, .negate: self = .prefix
            case .literal(.long(let value)): self = value < 0 ? .prefix : .member
            case .literal, .variable, .member, .call, .set, .record: self = .member
            }
        }
    }

    /// Adds an expression.
    public mutating func write(_ expression: Expression) {
        switch expression.kind {
        case .literal(let literal): write(literal)
        case .variable(let variable): add(variable.rawValue)
        case .not, .negate: writePrefixes(expression)
        case .and(let operands): writeChain(operands, " && ", .conjunction)
        case .or(let operands): writeChain(operands, " || ", .disjunction)
        case .product(let factors): writeChain(factors, " * ", .product)
        case .sum(let first, let terms):
            write(first, atLeast: .sum)
            for term in terms {
                add(term.isSubtraction ? " - " : " + ")
                write(term.operand, atLeast: .product)
            }
        case .conditional(let condition, let then, let otherwise):
            add("if ")
            write(condition)
            add(" then ")
            write(then)
            add(" else ")
            write(otherwise)
        case .comparison(let comparison, let left, let right):
            write(left, atLeast: .sum)
            add(" " + comparison.rawValue + " ")
            write(right, atLeast: .sum)
        case .has(let target, let path): writeHas(target, path)
        case .like(let target, let pattern):
            write(target, atLeast: .sum)
            add(" like " + Self.quote(pattern))
        case .isType(let target, let type, let ancestor):
            write(target, atLeast: .sum)
            add(" is " + type.value.path)
            if let ancestor {
                add(" in ")
                write(ancestor, atLeast: .sum)
            }
        case .member(let base, let selectors):
            write(base, atLeast: .member)
            for selector in selectors { write(selector.kind) }
        case .call(let function, let arguments):
            add(function.rawValue)
            writeList(arguments, "(", ")")
        case .set(let elements): writeList(elements, "[", "]")
        case .record(let fields): write(fields)
        }
    }

    /// Adds an operand, in parentheses if it does not bind tightly enough.
    private mutating func write(_ expression: Expression, atLeast binding: Binding) {
        let isLoose = Binding(of: expression) < binding
        if isLoose { add("(") }
        write(expression)
        if isLoose { add(")") }
    }

    // MARK: Operators

    /// Adds a chain.
    ///
    /// Of its operands only the first may be a chain of the same operator.
    private mutating func writeChain(_ operands: [Expression], _ symbol: String, _ binding: Binding) {
        for (index, operand) in operands.enumerated() {
            if index > 0 { add(symbol) }
            let next = Binding(rawValue: binding.rawValue + 1) ?? .member
            write(operand, atLeast: index == 0 ? binding : next)
        }
    }

    /// Adds `!` and `-` with what they stand before.
    ///
    /// At most four of one kind may stand in a row, the `-` of a literal counts, and a `-` directly before a literal
    /// would become part of it.
    private mutating func writePrefixes(_ expression: Expression) {
        var isNegation = false
        var count = 0
        var operand = expression
        while count < 4 {
            switch operand.kind {
            case .not(let inner) where count == 0 || !isNegation:
                add("!")
                operand = inner
            case .negate(let inner) where count == 0 || isNegation:
                if count == 0 { isNegation = true }
                add("-")
                operand = inner
            default:
                writePrefixed(operand, isNegated: isNegation, count)
                return
            }
            count += 1
        }
        writePrefixed(operand, isNegated: isNegation, count)
    }

    private mutating func writePrefixed(_ operand: Expression, isNegated: Bool, _ count: Int) {
        if case .literal(.long(let value)) = operand.kind, isNegated, value >= 0 || count < 4 {
            if value < 0 { write(operand) } else { writeInParentheses(operand) }
        } else {
            write(operand, atLeast: .member)
        }
    }

    private mutating func writeInParentheses(_ expression: Expression) {
        add("(")
        write(expression)
        add(")")
    }

    /// Adds `has`.
    ///
    /// A path with an attribute that is no identifier is written out as the `&&` that it stands for.
    private mutating func writeHas(_ target: Expression, _ path: [CedarString]) {
        if path.count == 1 || Self.isPlain(path) {
            write(target, atLeast: .sum)
            add(" has ")
            add(path.count == 1 ? Self.key(path[0]) : path.map(\.text).joined(separator: "."))
            return
        }
        for index in path.indices {
            if index > 0 { add(" && ") }
            write(target, atLeast: index == 0 ? .sum : .member)
            for attribute in path[..<index] { write(.attribute(attribute)) }
            add(" has " + Self.key(path[index]))
        }
    }

    // MARK: Members, lists and literals

    private mutating func write(_ selector: Selector.Kind) {
        switch selector {
        case .attribute(let name):
            add(Self.isPlain(name) ? "." + name.text : "[" + StringLiteral.quote(name.text) + "]")
        case .method(let method, let arguments):
            add("." + method.rawValue)
            writeList(arguments, "(", ")")
        case .extensionMethod(let function, let arguments):
            add("." + function.rawValue)
            writeList(arguments, "(", ")")
        }
    }

    private mutating func writeList(_ elements: [Expression], _ opener: String, _ closer: String) {
        add(opener)
        for (index, element) in elements.enumerated() {
            if index > 0 { add(", ") }
            write(element)
        }
        add(closer)
    }

    private mutating func write(_ fields: [RecordField]) {
        add("{")
        for (index, field) in fields.enumerated() {
            add(index > 0 ? ", " : "")
            add(Self.key(field.key) + ": ")
            write(field.value)
        }
        add("}")
    }

    private mutating func write(_ literal: Literal) {
        switch literal {
        case .bool(let value): add(value ? "true" : "false")
        case .long(let value): add(String(value))
        case .string(let value): add(StringLiteral.quote(value.text))
        case .entity(let uid): add(uid.description)
        }
    }

    /// Whether an attribute can be written without quotes.
    private static func isPlain(_ attribute: CedarString) -> Bool {
        let text = attribute.text
        return Identifier.isWellFormed(text) && !Identifier.isReserved(text) && text != "__cedar"
    }

    private static func isPlain(_ path: [CedarString]) -> Bool { path.allSatisfy { isPlain($0) } }

    private static func key(_ attribute: CedarString) -> String {
        isPlain(attribute) ? attribute.text : StringLiteral.quote(attribute.text)
    }

    /// The string literal of a pattern, in which `*` as such is escaped.
    private static func quote(_ pattern: Pattern) -> String {
        var inside = ""
        for element in pattern.elements {
            switch element {
            case .wildcard: inside += "*"
            case .literal(let text):
                for scalar in StringLiteral.quote(text.text).unicodeScalars.dropFirst().dropLast() {
                    if scalar == "*" { inside += "\\" }
                    inside.unicodeScalars.append(scalar)
                }
            }
        }
        return "\"" + inside + "\""
    }
}
