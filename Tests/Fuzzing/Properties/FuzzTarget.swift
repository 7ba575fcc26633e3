/// One reader or writer of hostile input, and what must hold of it for every input.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// The parser of policy text.
    case policyText = "policy-text"
    /// The reader of policies in JSON.
    case policyJSON = "policy-json"
    /// Policies from text to JSON and back.
    case roundTrip = "round-trip"
    /// The formatter of policies.
    case formatter
    /// The parser of schemas in Cedar syntax.
    case schemaText = "schema-text"
    /// The reader of schemas in JSON.
    case schemaJSON = "schema-json"
    /// Entities and contexts in JSON.
    case data
    /// The validator and the evaluator, with policies of any text.
    case evaluation
    /// Tokens, keys and claims.
    case token

    /// Checks everything that must hold for an input.
    /// - Throws: ``BrokenProperty`` when something does not.
    package func check(_ bytes: [UInt8]) throws(BrokenProperty) {
        switch self {
        case .policyText: try PolicyProperties.checkText(bytes)
        case .policyJSON: try PolicyProperties.checkJSON(bytes)
        case .roundTrip: try PolicyProperties.checkRoundTrip(bytes)
        case .formatter: try PolicyProperties.checkFormatter(bytes)
        case .schemaText: try SchemaProperties.check(bytes, isJSON: false)
        case .schemaJSON: try SchemaProperties.check(bytes, isJSON: true)
        case .data: try DataProperties.check(bytes)
        case .evaluation: try EvaluationProperties.check(bytes)
        case .token: try TokenProperties.check(bytes)
        }
    }
}

/// Something that should hold for every input and does not for one.
package struct BrokenProperty: Error, CustomStringConvertible {
    /// What should hold.
    package let description: String

    /// Makes an error.
    init(_ description: String) {
        self.description = description
    }
}

/// Throws unless something holds.
func require(_ holds: Bool, _ description: @autoclosure () -> String) throws(BrokenProperty) {
    if !holds { throw BrokenProperty(description()) }
}
