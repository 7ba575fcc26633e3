public import CedarModel
public import CedarSyntax

/// Evaluates expressions of one request by walking the tree as written.
///
/// The language's rules in one place each: operands are evaluated left to right, the first error wins, `&&`, `||` and
/// `if` evaluate only what they need and want booleans for what they evaluate. Recursion is bounded by the nesting
/// limit of the parser; chains are loops.
public struct Evaluator: Sendable {
    /// The request.
    public let request: Request

    /// The entities.
    public let entities: EntityStore

    /// Makes an evaluator for one request.
    public init(request: Request, entities: EntityStore) {
        self.request = request
        self.entities = entities
    }

    /// Evaluates an expression.
    ///
    /// 512 KiB of stack suffice in a release build, however the expression nests.
    /// - Throws: `EvaluationError` with the span of the innermost expression that failed.
    public func evaluate(_ expression: Expression) throws(EvaluationError) -> Value {
        do {
            return try evaluate(kind: expression.kind)
        } catch {
            // Inner expressions have set their place already; what arrives without one failed here.
            throw error.located(at: expression.span) { expression.attributePath }
        }
    }

    /// Leaves every form with state of its own to a function that is not inlined, so that each level of the recursion
    /// has the frame that its form needs, rather than one with room for all forms.
    private func evaluate(kind: Expression.Kind) throws(EvaluationError) -> Value {
        switch kind {
        case .literal(let literal): Value(literal)
        case .variable(let variable): value(of: variable)
        case .not(let operand): .bool(try !boolean(operand))
        case .negate(let operand): .long(try negation(of: operand))
        case .and(let operands): .bool(try conjunction(of: operands))
        case .or(let operands): .bool(try disjunction(of: operands))
        case .conditional(let condition, let then, let otherwise): try evaluate(boolean(condition) ? then : otherwise)
        case .comparison(let comparison, let left, let right): .bool(try compare(comparison, left, right))
        case .sum(let first, let terms): .long(try sum(first, terms))
        case .product(let factors): .long(try product(of: factors))
        case .has(let base, let path): .bool(try has(base, path))
        case .like(let operand, let pattern): .bool(try isLike(operand, pattern))
        case .isType(let operand, let type, let ancestor): .bool(try isType(operand, type.value, ancestor))
        case .member(let base, let selectors): try member(of: base, selectors)
        case .call(let function, let arguments): try call(function, arguments)
        case .set(let elements): try set(of: elements)
        case .record(let fields): try record(of: fields)
        }
    }

    private func value(of variable: Variable) -> Value {
        switch variable {
        case .principal: .entity(request.principal)
        case .action: .entity(request.action)
        case .resource: .entity(request.resource)
        case .context: .record(request.context)
        }
    }

