import CedarModel
import CedarSyntax

extension SchemaParser {
    /// Reads a type.
    ///
    /// `depth` counts the sets and records around it, which bounds the recursion.
    mutating func parseType(depth: Int = 0) throws(Abandoned) -> DeclaredType {
        switch current.kind {
        case .leftBrace:
            return try parseRecord(depth: depth)
        case _ where isAt("Set") && next.kind == .less:
            try checkNesting(depth)
            let start = advance().span
            let opener = advance().span
            let element = try parseType(depth: depth + 1)
            let closer = try expectCloser(.greater, "`>`", of: opener)
            return DeclaredType(.set(element), start.union(closer.span))
        case _ where current.kind.isWord:
            let name = try parseName("a type")
            if current.kind == .less {
                throw unexpected("the end of the type", help: "only `Set` has a type in `<>`")
            }
            return DeclaredType(.entityOrCommon(name.value), name.span)
        default:
            throw unexpected("a type")
        }
    }

    private mutating func checkNesting(_ depth: Int) throws(Abandoned) {
        guard depth < DeclaredType.maximumNesting else {
            throw fail(
                PolicyProblem(
                    .schemaNestingTooDeep, "this type nests more than \(DeclaredType.maximumNesting) levels deep",
                    help: "declare parts of it as common types"))
        }
    }

    /// Reads a record.
    ///
    /// An attribute with an error is skipped, and the next one is read.
    mutating func parseRecord(depth: Int = 0) throws(Abandoned) -> DeclaredType {
        guard current.kind == .leftBrace else {
            throw unexpected("`{`", help: "attributes are written out in `{ ... }`")
        }
        try checkNesting(depth)
        let opener = advance().span
        var attributes: [DeclaredAttribute] = []
        var indices: [CedarString: Int] = [:]
        while current.kind != .rightBrace {
            do throws(Abandoned) {
                let attribute = try parseAttribute(depth: depth)
                if let index = indices[attribute.name.value] {
                    warnAboutDuplicate(attribute.name, first: attributes[index].name.span)
                    attributes[index] = attribute
                } else {
                    indices[attribute.name.value] = attributes.count
                    attributes.append(attribute)
                }
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
        let closer = try expectCloser(.rightBrace, "`,` or `}`", of: opener)
        return DeclaredType(.record(attributes), opener.union(closer.span))
    }

    private mutating func warnAboutDuplicate(_ name: Spanned<CedarString>, first: SourceSpan) {
        warn(
            .duplicateAttribute, "the attribute `\(name.value.text.excerpt)` is declared twice; the last one counts",
            at: name.span, labels: [Diagnostic.Label(first, "first declared here")], help: "keep one of the two")
    }

    private mutating func parseAttribute(depth: Int) throws(Abandoned) -> DeclaredAttribute {
        let annotations = try parseAnnotations()
        let name = try parseQuotableName("an attribute or `}`")
        let isOptional = take(.questionMark) != nil
        try expect(.colon, isOptional ? "`:`" : "`:` or `?`")
        let type = try parseType(depth: depth + 1)
        if current.kind == .questionMark {
            throw unexpected("`,` or `}`", help: "write `?` behind the name of an optional attribute")
        }
        return DeclaredAttribute(name: name, annotations: annotations, isRequired: !isOptional, type: type)
    }
}
