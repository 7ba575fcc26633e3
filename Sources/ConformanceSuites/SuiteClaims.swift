import CedarSyntax
import Documents
import StrictJSON

/// The claims of a principal of a suite: the runner signs a token of them in the issuer's place.
package struct SuiteClaims: Sendable {
    /// The claims in the order of the file, each value as JSON.
    let members: [(name: CedarString, json: [UInt8])]

    /// Writes a mapping as claims.
    init(_ members: [DocumentMember]) {
        self.members = members.map { member in
            var writer = JSONWriter()
            ClaimJSON.write(member.value, to: &writer)
            return (CedarString(member.key.value), writer.bytes)
        }
    }

    /// The value of a claim as JSON; `nil` when the suite does not give it.
    func json(_ name: CedarString) -> [UInt8]? { members.first { $0.name == name }?.json }

    /// The payload: the claims, and those of some others that the suite does not give.
    func payload(completedBy others: [(name: CedarString, json: [UInt8])]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for member in members + others.filter({ json($0.name) == nil }) {
            writer.key(member.name.text)
            writer.raw(member.json)
        }
        writer.endObject()
        return writer.bytes
    }
}

/// Values of a document as JSON; documents are bounded in depth, so recursion is.
enum ClaimJSON {
    static func write(_ node: DocumentNode, to writer: inout JSONWriter) {
        switch node.value {
        case .null: writer.null()
        case .bool(let bool): writer.bool(bool)
        case .integer(let integer): writer.integer(integer)
        case .number(let text):
            // YAML numbers such as `.5` are no JSON numbers.
            if (try? JSONDocument(parsing: Array(text.utf8), limits: .request)) != nil {
                writer.raw(Array(text.utf8))
            } else {
                writer.string(text)
            }
        case .string(let text): writer.string(text)
        case .sequence(let elements):
            writer.beginArray()
            for element in elements { write(element, to: &writer) }
            writer.endArray()
        case .mapping(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key.value)
                write(member.value, to: &writer)
            }
            writer.endObject()
        }
    }
}
