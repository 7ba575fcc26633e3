import CedarModel
import CedarSyntax

extension SchemaParser {
    /// Reads a whole file.
    mutating func parseFile() {
        while current.kind != .endOfFile {
            if current.kind == .rightBrace, nestedNamespaces > 0 {
                nestedNamespaces -= 1
                advance()
                continue
            }
            let start = current.span.start
            do {
                let annotations = try parseAnnotations()
                if isAt("namespace") {
                    try parseNamespace(annotations)
                } else {
                    try parseDeclaration(annotations, in: namespace(named: nil))
                }
            } catch {
                recover(from: start)
                // Outside of namespaces a brace closes nothing.
                if current.kind == .rightBrace, nestedNamespaces == 0 { advance() }
            }
        }
    }

    private mutating func recover(from start: Int) {
        // A rule that takes no token must not stop the file from getting on.
        if current.span.start == start, current.kind != .rightBrace { advance() }
        skipDeclaration()
    }

    /// The index of a namespace, which is added when it is new.
    private mutating func namespace(named name: Spanned<Name>?) -> Int {
        if let index = namespaceIndex[name?.value] { return index }
        namespaceIndex[name?.value] = namespaces.count
        namespaces.append(SchemaNamespace(name: name))
        places.append(DeclarationPlaces())
        return namespaces.count - 1
    }

    private mutating func parseNamespace(_ annotations: [Annotation]) throws(Abandoned) {
        advance()
        let name = try parseName("the name of a namespace")
        let opener = try expect(.leftBrace, "`{`").span
        if let first = namespaceIndex[name.value].flatMap({ namespaces[$0].name }) {
            report(
                .duplicateNamespace, "the namespace `\(name.value.path.excerpt)` is opened twice in one file",
                at: name.span, labels: [Diagnostic.Label(first.span, "first opened here")],
                help: "move all declarations of the namespace into one block")
        }
        let index = namespace(named: name)
        namespaces[index].annotations = annotations
        while current.kind != .rightBrace {
            if current.kind == .endOfFile { try expectCloser(.rightBrace, "a declaration or `}`", of: opener) }
            let start = current.span.start
            do {
                let annotations = try parseAnnotations()
                if isAt("namespace"), next.kind.isWord {
                    report(
                        .misplacedNamespace, "namespaces cannot be nested", at: current.span,
                        labels: [Diagnostic.Label(opener, "opened here")],
                        help: "close the namespace with `}`, and write the whole name of the next one")
                    nestedNamespaces += 1
                    isComplete = false
                    return
                }
                try parseDeclaration(annotations, in: index)
            } catch {
                recover(from: start)
                if current.kind == .endOfFile { throw error }
            }
        }
        advance()
    }

    private mutating func parseDeclaration(_ annotations: [Annotation], in index: Int) throws(Abandoned) {
        let isInside = namespaces[index].name != nil
        guard current.kind.isWord else {
            isComplete = false
            throw unexpected(isInside ? "a declaration or `}`" : "a declaration")
        }
        switch text(current) {
        case "entity": try parseEntityTypes(annotations, in: index)
        case "action": try parseActions(annotations, in: index)
        case "type": try parseCommonType(annotations, in: index)
        case let word:
            isComplete = false
            let keywords = ["entity", "action", "type"] + (isInside ? [] : ["namespace"])
            throw unexpected(
                isInside ? "`entity`, `action`, `type` or `}`" : "`entity`, `action`, `type` or `namespace`",
                help: Suggestion.sentence(for: word, among: keywords))
        }
    }

    /// Takes the semicolon behind a declaration; where it is only missing, reading goes on.
    mutating func endDeclaration(_ expected: String, help: String? = nil) throws(Abandoned) {
        if take(.semicolon) != nil { return }
        guard current.kind == .endOfFile || current.kind == .rightBrace || isAtDeclaration else {
            throw unexpected(expected, help: current.kind == .comma ? "several are listed in `[...]`" : help)
        }
        report(
            .schemaMissingSemicolon, "this declaration has no `;` at its end",
            at: SourceSpan(start: previousEnd, end: previousEnd), help: "end every declaration with `;`")
    }

