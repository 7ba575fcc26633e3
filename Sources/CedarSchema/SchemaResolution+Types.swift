import CedarModel
import CedarSyntax

extension SchemaResolution {
    // MARK: Common types

    /// Expands every common type, those that others refer to first.
    mutating func resolveCommonTypes() {
        let types = declarations.commonTypes
        var references: [[Int]] = []
        for (_, entry) in types {
            var found: [Int] = []
            collectReferences(of: entry.declaration.type, in: entry.scope, depth: 0, into: &found)
            references.append(found)
        }
        let walk = ReferenceWalk(count: types.count) { references[$0] }
        var inCycle: Set<Int> = []
        for cycle in walk.cycles {
            inCycle.formUnion(cycle)
            let entry = types[cycle[0]].entry
            findings.report(
                .cyclicCommonType, "the type `\(types[cycle[0]].name.path.excerpt)` contains itself",
                at: entry.scope.place(entry.declaration.name.span),
                help: cycle.count == 1
                    ? "a common type stands for the text of its type; only entity types can refer to themselves"
                    : "the way round: " + path(cycle.reversed().map { types[$0].name.path.excerpt }))
        }
        for index in walk.order where !inCycle.contains(index) {
            let entry = types[index].entry
            expansions[index] = resolve(entry.declaration.type, in: entry.scope)
        }
    }

    private func collectReferences(
        of type: DeclaredType, in scope: SchemaDeclarations.Scope, depth: Int, into found: inout [Int]
    ) {
        // Deeper types are refused when they are resolved.
        guard depth <= DeclaredType.maximumNesting else { return }
        switch type.form {
        case .set(let element):
            collectReferences(of: element, in: scope, depth: depth + 1, into: &found)
        case .record(let attributes):
            for attribute in attributes {
                collectReferences(of: attribute.type, in: scope, depth: depth + 1, into: &found)
            }
        case .entityOrCommon(let name):
            if case .common(let index) = declarations.lookUp(name, as: .commonOrEntity, in: scope) {
                found.append(index)
            }
        case .common(let name):
            if case .common(let index) = declarations.lookUp(name, as: .common, in: scope) { found.append(index) }
        case .primitive, .entity, .extension: break
        }
    }

    // MARK: Types

    /// What a type stands for; `nil` after an error in it was reported.
    mutating func resolve(_ type: DeclaredType, in scope: SchemaDeclarations.Scope) -> Expansion? {
        guard let expansion = expand(type, in: scope, depth: 0) else { return nil }
        guard expansion.size <= SchemaResolver.maximumTypeSize, expansion.depth <= DeclaredType.maximumNesting else {
            let isDeep = expansion.depth > DeclaredType.maximumNesting
            let measure =
                isDeep
                ? "nests more than \(DeclaredType.maximumNesting) levels deep"
                : "has more than \(SchemaResolver.maximumTypeSize) types in it"
            findings.report(
                .schemaTypeTooLarge, "with the common types it refers to, this type \(measure)",
                at: scope.place(type.span), help: "refer to entities in place of values of common types")
            return nil
        }
        return expansion
    }

    /// The same without a check of the measures.
    ///
    /// All parts are looked at, so that every error is found.
    private mutating func expand(
        _ type: DeclaredType, in scope: SchemaDeclarations.Scope, depth: Int
    ) -> Expansion? {
        guard depth <= DeclaredType.maximumNesting else {
            findings.report(
                .schemaNestingTooDeep, "this type nests more than \(DeclaredType.maximumNesting) levels deep",
                at: scope.place(type.span))
            return nil
        }
        switch type.form {
        case .primitive(.long): return Expansion(type: .long)
        case .primitive(.string): return Expansion(type: .string)
        case .primitive(.bool): return Expansion(type: .bool)
        case .extension(let type): return Expansion(type: .extension(type))
        case .entity(let name): return look(up: name, as: .entity, at: type.span, in: scope)
        case .common(let name): return look(up: name, as: .common, at: type.span, in: scope)
        case .entityOrCommon(let name): return look(up: name, as: .commonOrEntity, at: type.span, in: scope)
        case .set(let element):
            return expand(element, in: scope, depth: depth + 1).map { element in
                Expansion(type: .set(element.type), depth: element.depth + 1, size: element.size + 1)
            }
        case .record(let attributes):
            var record = RecordType()
            var whole = Expansion(type: .record(record), depth: 1)
            var isWhole = true
            for attribute in attributes {
                guard let part = expand(attribute.type, in: scope, depth: depth + 1) else {
                    isWhole = false
                    continue
                }
                record.attributes[attribute.name.value] = .init(part.type, isRequired: attribute.isRequired)
                whole.depth = max(whole.depth, part.depth + 1)
                // Each part is bounded, and so is the number of parts: the sum does not overflow.
                whole.size += part.size
            }
            whole.type = .record(record)
            return isWhole ? whole : nil
        }
    }

