import CedarSyntax

extension SchemaParser {
    /// Reads a declaration of actions from its keyword on.
    mutating func parseActions(_ annotations: [Annotation], in index: Int) throws(Abandoned) {
        advance()
        var names: [Spanned<CedarString>] = []
        var declared = ActionDeclaration(id: Spanned("", current.span), annotations: annotations)
        defer {
            for name in names {
                declared.id = name
                declare(declared, in: index)
            }
        }
        do {
            repeat {
                names.append(try parseQuotableName("the name of an action"))
            } while take(.comma) != nil
        } catch {
            isComplete = false
            throw error
        }
        var expected = "`in`, `appliesTo` or `;`"
        if take(.in) != nil {
            declared.groups = try parseGroups()
            expected = "`appliesTo` or `;`"
        }
        if let keyword = take(word: "appliesTo") {
            declared.appliesTo = try parseAppliesTo(keyword.span)
            expected = "`;`"
        }
        if take(word: "attributes") != nil {
            let opener = try expect(.leftBrace, "`{`").span
            if current.kind != .rightBrace {
                let error = fail(
                    PolicyProblem(
                        .unsupportedSchemaFeature, "actions cannot have attributes", help: "remove the attributes"),
                    labels: [Diagnostic.Label(opener, "opened here")])
                while skipToComma(), take(.comma) != nil {}
                guard current.kind == .rightBrace else { throw error }
            }
            advance()
            expected = "`;`"
        }
        let isLateGroup = current.kind == .in
        try endDeclaration(expected, help: isLateGroup ? "write `in` before `appliesTo`" : nil)
    }

    private mutating func declare(_ action: ActionDeclaration, in index: Int) {
        if let first = places[index].actions.updateValue(action.id.span, forKey: action.id.value) {
            reportDuplicate("action", action.id.value.text, at: action.id.span, first: first)
        } else {
            namespaces[index].actions.append(action)
        }
    }

    private mutating func parseGroups() throws(Abandoned) -> [Spanned<ActionDeclaration.Reference>] {
        guard let opener = take(.leftBracket) else { return [try parseActionReference()] }
        return try parseList(upTo: .rightBracket, "`]`", of: opener.span) { parser throws(Abandoned) in
            try parser.parseActionReference()
        }.elements
    }

    // MARK: Requests

    /// Reads what an action applies to.
    ///
    /// An item with an error is skipped, and the next one is read.
    private mutating func parseAppliesTo(_ keyword: SourceSpan) throws(Abandoned) -> ActionDeclaration.AppliesTo {
        let opener = try expect(.leftBrace, "`{`").span
        var items = AppliesToItems()
        while current.kind != .rightBrace {
            do throws(Abandoned) {
                try parseItem(&items)
                guard current.kind == .comma || current.kind == .rightBrace else {
                    throw fail(
                        PolicyProblem(.schemaUnclosed, "expected `,` or `}`, found \(foundCurrent)"),
                        labels: [Diagnostic.Label(opener, "opened here")])
                }
            } catch {
                guard skipToComma() else { throw error }
            }
            if take(.comma) == nil { break }
        }
        // An empty block is already told what it lacks.
        try expectCloser(.rightBrace, "`,` or `}`", of: opener)
        for word in ["principal", "resource"] where items.places[word] == nil && !items.hasError {
            report(
                .incompleteAppliesTo, "`appliesTo` has no `\(word)`", at: keyword,
                help: "list the entity types; an action that no request can name has no `appliesTo` at all")
        }
        return items.result
    }

    /// What a block has so far.
    private struct AppliesToItems {
        var result = ActionDeclaration.AppliesTo(principalTypes: [], resourceTypes: [])
        /// Where each item began, by its keyword.
        var places: [String: SourceSpan] = [:]
        /// Whether a keyword was not understood, so that nothing can be said about what is missing.
        var hasError = false
    }

    private mutating func parseItem(_ items: inout AppliesToItems) throws(Abandoned) {
        let word = current.kind.isWord ? text(current) : ""
        guard ["principal", "resource", "context"].contains(word) else {
            items.hasError = true
            throw unexpected(
                "`principal`, `resource` or `context`",
                help: Suggestion.sentence(for: word, among: ["principal", "resource", "context"]))
        }
        let place = advance().span
        let isFirst = items.places[word] == nil
        if let first = items.places[word] {
            report(
                .duplicateAppliesTo, "`\(word)` is given twice", at: place,
                labels: [Diagnostic.Label(first, "first given here")], help: "keep one of the two")
        } else {
            items.places[word] = place
        }
        try expect(.colon, "`:`")
        if word == "context" {
            let type = try parseContext()
            if isFirst { items.result.context = type }
            return
        }
        let types = try parseTypeNames(allowsNone: true)
        if types.names.isEmpty {
            report(
                .incompleteAppliesTo, "`\(word)` has no entity type", at: types.span,
                help: "list the entity types; an action that no request can name has no `appliesTo` at all")
        }
        guard isFirst else { return }
        if word == "principal" {
            items.result.principalTypes = types.names
        } else {
            items.result.resourceTypes = types.names
        }
    }

    private mutating func parseContext() throws(Abandoned) -> DeclaredType {
        if current.kind == .leftBrace { return try parseRecord() }
        let name = try parseName("`{` or the name of a type")
        if current.kind == .less { throw unexpected("`,` or `}`", help: "the context is a record") }
        return DeclaredType(.entityOrCommon(name.value), name.span)
    }
}
