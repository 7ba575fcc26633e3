import Foundation
import PublishedFormats
import StrictJSON
import Testing

/// The top of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The OpenAPI document.
func openAPI() throws -> JSONNode {
    try JSONDocument(parsing: PublishedFormat.openapi.bytes, limits: .bundle).root
}

extension JSONNode {
    /// The node at the end of a path of members.
    func at(_ path: String...) throws -> JSONNode {
        var node = self
        for key in path { node = try #require(node[key], "there is no `\(key)` at \(node.path)") }
        return node
    }

    /// The text of the value.
    var text: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}

/// A node as values that compare by content.
///
/// Members that differ from build to build are left out.
func comparable(_ node: JSONNode) throws -> NSObject {
    let value = try JSONSerialization.jsonObject(with: Data(node.text))
    return try #require(withoutVariables(value) as? NSObject)
}

private func withoutVariables(_ value: Any) -> Any {
    switch value {
    case let object as [String: Any]:
        return object.filter { !["policy_version", "decision_id", "line", "column", "hash"].contains($0.key) }
            .mapValues(withoutVariables)
    case let array as [Any]: return array.map(withoutVariables)
    default: return value
    }
}
