extension Parser {
    /// What stands between the parentheses of a policy.
    struct Scope {
        var principal = EntityConstraint.any
        var action = ActionConstraint.any
        var resource = EntityConstraint.any
    }

    /// Reads a scope with its parentheses.
    ///
    /// Returns `nil` after a syntax error, and then stands behind the scope or where its policy ends. Throws when the
    /// end of neither is found.
    mutating func parseScope() throws(Abandoned) -> Scope? {
        let opener = advance()
        var scope = Scope()
        var variables: [Token] = []
        var isIntact = true
        var isNamed = true
        while current.kind != .rightParenthesis {
            let count = variables.count
            do {
                openScopeBrackets = 0
                try parseScopeElement(&variables, &scope)
                if current.kind == .rightParenthesis { break }
                if take(.comma) != nil { continue }
                guard isScopeVariable(current.kind) else { throw unclosed("`,` or `)`", of: opener.span) }
                // Only the comma is missing.
                report(.unexpected(expected: "`,`", found: foundCurrent), at: current.span)
            } catch {
                isIntact = false
                if variables.count == count { isNamed = false }
                skipScopeElement()
                if take(.comma) != nil { continue }
                if isAtPolicyStart || current.kind == .endOfFile { throw Abandoned() }
                if current.kind != .rightParenthesis { return nil }
            }
        }
        let closer = advance()
        // An element without a variable was an error already, and leaves it open which one it stands for.
        if isNamed { checkOrder(of: variables, at: opener.span.union(closer.span)) }
        return isIntact ? scope : nil
    }

    /// Skips to the comma or the parenthesis behind an element, or to where the scope must have ended.
    private mutating func skipScopeElement() {
        var depth = openScopeBrackets
        while current.kind != .endOfFile, !isAtPolicyEnd, !isAtPolicyStart, !isAtConditionStart {
            switch current.kind {
            case .comma where depth == 0, .rightParenthesis where depth == 0: return
            case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
            case .rightParenthesis, .rightBracket, .rightBrace: depth = max(0, depth - 1)
            default: break
            }
            advance()
        }
    }

    private func isScopeVariable(_ kind: Token.Kind) -> Bool {
        kind == .principal || kind == .action || kind == .resource
    }

    /// Reports missing, superfluous and misplaced elements of a scope.
    private mutating func checkOrder(of variables: [Token], at place: SourceSpan) {
        let expected: [(kind: Token.Kind, name: String)] = [
            (.principal, "principal"), (.action, "action"), (.resource, "resource"),
        ]
        var hasUnknown = false
        var seen: Set<Token.Kind> = []
        for (index, variable) in variables.enumerated() {
            if !isScopeVariable(variable.kind), index < expected.count {
                hasUnknown = true
                report(
                    .unknownScopeVariable(text(variable), expected: expected[index].name), at: variable.span)
            } else if !isScopeVariable(variable.kind) || !seen.insert(variable.kind).inserted {
                report(.extraScopeElement(text(variable)), at: variable.span)
                hasUnknown = true
            }
        }
        if hasUnknown { return }
        let missing = expected.filter { !seen.contains($0.kind) }.map(\.name)
        if !missing.isEmpty {
            report(.missingScopeVariables(missing), at: place)
        } else if let index = variables.indices.first(where: { variables[$0].kind != expected[$0].kind }) {
            let variable = variables[index]
            report(.misplacedScopeVariable(text(variable), expected: expected[index].name), at: variable.span)
        }
    }

    // MARK: Elements

    private mutating func parseScopeElement(
        _ variables: inout [Token], _ scope: inout Scope
    ) throws(Abandoned) {
        guard current.kind.isWord else { throw unexpected("a variable of the scope") }
        let variable = advance()
        variables.append(variable)
        if current.kind == .colon { throw fail(.colonType(variable: text(variable))) }
        switch variable.kind {
        case .action:
            scope.action = try parseActionConstraint()
        case .resource:
            scope.resource = try parseEntityConstraint(slot: .resource)
        default:
            let constraint = try parseEntityConstraint(slot: .principal)
            if variable.kind == .principal { scope.principal = constraint }
        }
    }

    private mutating func parseEntityConstraint(slot: Slot) throws(Abandoned) -> EntityConstraint {
        let constraint: EntityConstraint
        if take(.is) != nil {
            let type = try parseTypeName()
            switch current.kind {
            case .in:
                advance()
                constraint = .isTypeWithin(type, try parseEntityOperand(slot: slot))
            case .equal: throw fail(.isWithEquals)
            case .assign: throw fail(.singleEquals)
            default: constraint = .isType(type)
            }
        } else if let comparison = try takeScopeComparison(isAction: false) {
            let operand = try parseEntityOperand(slot: slot)
            constraint = comparison == .in ? .within(operand) : .equal(operand)
        } else {
            constraint = .any
        }
        try expectEndOfElement(isAction: false)
        return constraint
    }

