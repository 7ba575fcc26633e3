/// Expressions, without recursion: the levels of ``Parser/levels`` take the place of the call stack.
extension Parser {
    /// What comes next in the innermost level.
    private enum Step {
        /// An operand begins here.
        case operand
        /// The base of the level is complete; selectors, an operator or the end of the expression follow.
        case selectors
        /// The outermost expression is complete.
        case finished(Expression)
    }

    /// Reads one expression and stops behind it.
    mutating func parseExpression() throws(Abandoned) -> Expression {
        levels.removeAll(keepingCapacity: true)
        levels.append(ExpressionLevel(.whole, current.span))
        var step = Step.operand
        while true {
            switch step {
            case .operand:
                step = try parseOperand() ? .selectors : .operand
            case .selectors:
                step = try parseTail()
            case .finished(let expression):
                return expression
            }
        }
    }

    /// The innermost level.
    var level: ExpressionLevel {
        get { levels[levels.count - 1] }
        _modify { yield &levels[levels.count - 1] }
    }

    /// Opens a level within the innermost one.
    mutating func open(_ new: ExpressionLevel) throws(Abandoned) {
        guard levels.count <= PolicyParser.maximumNesting else {
            throw fail(.nestingTooDeep(PolicyParser.maximumNesting))
        }
        levels.append(new)
    }

    /// Closes the innermost level, which becomes the base of the operand of the level around it.
    mutating func close(_ kind: Expression.Kind, to end: Int, height: Int) throws(Abandoned) {
        let span = SourceSpan(start: level.start, end: end)
        levels.removeLast()
        level.base = try checked(ExpressionLevel.Operand(kind, span, height: height))
    }

    /// Passes an operand on whose tree is not too high.
    private mutating func checked(
        _ operand: ExpressionLevel.Operand
    ) throws(Abandoned) -> ExpressionLevel.Operand {
        guard operand.height > PolicyParser.maximumNesting else { return operand }
        report(.nestingTooDeep(PolicyParser.maximumNesting), at: operand.extent)
        throw Abandoned()
    }

    // MARK: Behind an operand

    /// Reads selectors and an operator, or what follows an expression.
    private mutating func parseTail() throws(Abandoned) -> Step {
        guard let base = level.base else { return .operand }
        guard try parseSelectors() else { return try beginElement() ? .selectors : .operand }
        level.base = nil
        let member = try checked(level.endMember(base))
        let operand = try checked(level.endPrefixes(member))
        guard let whole = try parseOperator(operand) else { return .operand }
        return try endExpression(whole)
    }

    /// Takes the operator behind an operand.
    ///
    /// Returns the complete expression when there is none.
    private mutating func parseOperator(
        _ operand: ExpressionLevel.Operand
    ) throws(Abandoned) -> ExpressionLevel.Operand? {
        var operand = operand
        switch current.kind {
        case .star, .slash, .percent:
            if current.kind == .slash { report(.division, at: current.span) }
            if current.kind == .percent { report(.remainder, at: current.span) }
            advance()
            level.factors.append(operand)
            return nil
        default:
            operand = try checked(level.endProduct(operand))
        }
        if current.kind == .plus || current.kind == .minus {
            level.addTerm(operand, nextIsSubtracted: advance().kind == .minus)
            return nil
        }
        operand = try checked(level.endSum(operand))
        operand = try checked(level.endRelation(operand))
        guard let related = try parseRelations(operand) else { return nil }
        operand = related
        level.hasRelation = false
        reportWordOperator()
        if current.kind == .and || isCurrentWord("and") {
            advance()
            level.conjuncts.append(operand)
            return nil
        }
        operand = try checked(level.endConjunction(operand))
        if current.kind == .or || isCurrentWord("or") {
            advance()
            level.disjuncts.append(operand)
            return nil
        }
        return try checked(level.endDisjunction(operand))
    }

    /// Reports `and` and `or`, which are then read as `&&` and `||`.
    private mutating func reportWordOperator() {
        if isCurrentWord("and") { report(.foreignOperator("and", use: "&&"), at: current.span) }
        if isCurrentWord("or") { report(.foreignOperator("or", use: "||"), at: current.span) }
    }

