import CedarModel
import CedarSyntax

/// The first pass: from an expression as written to a ``Term``.
///
/// Folding is part of it. A subexpression is folded when it depends neither on the request nor on entities and has a
/// value; the reference evaluator computes it, so that folding cannot disagree with evaluation. One that has an error
/// is left as it is: the error belongs to the requests that reach it.
struct Lowering {
    /// For each subexpression in the order of the walk: how many it consists of, and whether it can be folded.
    private var shapes: [(size: Int, isConstant: Bool)] = []
    private var next = 0

    private static let evaluator = Evaluator(
        request: Request(principal: placeholder, action: placeholder, resource: placeholder), entities: .empty)
    private static let placeholder = EntityUID(type: Name(unchecked: "None"), id: "")

    /// Lowers an expression.
    static func lower(_ expression: Expression) -> Term {
        var lowering = Lowering()
        _ = lowering.survey(expression)
        return lowering.term(expression)
    }

    // MARK: - Which subexpressions are constant

    private mutating func survey(_ expression: Expression) -> Bool {
        let place = shapes.count
        shapes.append((1, false))
        var isConstant = Self.isPure(expression.kind)
        for child in Self.children(of: expression.kind) {
            // All children are surveyed, also those behind one that is not constant.
            if !survey(child) { isConstant = false }
        }
        shapes[place] = (shapes.count - place, isConstant)
        return isConstant
    }

    /// Whether the form depends on its operands alone.
    private static func isPure(_ kind: Expression.Kind) -> Bool {
        switch kind {
        case .variable, .has, .isType(_, _, ancestor: .some), .comparison(.within, _, _): false
        case .member(_, let selectors):
            selectors.allSatisfy { selector in
                switch selector.kind {
                case .attribute, .method(.getTag, _), .method(.hasTag, _): false
                case .method, .extensionMethod: true
                }
            }
        default: true
        }
    }

    /// The operands in the order in which lowering visits them.
    private static func children(of kind: Expression.Kind) -> [Expression] {
        switch kind {
        case .literal, .variable: []
        case .not(let operand), .negate(let operand), .has(let operand, _), .like(let operand, _): [operand]
        case .and(let operands), .or(let operands), .product(let operands), .call(_, let operands), .set(let operands):
            operands
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .comparison(_, let left, let right): [left, right]
        case .sum(let first, let terms): [first] + terms.map(\.operand)
        case .isType(let operand, _, let ancestor): [operand] + (ancestor.map { [$0] } ?? [])
        case .member(let base, let selectors):
            [base]
                + selectors.flatMap { selector in
                    switch selector.kind {
                    case .attribute: [Expression]()
                    case .method(_, let arguments), .extensionMethod(_, let arguments): arguments
                    }
                }
        case .record(let fields): Self.sorted(fields).map(\.value)
        }
    }

    /// The reference evaluates fields in the order of their keys.
    private static func sorted(_ fields: [RecordField]) -> [RecordField] { fields.sorted { $0.key < $1.key } }

    // MARK: - Terms

    private mutating func term(_ expression: Expression) -> Term {
        let shape = shapes[next]
        if shape.isConstant, let value = try? Self.evaluator.evaluate(expression) {
            next += shape.size
            return .constant(value)
        }
        next += 1
        switch expression.kind {
        case .literal(let literal): return .constant(Value(literal))
        case .variable(let variable): return .variable(variable)
        case .not(let operand): return .not(term(operand))
        case .negate(let operand): return .negate(term(operand))
        case .and(let operands): return .and(terms(operands))
        case .or(let operands): return .or(terms(operands))
        case .conditional(let condition, let then, let otherwise):
            let (condition, then, otherwise) = (term(condition), term(then), term(otherwise))
            return .conditional(condition: condition, then: then, otherwise: otherwise)
        case .comparison(let comparison, let left, let right):
            let (left, right) = (term(left), term(right))
            return Self.compare(comparison, left, right)
        case .sum(let first, let terms):
            let first = term(first)
            return .sum(first: first, terms.map { ($0.isSubtraction, term($0.operand)) })
        case .product(let factors): return .product(terms(factors))
        case .has(let base, let path): return .has(term(base), path)
        case .like(let operand, let pattern): return .like(term(operand), pattern)
        case .isType(let operand, let type, let ancestor):
            let operand = term(operand)
            guard let ancestor else { return .isType(operand, type.value) }
            return .isTypeWithin(operand, type.value, term(ancestor))
        case .member(let base, let selectors): return member(term(base), selectors)
        case .call(let function, let arguments): return .call(function, terms(arguments))
        case .set(let elements): return .set(terms(elements))
        case .record(let fields): return .record(Self.sorted(fields).map { ($0.key, term($0.value)) })
        }
    }

    private mutating func terms(_ expressions: [Expression]) -> [Term] { expressions.map { term($0) } }

    private static func compare(_ comparison: ComparisonOperator, _ left: Term, _ right: Term) -> Term {
        switch comparison {
        case .equal: .equal(left, right)
        case .notEqual: .not(.equal(left, right))
        case .less: .less(left, right, isSwapped: false)
        case .lessOrEqual: .not(.less(left, right, isSwapped: true))
        case .greater: .less(left, right, isSwapped: true)
        case .greaterOrEqual: .not(.less(left, right, isSwapped: false))
        case .within: .within(left, right)
        }
    }

    private mutating func member(_ base: Term, _ selectors: [Selector]) -> Term {
        .member(
            base,
            selectors.map { selector in
                switch selector.kind {
                case .attribute(let name): .attribute(name)
                case .method(let method, let arguments): .method(method, terms(arguments).first)
                case .extensionMethod(let function, let arguments): .call(function, terms(arguments))
                }
            })
    }
}
