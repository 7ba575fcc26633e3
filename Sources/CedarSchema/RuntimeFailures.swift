import CedarModel
import CedarSyntax

/// Finds what can fail when conditions are evaluated, as ``PolicyLinter`` describes it.
///
/// Follows the order of evaluation and keeps what is known at each place: what the operands before it established by
/// being true or by being false, and what was read before without failing. Finds more guards than the typechecker,
/// which knows nothing of what a false operand says.
struct RuntimeFailures {
    /// Something that holds of expressions, which are named by the numbers of their shapes.
    enum Fact: Hashable {
        case attribute(of: Int, CedarString)
        case tag(of: Int, key: Int)
        /// The entity exists.
        case exists(Int)
        /// The call does not fail.
        case succeeds(Int)
        /// The number is in a range.
        case isIn(Int, NumberRange)
    }

    /// What follows when an expression is true, and when it is false; `nil` when it never is.
    struct Outcome {
        var whenTrue: Set<Fact>? = []
        var whenFalse: Set<Fact>? = []
    }

    let expression: CheckedExpression
    let guaranteedContext: RecordType

    /// The types of receivers and the branches that can run, in one kind of request; `nil` without a schema.
    let trace: TypeTrace?

    /// The places at which the typechecker found an optional attribute.
    let optionalAttributes: Set<SourceSpan>

    private(set) var findings: [TypeFinding] = []
    private var known: Set<Fact> = []
    /// The facts in ``known`` in the order in which they became known.
    private var trail: [Fact] = []
    private var steps = 0

    /// How much work a policy may cost.
    static let maximumSteps = 5_000_000

    init(
        _ expression: CheckedExpression, guaranteedContext: RecordType, trace: TypeTrace? = nil,
        optionalAttributes: Set<SourceSpan> = []
    ) {
        self.expression = expression
        self.guaranteedContext = guaranteedContext
        self.trace = trace
        self.optionalAttributes = optionalAttributes
    }

    /// Checks the conditions.
    mutating func check() {
        if let root = expression.root { _ = visit(root) }
    }

    // MARK: - What is known

    private mutating func learn(_ fact: Fact) {
        if known.insert(fact).inserted { trail.append(fact) }
    }

    private mutating func learn(_ facts: Set<Fact>) {
        steps += facts.count
        for fact in facts { learn(fact) }
    }

    /// Visits something that is not always evaluated; what it reads is known only where it was evaluated.
    private mutating func visitConditionally(_ node: Int, knowing facts: Set<Fact> = []) -> Outcome {
        let mark = trail.count
        learn(facts)
        let own = trail.count
        var outcome = visit(node)
        for fact in trail[own...] {
            outcome.whenTrue?.insert(fact)
            outcome.whenFalse?.insert(fact)
        }
        for fact in trail[mark...] { known.remove(fact) }
        trail.removeSubrange(mark...)
        return outcome
    }

    /// What holds in both of two cases; a case that never is says nothing.
    private static func common(_ left: Set<Fact>?, _ right: Set<Fact>?) -> Set<Fact>? {
        guard let left else { return right }
        guard let right else { return left }
        return left.intersection(right)
    }

    // MARK: - Expressions

    /// Visits an expression.
    ///
    /// Recursion is bounded by the nesting that the parser allows.
    private mutating func visit(_ node: Int) -> Outcome {
        steps += 1
        guard steps < Self.maximumSteps, findings.count < PolicyValidator.maximumFindings else { return Outcome() }
        let span = expression.nodes[node].span
        switch expression.nodes[node].kind {
        case .bool(let value): return Outcome(whenTrue: value ? [] : nil, whenFalse: value ? nil : [])
        case .long, .string, .entity, .variable: return Outcome()
        case .not(let operand):
            let outcome = visit(operand)
            return Outcome(whenTrue: outcome.whenFalse, whenFalse: outcome.whenTrue)
        case .and(let operands): return visitChain(operands, node, isAnd: true)
        case .or(let operands): return visitChain(operands, node, isAnd: false)
        case .conditional(let condition, let then, let otherwise):
            return visitConditional(condition, then, otherwise, branch: trace?.branch[node] ?? 0)
        case .equal(let left, let right):
            visitAll([left, right])
            return equality(left, right)
        case .ordered(let left, let right):
            visitAll([left, right])
            return order(left, right)
        case .within(let left, let right): visitAll([left, right])
        case .negate(let operand):
            visitAll([operand])
            checkArithmetic(node, "this negation")
        case .sum(let operands, let isAddition):
            visitAll(operands)
            checkArithmetic(node, isAddition ? "this sum" : "this difference")
        case .product(let operands):
            visitAll(operands)
            checkArithmetic(node, "this product")
        case .has(let receiver, let path):
            visitAll([receiver])
            var facts: Set<Fact> = []
            for step in path {
                facts.formUnion([.attribute(of: step.receiver, step.attribute), .exists(step.receiver)])
            }
            return Outcome(whenTrue: facts)
        case .like(let operand, _): visitAll([operand])
        case .isType(let operand, _, let ancestor):
            visitAll([operand])
            if let ancestor, trace == nil || trace?.branch[node] == 1 { _ = visitConditionally(ancestor) }
        case .member(let base, let steps): return visitMember(base, steps, node)
        case .call(let function, let arguments):
            visitAll(arguments)
            checkCall(function, arguments, isMethod: false, shape: expression.nodes[node].shape, span)
        case .set(let elements): visitAll(elements)
        case .record(let fields): visitAll(fields.map(\.value))
        }
        return Outcome()
    }

