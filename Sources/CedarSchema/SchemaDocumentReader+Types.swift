import CedarModel
import CedarSyntax
import StrictJSON

extension SchemaDocumentReader {
    /// Where a type stands, which decides the keys that it may have besides those of the type itself.
    enum TypePosition {
        case plain, commonType, attribute

        fileprivate var keys: [String] {
            switch self {
            case .plain: []
            case .commonType: ["annotations"]
            case .attribute: ["annotations", "required"]
            }
        }
    }

    /// A type with what its position adds to it.
    struct PositionedType {
        var type: DeclaredType
        var annotations: [Annotation]
        var isRequired: Bool
    }

    /// Reads a type.
    ///
    /// `depth` counts the sets and records around it, which bounds the recursion.
    mutating func readType(_ node: JSONNode, as position: TypePosition, depth: Int = 0) -> PositionedType? {
        guard check(node, is: .object, "a type") else { return nil }
        guard let kind = node["type"] else {
            report(.schemaMissingKey, "a type needs the key `type`", at: node)
            return nil
        }
        guard check(kind, is: .string, "`type`") else { return nil }
        let keys: (known: [String], required: [String]) =
            switch kind.string ?? "" {
            case "Set": (["element"], ["element"])
            case "Record": (["attributes", "additionalAttributes"], ["attributes"])
            case "Entity", "EntityOrCommon", "Extension": (["name"], ["name"])
            default: ([], [])
            }
        guard
            let members = members(
                of: node, "this type", known: ["type"] + keys.known + position.keys, required: keys.required)
        else { return nil }
        let annotations = annotations(members["annotations"])
        var isRequired = true
        if let required = members["required"], check(required, is: .bool, "`required`") {
            isRequired = required.bool ?? true
        }
        guard let form = readForm(kind, members, depth: depth) else { return nil }
        return PositionedType(
            type: DeclaredType(form, span(node)), annotations: annotations, isRequired: isRequired)
    }

    private mutating func readForm(
        _ kind: JSONNode, _ members: [String: JSONNode], depth: Int
    ) -> DeclaredType.Form? {
        let word = kind.string ?? ""
        if let primitive = PrimitiveType(rawValue: word) { return .primitive(primitive) }
        switch word {
        case "Set":
            guard let element = members["element"], checkNesting(element, depth: depth) else { return nil }
            return readType(element, as: .plain, depth: depth + 1).map { .set($0.type) }
        case "Record":
            guard let attributes = members["attributes"], checkNesting(attributes, depth: depth) else { return nil }
            if let additional = members["additionalAttributes"],
                check(additional, is: .bool, "`additionalAttributes`"), additional.bool == true
            {
                report(
                    .unsupportedSchemaFeature, "records with additional attributes do not exist", at: additional,
                    help: "remove `additionalAttributes`, and declare all attributes")
            }
            return readRecord(attributes, depth: depth)
        case "Entity":
            return members["name"].flatMap { name($0, "`name`") }.map { .entity($0.value) }
        case "EntityOrCommon":
            return members["name"].flatMap { name($0, "`name`") }.map { .entityOrCommon($0.value) }
        case "Extension":
            return members["name"].flatMap { readExtension($0) }
        default:
            return name(kind, "`type`").map { .common($0.value) }
        }
    }

    private mutating func checkNesting(_ node: JSONNode, depth: Int) -> Bool {
        if depth < DeclaredType.maximumNesting { return true }
        report(
            .schemaNestingTooDeep, "this type nests more than \(DeclaredType.maximumNesting) levels deep", at: node,
            help: "declare parts of it as common types")
        return false
    }

    private mutating func readRecord(_ node: JSONNode, depth: Int) -> DeclaredType.Form? {
        guard check(node, is: .object, "`attributes`") else { return nil }
        var attributes: [DeclaredAttribute] = []
        for member in node.members {
            guard let type = readType(member.value, as: .attribute, depth: depth + 1) else { continue }
            attributes.append(
                DeclaredAttribute(
                    name: Spanned(CedarString(member.key), span(member.keyNode)), annotations: type.annotations,
                    isRequired: type.isRequired, type: type.type))
        }
        return .record(attributes)
    }

    private mutating func readExtension(_ node: JSONNode) -> DeclaredType.Form? {
        guard check(node, is: .string, "`name`") else { return nil }
        let word = node.string ?? ""
        if let type = ExtensionType(rawValue: word) { return .extension(type) }
        let names = ExtensionType.allCases.map(\.rawValue)
        report(
            .unknownExtensionType, "there is no extension type `\(word.excerpt)`", at: node,
            help: Suggestion.sentence(for: word, among: names)
                ?? "the extension types are " + names.map { "`\($0)`" }.joined(separator: ", "))
        return nil
    }
}