    /// Whether the current token is an identifier of a spelling.
    func isCurrentWord(_ word: String) -> Bool {
        current.kind == .identifier && bytes[current.span.start..<current.span.end].elementsEqual(word.utf8)
    }

    // MARK: Relations

    /// Takes the relational operators behind an operand; `nil` when another operand must follow.
    private mutating func parseRelations(
        _ operand: ExpressionLevel.Operand
    ) throws(Abandoned) -> ExpressionLevel.Operand? {
        var operand = operand
        while true {
            let comparison = current.kind.comparison
            guard comparison != nil || current.kind == .has || current.kind == .like || current.kind == .is else {
                return operand
            }
            if level.hasRelation { report(.chainedRelation, at: current.span) }
            level.hasRelation = true
            let symbol = advance()
            if let comparison {
                if symbol.kind == .assign { report(.singleEquals, at: symbol.span) }
                level.relation = .comparison(comparison, operand)
                return nil
            }
            let left = operand
            switch symbol.kind {
            case .has:
                let path = try parseAttributePath()
                operand = relation(.has(left.expression, path: path), left)
            case .like:
                guard current.kind == .string, !continuesOperand(next.kind) else {
                    throw fail(.invalidLike(foundCurrent))
                }
                let pattern = patternValue(advance())
                operand = relation(.like(left.expression, pattern), left)
            default:
                let type = try parseTypeName()
                if take(.in) != nil {
                    level.relation = .typeTest(left, type)
                    return nil
                }
                operand = relation(.isType(left.expression, type, ancestor: nil), left)
            }
            operand = try checked(operand)
        }
    }

    private func relation(_ kind: Expression.Kind, _ left: ExpressionLevel.Operand) -> ExpressionLevel.Operand {
        ExpressionLevel.Operand(
            kind, SourceSpan(start: left.extent.start, end: previousEnd), height: left.height + 1)
    }

