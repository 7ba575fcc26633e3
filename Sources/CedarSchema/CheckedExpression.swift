import CedarSyntax

/// The conditions of a policy, made ready for checking them in many request environments.
///
/// Nodes are numbered, and nodes that read the same apart from their places have the same *shape*, so that "this
/// attribute of this expression is there" is a comparison of numbers. Operators that the language defines by others
/// (`!=`, `>`, `>=`, `unless`) are written out.
struct CheckedExpression {
    /// An expression.
    struct Node {
        var kind: Kind
        var span: SourceSpan
        var shape: Int
    }

    /// What a node is.
    ///
    /// Numbers are positions in ``CheckedExpression/nodes``.
    enum Kind {
        case bool(Bool), long(Int64), string(CedarString), entity(EntityUID)
        case variable(Variable)
        case not(Int), negate(Int)
        case and([Int]), or([Int])
        case conditional(Int, then: Int, otherwise: Int)
        case equal(Int, Int), ordered(Int, Int), within(Int, Int)
        case sum([Int], isAddition: Bool), product([Int])
        case has(Int, [PathStep])
        case like(Int, Pattern)
        case isType(Int, Spanned<Name>, ancestor: Int?)
        case member(Int, [MemberStep])
        case call(ExtensionFunction, [Int])
        case set([Int])
        /// Fields in the order of their keys, in which they are evaluated.
        case record([(key: CedarString, value: Int)])
    }

    /// One attribute of `e has a.b.c`, with the shape of what it is an attribute of.
    struct PathStep {
        var attribute: CedarString
        var receiver: Int
    }

    /// One step behind a base, with the shape of what it is taken of.
    struct MemberStep {
        enum Kind {
            case attribute(CedarString)
            case method(CoreMethod, [Int])
            case extensionMethod(ExtensionFunction, [Int])
        }
        var kind: Kind
        var receiver: Int
        var span: SourceSpan
    }

    /// Which variables an expression mentions.
    struct Mentions {
        var principal = false
        var action = false
        var resource = false
        var context = false
    }

    fileprivate(set) var nodes: [Node] = []
    fileprivate(set) var mentions = Mentions()

    /// The node of each `when` and `unless` clause together; `nil` when there is no clause.
    private(set) var root: Int?

    /// Prepares the conditions of a policy.
    ///
    /// Time and memory are linear in them.
    init(_ conditions: [Condition]) {
        var lowering = ExpressionLowering()
        var clauses: [Int] = []
        for condition in conditions {
            let body = lowering.lower(condition.body)
            clauses.append(condition.kind == .when ? body : lowering.negated(body, condition.body.span))
        }
        let span = conditions.map(\.span).reduce(conditions.first?.span ?? SourceSpan(start: 0, end: 0)) {
            $0.union($1)
        }
        let root: Int? =
            switch clauses.count {
            case 0: nil
            case 1: clauses[0]
            default: lowering.add(.and(clauses), span, lowering.shapes.chain("&&", clauses.map(lowering.shape)))
            }
        self = lowering.result
        self.root = root
    }

    fileprivate init() {}
}

/// Makes nodes of expressions.
struct ExpressionLowering {
    fileprivate var result = CheckedExpression()
    fileprivate var shapes = ShapeTable()

    fileprivate func shape(_ node: Int) -> Int { result.nodes[node].shape }

    fileprivate mutating func add(_ kind: CheckedExpression.Kind, _ span: SourceSpan, _ shape: Int) -> Int {
        result.nodes.append(.init(kind: kind, span: span, shape: shape))
        return result.nodes.count - 1
    }

    fileprivate mutating func negated(_ node: Int, _ span: SourceSpan) -> Int {
        add(.not(node), span, shapes.number(.operation("!", [shape(node)])))
    }

    private mutating func lowerAll(_ expressions: [Expression]) -> [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(expressions.count)
        for expression in expressions { numbers.append(lower(expression)) }
        return numbers
    }

