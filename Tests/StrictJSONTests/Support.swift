import StrictJSON

/// Reads a text with the limits of a request.
func parse(_ text: String, limits: JSONLimits = .request) throws(JSONError) -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), limits: limits).root
}

/// The error that a text is refused with, or nil where it is accepted.
func refusal(of bytes: [UInt8], limits: JSONLimits = .request) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONDocument(parsing: bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// The error that a text is refused with, or nil where it is accepted.
func refusal(of text: String, limits: JSONLimits = .request) -> JSONError? {
    refusal(of: Array(text.utf8), limits: limits)
}

/// The value in compact form: no white space, shortest escapes.
func compact(_ node: JSONNode) -> String {
    var writer = JSONWriter()
    writer.value(node)
    return writer.text
}

/// A value as nested Swift values, compared by bytes.
indirect enum Tree: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string([UInt8])
    case array([Tree])
    case object([Member])

    struct Member: Equatable {
        let name: [UInt8]
        let value: Tree
    }

    init(_ node: JSONNode) {
        switch node.kind {
        case .null: self = .null
        case .bool: self = .bool(node.bool == true)
        case .number: self = .number(node.numberText ?? "")
        case .string: self = .string(Array((node.string ?? "").utf8))
        case .array: self = .array(node.elements.map(Tree.init))
        case .object: self = .object(node.members.map { Member(name: Array($0.key.utf8), value: Tree($0.value)) })
        }
    }
}
