public import CedarModel
public import CedarSyntax

/// Evaluates expressions of one request by walking the tree as written.
///
/// The language's rules in one place each: operands are evaluated left to right, the first error wins, `&&`, `||` and
/// `if` evaluate only what they need and want booleans for what they evaluate. Recursion is bounded by the nesting limit
/// of the parser; chains are loops.
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
    /// - Throws: ``EvaluationError`` with the span of the innermost expression that failed.
    public func evaluate(_ expression: Expression) throws(EvaluationError) -> Value {
        do {
            return try evaluate(kind: expression.kind)
        } catch {
            // Inner expressions have set their place already; what arrives without one failed here.
            throw error.located(at: expression.span) { expression.attributePath }
        }
    }

    private func evaluate(kind: Expression.Kind) throws(EvaluationError) -> Value {
        switch kind {
        case .literal(let literal): return Value(literal)
        case .variable(let variable): return value(of: variable)
        case .not(let operand): return .bool(try !boolean(operand))
        case .negate(let operand):
            let number = try evaluate(operand).asLong()
            let (result, overflow) = Int64(0).subtractingReportingOverflow(number)
            if overflow { throw EvaluationError(.overflow(.negate(number))) }
            return .long(result)
        case .and(let operands):
            for operand in operands where try !boolean(operand) { return .bool(false) }
            return .bool(true)
        case .or(let operands):
            for operand in operands where try boolean(operand) { return .bool(true) }
            return .bool(false)
        case .conditional(let condition, let then, let otherwise):
            return try evaluate(try boolean(condition) ? then : otherwise)
        case .comparison(let comparison, let left, let right):
            return .bool(try compare(comparison, try evaluate(left), try evaluate(right)))
        case .sum(let first, let terms): return .long(try sum(first, terms))
        case .product(let factors): return .long(try product(factors))
        case .has(let base, let path): return .bool(try has(try evaluate(base), path))
        case .like(let operand, let pattern):
            return .bool(pattern.matches(try evaluate(operand).asString()))
        case .isType(let operand, let type, let ancestor):
            let uid = try evaluate(operand).asEntity()
            guard uid.type == type.value else { return .bool(false) }
            guard let ancestor else { return .bool(true) }
            return .bool(try isWithin(uid, try evaluate(ancestor)))
        case .member(let base, let selectors):
            var value = try evaluate(base)
            for (index, selector) in selectors.enumerated() {
                do {
                    value = try select(selector, from: value)
                } catch {
                    throw error.located(at: base.span.union(selector.span)) {
                        Expression.attributePath(base, selectors[...index])
                    }
                }
            }
            return value
        case .call(let function, let arguments): return try function.apply(to: try evaluateAll(arguments))
        case .set(let elements): return .set(ValueSet(try evaluateAll(elements)))
        case .record(let fields):
            // The reference evaluates fields in the order of their keys, which decides which error is reported.
            var values: [Record.Field] = []
            for field in fields.sorted(by: { $0.key < $1.key }) {
                values.append(Record.Field(key: field.key, value: try evaluate(field.value)))
            }
            return .record(Record(values))
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

    /// Evaluates an expression that must be boolean; the error of another type points at it.
    func boolean(_ operand: Expression) throws(EvaluationError) -> Bool {
        let value = try evaluate(operand)
        do {
            return try value.asBool()
        } catch {
            throw error.located(at: operand.span) { operand.attributePath }
        }
    }

    private func evaluateAll(_ expressions: [Expression]) throws(EvaluationError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(expressions.count)
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    // MARK: - Operators

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

    /// `left < right`. The language compares two longs, two datetimes or two durations; type errors are those of the
    /// operand written first, which `swapped` says is the second here.
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

    private func isWithin(_ uid: EntityUID, _ right: Value) throws(EvaluationError) -> Bool {
        switch right {
        case .entity(let ancestor): return entities.isMember(uid, of: ancestor)
        case .set(let set):
            // Every element is checked before any membership counts: one stray string makes the whole test an error.
            var ancestors: [EntityUID] = []
            ancestors.reserveCapacity(set.elements.count)
            for element in set.elements { ancestors.append(try element.asEntity()) }
            return ancestors.contains { entities.isMember(uid, of: $0) }
        default: throw right.mismatch(.set, .anyEntity)
        }
    }

    private func sum(_ first: Expression, _ terms: [SumTerm]) throws(EvaluationError) -> Int64 {
        var total = try evaluate(first)
        for term in terms {
            let operand = try evaluate(term.operand)
            let (left, right) = (try total.asLong(), try operand.asLong())
            let (result, overflow) =
                term.isSubtraction ? left.subtractingReportingOverflow(right) : left.addingReportingOverflow(right)
            if overflow {
                throw EvaluationError(.overflow(term.isSubtraction ? .subtract(left, right) : .add(left, right)))
            }
            total = .long(result)
        }
        return try total.asLong()
    }

    private func product(_ factors: [Expression]) throws(EvaluationError) -> Int64 {
        var total: Value = .long(1)
        for (index, factor) in factors.enumerated() {
            let operand = try evaluate(factor)
            if index == 0 {
                total = operand
                continue
            }
            let (left, right) = (try total.asLong(), try operand.asLong())
            let (result, overflow) = left.multipliedReportingOverflow(by: right)
            if overflow { throw EvaluationError(.overflow(.multiply(left, right))) }
            total = .long(result)
        }
        return try total.asLong()
    }

    // MARK: - Attributes, tags and methods

    /// `base has a.b.c`: each attribute but the last must be there and be something that has attributes.
    private func has(_ base: Value, _ path: [CedarString]) throws(EvaluationError) -> Bool {
        var current = base
        for (index, name) in path.enumerated() {
            guard let attributes = try attributes(of: current) else { return false }
            guard let value = attributes[name] else { return false }
            if index + 1 < path.count { current = try value.readableHere() }
        }
        return true
    }

    /// The attributes of an entity or the fields of a record; `nil` for an entity that is not in the store.
    private func attributes(of value: Value) throws(EvaluationError) -> Record? {
        switch value {
        case .record(let record): return record
        case .entity(let uid): return entities[uid]?.attributes
        default: throw value.mismatch(.record, .anyEntity)
        }
    }

    private func select(_ selector: Selector, from base: Value) throws(EvaluationError) -> Value {
        switch selector.kind {
        case .attribute(let name): return try attribute(name, of: base)
        case .method(let method, let arguments): return try apply(method, to: base, try evaluateAll(arguments))
        case .extensionMethod(let function, let arguments):
            return try function.apply(to: [base] + (try evaluateAll(arguments)))
        }
    }

    private func attribute(_ name: CedarString, of base: Value) throws(EvaluationError) -> Value {
        guard let attributes = try attributes(of: base) else {
            throw EvaluationError(.missingEntity(try base.asEntity()))
        }
        guard let value = attributes[name] else {
            let owner: EvaluationError.Owner = if case .entity(let uid) = base { .entity(uid) } else { .record }
            throw EvaluationError(.missingAttribute(name, of: owner, available: attributes.keys))
        }
        return try value.readableHere()
    }

    private func apply(
        _ method: CoreMethod, to base: Value, _ arguments: [Value]
    ) throws(EvaluationError) -> Value {
        switch method {
        case .isEmpty: return .bool(try base.asSet().elements.isEmpty)
        case .contains: return .bool(try base.asSet().elements.contains(try arguments[0].readable()))
        case .containsAll:
            let set = try base.asSet()
            return .bool(try arguments[0].asSet().elements.isSubset(of: set.elements))
        case .containsAny:
            let set = try base.asSet()
            return .bool(try !arguments[0].asSet().elements.isDisjoint(with: set.elements))
        case .hasTag:
            let uid = try base.asEntity()
            let tag = try arguments[0].asString()
            return .bool(entities[uid]?.tags[tag] != nil)
        case .getTag:
            let uid = try base.asEntity()
            let tag = try arguments[0].asString()
            guard let entity = entities[uid] else { throw EvaluationError(.missingEntity(uid)) }
            guard let value = entity.tags[tag] else { throw EvaluationError(.missingTag(tag, of: uid)) }
            return try value.readableHere()
        }
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

    /// The value, when all of it can be read; comparing a part that cannot be read is an error.
    func readable() throws(EvaluationError) -> Value {
        if let part = unreadablePart { throw EvaluationError(.unreadable(part)) }
        return self
    }

    /// The value, when it can be used at all: a record may have unreadable fields as long as nobody reads them, a set
    /// cannot be used in part.
    func readableHere() throws(EvaluationError) -> Value {
        if case .record = self { return self }
        return try readable()
    }
}

extension Expression {
    /// The expression as an attribute path such as `resource.owner.name`; `nil` when it is something else.
    fileprivate var attributePath: String? {
        switch kind {
        case .variable(let variable): variable.rawValue
        case .member(let base, let selectors): Self.attributePath(base, selectors[...])
        default: nil
        }
    }

    fileprivate static func attributePath(_ base: Expression, _ selectors: ArraySlice<Selector>) -> String? {
        guard case .variable(let variable) = base.kind else { return nil }
        var path = variable.rawValue
        for selector in selectors {
            guard case .attribute(let name) = selector.kind else { return nil }
            let isIdentifier = Identifier.isWellFormed(name.text) && !Identifier.isReserved(name.text)
            path += isIdentifier ? "." + name.text : "[" + StringLiteral.quote(name.text) + "]"
        }
        return path
    }
}
