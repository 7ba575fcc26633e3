/// The operands of expressions: literals, variables, entities, brackets, calls, and the selectors behind them.
extension Parser {
    /// Reads the beginning of an operand.
    ///
    /// Returns whether it is complete; otherwise a level was opened for its inside.
    mutating func parseOperand() throws(Abandoned) -> Bool {
        parsePrefixes()
        skipOverlongOperator()
        let token = current
        switch token.kind {
        case .true where next.kind != .doubleColon, .false where next.kind != .doubleColon:
            advance()
            return complete(.literal(.bool(token.kind == .true)), token.span)
        case .number:
            return parseNumber()
        case .string:
            advance()
            return complete(.literal(.string(stringValue(token))), token.span)
        case .slot:
            advance()
            let slot = text(token)
            report(Slot(rawValue: slot) == nil ? .unknownSlot(slot) : .slotInCondition(slot), at: token.span)
            return complete(.literal(.bool(false)), token.span)
        case .leftParenthesis:
            try open(ExpressionLevel(.parenthesis, token.span))
            advance()
            return false
        case .leftBracket:
            try open(ExpressionLevel(.set, token.span))
            advance()
            return try beginElement()
        case .leftBrace:
            try open(ExpressionLevel(.record, token.span))
            advance()
            return try beginElement()
        case .if where next.kind != .doubleColon:
            if !level.isFresh { report(.bareConditional, at: token.span) }
            try open(ExpressionLevel(.condition, token.span))
            advance()
            return false
        case .principal, .action, .resource, .context:
            if next.kind != .doubleColon, next.kind != .leftParenthesis { return parseVariable() }
            return try parseNamed()
        default:
            guard token.kind.isIdentifier || (token.kind.isReserved && next.kind == .doubleColon) else {
                throw unexpected("an expression")
            }
            return try parseNamed()
        }
    }

    /// Makes a leaf the base of the innermost level.
    private mutating func complete(_ kind: Expression.Kind, _ span: SourceSpan) -> Bool {
        level.base = ExpressionLevel.Operand(kind, span)
        return true
    }

    /// Takes the `!` and `-` before an operand.
    ///
    /// More than four are reported, and those beyond ignored.
    private mutating func parsePrefixes() {
        var count = 0
        var isMixed = false
        var span = current.span
        while current.kind == .not || current.kind == .minus || isForeignNot {
            if current.kind == .identifier { report(.foreignOperator("not", use: "!"), at: current.span) }
            var prefix = advance()
            if prefix.kind == .identifier { prefix.kind = .not }
            span.end = prefix.span.end
            count += 1
            if let last = level.prefixes.last, last.kind != prefix.kind { isMixed = true }
            if count <= 4 { level.prefixes.append(prefix) }
        }
        if isMixed {
            report(.mixedUnary, at: span)
        } else if count > 4 {
            report(.tooManyUnary(level.prefixes.first?.kind == .minus ? "-" : "!"), at: span)
        }
    }

    /// Whether the word `not` stands here like an operator.
    private var isForeignNot: Bool {
        guard isCurrentWord("not") else { return false }
        switch next.kind {
        case .string, .number, .slot, .leftParenthesis, .true, .false: return true
        default: return next.kind.isIdentifier
        }
    }

    /// Reports `===` and its like, of which only the last `=` is left when an operand should begin.
    private mutating func skipOverlongOperator() {
        let start = current.span.start
        guard current.kind == .assign, start == previousEnd, start >= 2, bytes[start - 1] == 0x3D else { return }
        let place = SourceSpan(start: start - 2, end: start + 1)
        let written = log.file.text(in: place)
        report(.foreignOperator(written, use: String(written.dropLast())), at: place)
        advance()
    }

    private mutating func parseVariable() -> Bool {
        let token = advance()
        let variable: Variable =
            switch token.kind {
            case .principal: .principal
            case .action: .action
            case .resource: .resource
            default: .context
            }
        return complete(.variable(variable), token.span)
    }

