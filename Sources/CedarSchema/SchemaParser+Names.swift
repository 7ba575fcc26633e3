import CedarSyntax

extension SchemaParser {
    /// Reads an identifier.
    ///
    /// A reserved word is reported and then taken for one.
    mutating func parseIdentifier(_ what: String) throws(Abandoned) -> Spanned<String> {
        guard current.kind.isWord, !isAtDeclarationInPlaceOfName else { throw unexpected(what) }
        if current.kind.isReserved { reportReserved(current) }
        let word = advance()
        return Spanned(text(word), word.span)
    }

    /// Reports a reserved word that stands as a name.
    private mutating func reportReserved(_ word: Token, canBeQuoted: Bool = false) {
        isComplete = false
        let name = text(word)
        report(
            .schemaReservedWord, "`\(name)` is a reserved word and cannot be a name", at: word.span,
            help: canBeQuoted ? "write `\"\(name)\"`" : "choose another name")
    }

    /// Reads the name of an attribute or an action: an identifier or a string literal.
    mutating func parseQuotableName(_ what: String) throws(Abandoned) -> Spanned<CedarString> {
        if let literal = take(.string) { return Spanned(stringValue(literal), literal.span) }
        guard current.kind.isWord, !isAtDeclarationInPlaceOfName else { throw unexpected(what) }
        if current.kind.isReserved { reportReserved(current, canBeQuoted: true) }
        let word = advance()
        return Spanned(CedarString(text(word)), word.span)
    }

    /// Reads a name of identifiers joined by `::`.
    ///
    /// A `::` before a string is left, as it belongs to an action.
    mutating func parseName(_ what: String) throws(Abandoned) -> Spanned<Name> {
        let first = try parseIdentifier(what)
        var path = first.value
        var span = first.span
        while current.kind == .doubleColon, next.kind != .string {
            advance()
            let component = try parseIdentifier("an identifier behind `::`")
            path += "::" + component.value
            span.end = component.span.end
        }
        return Spanned(Name(unchecked: path), span)
    }

    /// Reads the mention of an action: its name, its id in quotes, or its type with the id.
    mutating func parseActionReference() throws(Abandoned) -> Spanned<ActionDeclaration.Reference> {
        if let literal = take(.string) {
            return Spanned(ActionDeclaration.Reference(id: stringValue(literal)), literal.span)
        }
        let name = try parseName("the name of an action")
        guard current.kind == .doubleColon else {
            guard name.value.namespace == nil else {
                throw unexpected("`::` and a string literal", help: "write the id of the action in quotes")
            }
            return Spanned(ActionDeclaration.Reference(id: CedarString(name.value.path)), name.span)
        }
        advance()
        let literal = advance()
        return Spanned(
            ActionDeclaration.Reference(type: name.value, id: stringValue(literal)), name.span.union(literal.span))
    }

    /// Reads elements up to a closing bracket whose opener was taken.
    ///
    /// A comma before the bracket is reported.
    mutating func parseList<Element>(
        upTo closer: Token.Kind, _ spelling: String, of opener: SourceSpan,
        _ element: (inout SchemaParser) throws(Abandoned) -> Element
    ) throws(Abandoned) -> (elements: [Element], closer: SourceSpan) {
        var elements = [try element(&self)]
        while let comma = take(.comma) {
            if current.kind == closer {
                report(
                    .schemaUnexpectedToken, "expected another element, found \(foundCurrent)", at: current.span,
                    labels: [Diagnostic.Label(comma.span, "behind this comma")],
                    help: "schemas have no comma behind the last element here")
                break
            }
            elements.append(try element(&self))
        }
        let end = try expectCloser(closer, "`,` or \(spelling)", of: opener)
        return (elements, end.span)
    }
}
