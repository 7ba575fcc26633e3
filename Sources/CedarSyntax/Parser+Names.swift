extension Parser {
    /// A name as it was written: identifiers joined by `::`.
    struct WrittenName {
        /// The name in normalized form.
        var name: Name

        /// From its first to its last component.
        var span: SourceSpan

        /// Whether it has a namespace.
        var isQualified: Bool

        /// Whether it could be used, which is not so when a component is reserved.
        ///
        /// That was reported then.
        var isValid: Bool
    }

    /// Reads a name.
    ///
    /// A `::` before a string or a brace is left, as it belongs to an entity.
    mutating func parseName(expecting what: String) throws(Abandoned) -> WrittenName {
        guard current.kind.isWord else { throw unexpected(what) }
        var path = ""
        var span = current.span
        var isValid = true
        var isQualified = false
        var hasReservedComponent = false
        while true {
            let word = advance()
            let component = text(word)
            if word.kind.isReserved {
                report(.reservedWord(component), at: word.span)
                isValid = false
            }
            if component == "__cedar" { hasReservedComponent = true }
            path += component
            span.end = word.span.end
            guard current.kind == .doubleColon, next.kind != .string, next.kind != .leftBrace else { break }
            advance()
            guard current.kind.isWord else { throw unexpected("an identifier or a string literal behind `::`") }
            isQualified = true
            path += "::"
        }
        if hasReservedComponent {
            report(.reservedName(path), at: span)
            isValid = false
        }
        return WrittenName(name: Name(unchecked: path), span: span, isQualified: isQualified, isValid: isValid)
    }

    /// Reads the `::"id"` behind a type, or returns `nil` when there is none.
    ///
    /// An invalid type is reported already.
    mutating func parseEntity(of type: WrittenName) throws(Abandoned) -> Spanned<EntityUID>? {
        guard current.kind == .doubleColon else { return nil }
        if next.kind == .leftBrace {
            advance()
            throw fail(.entityRecord(type.name.path))
        }
        advance()
        let literal = try expect(.string, "a string literal")
        return Spanned(EntityUID(type: type.name, id: stringValue(literal)), type.span.union(literal.span))
    }

    /// Reads the entity type behind `is`.
    mutating func parseTypeName() throws(Abandoned) -> Spanned<Name> {
        // Reserved words are reported as such only where a name goes on behind them.
        guard current.kind.isIdentifier || (current.kind.isWord && current.kind != .if) else {
            throw fail(.invalidIs(foundCurrent))
        }
        let type = try parseName(expecting: "an entity type")
        if current.kind == .doubleColon, next.kind == .string {
            let place = type.span.union(next.span)
            report(.invalidIs(PolicyProblem.found(log.file.text(in: place))), at: place)
            throw Abandoned()
        }
        switch current.kind {
        case .dot, .leftParenthesis, .leftBracket, .plus, .minus, .star, .slash, .percent, .doubleColon:
            let place = type.span.union(current.span)
            report(.invalidIs(PolicyProblem.found(log.file.text(in: place))), at: place)
            throw Abandoned()
        default:
            return Spanned(type.name, type.span)
        }
    }
}
