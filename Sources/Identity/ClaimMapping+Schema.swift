package import CedarSchema
package import CedarSyntax
package import Documents

extension ClaimMapping {
    /// Checks that what the mapping gives fits a schema.
    ///
    /// Attributes must be declared with the type that they get, and the groups' type must be a possible parent of the
    /// principal's. An attribute that the schema requires and that a token may lack is a warning, since a stored entity
    /// can have it.
    /// - Parameters:
    ///   - schema: the schema.
    ///   - entityType: the name in the schema of a type in the words of requests; `nil` when it is no name.
    ///   - file: the tenant's file, for places.
    package func check(
        against schema: Schema, entityType: (String) -> Name?, in file: SourceFile,
        into diagnostics: DiagnosticCollector
    ) {
        let known = schema.entityTypes.keys.map(\.path)
        guard let name = entityType(principalType.value), let type = schema.entityTypes[name] else {
            diagnostics.report(
                .claimNotInSchema, "the schema declares no entity type `\(principalType.value)`",
                at: .init(file, principalType.span),
                help: Suggestion.sentence(for: principalType.value, among: known))
            return
        }
        checkAttributes(of: type, in: file, into: diagnostics)
        guard let groupType else { return }
        guard let groupName = entityType(groupType.value), schema.entityTypes[groupName] != nil else {
            diagnostics.report(
                .claimNotInSchema, "the schema declares no entity type `\(groupType.value)`",
                at: .init(file, groupType.span), help: Suggestion.sentence(for: groupType.value, among: known))
            return
        }
        if !type.parents.contains(groupName), !schema.ancestorTypes(of: name).contains(groupName) {
            diagnostics.report(
                .claimNotInSchema, "`\(name.path)` cannot be a member of `\(groupName.path)`",
                at: .init(file, groupType.span))
        }
    }

    private func checkAttributes(
        of type: Schema.EntityType, in file: SourceFile, into diagnostics: DiagnosticCollector
    ) {
        for rule in attributes {
            guard let attribute = type.attributes.attributes[rule.name] else {
                diagnostics.report(
                    .claimNotInSchema, "`\(type.name.path)` has no attribute `\(rule.name)`",
                    at: .init(file, rule.span),
                    help: Suggestion.sentence(
                        for: rule.name.text, among: type.attributes.attributes.keys.map(\.text)))
                continue
            }
            if attribute.type != rule.form.schemaType {
                diagnostics.report(
                    .claimTypeMismatch,
                    "the attribute `\(rule.name)` becomes \(rule.form.inWords), and the schema gives it another type",
                    at: .init(file, rule.span), help: "choose what it becomes with `as`")
            } else if attribute.isRequired, !rule.isRequired, rule.fallback == nil {
                diagnostics.report(
                    .claimMayBeMissing, "the schema requires the attribute `\(rule.name)`, and a token may lack it",
                    severity: .warning, at: .init(file, rule.span), help: "add `required: true` or a `default`")
            }
        }
        let given = Set(attributes.map(\.name))
        let missing = type.attributes.attributes.filter { $0.value.isRequired && !given.contains($0.key) }.keys.sorted()
        for name in missing {
            diagnostics.report(
                .claimMayBeMissing, "the schema requires the attribute `\(name)`, and no claim gives it",
                severity: .warning, at: .init(file, principalType.span))
        }
    }
}

extension AttributeRule.Form {
    /// The type of what a claim becomes.
    var schemaType: SchemaType {
        switch self {
        case .string: .string
        case .integer: .long
        case .boolean: .bool
        case .datetime: .extension(.datetime)
        case .strings, .words: .set(.string)
        }
    }
}
