package import StrictJSON

/// What a decision source said to a question.
package enum SourceAnswer: Sendable {
    /// The body of a decision, as `POST /v1/decide` answers it.
    case decision([UInt8])

    /// The call itself was refused: a code, the fact and perhaps the place in the body.
    case refused(code: String, detail: String, path: String?)

    /// There was no answer, for a reason.
    case unavailable(String)
}

/// A decision as its JSON body tells it.
package struct SuiteAnswer: Sendable {
    /// `allow` or `deny`.
    package let decision: String

    /// The reasons in the order of the answer.
    package let reasons: [Reason]

    /// The policies that had no value.
    package let errors: [Failure]

    /// The ids of the obligations.
    package let obligations: [String]

    /// The ids of the advice.
    package let advice: [String]

    /// Where the data may be or go: a member of a decision, or the whole answer to a question about data alone.
    package let route: JSONNode?

    /// A reason of a decision.
    package struct Reason: Sendable {
        /// The policy, where one is the reason.
        package let policy: String?
        /// Its effect.
        package let effect: String?
        /// The stable code.
        package let code: String
        /// The reason in words.
        package let message: String
        /// Where the policy stands.
        package let source: (file: String, line: Int, column: Int)?
    }

    /// A policy that had no value.
    package struct Failure: Sendable {
        /// The policy.
        package let policy: String
        /// The stable code.
        package let code: String
        /// The error in words.
        package let message: String
    }

    /// Reads the body of a decision; `nil` when it is none.
    package init?(body: [UInt8]) {
        guard let root = try? JSONDocument(parsing: body, limits: .bundle).root,
            let decision = root["decision"]?.string, decision == "allow" || decision == "deny"
        else { return nil }
        self.decision = decision
        route = root["route"] ?? (root["allowed_regions"] == nil ? nil : root)
        reasons = Self.elements(root, "reasons").map { reason in
            let source = reason["source"].flatMap { source -> (file: String, line: Int, column: Int)? in
                guard let file = source["file"]?.string, let line = source["line"]?.integer,
                    let column = source["column"]?.integer
                else { return nil }
                return (file, Int(line), Int(column))
            }
            return Reason(
                policy: reason["policy"]?.string, effect: reason["effect"]?.string, code: reason["code"]?.string ?? "",
                message: reason["message"]?.string ?? "", source: source)
        }
        errors = Self.elements(root, "errors").map { failure in
            Failure(
                policy: failure["policy"]?.string ?? "", code: failure["code"]?.string ?? "",
                message: failure["message"]?.string ?? "")
        }
        obligations = Self.elements(root, "obligations").compactMap { $0["id"]?.string }
        advice = Self.elements(root, "advice").compactMap { $0["id"]?.string }
    }

    private static func elements(_ root: JSONNode, _ key: String) -> [JSONNode] {
        root[key].map { Array($0.elements) } ?? []
    }
}
