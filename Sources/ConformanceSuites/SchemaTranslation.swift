import CedarSchema
import CedarSyntax
import StrictJSON

/// Compares our translation of a schema to JSON with another one.
///
/// The two are compared as JSON values, with the members of objects in any order. The other one is also read back, and
/// must mean the same as the schema.
struct SchemaTranslation {
    /// The first difference; `nil` when there is none.
    let difference: String?

    init(_ schema: Schema, _ fragment: SchemaFragment, _ expected: JSONDocument) {
        let text = SchemaJSONWriter.json(fragment)
        guard let actual = try? JSONDocument(parsing: Array(text.utf8), limits: .bundle) else {
            difference = "the translation is not JSON"
            return
        }
        if let place = Self.difference(actual.root, expected.root) {
            difference = "the translation differs at \(place)"
            return
        }
        let other = SchemaJSONReader.read(SourceFile(name: "expected.json", bytes: expected.bytes))
        guard let other = SchemaResolver.resolve([other.fragment]).schema else {
            difference = "the expected translation is no schema"
            return
        }
        difference = Self.isEqual(schema, other) ? nil : "the expected translation means another schema"
    }

    /// The place of the first difference of two JSON values.
    private static func difference(_ left: JSONNode, _ right: JSONNode) -> String? {
        guard left.kind == right.kind, left.count == right.count else { return right.path }
        switch left.kind {
        case .object:
            for member in right.members {
                guard let value = left[member.key] else { return member.value.path }
                if let place = difference(value, member.value) { return place }
            }
            return nil
        case .array:
            for (element, other) in zip(left.elements, right.elements) {
                if let place = difference(element, other) { return place }
            }
            return nil
        case .string:
            guard let text = left.stringBytes, let other = right.stringBytes else {
                return left.string?.utf8.elementsEqual((right.string ?? "").utf8) == true ? nil : right.path
            }
            return text.elementsEqual(other) ? nil : right.path
        case .null, .bool, .number: return left.rawBytes.elementsEqual(right.rawBytes) ? nil : right.path
        }
    }

    private static func isEqual(_ left: Schema, _ right: Schema) -> Bool {
        guard left.entityTypes.count == right.entityTypes.count, left.actions.count == right.actions.count else {
            return false
        }
        for (name, type) in left.entityTypes {
            guard let other = right.entityTypes[name], type.parents == other.parents,
                type.attributes == other.attributes, type.tags == other.tags, type.enumeration == other.enumeration
            else { return false }
        }
        for (uid, action) in left.actions {
            guard let other = right.actions[uid], action.groups == other.groups,
                Set(action.principalTypes) == Set(other.principalTypes),
                Set(action.resourceTypes) == Set(other.resourceTypes), action.context == other.context
            else { return false }
        }
        return true
    }
}
