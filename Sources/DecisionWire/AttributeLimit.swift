import StrictJSON

/// The bound on what one question may say about its principal, action, resource and context.
///
/// The bound of a whole body does not protect the evaluations endpoint: there every item repeats the defaults.
package enum AttributeLimit {
    /// The default number of attributes: members of objects and elements of arrays, at any depth.
    package static let standard = 10_000

    /// The number of attributes in a value.
    ///
    /// Recursion ends at the depth limit of the body.
    static func count(in node: JSONNode) -> Int {
        switch node.kind {
        case .object: node.members.reduce(node.count) { $0 + count(in: $1.value) }
        case .array: node.elements.reduce(node.count) { $0 + count(in: $1) }
        default: 0
        }
    }

    /// Refuses a question with too many attributes.
    static func check(_ count: Int, maximum: Int, path: String) throws(ProblemDetails) {
        guard count > maximum else { return }
        throw ProblemDetails(
            status: 413, code: "TOO_MANY_ATTRIBUTES", detail: "a question may have \(maximum) attributes", path: path)
    }
}
