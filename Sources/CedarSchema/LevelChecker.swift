import CedarModel
import CedarSyntax

/// Measures how far from the request a policy reads entity data (Cedar RFC 76).
///
/// Reading an attribute or tag of the principal, the action or the resource, or asking for its ancestors, is level 1;
/// doing so with an entity found there is level 2, and so on. Entities written out may not be read at all, because
/// nobody knows from the request that they are needed. Follows a check by the typechecker in one environment, and
/// leaves out what never runs there.
struct LevelChecker {
    let expression: CheckedExpression
    let trace: TypeTrace
    let action: EntityUID
    let level: Int
    private(set) var findings: [TypeFinding] = []

    init(_ expression: CheckedExpression, _ trace: TypeTrace, action: EntityUID, level: Int) {
        self.expression = expression
        self.trace = trace
        self.action = action
        self.level = level
    }

    /// Checks the conditions.
    mutating func check() {
        if let root = expression.root { check(root) }
    }

    // MARK: - Expressions

    private mutating func checkAll(_ nodes: some Sequence<Int>) {
        for node in nodes { check(node) }
    }

    private mutating func check(_ node: Int) {
        let span = expression.nodes[node].span
        switch expression.nodes[node].kind {
        case .bool, .long, .string, .entity, .variable: break
        case .not(let operand), .negate(let operand), .like(let operand, _): check(operand)
        case .and(let operands), .or(let operands): checkAll(operands.prefix(trace.branch[node] + 1))
        case .conditional(let condition, let then, let otherwise):
            check(condition)
            if trace.branch[node] != 2 { check(then) }
            if trace.branch[node] != 1 { check(otherwise) }
        case .equal(let left, let right), .ordered(let left, let right): checkAll([left, right])
        case .within(let left, let right):
            limit(distance(to: left, []), span)
            check(right)
        case .sum(let operands, _), .product(let operands), .call(_, let operands), .set(let operands):
            checkAll(operands)
        case .record(let fields): checkAll(fields.map(\.value))
        case .isType(let operand, _, let ancestor):
            check(operand)
            if let ancestor, trace.branch[node] == 1 {
                limit(distance(to: operand, []), span)
                check(ancestor)
            }
        case .has(let receiver, let path):
            // The last attribute that is looked for is the furthest.
            let receivers = trace.receivers[node] ?? []
            let steps = path.prefix(receivers.count).map { CheckedExpression.MemberStep($0, span) }
            check(receiver, steps, receivers, span)
        case .member(let base, let steps): check(base, steps, trace.receivers[node] ?? [], span)
        }
    }

    /// A member chain, from its end: the last dereference counts those before it.
    private mutating func check(
        _ base: Int, _ steps: [CheckedExpression.MemberStep], _ receivers: [Bool], _ span: SourceSpan
    ) {
        for index in steps.indices.reversed() {
            switch steps[index].kind {
            case .attribute:
                guard receivers.indices.contains(index), receivers[index] else { continue }
                limit(distance(to: base, steps[..<index], receivers, []), steps[index].span)
                return
            case .method(.hasTag, let arguments), .method(.getTag, let arguments):
                limit(distance(to: base, steps[..<index], receivers, []), steps[index].span)
                checkAll(arguments)
                return
            case .method(_, let arguments), .extensionMethod(_, let arguments): checkAll(arguments)
            }
        }
        check(base)
    }

    private mutating func limit(_ distance: Int, _ span: SourceSpan) {
        guard distance >= level else { return }
        findings.append(
            TypeFinding(
                code: .levelExceeded, span: span,
                message: "this reads entity data of level \(distance + 1), but only level \(level) is allowed"))
    }

    // MARK: - Distances

    /// How many dereferences lie between the request and an entity.
    ///
    /// The path holds the attributes that are then taken of the value, the next one last, so that of a record written
    /// out only the field that is meant counts.
    private mutating func distance(to node: Int, _ path: [CedarString]) -> Int {
        switch expression.nodes[node].kind {
        case .variable: return 0
        case .entity(let uid):
            // The action of the request may be written out as well.
            if uid != action {
                findings.append(
                    TypeFinding(
                        code: .literalDereferenced, span: expression.nodes[node].span,
                        message: "the data of `\(uid.excerpt)` is not part of any request at a limited level",
                        help: "reach the entity from the principal, the resource or the context"))
            }
            return 0
        case .conditional(let condition, let then, let otherwise):
            check(condition)
            let first = trace.branch[node] == 2 ? 0 : distance(to: then, path)
            let second = trace.branch[node] == 1 ? 0 : distance(to: otherwise, path)
            return max(first, second)
        case .member(let base, let steps):
            return distance(to: base, steps[...], trace.receivers[node] ?? [], path)
        case .record(let fields):
            var path = path
            let taken = path.popLast()
            var result = 0
            for field in fields {
                if field.key == taken { result = distance(to: field.value, path) } else { check(field.value) }
            }
            return result
        default:
            check(node)
            return 0
        }
    }

    private mutating func distance(
        to base: Int, _ steps: ArraySlice<CheckedExpression.MemberStep>, _ receivers: [Bool], _ path: [CedarString]
    ) -> Int {
        var path = path
        var dereferences = 0
        for index in steps.indices.reversed() {
            switch steps[index].kind {
            case .attribute(let name):
                if receivers.indices.contains(index), receivers[index] { dereferences += 1 } else { path.append(name) }
            case .method(let method, let arguments):
                checkAll(arguments)
                if method == .getTag { dereferences += 1 }
            case .extensionMethod(_, let arguments): checkAll(arguments)
            }
        }
        return distance(to: base, path) + dereferences
    }
}

extension CheckedExpression.MemberStep {
    /// A step of `has` as the attribute access that it guards.
    fileprivate init(_ step: CheckedExpression.PathStep, _ span: SourceSpan) {
        self.init(kind: .attribute(step.attribute), receiver: step.receiver, span: span)
    }
}
