import CedarSyntax
import StrictJSON
import Testing

/// Policies in JSON for tests.
enum JSONCase {
    /// A set with one static policy.
    static func policies(_ policy: String) -> String {
        #"{"templates": {}, "staticPolicies": {"p": \#(policy)}, "templateLinks": []}"#
    }

    /// A static policy with one condition.
    static func condition(_ body: String) -> String {
        policies(
            #"{"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"}, "#
                + #""conditions": [{"kind": "when", "body": \#(body)}]}"#)
    }

    /// Reads a valid document.
    static func read(_ text: String) throws -> PolicyCollection {
        let parsed = PolicyJSONReader.parse(SourceFile(name: "policies.json", text: text))
        #expect(parsed.diagnostics.map(\.message) == [])
        return try #require(parsed.collection)
    }

    /// Reads valid policy text.
    static func policies(text: String) throws -> [Policy] {
        let parsed = PolicyParser.parse(SourceFile(name: "policies.cedar", text: text))
        #expect(parsed.diagnostics.map(\.message) == [])
        return parsed.policies
    }

    /// The condition of a policy text with one clause.
    static func policy(when condition: String) throws -> Policy {
        try #require(try policies(text: "permit(principal,action,resource)when{\(condition)};").first)
    }

    /// The JSON of a set.
    static func json(_ collection: PolicyCollection) -> String {
        var writer = JSONWriter()
        writer.policies(collection)
        return writer.text
    }

    /// The JSON of an expression.
    static func json(_ expression: Expression) -> String {
        var writer = JSONWriter()
        writer.expression(expression)
        return writer.text
    }
}
