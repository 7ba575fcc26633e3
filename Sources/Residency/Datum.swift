import CedarSyntax
package import Documents
package import StrictJSON

/// A value of a request or of evidence, whichever format it came in.
package indirect enum Datum: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Any other number.
    case number
    case string(String)
    case list([Datum])
    case object([(key: String, value: Datum)])

    /// Takes a JSON value; whoever parsed it bounded its size and depth.
    package init(_ node: JSONNode) {
        switch node.kind {
        case .null: self = .null
        case .bool: self = .bool(node.bool ?? false)
        case .string: self = .string(node.string ?? "")
        case .array: self = .list(node.elements.map { Datum($0) })
        case .object: self = .object(node.members.map { ($0.key, Datum($0.value)) })
        default: self = node.integer.map { .integer($0) } ?? .number
        }
    }

    /// Takes a value of a YAML document, whose size and depth its parser bounded.
    package init(_ node: DocumentNode) {
        switch node.value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number: self = .number
        case .string(let text): self = .string(text)
        case .sequence(let elements): self = .list(elements.map { Datum($0) })
        case .mapping(let members): self = .object(members.map { ($0.key.value, Datum($0.value)) })
        }
    }

    /// The members, when this is an object.
    package var members: [(key: String, value: Datum)]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, when this is a list.
    package var elements: [Datum]? {
        if case .list(let elements) = self { elements } else { nil }
    }

    /// The text, when this is one.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of a key; null counts as absent.
    package subscript(key: String) -> Datum? {
        guard let member = members?.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) else { return nil }
        if case .null = member.value { return nil }
        return member.value
    }
}
