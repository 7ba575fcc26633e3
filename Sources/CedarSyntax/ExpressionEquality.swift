extension Expression {
    /// Whether it is the same expression, written in another way at most.
    ///
    /// See ``Policy/hasSameMeaning(as:)``.
    ///
    /// Chains count as the left-deep trees that they stand for, so that `(a && b) && c` is the same as `a && b && c`.
    /// Recursive: as deep as the lower of the two trees.
    public func hasSameMeaning(as other: Expression) -> Bool {
        if case .has(let left, let path) = kind, case .has(let right, let otherPath) = other.kind {
            return path == otherPath && left.hasSameMeaning(as: right)
        }
        if let left = conjuncts, let right = other.conjuncts { return Self.areSame(left, right) }
        switch (kind, other.kind) {
        case (.literal(let left), .literal(let right)): return left.hasSameMeaning(as: right)
        case (.variable(let left), .variable(let right)): return left == right
        case (.not(let left), .not(let right)), (.negate(let left), .negate(let right)):
            return left.hasSameMeaning(as: right)
        case (.or, .or): return Self.areSame(disjuncts, other.disjuncts)
        case (.product, .product): return Self.areSame(factors, other.factors)
        case (.sum, .sum):
            let (left, right) = (terms, other.terms)
            return left.first.hasSameMeaning(as: right.first) && left.terms.count == right.terms.count
                && zip(left.terms, right.terms).allSatisfy {
                    $0.isSubtraction == $1.isSubtraction && $0.operand.hasSameMeaning(as: $1.operand)
                }
        case (.conditional(let condition, let then, let otherwise), .conditional(let left, let middle, let right)):
            return condition.hasSameMeaning(as: left) && then.hasSameMeaning(as: middle)
                && otherwise.hasSameMeaning(as: right)
        case (.comparison(let comparison, let left, let right), .comparison(let same, let first, let second)):
            return comparison == same && left.hasSameMeaning(as: first) && right.hasSameMeaning(as: second)
        case (.like(let left, let pattern), .like(let right, let otherPattern)):
            return pattern == otherPattern && left.hasSameMeaning(as: right)
        case (.isType(let left, let type, let ancestor), .isType(let right, let otherType, let otherAncestor)):
            guard type.value == otherType.value, left.hasSameMeaning(as: right) else { return false }
            guard let ancestor, let otherAncestor else { return ancestor == nil && otherAncestor == nil }
            return ancestor.hasSameMeaning(as: otherAncestor)
        case (.member, .member): return members.isSame(as: other.members)
        case (.call(let function, let left), .call(let same, let right)):
            return function == same && Self.areSame(left, right)
        case (.set(let left), .set(let right)): return Self.areSame(left, right)
        case (.record(let left), .record(let right)):
            guard left.count == right.count else { return false }
            return zip(left.sorted { $0.key < $1.key }, right.sorted { $0.key < $1.key }).allSatisfy {
                $0.key == $1.key && $0.value.hasSameMeaning(as: $1.value)
            }
        default: return false
        }
    }

    private static func areSame(_ left: [Expression], _ right: [Expression]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.hasSameMeaning(as: $1) }
    }

    // MARK: Chains

    /// The operands of `||` with those of its first operand in its place; the expression itself when it is no chain.
    private var disjuncts: [Expression] {
        guard case .or(let operands) = kind, let first = operands.first else { return [self] }
        return first.disjuncts + operands.dropFirst()
    }

    /// The operands of `*`, flattened likewise.
    private var factors: [Expression] {
        guard case .product(let operands) = kind, let first = operands.first else { return [self] }
        return first.factors + operands.dropFirst()
    }

    /// The terms of a sum, flattened likewise.
    private var terms: (first: Expression, terms: [SumTerm]) {
        guard case .sum(let first, let terms) = kind else { return (self, []) }
        let inner = first.terms
        return (inner.first, inner.terms + terms)
    }

    /// The base of a member expression with all selectors, flattened likewise.
    fileprivate var members: Members {
        guard case .member(let base, let selectors) = kind else { return Members(base: self, selectors: []) }
        let inner = base.members
        return Members(base: inner.base, selectors: inner.selectors + selectors.map(\.kind))
    }

    // MARK: Conjunctions

    /// A base with its selectors.
    fileprivate struct Members {
        var base: Expression
        var selectors: [Selector.Kind]

        func isSame(as other: Members) -> Bool {
            selectors.count == other.selectors.count && base.hasSameMeaning(as: other.base)
                && zip(selectors, other.selectors).allSatisfy { $0.hasSameMeaning(as: $1) }
        }
    }

    /// An operand of `&&`: an expression, or what an operand of the form `e has a.b.c` stands for.
    private struct Conjunct {
        var expression: Expression

        /// The target and the path of `has`, where the expression is one.
        var test: (target: Expression, path: [CedarString])? {
            guard case .has(let target, let path) = expression.kind else { return nil }
            return (target, path)
        }
    }

    /// The operands of `&&`, flattened as chains are; `nil` for an expression that is neither `&&` nor an abbreviation
    /// of it.
    private var conjuncts: [Conjunct]? {
        switch kind {
        case .and(let operands):
            guard let first = operands.first else { return nil }
            return (first.conjuncts ?? [Conjunct(expression: first)])
                + operands.dropFirst().map { Conjunct(expression: $0) }
        case .has(_, let path):
            return path.count > 1 ? [Conjunct(expression: self)] : nil
        default:
            return nil
        }
    }

    /// Compares operands one by one, where only the first one of each list may be an abbreviation of several.
    private static func areSame(_ left: [Conjunct], _ right: [Conjunct]) -> Bool {
        guard let first = left.first, let other = right.first else { return left.isEmpty && right.isEmpty }
        let (count, otherCount) = (first.test?.path.count ?? 1, other.test?.path.count ?? 1)
        if count == otherCount {
            return areSame(left.map(\.expression), right.map(\.expression))
        }
        guard count - 1 + left.count == otherCount - 1 + right.count else { return false }
        // Operands that stand for one test each, and the steps of the path of the other list's first operand.
        let (long, short) = count > otherCount ? (left, right) : (right, left)
        guard let test = long[0].test, let start = short[0].test, start.target.hasSameMeaning(as: test.target),
            test.path.starts(with: start.path)
        else { return false }
        let base = test.target.members
        for index in start.path.count..<test.path.count {
            guard case .has(let target, let path) = short[index - start.path.count + 1].expression.kind,
                path == [test.path[index]]
            else { return false }
            let steps = test.path[..<index].map { Selector.Kind.attribute($0) }
            guard target.members.isSame(as: Members(base: base.base, selectors: base.selectors + steps)) else {
                return false
            }
        }
        let rest = test.path.count - start.path.count
        return areSame(long.dropFirst().map(\.expression), short.dropFirst(rest + 1).map(\.expression))
    }
}

extension Literal {
    fileprivate func hasSameMeaning(as other: Literal) -> Bool {
        switch (self, other) {
        case (.bool(let left), .bool(let right)): left == right
        case (.long(let left), .long(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.entity(let left), .entity(let right)): left == right
        default: false
        }
    }
}

extension Selector.Kind {
    fileprivate func hasSameMeaning(as other: Selector.Kind) -> Bool {
        switch (self, other) {
        case (.attribute(let left), .attribute(let right)): left == right
        case (.method(let left, let arguments), .method(let right, let others)):
            left == right && Self.areSame(arguments, others)
        case (.extensionMethod(let left, let arguments), .extensionMethod(let right, let others)):
            left == right && Self.areSame(arguments, others)
        default: false
        }
    }

    private static func areSame(_ left: [Expression], _ right: [Expression]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.hasSameMeaning(as: $1) }
    }
}