    /// Evaluates expressions in order.
    @inline(never)
    func evaluateAll(_ expressions: [Expression]) throws(EvaluationError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(expressions.count)
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    // MARK: - Logic

    /// Evaluates an expression that must be boolean; the error of another type points at it.
    @inline(never)
    func boolean(_ operand: Expression) throws(EvaluationError) -> Bool {
        let value = try evaluate(operand)
        do {
            return try value.asBool()
        } catch {
            throw error.located(at: operand.span) { operand.attributePath }
        }
    }

    @inline(never)
    private func conjunction(of operands: [Expression]) throws(EvaluationError) -> Bool {
        for operand in operands where try !boolean(operand) { return false }
        return true
    }

    @inline(never)
    private func disjunction(of operands: [Expression]) throws(EvaluationError) -> Bool {
        for operand in operands where try boolean(operand) { return true }
        return false
    }

    // MARK: - Comparison

    @inline(never)
    private func compare(
        _ comparison: ComparisonOperator, _ left: Expression, _ right: Expression
    ) throws(EvaluationError) -> Bool {
        let (left, right) = (try evaluate(left), try evaluate(right))
        return try compare(comparison, left, right)
    }

    @inline(never)
    private func compare(
        _ comparison: ComparisonOperator, _ left: Value, _ right: Value
    ) throws(EvaluationError) -> Bool {
        switch comparison {
        case .equal: return try left.readable() == right.readable()
        case .notEqual: return try left.readable() != right.readable()
        case .less: return try isLess(left, right)
        case .lessOrEqual: return try !isLess(right, left, swapped: true)
        case .greater: return try isLess(right, left, swapped: true)
        case .greaterOrEqual: return try !isLess(left, right)
        case .within: return try isWithin(try left.asEntity(), right)
        }
    }

    /// Whether `left < right`, which the language defines for two longs, two datetimes or two durations.
    ///
    /// Type errors are those of the operand written first, which `swapped` says is the second here.
    private func isLess(_ left: Value, _ right: Value, swapped: Bool = false) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.long(let left), .long(let right)): return left < right
        case (.datetime(let left), .datetime(let right)): return left < right
        case (.duration(let left), .duration(let right)): return left < right
        default: break
        }
        let (first, second) = swapped ? (right, left) : (left, right)
        switch first.type {
        case .long, .datetime, .duration: throw second.mismatch(first.type)
        default: throw first.mismatch(.long, .datetime, .duration)
        }
    }

    @inline(never)
    private func isLike(_ operand: Expression, _ pattern: Pattern) throws(EvaluationError) -> Bool {
        pattern.matches(try evaluate(operand).asString())
    }

    // MARK: - Hierarchy

    /// `operand is type`, or `operand is type in ancestor`, whose ancestor is evaluated only where the type is right.
    @inline(never)
    private func isType(
        _ operand: Expression, _ type: Name, _ ancestor: Expression?
    ) throws(EvaluationError) -> Bool {
        let uid = try evaluate(operand).asEntity()
        guard uid.type == type else { return false }
        guard let ancestor else { return true }
        return try isWithin(uid, try evaluate(ancestor))
    }

    @inline(never)
    private func isWithin(_ uid: EntityUID, _ right: Value) throws(EvaluationError) -> Bool {
        switch right {
        case .entity(let ancestor): return entities.isMember(uid, of: ancestor)
        case .set(let set):
            // Every element is checked before any membership counts: one stray string makes the whole test an error.
            var ancestors: [EntityUID] = []
            ancestors.reserveCapacity(set.elements.count)
            for element in set.elements {
                guard case .entity(let ancestor) = element else { throw Self.strayElement(of: set) }
                ancestors.append(ancestor)
            }
            return ancestors.contains { entities.isMember(uid, of: $0) }
        default: throw right.mismatch(.set, .anyEntity)
        }
    }

    /// The error of a set with other elements than entities: that of the first type by name, because sets have no order.
    @inline(never)
    private static func strayElement(of set: ValueSet) -> EvaluationError {
        let errors = set.elements.compactMap { element -> EvaluationError? in
            if case .entity = element { return nil }
            return element.mismatch(.anyEntity)
        }
        return errors.min { $0.description < $1.description }
            ?? EvaluationError(.typeMismatch(expected: [], actual: .set))
    }

    // MARK: - Arithmetic

    @inline(never)
    private func negation(of operand: Expression) throws(EvaluationError) -> Int64 {
        let number = try evaluate(operand).asLong()
        let (result, overflow) = Int64(0).subtractingReportingOverflow(number)
        if overflow { throw EvaluationError(.overflow(.negate(number))) }
        return result
    }

    @inline(never)
    private func sum(_ first: Expression, _ terms: [SumTerm]) throws(EvaluationError) -> Int64 {
        var total = try evaluate(first)
        for term in terms { total = .long(try add(term.isSubtraction, total, try evaluate(term.operand))) }
        return try total.asLong()
    }

    private func add(_ isSubtraction: Bool, _ left: Value, _ right: Value) throws(EvaluationError) -> Int64 {
        let (left, right) = (try left.asLong(), try right.asLong())
        let (result, overflow) =
            isSubtraction ? left.subtractingReportingOverflow(right) : left.addingReportingOverflow(right)
        if overflow { throw EvaluationError(.overflow(isSubtraction ? .subtract(left, right) : .add(left, right))) }
        return result
    }

    @inline(never)
    private func product(of factors: [Expression]) throws(EvaluationError) -> Int64 {
        var total: Value?
        for factor in factors {
            let operand = try evaluate(factor)
            total = try total.map { left throws(EvaluationError) in .long(try multiply(left, operand)) } ?? operand
        }
        return try (total ?? .long(1)).asLong()
    }

    private func multiply(_ left: Value, _ right: Value) throws(EvaluationError) -> Int64 {
        let (left, right) = (try left.asLong(), try right.asLong())
        let (result, overflow) = left.multipliedReportingOverflow(by: right)
        if overflow { throw EvaluationError(.overflow(.multiply(left, right))) }
        return result
    }

    // MARK: - Sets, records and extension values

    @inline(never)
    private func call(_ function: ExtensionFunction, _ arguments: [Expression]) throws(EvaluationError) -> Value {
        try function.apply(to: try evaluateAll(arguments))
    }

    @inline(never)
    private func set(of elements: [Expression]) throws(EvaluationError) -> Value {
        .set(ValueSet(try evaluateAll(elements)))
    }

    @inline(never)
    private func record(of fields: [RecordField]) throws(EvaluationError) -> Value {
        // The reference evaluates fields in the order of their keys, which decides which error is reported.
        var values: [Record.Field] = []
        for field in fields.sorted(by: { $0.key < $1.key }) {
            values.append(Record.Field(key: field.key, value: try evaluate(field.value)))
        }
        return .record(Record(values))
    }
}

extension Value {
    /// The value of a literal.
    init(_ literal: Literal) {
        switch literal {
        case .bool(let value): self = .bool(value)
        case .long(let value): self = .long(value)
        case .string(let value): self = .string(value)
        case .entity(let value): self = .entity(value)
        }
    }
}