    private mutating func parseActionConstraint() throws(Abandoned) -> ActionConstraint {
        guard let comparison = try takeScopeComparison(isAction: true) else {
            if current.kind == .is { throw fail(.actionType) }
            try expectEndOfElement(isAction: true)
            return .any
        }
        let isSetPossible = comparison == .in
        let parentheses = try openParentheses()
        let constraint: ActionConstraint
        if current.kind == .leftBracket, isSetPossible {
            constraint = .withinAny(try parseActionSet())
        } else {
            let action = try parseAction(inSet: false, orSet: isSetPossible)
            constraint = isSetPossible ? .within(action) : .equal(action)
        }
        try closeParentheses(parentheses)
        try expectEndOfElement(isAction: true)
        return constraint
    }

    /// Takes `==` or `in`; `nil` when there is no operator, and an error for other operators than these and `is`.
    private mutating func takeScopeComparison(isAction: Bool) throws(Abandoned) -> Token.Kind? {
        switch current.kind {
        case .equal, .in: return advance().kind
        case .assign:
            // Reading goes on as if it were `==`.
            report(.singleEquals, at: advance().span)
            return .equal
        default: return nil
        }
    }

    /// Checks that nothing but a comma or the end of the scope follows an element.
    private mutating func expectEndOfElement(isAction: Bool) throws(Abandoned) {
        switch current.kind {
        case .is where isAction: throw fail(.actionType)
        case .is: throw fail(.isBehindOperand)
        case .not, .dot, .assign: throw fail(.scopeOperator(text(current), isAction: isAction))
        default:
            if current.kind.isInfixOperator { throw fail(.scopeOperator(text(current), isAction: isAction)) }
        }
    }

    // MARK: Operands

    private mutating func openParentheses() throws(Abandoned) -> [SourceSpan] {
        var openers: [SourceSpan] = []
        while current.kind == .leftParenthesis {
            guard openers.count < PolicyParser.maximumNesting else {
                throw fail(.nestingTooDeep(PolicyParser.maximumNesting))
            }
            openers.append(advance().span)
            openScopeBrackets += 1
        }
        return openers
    }

    private mutating func closeParentheses(_ openers: [SourceSpan]) throws(Abandoned) {
        for opener in openers.reversed() {
            try expectCloser(.rightParenthesis, "`)`", of: opener)
            openScopeBrackets -= 1
        }
    }

    private mutating func parseEntityOperand(slot: Slot) throws(Abandoned) -> EntityOperand {
        let expected = "an entity or `\(slot.rawValue)`"
        let parentheses = try openParentheses()
        let operand: EntityOperand
        switch current.kind {
        case .slot:
            let token = advance()
            let written = Slot(rawValue: text(token))
            if written == nil {
                report(.unknownSlot(text(token)), at: token.span)
            } else if written != slot {
                report(.wrongSlot(text(token), expected: slot.rawValue), at: token.span)
            }
            operand = .slot(Spanned(slot, token.span))
        case .leftBracket:
            throw fail(.scopeSet(isAction: false))
        default:
            operand = .entity(try parseScopeEntity(expected))
        }
        try closeParentheses(parentheses)
        return operand
    }

    private mutating func parseActionSet() throws(Abandoned) -> [Spanned<EntityUID>] {
        let opener = advance()
        openScopeBrackets += 1
        var actions: [Spanned<EntityUID>] = []
        while current.kind != .rightBracket {
            let parentheses = try openParentheses()
            actions.append(try parseAction(inSet: true, orSet: false))
            try closeParentheses(parentheses)
            if take(.comma) == nil { break }
        }
        try expectCloser(.rightBracket, "`,` or `]`", of: opener.span)
        openScopeBrackets -= 1
        return actions
    }

    private mutating func parseAction(inSet: Bool, orSet: Bool) throws(Abandoned) -> Spanned<EntityUID> {
        switch current.kind {
        case .slot: throw fail(.actionSlot(text(current)))
        case .leftBracket: throw fail(.scopeSet(isAction: true))
        default: break
        }
        let action = try parseScopeEntity(orSet ? "an action or a set of actions" : "an action")
        if action.value.type.basename != "Action" {
            report(.notAnAction(action.value.description), at: action.span)
        }
        return action
    }

    /// Reads an entity.
    ///
    /// `expected` says for messages what can stand here.
    private mutating func parseScopeEntity(_ expected: String) throws(Abandoned) -> Spanned<EntityUID> {
        let found = foundCurrent
        let isName = current.kind.isWord && (!current.kind.isReserved || next.kind == .doubleColon)
        guard isName else { throw fail(.scopeOperand(found, expected: expected)) }
        let type = try parseName(expecting: expected)
        guard let entity = try parseEntity(of: type) else {
            report(.scopeOperand(PolicyProblem.found(type.name.path), expected: expected), at: type.span)
            throw Abandoned()
        }
        return entity
    }
}
