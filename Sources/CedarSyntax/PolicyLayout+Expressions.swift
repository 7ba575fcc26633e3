/// The layout of expressions, without recursion: an array of frames takes the place of the call stack.
extension PolicyLayout {
    /// What is open around the current token.
    private struct Frame {
        enum Kind {
            case whole, parenthesis, list, record, arguments, condition, consequence, alternative
        }

        var kind: Kind

        /// How many selectors stand behind the current operand so far.
        var selectors = 0

        /// Whether the relation has an operator that indents its right side.
        var isRelationIndented = false
    }

    /// The groups around an operand, from the outermost to the innermost.
    ///
    /// All of them begin with each operand and end with its operators. Where there are no operators they have no line
    /// breaks, and then it makes no difference whether they are there.
    private enum Group: Int {
        case relation, sum, product, member
    }

    /// Lays out an expression up to the token that cannot belong to it.
    mutating func layOutExpression() {
        var frames = [Frame(kind: .whole)]
        begin(.relation)
        var needsOperand = true
        while !frames.isEmpty, !isBroken {
            if needsOperand {
                needsOperand = !layOutOperand(&frames)
            } else if !layOutSelector(&frames, &needsOperand),
                !layOutOperator(&frames[frames.count - 1], &needsOperand)
            {
                needsOperand = endExpression(&frames)
            }
        }
    }

    // MARK: Groups

    /// Begins a group and all groups inside it.
    private mutating func begin(_ outermost: Group) {
        for _ in outermost.rawValue...Group.member.rawValue { add(.beginGroup) }
    }

    /// Ends a group and all groups inside it.
    private mutating func end(_ outermost: Group, _ frame: inout Frame) {
        add(.indent(-indent))
        for number in (outermost.rawValue...Group.member.rawValue).reversed() {
            if number == Group.relation.rawValue, frame.isRelationIndented {
                add(.indent(-indent))
                frame.isRelationIndented = false
            }
            add(.endGroup)
        }
    }

    // MARK: Operands

    /// Lays out the beginning of an operand.
    ///
    /// Returns whether it is complete; otherwise another one begins inside it.
    private mutating func layOutOperand(_ frames: inout [Frame]) -> Bool {
        switch kind {
        case .not, .minus:
            addToken()
            return false
        case .if:
            add(.beginGroup)
            layOutKeyword()
            frames.append(Frame(kind: .condition))
            begin(.relation)
            return false
        case .leftParenthesis:
            add(.beginGroup)
            return open(.parenthesis, .rightParenthesis, in: &frames)
        case .leftBracket:
            return open(.list, .rightBracket, in: &frames)
        case .leftBrace:
            add(.beginGroup)
            return open(.record, .rightBrace, in: &frames)
        case .number, .string, .slot:
            addToken()
        case .true, .false:
            addToken()
        default:
            guard kind.isIdentifier else {
                isBroken = true
                return false
            }
            layOutName()
        }
        endOperand(&frames)
        return true
    }

    /// The operand without selectors is complete.
    private mutating func endOperand(_ frames: inout [Frame]) {
        add(.indent(indent))
        frames[frames.count - 1].selectors = 0
    }

    /// Lays out an opening bracket.
    ///
    /// Returns whether the operand is complete because nothing is in the brackets.
    private mutating func open(_ new: Frame.Kind, _ closer: Token.Kind, in frames: inout [Frame]) -> Bool {
        addToken()
        if kind == closer {
            add(.indent(bracketIndent(new)))
            close(new, closer, isEmpty: true)
            if new != .arguments { endOperand(&frames) }
            return true
        }
        add(.indent(bracketIndent(new)))
        if new == .record { add(.line) }
        if new == .arguments { add(.softLine) }
        frames.append(Frame(kind: new))
        if new == .record { layOutKey() }
        begin(.relation)
        return false
    }

    /// The columns by which the inside of a bracket is indented.
    ///
    /// Lists and parentheses align it behind the bracket.
    private func bracketIndent(_ kind: Frame.Kind) -> Int {
        kind == .list || kind == .parenthesis ? 1 : indent
    }

    private mutating func close(_ kind: Frame.Kind, _ closer: Token.Kind, isEmpty: Bool) {
        let dedent = LayoutItem.indent(-bracketIndent(kind))
        switch kind {
        case .record where !isEmpty: addCloser(closer, after: dedent, .line)
        case .arguments where !isEmpty: addCloser(closer, after: dedent, .softLine)
        default: addCloser(closer, after: dedent)
        }
        if kind == .record || kind == .parenthesis { add(.endGroup) }
    }