    /// Reports a second declaration of a name.
    mutating func reportDuplicate(_ kind: String, _ name: String, at span: SourceSpan, first: SourceSpan) {
        report(
            .duplicateDeclaration, "the \(kind) `\(name.excerpt)` is declared twice", at: span,
            labels: [Diagnostic.Label(first, "first declared here")], help: "keep one of the two")
    }

    // MARK: Common types

    private mutating func parseCommonType(_ annotations: [Annotation], in index: Int) throws(Abandoned) {
        advance()
        let wasComplete = isComplete
        // Until the type is known, names that refer to it cannot be judged.
        isComplete = false
        let name = try parseIdentifier("the name of a type")
        try expect(.assign, "`=`")
        let errors = log.diagnostics.count
        let type = try parseType()
        if log.diagnostics.count == errors { isComplete = wasComplete }
        if let first = places[index].commonTypes.updateValue(name.span, forKey: name.value) {
            reportDuplicate("type", name.value, at: name.span, first: first)
        } else {
            namespaces[index].commonTypes.append(
                CommonTypeDeclaration(name: name, annotations: annotations, type: type))
        }
        try endDeclaration("`;`")
    }

    // MARK: Entity types

    private mutating func parseEntityTypes(_ annotations: [Annotation], in index: Int) throws(Abandoned) {
        advance()
        var names: [Spanned<String>] = []
        var body = EntityTypeDeclaration.Body.standard(parents: [], shape: nil, tags: nil)
        defer { declare(names, annotations, body, in: index) }
        do {
            repeat {
                names.append(try parseIdentifier("the name of an entity type"))
            } while take(.comma) != nil
        } catch {
            isComplete = false
            throw error
        }
        if take(word: "enum") != nil {
            let opener = try expect(.leftBracket, "`[`").span
            let members = try parseList(upTo: .rightBracket, "`]`", of: opener) { parser throws(Abandoned) in
                let literal = try parser.expect(.string, "a string literal")
                return Spanned(parser.stringValue(literal), literal.span)
            }
            body = .enumeration(members.elements)
            return try endDeclaration("`;`", help: "an enumerated entity type has no parents, attributes or tags")
        }
        var parents: [Spanned<Name>] = []
        var shape: DeclaredType?
        let hasParents = take(.in) != nil
        if hasParents { parents = try parseTypeNames(allowsNone: true).names }
        body = .standard(parents: parents, shape: nil, tags: nil)
        if take(.assign) != nil || current.kind == .leftBrace { shape = try parseRecord() }
        body = .standard(parents: parents, shape: shape, tags: nil)
        if take(word: "tags") != nil {
            body = .standard(parents: parents, shape: shape, tags: try parseType())
            return try endDeclaration("`;`", help: "parents, attributes and tags come in this order")
        }
        let rest = shape == nil ? "`{`, `tags` or `;`" : "`tags` or `;`"
        let isEnumeration = isAt("enum")
        try endDeclaration(
            !hasParents && shape == nil ? "`in`, `enum`, " + rest : rest,
            help: isEnumeration ? "an enumerated entity type has no parents, attributes or tags" : nil)
    }

    private mutating func declare(
        _ names: [Spanned<String>], _ annotations: [Annotation], _ body: EntityTypeDeclaration.Body, in index: Int
    ) {
        for name in names {
            if let first = places[index].entityTypes.updateValue(name.span, forKey: name.value) {
                reportDuplicate("entity type", name.value, at: name.span, first: first)
            } else {
                namespaces[index].entityTypes.append(
                    EntityTypeDeclaration(name: name, annotations: annotations, body: body))
            }
        }
    }

    /// Reads one type name or a list of them in brackets, and says where they stand.
    mutating func parseTypeNames(
        allowsNone: Bool
    ) throws(Abandoned) -> (names: [Spanned<Name>], span: SourceSpan) {
        guard let opener = take(.leftBracket) else {
            let name = try parseName("an entity type or `[`")
            return ([name], name.span)
        }
        if allowsNone, let closer = take(.rightBracket) { return ([], opener.span.union(closer.span)) }
        let list = try parseList(upTo: .rightBracket, "`]`", of: opener.span) { parser throws(Abandoned) in
            try parser.parseName("an entity type")
        }
        return (list.elements, opener.span.union(list.closer))
    }
}
