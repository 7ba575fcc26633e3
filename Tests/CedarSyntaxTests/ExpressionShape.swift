@testable import CedarSyntax

/// The shape of an expression as an S-expression, for comparing trees in tests.
func shape(_ expression: Expression) -> String {
    func list(_ name: String, _ parts: [String]) -> String {
        "(" + ([name] + parts).joined(separator: " ") + ")"
    }
    switch expression.kind {
    case .literal(.bool(let value)): return String(value)
    case .literal(.long(let value)): return String(value)
    case .literal(.string(let value)): return StringLiteral.quote(value.text)
    case .literal(.entity(let uid)): return uid.description
    case .variable(let variable): return variable.rawValue
    case .not(let operand): return list("!", [shape(operand)])
    case .negate(let operand): return list("neg", [shape(operand)])
    case .and(let operands): return list("&&", operands.map(shape))
    case .or(let operands): return list("||", operands.map(shape))
    case .conditional(let condition, let then, let otherwise):
        return list("if", [shape(condition), shape(then), shape(otherwise)])
    case .comparison(let comparison, let left, let right):
        return list(comparison.rawValue, [shape(left), shape(right)])
    case .sum(let first, let terms):
        return list("sum", [shape(first)] + terms.flatMap { [$0.isSubtraction ? "-" : "+", shape($0.operand)] })
    case .product(let factors): return list("*", factors.map(shape))
    case .has(let operand, let path):
        return list("has", [shape(operand)] + path.map { StringLiteral.quote($0.text) })
    case .like(let operand, let pattern):
        let pieces = pattern.elements.map { element in
            switch element {
            case .wildcard: "*"
            case .literal(let text): StringLiteral.quote(text.text)
            }
        }
        return list("like", [shape(operand)] + pieces)
    case .isType(let operand, let type, let ancestor):
        return list("is", [shape(operand), type.value.path] + (ancestor.map { ["in", shape($0)] } ?? []))
    case .member(let base, let selectors):
        return list(
            "member",
            [shape(base)]
                + selectors.map { selector in
                    switch selector.kind {
                    case .attribute(let name): "." + StringLiteral.quote(name.text)
                    case .method(let method, let arguments): list("." + method.rawValue, arguments.map(shape))
                    case .extensionMethod(let function, let arguments):
                        list("." + function.rawValue, arguments.map(shape))
                    }
                })
    case .call(let function, let arguments): return list(function.rawValue, arguments.map(shape))
    case .set(let elements): return list("set", elements.map(shape))
    case .record(let fields):
        return list("record", fields.map { StringLiteral.quote($0.key.text) + ":" + shape($0.value) })
    }
}