    private mutating func layOutKey() {
        addToken()
        addToken(.colon)
        add(.space)
    }

    /// Lays out `if`, `then` or `else` up to its expression.
    private mutating func layOutKeyword() {
        addToken()
        add(.indent(indent))
        add(.line)
    }

    // MARK: Behind an operand

    /// Lays out a selector or the beginning of a call.
    ///
    /// Returns whether there is one.
    private mutating func layOutSelector(_ frames: inout [Frame], _ needsOperand: inout Bool) -> Bool {
        switch kind {
        case .dot, .leftBracket, .leftParenthesis: break
        default: return false
        }
        if frames[frames.count - 1].selectors > 0 { add(.softLine) }
        frames[frames.count - 1].selectors += 1
        switch kind {
        case .dot:
            addToken()
            addToken()
        case .leftBracket:
            addToken()
            addToken(.string)
            addToken(.rightBracket)
        default:
            needsOperand = !open(.arguments, .rightParenthesis, in: &frames)
        }
        return true
    }

    /// Lays out an operator and begins the groups of its right side.
    ///
    /// Returns whether there is one.
    private mutating func layOutOperator(_ frame: inout Frame, _ needsOperand: inout Bool) -> Bool {
        needsOperand = true
        switch kind {
        case .star: layOutOperator(within: .product, followedBy: .line, &frame)
        case .plus, .minus: layOutOperator(within: .sum, followedBy: .line, &frame)
        case .and, .or:
            end(.relation, &frame)
            add(.space)
            addToken()
            add(.line)
            begin(.relation)
        case .has, .like:
            end(.sum, &frame)
            add(.line)
            addToken()
            add(.line)
            indentRelation(&frame)
        case .is:
            end(.sum, &frame)
            add(.space)
            addToken()
            add(.space)
            layOutName()
            guard kind == .in else {
                // The groups of a right side that is not there, so that all relations end alike.
                begin(.sum)
                add(.indent(indent))
                needsOperand = false
                return true
            }
            add(.line)
            addToken()
            add(.space)
            indentRelation(&frame)
        default:
            guard kind.comparison != nil else {
                needsOperand = false
                return false
            }
            layOutOperator(within: .relation, followedBy: .space, &frame)
        }
        return true
    }

    /// Lays out an operator between two operands that stand in a group.
    private mutating func layOutOperator(within group: Group, followedBy gap: LayoutItem, _ frame: inout Frame) {
        guard let inner = Group(rawValue: group.rawValue + 1) else { return }
        end(inner, &frame)
        add(.space)
        addToken()
        add(gap)
        begin(inner)
    }

    private mutating func indentRelation(_ frame: inout Frame) {
        add(.indent(indent))
        frame.isRelationIndented = true
        begin(.sum)
    }

    /// Ends an expression and goes on with what is around it.
    ///
    /// Returns whether an operand must follow.
    private mutating func endExpression(_ frames: inout [Frame]) -> Bool {
        let top = frames.count - 1
        end(.relation, &frames[top])
        let closer: Token.Kind
        switch frames[top].kind {
        case .whole:
            frames.removeLast()
            return false
        case .condition, .consequence:
            let isCondition = frames[top].kind == .condition
            guard kind == (isCondition ? .then : .else) else {
                isBroken = true
                return false
            }
            add(.indent(-indent))
            add(.line)
            layOutKeyword()
            frames[top].kind = isCondition ? .consequence : .alternative
            begin(.relation)
            return true
        case .alternative:
            add(.indent(-indent))
            add(.endGroup)
            frames.removeLast()
            endOperand(&frames)
            return false
        case .list: closer = .rightBracket
        case .record: closer = .rightBrace
        case .parenthesis, .arguments: closer = .rightParenthesis
        }
        if kind == .comma, frames[top].kind != .parenthesis {
            addToken()
            add(.line)
            if frames[top].kind == .record { layOutKey() }
            begin(.relation)
            return true
        }
        let frame = frames.removeLast()
        close(frame.kind, closer, isEmpty: false)
        if frame.kind != .arguments { endOperand(&frames) }
        return false
    }
}
