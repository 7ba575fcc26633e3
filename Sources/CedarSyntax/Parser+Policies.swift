extension Parser {
    /// Reads a whole file of policies.
    mutating func parsePolicies() -> [Policy] {
        var policies: [Policy] = []
        var count = 0
        while current.kind != .endOfFile {
            if current.kind == .semicolon {
                report(.unexpected(expected: "a policy", found: foundCurrent), at: current.span)
                while current.kind == .semicolon { advance() }
                continue
            }
            let start = current.span.start
            let id = PolicyID("policy\(count)")
            count += 1
            do {
                if let policy = try parsePolicy(id) { policies.append(policy) }
            } catch {
                // A rule that takes no token must not stop the file from getting on.
                if current.span.start == start { advance() }
                skipPolicy()
            }
        }
        return policies
    }

    /// Reads one policy; `nil` when it has errors but ends where it should.
    private mutating func parsePolicy(_ id: PolicyID) throws(Abandoned) -> Policy? {
        let start = current.span.start
        let annotations = try parseAnnotations()
        let effect = try parseEffect()
        let scope = try parseScope()
        var conditions: [Condition] = []
        var isIntact = scope != nil
        while current.kind != .semicolon {
            if isAtPolicyStart || current.kind == .endOfFile {
                report(.missingSemicolon, at: SourceSpan(start: previousEnd, end: previousEnd))
                return nil
            }
            if let condition = try parseCondition(isRecovering: !isIntact) {
                conditions.append(condition)
            } else {
                isIntact = false
            }
        }
        let span = SourceSpan(start: start, end: advance().span.end)
        guard isIntact, let scope, let effect, !log.isFull, !log.hasFinding(in: span) else { return nil }
        return Policy(
            id: id, annotations: annotations, effect: effect, principal: scope.principal, action: scope.action,
            resource: scope.resource, conditions: conditions, span: span)
    }

    /// Reads `permit` or `forbid`; `nil` for another word that stands like an effect.
    private mutating func parseEffect() throws(Abandoned) -> Effect? {
        switch current.kind {
        case .permit, .forbid:
            let effect: Effect = advance().kind == .permit ? .permit : .forbid
            guard current.kind == .leftParenthesis else { throw unexpected("`(`") }
            return effect
        case .when where next.kind == .leftBrace, .unless where next.kind == .leftBrace:
            throw fail(.conditionBehindSemicolon(text(current)))
        default:
            guard current.kind.isWord else { throw unexpected("a policy") }
            let problem = PolicyProblem.unknownEffect(text(current))
            guard next.kind == .leftParenthesis else { throw fail(problem) }
            report(problem, at: advance().span)
            return nil
        }
    }

    /// Reads a clause.
    ///
    /// Returns `nil` when it has a syntax error, and then stands behind it or where the policy ends. Throws when the
    /// end of neither is found.
    ///
    /// Text that is no clause at all is an error once; while recovering from an earlier one it is skipped silently.
    private mutating func parseCondition(isRecovering: Bool) throws(Abandoned) -> Condition? {
        let keyword = current
        guard keyword.kind.isWord, next.kind == .leftBrace else {
            if isRecovering { throw Abandoned() }
            if keyword.kind == .when || keyword.kind == .unless {
                advance()
                throw unexpected("`{`")
            }
            throw unexpected("`when`, `unless` or `;`")
        }
        advance()
        let opener = advance()
        let kind = Condition.Kind(rawValue: text(keyword))
        if kind == nil { report(.unknownConditionKeyword(text(keyword)), at: keyword.span) }
        if let closer = take(.rightBrace) {
            report(.emptyCondition(text(keyword)), at: opener.span.union(closer.span))
            return nil
        }
        do {
            let body = try parseExpression()
            let closer = try expectCloser(.rightBrace, "an operator or `}`", of: opener.span)
            guard let kind else { return nil }
            return Condition(kind: kind, body: body, span: keyword.span.union(closer.span))
        } catch {
            let openRecords = levels.count { $0.kind == .record }
            skipBracketed(.leftBrace, .rightBrace, depth: openRecords + 1)
            if isAtPolicyStart || current.kind == .endOfFile { throw Abandoned() }
            return nil
        }
    }

    /// Reads a file that holds one expression.
    mutating func parseLoneExpression() -> Expression? {
        do {
            let expression = try parseExpression()
            guard current.kind == .endOfFile else { throw unexpected("an operator or the end of the expression") }
            return log.diagnostics.isEmpty ? expression : nil
        } catch {
            return nil
        }
    }
}
