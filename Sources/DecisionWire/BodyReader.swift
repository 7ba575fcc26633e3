import CedarModel
import CedarSyntax
import DecisionPoint
import StrictJSON

/// Reads members of a request body; every mistake is a problem with the JSONPath of the member.
struct BodyReader {
    let node: JSONNode

    /// Reads an object.
    init(_ node: JSONNode, what: String) throws(ProblemDetails) {
        guard node.kind == .object else { throw Self.wrongType(node, "\(what) must be an object") }
        self.node = node
    }

    /// A member that must be there.
    func required(_ key: String) throws(ProblemDetails) -> JSONNode {
        guard let value = node[key] else {
            throw ProblemDetails(
                status: 400, code: "MISSING_MEMBER", detail: "`\(key)` is missing", path: node.path)
        }
        return value
    }

    /// A string that must be there and may be empty.
    func requiredString(_ key: String) throws(ProblemDetails) -> String {
        try Self.string(try required(key), key)
    }

    /// A string, if the member is there.
    func string(_ key: String) throws(ProblemDetails) -> String? {
        guard let value = node[key] else { return nil }
        return try Self.string(value, key)
    }

    /// An array, if the member is there; empty otherwise.
    func array(_ key: String) throws(ProblemDetails) -> [JSONNode] {
        guard let value = node[key] else { return [] }
        guard value.kind == .array else { throw Self.wrongType(value, "`\(key)` must be an array") }
        return Array(value.elements)
    }

    /// A record of Cedar values, if the member is there; empty otherwise.
    func record(_ key: String, _ values: ValueReader) throws(ProblemDetails) -> Record {
        guard let value = node[key] else { return .empty }
        do {
            return try values.readRecord(value, what: "`\(key)`")
        } catch {
            throw ProblemDetails(status: 400, code: error.code.problemCode, detail: error.message, path: error.path)
        }
    }

    /// Refuses members that are not among the known ones: a misspelt member must not silently change the question.
    func refuseOthers(than known: [String]) throws(ProblemDetails) {
        for member in node.members where !known.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
            var detail = "`\(Excerpt.of(member.key))` is not a member of this object"
            if let suggestion = Suggestion.closest(to: member.key, among: known) {
                detail += "; did you mean `\(suggestion)`?"
            }
            throw ProblemDetails(status: 400, code: "UNKNOWN_MEMBER", detail: detail, path: member.value.path)
        }
    }

    static func string(_ value: JSONNode, _ key: String) throws(ProblemDetails) -> String {
        guard let text = value.string else { throw wrongType(value, "`\(key)` must be a string") }
        return text
    }

    static func wrongType(_ value: JSONNode, _ detail: String) -> ProblemDetails {
        ProblemDetails(status: 400, code: "WRONG_TYPE", detail: detail, path: value.path)
    }
}

extension DataError.Code {
    /// The code in the style of problems.
    var problemCode: String {
        switch self {
        case .wrongType: "WRONG_TYPE"
        case .missingMember: "MISSING_MEMBER"
        case .null: "NULL_VALUE"
        case .notAnInteger: "NOT_AN_INTEGER"
        case .invalidName: "INVALID_NAME"
        case .malformedEscape: "MALFORMED_ESCAPE"
        case .invalidExtension: "INVALID_EXTENSION_VALUE"
        case .invalidParent: "INVALID_PARENT"
        case .duplicateEntity: "DUPLICATE_ENTITY"
        case .cycle: "ENTITY_CYCLE"
        }
    }
}