    /// The node of an expression.
    ///
    /// Recursion is bounded by the nesting that the parser allows.
    fileprivate mutating func lower(_ expression: Expression) -> Int {
        let span = expression.span
        switch expression.kind {
        case .literal(let literal): return lower(literal, span)
        case .variable(let variable):
            switch variable {
            case .principal: result.mentions.principal = true
            case .action: result.mentions.action = true
            case .resource: result.mentions.resource = true
            case .context: result.mentions.context = true
            }
            return add(.variable(variable), span, shapes.number(.variable(variable)))
        case .not(let operand): return negated(lower(operand), span)
        case .negate(let operand):
            let node = lower(operand)
            return add(.negate(node), span, shapes.number(.operation("-", [shape(node)])))
        case .and(let operands): return lowerChain(operands, span, "&&") { .and($0) }
        case .or(let operands): return lowerChain(operands, span, "||") { .or($0) }
        case .conditional(let condition, let then, let otherwise):
            let parts = lowerAll([condition, then, otherwise])
            let number = shapes.number(.operation("if", parts.map(shape)))
            return add(.conditional(parts[0], then: parts[1], otherwise: parts[2]), span, number)
        case .comparison(let comparison, let left, let right):
            return lower(comparison, lower(left), lower(right), span)
        case .sum(let first, let terms):
            var nodes = [lower(first)]
            var number = shape(nodes[0])
            for term in terms {
                let node = lower(term.operand)
                nodes.append(node)
                number = shapes.number(.operation(term.isSubtraction ? "sub" : "add", [number, shape(node)]))
            }
            let isAddition = terms.allSatisfy { !$0.isSubtraction }
            return add(.sum(nodes, isAddition: isAddition), span, number)
        case .product(let factors): return lowerChain(factors, span, "*") { .product($0) }
        case .has(let receiver, let path): return lowerHas(lower(receiver), path, span)
        case .like(let operand, let pattern):
            let node = lower(operand)
            return add(.like(node, pattern), span, shapes.number(.like(shape(node), pattern)))
        case .isType(let operand, let type, let ancestor):
            let node = lower(operand)
            var number = shapes.number(.isType(shape(node), type.value))
            guard let ancestor else { return add(.isType(node, type, ancestor: nil), span, number) }
            let ancestorNode = lower(ancestor)
            let membership = shapes.number(.operation("in", [shape(node), shape(ancestorNode)]))
            number = shapes.chain("&&", [number, membership])
            return add(.isType(node, type, ancestor: ancestorNode), span, number)
        case .member(let base, let selectors): return lowerMember(lower(base), selectors, span)
        case .call(let function, let arguments):
            let nodes = lowerAll(arguments)
            return add(.call(function, nodes), span, shapes.number(.call(function, nodes.map(shape))))
        case .set(let elements):
            let nodes = lowerAll(elements)
            return add(.set(nodes), span, shapes.number(.operation("[]", nodes.map(shape))))
        case .record(let fields):
            let sorted = fields.sorted { $0.key < $1.key }
            let nodes = lowerAll(sorted.map(\.value))
            let pairs = zip(sorted.map(\.key), nodes).map { (key: $0, value: $1) }
            return add(.record(pairs), span, shapes.number(.record(sorted.map(\.key), nodes.map(shape))))
        }
    }

    private mutating func lower(_ literal: Literal, _ span: SourceSpan) -> Int {
        switch literal {
        case .bool(let value): add(.bool(value), span, shapes.number(.bool(value)))
        case .long(let value): add(.long(value), span, shapes.number(.long(value)))
        case .string(let value): add(.string(value), span, shapes.number(.string(value)))
        case .entity(let uid): add(.entity(uid), span, shapes.number(.entity(uid)))
        }
    }

    private mutating func lowerChain(
        _ operands: [Expression], _ span: SourceSpan, _ name: String, _ kind: ([Int]) -> CheckedExpression.Kind
    ) -> Int {
        let nodes = lowerAll(operands)
        let number = shapes.chain(name, nodes.map(shape))
        // A chain of literals alone is a literal in all respects.
        if let value = shapes.literals[number] { return add(.bool(value), span, number) }
        return add(kind(nodes), span, number)
    }