    private mutating func look(
        up name: Name, as kind: SchemaDeclarations.Kind, at span: SourceSpan, in scope: SchemaDeclarations.Scope
    ) -> Expansion? {
        switch declarations.lookUp(name, as: kind, in: scope) {
        case .common(let index): return expansions[index]
        case .entity(let name): return Expansion(type: .entity(name))
        case .builtin(let type): return Expansion(type: type)
        case nil:
            reportUnresolved(name, as: kind, at: span, in: scope)
            return nil
        }
    }

    /// The record that a type stands for; `what` has it in messages.
    mutating func resolveRecord(
        _ type: DeclaredType, _ what: String, _ scope: SchemaDeclarations.Scope
    ) -> RecordType? {
        guard let expansion = resolve(type, in: scope) else { return nil }
        if case .record(let record) = expansion.type { return record }
        findings.report(
            .notARecordType, "\(what) must be a record", at: scope.place(type.span),
            help: "write `{ ... }`, or the name of a common type that stands for a record")
        return nil
    }

    /// The entity type of a name.
    mutating func resolveEntityType(_ name: Spanned<Name>, _ scope: SchemaDeclarations.Scope) -> Name? {
        switch declarations.lookUp(name.value, as: .entity, in: scope) {
        case .entity(let found) where declarations.actionTypes.contains(found):
            findings.report(
                .unresolvedType, "`\(name.value.path.excerpt)` is the type of actions and cannot stand here",
                at: scope.place(name.span), help: "name an entity type that the schema declares with `entity`")
            return nil
        case .entity(let found):
            return found
        default:
            reportUnresolved(name.value, as: .entity, at: name.span, in: scope)
            return nil
        }
    }

    // MARK: Unknown names

    private mutating func reportUnresolved(
        _ name: Name, as kind: SchemaDeclarations.Kind, at span: SourceSpan, in scope: SchemaDeclarations.Scope
    ) {
        let message =
            switch kind {
            case .commonOrEntity: "the type `\(name.path.excerpt)` is not declared"
            case .entity: "the entity type `\(name.path.excerpt)` is not declared"
            case .common: "the common type `\(name.path.excerpt)` is not declared"
            }
        var help: String?
        if kind == .entity, declarations.lookUp(name, as: .common, in: scope) != nil {
            help = "`\(name.path.excerpt)` is a common type, which cannot stand here"
        } else if kind == .common, declarations.lookUp(name, as: .entity, in: scope) != nil {
            help = "`\(name.path.excerpt)` is an entity type: write `\"type\": \"Entity\"` and its name as `\"name\"`"
        } else if name.path == "Boolean", kind == .commonOrEntity {
            help = "did you mean `Bool`?"
        } else if name.path == "Set", kind == .commonOrEntity {
            help = "write the type of the elements, as in `Set<Long>`"
        } else if findings.wantsSuggestions {
            let candidates = candidates(for: kind, in: scope)
            // The name without its namespace is more likely a slip than another name is.
            let other = candidates.prefix(2_000).first { candidate in
                candidate != name.path && Name(unchecked: candidate).basename == name.basename
            }
            help =
                other.map { "did you mean `\($0.excerpt)`?" }
                ?? findings.suggestion(for: name.path, among: candidates)
        }
        findings.report(.unresolvedType, message, at: scope.place(span), help: help)
    }

    /// The names that could be meant, as they are written in a scope.
    private func candidates(for kind: SchemaDeclarations.Kind, in scope: SchemaDeclarations.Scope) -> [String] {
        func written(_ name: Name) -> String {
            name.namespace == scope.namespace ? String(name.basename) : name.path
        }
        var names: [String] = []
        if kind != .common { names += declarations.entityTypes.map { written($0.name) } }
        if kind != .entity { names += BuiltinType.names + declarations.commonTypes.map { written($0.name) } }
        return names
    }
}