    /// Reads an integer.
    ///
    /// The `-` directly before it belongs to the literal, unless a selector follows.
    private mutating func parseNumber() -> Bool {
        let token = advance()
        var span = token.span
        var isNegative = false
        if let sign = level.prefixes.last, sign.kind == .minus, current.kind != .dot, current.kind != .leftBracket,
            current.kind != .leftParenthesis
        {
            level.prefixes.removeLast()
            span.start = sign.span.start
            isNegative = true
        }
        // The digits are negated while they are read, as the lowest integer has no positive counterpart.
        var value: Int64? = 0
        for byte in bytes[token.span.start..<token.span.end] {
            guard let sofar = value else { break }
            let (shifted, overflow) = sofar.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.subtractingReportingOverflow(Int64(byte - 0x30))
            value = overflow || carry ? nil : sum
        }
        if !isNegative, let negated = value { value = negated == .min ? nil : -negated }
        if value == nil { report(.integerTooLarge(log.file.text(in: span)), at: span) }
        return complete(.literal(.long(value ?? 0)), span)
    }

    // MARK: Names

    /// Reads what begins with a name: an entity, a call, or a variable that does not exist.
    private mutating func parseNamed() throws(Abandoned) -> Bool {
        let name = try parseName(expecting: "an expression")
        if let entity = try parseEntity(of: name) {
            return complete(.literal(.entity(entity.value)), entity.span)
        }
        guard current.kind == .leftParenthesis else {
            if name.isValid { report(.unknownVariable(name.name.path), at: name.span) }
            return complete(.literal(.bool(false)), name.span)
        }
        var call = ExpressionLevel(.function, current.span, start: name.span.start)
        call.function = function(name)
        try open(call)
        advance()
        return try beginElement()
    }

    /// The function of a name; `nil` for one that cannot be called, which is reported.
    private mutating func function(_ name: WrittenName) -> ExtensionFunction? {
        guard name.isValid else { return nil }
        let path = name.name.path
        if !name.isQualified {
            if let function = ExtensionFunction(rawValue: path) {
                if function.isConstructor { return function }
                report(.methodAsFunction(path), at: name.span)
                return nil
            }
            if CoreMethod(rawValue: path) != nil {
                report(.methodAsFunction(path), at: name.span)
                return nil
            }
            if Variable(rawValue: path) != nil {
                report(.notCallable(path), at: name.span)
                return nil
            }
        }
        report(.unknownFunction(path), at: name.span)
        return nil
    }

    // MARK: Selectors

    /// Reads the selectors behind the base.
    ///
    /// Returns `false` when a level was opened for the inside of one.
    mutating func parseSelectors() throws(Abandoned) -> Bool {
        while true {
            switch current.kind {
            case .dot:
                if try !parseDot() { return false }
            case .leftBracket:
                if try !parseIndex() { return false }
            case .leftParenthesis:
                let start = level.base?.extent.start ?? current.span.start
                let callee = log.file.text(in: SourceSpan(start: start, end: previousEnd))
                report(.notCallable(callee), at: SourceSpan(start: start, end: previousEnd))
                try open(ExpressionLevel(.method, current.span))
                advance()
                return false
            default:
                return true
            }
        }
    }

    /// Reads `.a`, or opens the level of `.a(...)` and returns `false`.
    private mutating func parseDot() throws(Abandoned) -> Bool {
        let dot = advance()
        if current.kind == .number { throw fail(.fraction(foundCurrent)) }
        guard current.kind.isWord else { throw unexpected("an attribute or a method behind `.`") }
        let word = current
        let errors = log.diagnostics.count
        let attribute = try parseAttribute()
        guard current.kind == .leftParenthesis else {
            level.selectors.append(Selector(.attribute(attribute), dot.span.union(word.span)))
            return true
        }
        var call = ExpressionLevel(.method, current.span, start: dot.span.start)
        if log.diagnostics.count == errors { call.method = method(attribute.text, at: word.span) }
        try open(call)
        advance()
        return false
    }

    private mutating func method(_ name: String, at span: SourceSpan) -> ExpressionLevel.Method {
        if let method = CoreMethod(rawValue: name) { return .core(method) }
        guard let function = ExtensionFunction(rawValue: name) else {
            report(.unknownMethod(name), at: span)
            return .invalid
        }
        if function.isConstructor {
            report(.functionAsMethod(name), at: span)
            return .invalid
        }
        return .extended(function)
    }

    /// Reads `["a"]`, or opens a level for an index that is no string literal and returns `false`.
    private mutating func parseIndex() throws(Abandoned) -> Bool {
        let bracket = current
        guard next.kind == .string else {
            try open(ExpressionLevel(.index, bracket.span))
            advance()
            return false
        }
        advance()
        guard next.kind == .rightBracket else {
            try open(ExpressionLevel(.index, bracket.span))
            return false
        }
        let key = stringValue(advance())
        level.selectors.append(Selector(.attribute(key), bracket.span.union(advance().span)))
        return true
    }
}