    private mutating func visitAll(_ nodes: [Int]) {
        for node in nodes { _ = visit(node) }
    }

    /// The operands of `&&`, each of which is evaluated only if those before it are true; of `||`, only if they are
    /// false.
    private mutating func visitChain(_ operands: [Int], _ node: Int, isAnd: Bool) -> Outcome {
        let reachable = trace.map { operands.prefix($0.branch[node] + 1) } ?? operands[...]
        guard let first = reachable.first else { return Outcome() }
        // `on` is what lets evaluation go on to the next operand, `off` what ends it.
        var outcome = visit(first)
        var on = isAnd ? outcome.whenTrue : outcome.whenFalse
        var off = isAnd ? outcome.whenFalse : outcome.whenTrue
        let mark = trail.count
        for operand in reachable.dropFirst() {
            guard let facts = on else { break }
            learn(facts)
            outcome = visitConditionally(operand)
            let (next, end) =
                isAnd ? (outcome.whenTrue, outcome.whenFalse) : (outcome.whenFalse, outcome.whenTrue)
            steps += off?.count ?? 0
            if let end { off = off?.filter { end.contains($0) || known.contains($0) } ?? end }
            on = next
        }
        // When evaluation went on to the end, everything on the way holds.
        let all = on.map { $0.union(trail[mark...]) }
        for fact in trail[mark...] { known.remove(fact) }
        trail.removeSubrange(mark...)
        return isAnd ? Outcome(whenTrue: all, whenFalse: off) : Outcome(whenTrue: off, whenFalse: all)
    }

    private mutating func visitConditional(_ condition: Int, _ then: Int, _ otherwise: Int, branch: Int) -> Outcome {
        let test = visit(condition)
        var first = Outcome(whenTrue: nil, whenFalse: nil)
        var second = first
        if let facts = test.whenTrue, branch != 2 {
            first = visitConditionally(then, knowing: facts)
            first.whenTrue?.formUnion(facts)
            first.whenFalse?.formUnion(facts)
        }
        if let facts = test.whenFalse, branch != 1 {
            second = visitConditionally(otherwise, knowing: facts)
            second.whenTrue?.formUnion(facts)
            second.whenFalse?.formUnion(facts)
        }
        return Outcome(
            whenTrue: Self.common(first.whenTrue, second.whenTrue),
            whenFalse: Self.common(first.whenFalse, second.whenFalse))
    }

    // MARK: - Members

    private mutating func visitMember(
        _ base: Int, _ members: [CheckedExpression.MemberStep], _ node: Int
    ) -> Outcome {
        _ = visit(base)
        var guaranteed = guaranteedRecord(base)
        var outcome = Outcome()
        for (index, step) in members.enumerated() {
            outcome = Outcome()
            switch step.kind {
            case .attribute(let name):
                let attribute = guaranteed?.attributes[name]
                if attribute?.isRequired != true { checkAttribute(name, step, index, base, node) }
                learn(.attribute(of: step.receiver, name))
                learn(.exists(step.receiver))
                if case .record(let record) = attribute?.type { guaranteed = record } else { guaranteed = nil }
            case .method(let method, let arguments):
                visitAll(arguments)
                guaranteed = nil
                guard let key = arguments.first.map({ expression.nodes[$0].shape }) else { continue }
                if method == .getTag { checkTag(key, step) }
                if method == .hasTag { outcome.whenTrue = [.tag(of: step.receiver, key: key), .exists(step.receiver)] }
            case .extensionMethod(let function, let arguments):
                visitAll(arguments)
                guaranteed = nil
                checkCall(function, arguments, isMethod: true, shape: step.receiver, step.span)
            }
        }
        return outcome
    }