    private mutating func lower(
        _ comparison: ComparisonOperator, _ left: Int, _ right: Int, _ span: SourceSpan
    ) -> Int {
        let operands = [shape(left), shape(right)]
        switch comparison {
        case .equal: return add(.equal(left, right), span, shapes.number(.operation("==", operands)))
        case .less: return add(.ordered(left, right), span, shapes.number(.operation("<", operands)))
        case .lessOrEqual: return add(.ordered(left, right), span, shapes.number(.operation("<=", operands)))
        case .within: return add(.within(left, right), span, shapes.number(.operation("in", operands)))
        case .notEqual: return negated(lower(.equal, left, right, span), span)
        case .greater: return negated(lower(.lessOrEqual, left, right, span), span)
        case .greaterOrEqual: return negated(lower(.less, left, right, span), span)
        }
    }

    private mutating func lowerHas(_ receiver: Int, _ path: [CedarString], _ span: SourceSpan) -> Int {
        var steps: [CheckedExpression.PathStep] = []
        var tests: [Int] = []
        var current = shape(receiver)
        for attribute in path {
            steps.append(.init(attribute: attribute, receiver: current))
            tests.append(shapes.number(.has(current, attribute)))
            current = shapes.number(.attribute(current, attribute))
        }
        return add(.has(receiver, steps), span, shapes.chain("&&", tests))
    }

    private mutating func lowerMember(_ base: Int, _ selectors: [Selector], _ span: SourceSpan) -> Int {
        var steps: [CheckedExpression.MemberStep] = []
        var current = shape(base)
        for selector in selectors {
            let receiver = current
            let kind: CheckedExpression.MemberStep.Kind
            switch selector.kind {
            case .attribute(let name):
                kind = .attribute(name)
                current = shapes.number(.attribute(receiver, name))
            case .method(let method, let arguments):
                let nodes = lowerAll(arguments)
                kind = .method(method, nodes)
                current = shapes.number(.operation(method.rawValue, [receiver] + nodes.map(shape)))
            case .extensionMethod(let function, let arguments):
                let nodes = lowerAll(arguments)
                kind = .extensionMethod(function, nodes)
                current = shapes.number(.call(function, [receiver] + nodes.map(shape)))
            }
            let end = max(selector.span.end, span.start)
            steps.append(.init(kind: kind, receiver: receiver, span: SourceSpan(start: span.start, end: end)))
        }
        return add(.member(base, steps), span, current)
    }
}

/// Numbers for expressions that read the same.
private struct ShapeTable {
    enum Shape: Hashable {
        case bool(Bool), long(Int64), string(CedarString), entity(EntityUID), variable(Variable)
        case operation(String, [Int])
        case attribute(Int, CedarString), has(Int, CedarString)
        case like(Int, Pattern)
        case isType(Int, Name)
        case call(ExtensionFunction, [Int])
        case record([CedarString], [Int])
    }

    private var numbers: [Shape: Int] = [:]

    /// The values of the shapes that are literals.
    private(set) var literals: [Int: Bool] = [:]

    mutating func number(_ shape: Shape) -> Int {
        if let number = numbers[shape] { return number }
        let number = numbers.count
        numbers[shape] = number
        if case .bool(let value) = shape { literals[number] = value }
        return number
    }

    /// The shape of a chain of one operator, which is that of its pairs from the left; `&&` and `||` of two literals
    /// are a literal, as in the reference.
    mutating func chain(_ name: String, _ shapes: [Int]) -> Int {
        var result = shapes[0]
        for next in shapes.dropFirst() {
            if name != "*", let left = literals[result], let right = literals[next] {
                result = number(.bool(name == "&&" ? left && right : left || right))
            } else {
                result = number(.operation(name, [result, next]))
            }
        }
        return result
    }
}