    /// Whether a token would make a longer operand of the one before it.
    private func continuesOperand(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .dot, .leftBracket, .leftParenthesis, .plus, .minus, .star, .slash, .percent: true
        default: false
        }
    }

    /// Reads the right side of `has`: one string literal, or identifiers joined by dots.
    private mutating func parseAttributePath() throws(Abandoned) -> [CedarString] {
        var path: [CedarString] = []
        if current.kind == .string {
            path.append(stringValue(advance()))
        } else {
            guard current.kind.isWord else { throw fail(.invalidHas(foundCurrent)) }
            repeat {
                guard current.kind.isWord else { throw fail(.invalidHas(foundCurrent)) }
                path.append(try parseAttribute())
            } while take(.dot) != nil
        }
        if continuesOperand(current.kind) { throw fail(.invalidHas(foundCurrent)) }
        return path
    }

    /// Reads an unquoted attribute, which the current token is.
    mutating func parseAttribute() throws(Abandoned) -> CedarString {
        let word = current
        guard next.kind != .doubleColon else {
            let name = try parseName(expecting: "an attribute")
            let isEntity = current.kind == .doubleColon
            let place = isEntity ? name.span.union(next.span) : name.span
            report(.namespacedAttribute(log.file.text(in: place)), at: place)
            if isEntity { throw Abandoned() }
            return CedarString(name.name.path)
        }
        advance()
        let attribute = CedarString(utf8: bytes[word.span.start..<word.span.end])
        if word.kind.isReserved {
            report(.reservedAttribute(attribute.text), at: word.span)
        } else if attribute == "__cedar" {
            report(.reservedName("__cedar"), at: word.span)
        }
        return attribute
    }

    // MARK: Ends of levels

    /// Goes on behind the complete expression of the innermost level.
    private mutating func endExpression(_ whole: ExpressionLevel.Operand) throws(Abandoned) -> Step {
        level.height = max(level.height, whole.height)
        let opener = level.opener
        switch level.kind {
        case .whole:
            return .finished(whole.expression)
        case .parenthesis:
            let closer = try expectCloser(.rightParenthesis, "an operator or `)`", of: opener)
            levels.removeLast()
            var operand = whole
            operand.extent = opener.union(closer.span)
            level.base = operand
            return .selectors
        case .set, .function, .method:
            level.elements.append(whole.expression)
            return try endElement()
        case .record:
            level.fields.append(RecordField(key: level.key, value: whole.expression))
            return try endElement()
        case .index:
            let closer = try expectCloser(.rightBracket, "an operator or `]`", of: opener)
            report(.invalidIndex, at: whole.extent)
            levels.removeLast()
            level.selectors.append(Selector(.attribute(""), opener.union(closer.span)))
            return .selectors
        case .condition:
            try expect(.then, "an operator or `then`")
            level.kind = .consequence
        case .consequence:
            try expect(.else, "an operator or `else`")
            level.kind = .alternative
        case .alternative:
            let (condition, then) = (level.elements[0], level.elements[1])
            try close(
                .conditional(condition: condition, then: then, otherwise: whole.expression), to: whole.extent.end,
                height: level.height + 1)
            return .selectors
        }
        level.elements.append(whole.expression)
        return .operand
    }

    /// Goes on behind an element of a list: with the next one, or behind the list.
    private mutating func endElement() throws(Abandoned) -> Step {
        if take(.comma) != nil { return try beginElement() ? .selectors : .operand }
        let (kind, text) = closer
        try closeList(expectCloser(kind, "an operator, `,` or \(text)", of: level.opener))
        return .selectors
    }

    /// The closing bracket of the innermost level, which is a list.
    private var closer: (kind: Token.Kind, text: String) {
        switch level.kind {
        case .set: (.rightBracket, "`]`")
        case .record: (.rightBrace, "`}`")
        default: (.rightParenthesis, "`)`")
        }
    }

    /// Stands behind the opening bracket or a comma of a list: closes the list if it ends here, and returns whether it
    /// did; otherwise stands before an expression afterwards.
    mutating func beginElement() throws(Abandoned) -> Bool {
        switch level.kind {
        case .set, .record, .function, .method: break
        default: return false
        }
        if let token = take(closer.kind) {
            try closeList(token)
            return true
        }
        if level.kind == .record { try parseKey() }
        return false
    }

    /// Makes the value of a list whose closing bracket was taken.
    private mutating func closeList(_ closer: Token) throws(Abandoned) {
        let elements = level.elements
        switch level.kind {
        case .set:
            try close(.set(elements), to: closer.span.end, height: level.height + 1)
        case .record:
            try close(.record(level.fields), to: closer.span.end, height: level.height + 1)
        case .function:
            let kind: Expression.Kind = level.function.map { .call($0, elements) } ?? .literal(.bool(false))
            try close(kind, to: closer.span.end, height: level.height + 1)
        default:
            try closeMethod(closer)
        }
    }

    /// Adds a method call, whose parenthesis was closed, to the selectors of the level around it.
    private mutating func closeMethod(_ closer: Token) throws(Abandoned) {
        let call = level
        levels.removeLast()
        let kind: Selector.Kind
        switch call.method {
        case .core(let method):
            if call.elements.count != method.argumentCount {
                report(
                    .argumentCount(method, found: call.elements.count), at: call.opener.union(closer.span))
            }
            kind = .method(method, call.elements)
        case .extended(let function):
            kind = .extensionMethod(function, call.elements)
        case .invalid:
            kind = .attribute("")
        }
        level.selectors.append(Selector(kind, SourceSpan(start: call.start, end: closer.span.end)))
        level.selectorHeight = max(level.selectorHeight, call.height)
    }

    /// Reads the key of a record field and the colon behind it.
    private mutating func parseKey() throws(Abandoned) {
        let token = current
        let key: CedarString
        if token.kind == .string {
            key = stringValue(advance())
        } else {
            // A reserved word is most likely meant as a key only before a colon.
            guard token.kind.isIdentifier || (token.kind.isReserved && next.kind == .colon) else {
                throw fail(.invalidKey(foundCurrent))
            }
            key = try parseAttribute()
        }
        if current.kind == .assign {
            report(.unexpected(expected: "`:`", found: foundCurrent), at: advance().span)
        } else {
            try expect(.colon, "`:`")
        }
        if let first = level.keyPlaces[key] {
            if !token.isBroken {
                report(
                    .duplicateKey(key.text), at: token.span, labels: [Diagnostic.Label(first, "first given here")])
            }
        } else {
            level.keyPlaces[key] = token.span
        }
        level.key = key
    }
}