    private func guaranteedRecord(_ base: Int) -> RecordType? {
        if case .variable(.context) = expression.nodes[base].kind { guaranteedContext } else { nil }
    }

    private mutating func checkAttribute(
        _ name: CedarString, _ step: CheckedExpression.MemberStep, _ index: Int, _ base: Int, _ node: Int
    ) {
        if known.contains(.attribute(of: step.receiver, name)) { return }
        guard let trace else {
            return report(
                step.span, "attribute `\(name.fieldName)` may be absent", help: Self.attributeHelp(name))
        }
        if optionalAttributes.contains(step.span) {
            return report(
                step.span, "attribute `\(name.fieldName)` is optional and may be absent",
                help: Self.attributeHelp(name))
        }
        let receivers = trace.receivers[node] ?? []
        guard receivers.indices.contains(index), receivers[index], !known.contains(.exists(step.receiver)),
            !(index == 0 && isOfRequest(base))
        else { return }
        report(
            step.span, "the entity whose attribute `\(name.fieldName)` is read may not exist",
            help: "test it first: `... has \(name.fieldName) && ...` is false when there is no such entity")
    }

    private static func attributeHelp(_ name: CedarString) -> String {
        "test it first: `... has \(name.fieldName) && ...`, and decide what its absence means"
    }

    /// Whether an expression can only be the principal, the action or the resource, which exist.
    private func isOfRequest(_ node: Int) -> Bool {
        switch expression.nodes[node].kind {
        case .variable(let variable): variable != .context
        case .conditional(_, let then, let otherwise): isOfRequest(then) && isOfRequest(otherwise)
        default: false
        }
    }

    private mutating func checkTag(_ key: Int, _ step: CheckedExpression.MemberStep) {
        if !known.contains(.tag(of: step.receiver, key: key)) {
            report(
                step.span, "the tag may be absent",
                help: "test it first, with the same key: `... .hasTag(...) && ...`")
        }
        learn(.tag(of: step.receiver, key: key))
        learn(.exists(step.receiver))
    }

    // MARK: - Computation

    private mutating func checkArithmetic(_ node: Int, _ what: String) {
        let shape = expression.nodes[node].shape
        guard range(of: node) == nil, !known.contains(.succeeds(shape)) else { return }
        learn(.succeeds(shape))
        report(
            expression.nodes[node].span, "\(what) fails when it leaves the range of 64 bits",
            help: "compare its operands with limits first, as in `x <= 1000000 && ...`")
    }

    /// What follows from a comparison with a number; whether equal numbers count makes no difference that matters.
    private func order(_ left: Int, _ right: Int) -> Outcome {
        var outcome = Outcome()
        let (leftShape, rightShape) = (expression.nodes[left].shape, expression.nodes[right].shape)
        if let range = literal(right) {
            outcome.whenTrue?.insert(.isIn(leftShape, NumberRange(lower: .min, upper: range)))
            outcome.whenFalse?.insert(.isIn(leftShape, NumberRange(lower: range, upper: .max)))
        }
        if let range = literal(left) {
            outcome.whenTrue?.insert(.isIn(rightShape, NumberRange(lower: range, upper: .max)))
            outcome.whenFalse?.insert(.isIn(rightShape, NumberRange(lower: .min, upper: range)))
        }
        return outcome
    }

    private func equality(_ left: Int, _ right: Int) -> Outcome {
        var outcome = Outcome()
        if let value = literal(right) { outcome.whenTrue?.insert(.isIn(expression.nodes[left].shape, .init(value))) }
        if let value = literal(left) { outcome.whenTrue?.insert(.isIn(expression.nodes[right].shape, .init(value))) }
        return outcome
    }

    private func literal(_ node: Int) -> Int64? {
        if case .long(let value) = expression.nodes[node].kind { value } else { nil }
    }

    /// The range of an expression, if it is a number; `nil` when computing it can fail.
    private mutating func range(of node: Int) -> NumberRange? {
        steps += 1
        switch expression.nodes[node].kind {
        case .long(let value): return NumberRange(value)
        case .negate(let operand):
            return range(of: operand).flatMap { NumberRange(0).combined(with: $0, subtracting: true) }
        case .sum(let operands, let isAddition):
            // Which operands are subtracted is not known when some are: each may be.
            return computed(operands) { left, right in
                guard let sum = left.combined(with: right, subtracting: false) else { return nil }
                if isAddition { return sum }
                return left.combined(with: right, subtracting: true).map(sum.union)
            }
        case .product(let operands): return computed(operands) { $0.multiplied(by: $1) }
        case .conditional(_, let then, let otherwise):
            guard let first = range(of: then), let second = range(of: otherwise) else { return .all }
            return limited(first.union(second), expression.nodes[node].shape)
        case .member(let base, let members): return limited(ownRange(base, members), expression.nodes[node].shape)
        default: return limited(.all, expression.nodes[node].shape)
        }
    }

