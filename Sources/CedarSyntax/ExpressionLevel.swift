/// One level of an expression that is being read: what opened it, and the operands that wait for their operators.
///
/// The parser keeps the levels in an array instead of recursing, so that its stack use does not depend on the input.
/// Chains of one operator are collected flat. Every operand carries the height of its tree.
struct ExpressionLevel {
    /// What opened the level.
    enum Kind {
        case whole, parenthesis, set, record, function, method, index, condition, consequence, alternative
    }

    /// A finished part of an expression.
    struct Operand {
        /// The expression.
        var expression: Expression

        /// Where it stands, including the parentheses around it, which the expression's own span leaves out.
        var extent: SourceSpan

        /// The steps from the root of its tree to the deepest leaf.
        var height: Int

        /// Makes an operand that stands where its expression does.
        init(_ kind: Expression.Kind, _ span: SourceSpan, height: Int = 0) {
            expression = Expression(kind, span)
            extent = span
            self.height = height
        }
    }

    /// The operands of one operator so far.
    struct Chain {
        var operands: [Expression] = []
        var start = 0
        var height = 0

        mutating func append(_ operand: Operand) {
            if operands.isEmpty { start = operand.extent.start }
            height = max(height, operand.height)
            operands.append(operand.expression)
        }
    }

    /// A relational operator that waits for its right side.
    enum Relation {
        case comparison(ComparisonOperator, Operand)
        case typeTest(Operand, Spanned<Name>)
    }

    /// What a method level calls.
    enum Method {
        case core(CoreMethod)
        case extended(ExtensionFunction)
        /// Something that is no method, which was reported.
        case invalid
    }

    // MARK: What opened the level

    var kind: Kind

    /// The bracket or the keyword.
    var opener: SourceSpan

    /// Where what the level is for begins: the name of a function, the dot of a method, else the opener.
    var start: Int

    /// The finished elements, arguments or branches.
    var elements: [Expression] = []

    /// The height of the highest of them.
    var height = 0

    /// The function of a `function` level; `nil` for one that does not exist, which was reported.
    var function: ExtensionFunction?

    /// The method of a `method` level.
    var method = Method.invalid

    // MARK: The fields of a record level

    var fields: [RecordField] = []
    var key: CedarString = ""
    var keyPlaces: [CedarString: SourceSpan] = [:]

    // MARK: The expression that is being read

    /// The `!` and `-` before the operand, outermost first.
    var prefixes: [Token] = []

    /// The operand without its selectors and prefixes; `nil` while it is still to come.
    var base: Operand?

    var selectors: [Selector] = []
    var selectorHeight = 0
    var factors = Chain()
    var sum: (first: Operand, terms: [SumTerm], height: Int)?

    /// Whether the operator before the current term is `-`.
    var isSubtracting = false

    var relation: Relation?

    /// Whether the relation that is being read has an operator already.
    var hasRelation = false

    var conjuncts = Chain()
    var disjuncts = Chain()

    /// Opens a level.
    init(_ kind: Kind, _ opener: SourceSpan, start: Int? = nil) {
        self.kind = kind
        self.opener = opener
        self.start = start ?? opener.start
    }

    /// Whether nothing of the expression was read yet.
    var isFresh: Bool {
        prefixes.isEmpty && base == nil && factors.operands.isEmpty && sum == nil && relation == nil
            && conjuncts.operands.isEmpty && disjuncts.operands.isEmpty
    }
}

/// Reductions: each takes the last operand of an operator, and returns the whole.
extension ExpressionLevel {
    /// The base with its selectors.
    mutating func endMember(_ base: Operand) -> Operand {
        if selectors.isEmpty { return base }
        let extent = selectors.reduce(base.extent) { $1.span.end > $0.end ? $0.union($1.span) : $0 }
        let member = Operand(
            .member(base.expression, selectors), extent, height: max(base.height, selectorHeight) + 1)
        selectors = []
        selectorHeight = 0
        return member
    }

    /// The operand with its prefixes.
    mutating func endPrefixes(_ operand: Operand) -> Operand {
        var operand = operand
        while let prefix = prefixes.popLast() {
            let kind: Expression.Kind =
                prefix.kind == .not ? .not(operand.expression) : .negate(operand.expression)
            operand = Operand(kind, prefix.span.union(operand.extent), height: operand.height + 1)
        }
        return operand
    }

    /// The product that ends with the operand.
    mutating func endProduct(_ operand: Operand) -> Operand {
        end(&factors, operand) { .product($0) }
    }

    /// Puts a term before `+` or `-`.
    mutating func addTerm(_ operand: Operand, nextIsSubtracted: Bool) {
        if let height = sum?.height {
            sum?.terms.append(SumTerm(isSubtraction: isSubtracting, operand: operand.expression))
            sum?.height = max(height, operand.height)
        } else {
            sum = (operand, [], operand.height)
        }
        isSubtracting = nextIsSubtracted
    }

    /// The sum that ends with the operand.
    mutating func endSum(_ operand: Operand) -> Operand {
        guard var sum else { return operand }
        self.sum = nil
        sum.terms.append(SumTerm(isSubtraction: isSubtracting, operand: operand.expression))
        return Operand(
            .sum(first: sum.first.expression, terms: sum.terms), sum.first.extent.union(operand.extent),
            height: max(sum.height, operand.height) + 1)
    }

    /// The relation whose right side the operand is.
    mutating func endRelation(_ operand: Operand) -> Operand {
        defer { relation = nil }
        switch relation {
        case nil:
            return operand
        case .comparison(let comparison, let left):
            return Operand(
                .comparison(comparison, left.expression, operand.expression), left.extent.union(operand.extent),
                height: max(left.height, operand.height) + 1)
        case .typeTest(let left, let type):
            return Operand(
                .isType(left.expression, type, ancestor: operand.expression), left.extent.union(operand.extent),
                height: max(left.height, operand.height) + 1)
        }
    }

    /// The conjunction that ends with the operand.
    mutating func endConjunction(_ operand: Operand) -> Operand {
        end(&conjuncts, operand) { .and($0) }
    }

    /// The disjunction that ends with the operand.
    mutating func endDisjunction(_ operand: Operand) -> Operand {
        end(&disjuncts, operand) { .or($0) }
    }

    private func end(
        _ chain: inout Chain, _ operand: Operand, _ make: ([Expression]) -> Expression.Kind
    ) -> Operand {
        if chain.operands.isEmpty { return operand }
        chain.append(operand)
        defer { chain = Chain() }
        return Operand(
            make(chain.operands), SourceSpan(start: chain.start, end: operand.extent.end), height: chain.height + 1)
    }
}
