public import StrictJSON

/// The JSON policy format of Cedar 4.12: writing expressions.
extension JSONWriter {
    /// How long the path of `has` may be to be written as the `&&` that it stands for, as the reference does.
    ///
    /// The length of that grows with the square of the path; longer paths are written as an array, which can be read
    /// too.
    private static let longestExpandedPath = 16

    /// Writes an expression.
    ///
    /// Chains become left-deep objects, which are written without recursion; otherwise the recursion is as deep as the
    /// tree.
    public mutating func expression(_ expression: Expression) {
        switch expression.kind {
        case .literal(let literal): self.literal(literal)
        case .variable(let variable): wrap("Var") { $0.string(variable.rawValue) }
        case .not(let operand): unary("!", operand)
        case .negate(let operand): unary("neg", operand)
        case .and(let operands): chain(operands) { _ in "&&" }
        case .or(let operands): chain(operands) { _ in "||" }
        case .product(let factors): chain(factors) { _ in "*" }
        case .sum(let first, let terms):
            chain([first] + terms.map(\.operand)) { terms[$0 - 1].isSubtraction ? "-" : "+" }
        case .conditional(let condition, let then, let otherwise):
            operation("if-then-else", [("if", condition), ("then", then), ("else", otherwise)])
        case .comparison(let comparison, let left, let right):
            operation(comparison.rawValue, [("left", left), ("right", right)])
        case .has(let target, let path): has(target, path)
        case .like(let target, let pattern): like(target, pattern)
        case .isType(let target, let type, let ancestor):
            wrap("is") {
                $0.beginObject()
                $0.key("left")
                $0.expression(target)
                $0.key("entity_type")
                $0.string(type.value.path)
                if let ancestor {
                    $0.key("in")
                    $0.expression(ancestor)
                }
                $0.endObject()
            }
        case .member(let base, let selectors): member(base, selectors.map(\.kind))
        case .call(let function, let arguments): wrap(function.rawValue) { $0.array(arguments) }
        case .set(let elements): wrap("Set") { $0.array(elements) }
        case .record(let fields):
            wrap("Record") {
                $0.beginObject()
                for field in fields.sorted(by: { $0.key < $1.key }) {
                    $0.key(field.key.text)
                    $0.expression(field.value)
                }
                $0.endObject()
            }
        }
    }

    // MARK: Parts

    /// Writes an object with one member.
    private mutating func wrap(_ name: String, _ body: (inout JSONWriter) -> Void) {
        beginObject()
        key(name)
        body(&self)
        endObject()
    }

    private mutating func literal(_ literal: Literal) {
        wrap("Value") {
            switch literal {
            case .bool(let value): $0.bool(value)
            case .long(let value): $0.integer(value)
            case .string(let value): $0.string(value.text)
            case .entity(let uid): $0.escape(uid)
            }
        }
    }

    private mutating func array(_ elements: [Expression]) {
        beginArray()
        for element in elements { expression(element) }
        endArray()
    }

    private mutating func operation(_ name: String, _ operands: [(String, Expression)]) {
        wrap(name) {
            $0.beginObject()
            for (key, operand) in operands {
                $0.key(key)
                $0.expression(operand)
            }
            $0.endObject()
        }
    }

    private mutating func unary(_ name: String, _ operand: Expression) {
        operation(name, [("arg", operand)])
    }

    /// Writes operands with the operator before each of them but the first.
    private mutating func chain(_ operands: [Expression], _ symbol: (Int) -> String) {
        for index in operands.indices.dropFirst().reversed() {
            beginObject()
            key(symbol(index))
            beginObject()
            key("left")
        }
        for (index, operand) in operands.enumerated() {
            if index > 0 { key("right") }
            expression(operand)
            if index > 0 {
                endObject()
                endObject()
            }
        }
    }

    // MARK: Selectors

    private mutating func member(_ base: Expression, _ selectors: [Selector.Kind]) {
        for selector in selectors.reversed() {
            beginObject()
            switch selector {
            case .attribute:
                key(".")
                beginObject()
                key("left")
            case .method(let method, _):
                key(method.rawValue)
                beginObject()
                key(method.argumentCount == 0 ? "arg" : "left")
            case .extensionMethod(let function, _):
                key(function.rawValue)
                beginArray()
            }
        }
        expression(base)
        for selector in selectors {
            switch selector {
            case .attribute(let name):
                key("attr")
                string(name.text)
                endObject()
            case .method(_, let arguments):
                if let argument = arguments.first {
                    key("right")
                    expression(argument)
                }
                endObject()
            case .extensionMethod(_, let arguments):
                for argument in arguments { expression(argument) }
                endArray()
            }
            endObject()
        }
    }

    /// Writes `has`.
    ///
    /// A path of several attributes is an abbreviation, which is written out.
    private mutating func has(_ target: Expression, _ path: [CedarString]) {
        guard path.count > 1, path.count <= Self.longestExpandedPath else {
            test(target, []) {
                if path.count == 1 {
                    $0.string(path[0].text)
                } else {
                    $0.beginArray()
                    for attribute in path { $0.string(attribute.text) }
                    $0.endArray()
                }
            }
            return
        }
        for _ in path.dropFirst() {
            beginObject()
            key("&&")
            beginObject()
            key("left")
        }
        for (index, attribute) in path.enumerated() {
            if index > 0 { key("right") }
            test(target, path[..<index]) { $0.string(attribute.text) }
            if index > 0 {
                endObject()
                endObject()
            }
        }
    }

    /// Writes `{"has": {"left", "attr"}}`, where the left side is a target with some attributes.
    private mutating func test(
        _ target: Expression, _ prefix: ArraySlice<CedarString>, _ attribute: (inout JSONWriter) -> Void
    ) {
        wrap("has") {
            $0.beginObject()
            $0.key("left")
            $0.member(target, prefix.map { .attribute($0) })
            $0.key("attr")
            attribute(&$0)
            $0.endObject()
        }
    }

    /// Writes `like`.
    ///
    /// Each scalar of the pattern is an element of its own, as in the reference.
    private mutating func like(_ target: Expression, _ pattern: Pattern) {
        wrap("like") {
            $0.beginObject()
            $0.key("left")
            $0.expression(target)
            $0.key("pattern")
            $0.beginArray()
            for element in pattern.elements {
                switch element {
                case .wildcard: $0.string("Wildcard")
                case .literal(let text):
                    for scalar in text.text.unicodeScalars {
                        $0.wrap("Literal") { $0.string(String(scalar)) }
                    }
                }
            }
            $0.endArray()
            $0.endObject()
        }
    }
}