    private mutating func computed(
        _ operands: [Int], _ compute: (NumberRange, NumberRange) -> NumberRange?
    ) -> NumberRange? {
        var result: NumberRange?
        for (index, operand) in operands.enumerated() {
            // An operand that can fail is reported where it stands.
            let next = range(of: operand) ?? .all
            guard index > 0 else {
                result = next
                continue
            }
            guard let combined = result.flatMap({ compute($0, next) }) else { return nil }
            result = combined
        }
        return result
    }

    /// The numbers that a member can be by itself: units of durations, and the small numbers that the server sets.
    private func ownRange(_ base: Int, _ members: [CheckedExpression.MemberStep]) -> NumberRange {
        let isTimeOfDay = members.dropLast().last.map { step in
            if case .extensionMethod(.toTime, _) = step.kind { true } else { false }
        }
        if case .extensionMethod(let function, _) = members.last?.kind, let unit = function.millisecondsOfUnit {
            if isTimeOfDay == true { return NumberRange(lower: 0, upper: (86_400_000 - 1) / unit) }
            return NumberRange(durationsIn: unit)
        }
        var guaranteed = guaranteedRecord(base)
        for (index, step) in members.enumerated() {
            guard case .attribute(let name) = step.kind, let attribute = guaranteed?.attributes[name] else { break }
            if index == members.count - 1, attribute.type == .long {
                return NumberRange(lower: Int64(Int32.min), upper: Int64(Int32.max))
            }
            if case .record(let record) = attribute.type { guaranteed = record } else { break }
        }
        return .all
    }

    /// The range less what is known not to be.
    private mutating func limited(_ range: NumberRange, _ shape: Int) -> NumberRange {
        steps += known.count
        var range = range
        for case .isIn(shape, let limit) in known {
            range.lower = max(range.lower, limit.lower)
            range.upper = min(range.upper, limit.upper)
        }
        // Where the limits contradict each other, nothing is evaluated.
        return range.lower > range.upper ? NumberRange(0) : range
    }

    /// Checks a call of an extension function; the shape is that of the receiver for a method, of the call otherwise.
    private mutating func checkCall(
        _ function: ExtensionFunction, _ arguments: [Int], isMethod: Bool, shape: Int, _ span: SourceSpan
    ) {
        guard arguments.count + (isMethod ? 1 : 0) == function.argumentCount else {
            return report(
                span, "`\(function.rawValue)` is called with a wrong number of arguments, so that it fails always",
                help: nil)
        }
        if function.isConstructor, !isMethod, let argument = arguments.first {
            if case .string(let text) = expression.nodes[argument].kind {
                do {
                    _ = try function.apply(to: [.string(text)])
                } catch {
                    report(
                        expression.nodes[argument].span, "this always fails: \(Typechecker.reason(of: error))",
                        help: nil)
                }
            } else if !known.contains(.succeeds(shape)) {
                learn(.succeeds(shape))
                report(
                    span, "`\(function.rawValue)` fails on a text that is no \(function.extensionName)",
                    help: "let the attribute itself hold a value of type `\(function.extensionName)`")
            }
        }
        if function == .offset, let argument = arguments.first, !isWrittenDuration(argument) {
            report(
                span, "`offset` fails when it leaves the range of dates",
                help: "write the duration out, as in `duration(\"1d\")`, or compare the result of `durationSince`")
        }
    }

    /// Whether a duration is written out.
    private func isWrittenDuration(_ node: Int) -> Bool {
        guard case .call(.duration, let arguments) = expression.nodes[node].kind, let text = arguments.first else {
            return false
        }
        if case .string = expression.nodes[text].kind { return true }
        return false
    }

    private mutating func report(_ span: SourceSpan, _ fact: String, help: String?) {
        guard findings.count < PolicyValidator.maximumFindings else { return }
        findings.append(
            TypeFinding(
                code: .forbidMayFail, span: span, message: "\(fact); the `forbid` then fails to evaluate", help: help))
    }
}

extension ExtensionFunction {
    /// How long the unit is in which a method gives a duration; `nil` for all others.
    fileprivate var millisecondsOfUnit: Int64? {
        switch self {
        case .toMilliseconds: 1
        case .toSeconds: 1_000
        case .toMinutes: 60_000
        case .toHours: 3_600_000
        case .toDays: 86_400_000
        default: nil
        }
    }
}
