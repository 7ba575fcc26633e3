import CedarModel
import CedarSyntax

extension Evaluator {
    // MARK: - Attributes

    /// `base.a.b["c"].method(...)`; an error points from the base to the selector that failed.
    @inline(never)
    func member(of base: Expression, _ selectors: [Selector]) throws(EvaluationError) -> Value {
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
    }

    @inline(never)
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

    /// `base has a.b.c`: each attribute but the last must be there and be something that has attributes.
    @inline(never)
    func has(_ base: Expression, _ path: [CedarString]) throws(EvaluationError) -> Bool {
        var current = try evaluate(base)
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

    // MARK: - Methods

    @inline(never)
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
    var attributePath: String? {
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
