import CedarSyntax
import StrictJSON

extension SchemaDocumentReader {
    /// Reads the whole document, an object of namespaces.
    mutating func readNamespaces(_ root: JSONNode) -> [SchemaNamespace] {
        guard check(root, is: .object, "a schema") else { return [] }
        return root.members.compactMap { member in
            var name: Spanned<Name>?
            if !member.keyEquals("") {
                let isDeclarations = member.keyEquals("entityTypes") || member.keyEquals("actions")
                if isDeclarations, member.value["entityTypes"] == nil, member.value["actions"] == nil {
                    report(
                        .schemaMissingKey, "`\(member.key)` stands outside of a namespace", at: member.keyNode,
                        help: "put the declarations into an object under the name of their namespace, which is `\"\"` "
                            + "for the empty one")
                    return nil
                }
                guard let written = self.name(member.keyNode, "the name of a namespace") else { return nil }
                name = written
            }
            return readNamespace(name, member.value)
        }
    }

    private mutating func readNamespace(_ name: Spanned<Name>?, _ node: JSONNode) -> SchemaNamespace? {
        let keys = ["commonTypes", "entityTypes", "actions", "annotations"]
        guard
            let members = members(
                of: node, "a namespace", known: keys, required: ["entityTypes", "actions"])
        else { return nil }
        var namespace = SchemaNamespace(name: name, annotations: annotations(members["annotations"]))
        if name == nil, !namespace.annotations.isEmpty, let place = members["annotations"] {
            report(.misplacedNamespace, "the empty namespace cannot have annotations", at: place)
        }
        for member in declarations(members["commonTypes"], "`commonTypes`") {
            guard let name = identifier(member.keyNode, "the name of a common type"),
                let type = readType(member.value, as: .commonType)
            else { continue }
            namespace.commonTypes.append(
                CommonTypeDeclaration(name: name, annotations: type.annotations, type: type.type))
        }
        for member in declarations(members["entityTypes"], "`entityTypes`") {
            guard let name = identifier(member.keyNode, "the name of an entity type"),
                let type = readEntityType(name, member.value)
            else { continue }
            namespace.entityTypes.append(type)
        }
        for member in declarations(members["actions"], "`actions`") {
            let id = Spanned(CedarString(member.key), span(member.keyNode))
            guard let action = readAction(id, member.value) else { continue }
            namespace.actions.append(action)
        }
        return namespace
    }

    private mutating func declarations(_ node: JSONNode?, _ what: String) -> [JSONMember] {
        guard let node, check(node, is: .object, what) else { return [] }
        return Array(node.members)
    }

    // MARK: Entity types

    private mutating func readEntityType(_ name: Spanned<String>, _ node: JSONNode) -> EntityTypeDeclaration? {
        let keys = ["memberOfTypes", "shape", "tags", "enum", "annotations"]
        guard let members = members(of: node, "an entity type", known: keys) else { return nil }
        var type = EntityTypeDeclaration(
            name: name, annotations: annotations(members["annotations"]),
            body: .standard(parents: [], shape: nil, tags: nil))
        if let ids = members["enum"] {
            for key in ["memberOfTypes", "shape", "tags"] {
                guard let other = members[key] else { continue }
                report(
                    .schemaUnknownKey, "an enumerated entity type cannot have `\(key)`", at: other,
                    help: "remove `\(key)` or `enum`")
            }
            let members = list(ids, "`enum`") { reader, id in
                reader.check(id, is: .string, "an id")
                    ? Spanned(CedarString(id.string ?? ""), reader.span(id)) : nil
            }
            if ids.kind == .array, ids.count == 0 {
                report(.schemaMissingKey, "`enum` has no id", at: ids, help: "list at least one id")
            }
            type.body = .enumeration(members)
        } else {
            let parents = typeNames(members["memberOfTypes"], "`memberOfTypes`")
            type.body = .standard(
                parents: parents, shape: members["shape"].flatMap { readType($0, as: .plain)?.type },
                tags: members["tags"].flatMap { readType($0, as: .plain)?.type })
        }
        return type
    }

    private mutating func typeNames(_ node: JSONNode?, _ what: String) -> [Spanned<Name>] {
        list(node, what) { reader, element in reader.name(element, "the name of an entity type") }
    }

    // MARK: Actions

    private mutating func readAction(_ id: Spanned<CedarString>, _ node: JSONNode) -> ActionDeclaration? {
        let keys = ["appliesTo", "memberOf", "attributes", "annotations"]
        guard
            let members = members(
                of: node, "an action", known: keys, nullable: ["appliesTo", "memberOf", "attributes"])
        else { return nil }
        if let attributes = members["attributes"], check(attributes, is: .object, "`attributes`") {
            report(
                .unsupportedSchemaFeature, "actions cannot have attributes", at: attributes,
                help: "remove `attributes`")
        }
        return ActionDeclaration(
            id: id, annotations: annotations(members["annotations"]),
            groups: list(members["memberOf"], "`memberOf`") { reader, group in reader.readReference(group) },
            appliesTo: members["appliesTo"].flatMap { readAppliesTo($0) })
    }

    private mutating func readReference(_ node: JSONNode) -> Spanned<ActionDeclaration.Reference>? {
        guard
            let members = members(
                of: node, "a group of an action", known: ["id", "type"], required: ["id"], nullable: ["type"]),
            let id = members["id"], check(id, is: .string, "`id`")
        else { return nil }
        var reference = ActionDeclaration.Reference(id: CedarString(id.string ?? ""))
        if let type = members["type"] {
            guard let name = name(type, "`type`") else { return nil }
            reference.type = name.value
        }
        return Spanned(reference, span(node))
    }

    private mutating func readAppliesTo(_ node: JSONNode) -> ActionDeclaration.AppliesTo? {
        let required = ["principalTypes", "resourceTypes"]
        guard let members = members(of: node, "`appliesTo`", known: required + ["context"], required: required) else {
            return nil
        }
        return ActionDeclaration.AppliesTo(
            principalTypes: typeNames(members["principalTypes"], "`principalTypes`"),
            resourceTypes: typeNames(members["resourceTypes"], "`resourceTypes`"),
            context: members["context"].flatMap { readType($0, as: .plain)?.type })
    }
}
