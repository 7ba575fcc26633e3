import CedarSyntax
import Documents

/// One entry of `links.yaml`: a template, and the entities in its slots.
struct TemplateLink {
    /// The id of the policy that it makes.
    let id: Spanned<String>

    /// The id of the template.
    let template: Spanned<String>

    /// What the slots hold.
    let slots: [Slot: EntityUID]

    /// Reads a `links.yaml`: a list of `{id, template, principal, resource}`.
    ///
    /// An entity is written in Cedar, as `App::User::"ada"`, or as `{type: User, id: ada}` with the type in the
    /// application's namespace.
    static func read(
        _ file: SourceFile, namespace: Name?, into findings: DiagnosticCollector
    ) -> [TemplateLink] {
        let (root, diagnostics) = DocumentParser.parseYAML(file)
        findings.append(diagnostics)
        guard let root else { return [] }
        guard let entries = root.elements else {
            findings.report(
                .wrongKind, "`links.yaml` must be a list, but this is \(root.kindInWords)", at: root.location)
            return []
        }
        return entries.compactMap { entry in
            guard var reader = MappingReader(entry, what: "a link", into: findings) else { return nil }
            let id = reader.requiredString("id")
            let template = reader.requiredString("template")
            var slots: [Slot: EntityUID] = [:]
            for (slot, key) in [(Slot.principal, "principal"), (.resource, "resource")] {
                guard let node = reader.value(key) else { continue }
                slots[slot] = entity(node, what: key, namespace, findings)
            }
            reader.finish()
            guard let id, let template else { return nil }
            return TemplateLink(id: id, template: template, slots: slots)
        }
    }

    private static func entity(
        _ node: DocumentNode, what: String, _ namespace: Name?, _ findings: DiagnosticCollector
    ) -> EntityUID? {
        if case .string(let text) = node.value {
            if let uid = EntityUID(parsing: text) { return uid }
            findings.report(
                .invalidLink, "`\(text)` is not an entity", at: node.location,
                help: "write it as in Cedar, `App::User::\"ada\"`, or as `{type: User, id: ada}`")
            return nil
        }
        guard var reader = MappingReader(node, what: "`\(what)`", into: findings) else { return nil }
        let type = reader.requiredString("type")
        let id = reader.requiredString("id")
        reader.finish()
        guard let type, let id else { return nil }
        guard let name = Name(normalized: type.value) else {
            findings.report(
                .bundleCedarName, "`\(type.value)` is not a Cedar name", at: .init(node.file, type.span))
            return nil
        }
        return EntityUID(type: name.qualified(by: namespace), id: CedarString(id.value))
    }
}
