/// Writes policies as Cedar text, on one line each, with no more parentheses than needed.
///
/// Reading the text gives policies that ``Policy/hasSameMeaning(as:)`` the ones written. ``PolicyFormatter`` lays the
/// text out. Recursive: as deep as the expressions, whose height is bounded.
public struct PolicyTextWriter: Sendable {
    /// What has been written so far.
    public private(set) var text = ""

    /// Starts an empty text.
    public init() {}

    /// The text of several policies, one per line.
    public static func text(of policies: [Policy]) -> String {
        var writer = PolicyTextWriter()
        for policy in policies { writer.write(policy) }
        return writer.text
    }

    /// The text of the policies and templates of a document, one per line.
    /// - Throws: A diagnostic without a place when there are links, for which policy text has no form.
    public static func text(of collection: PolicyCollection) throws(Diagnostic) -> String {
        if let link = collection.links.first {
            let problem = PolicyProblem.linkInPolicyText(link.id.text)
            throw Diagnostic(problem.code, problem.message, help: problem.help)
        }
        return text(of: collection.policies)
    }

    /// Adds a policy or a template with a line feed behind it.
    ///
    /// Its id is not part of the text.
    public mutating func write(_ policy: Policy) {
        for annotation in policy.annotations {
            text += "@" + annotation.name.value
            if annotation.hasValue { text += "(" + StringLiteral.quote(annotation.value.text) + ")" }
            text += " "
        }
        text += policy.effect.rawValue + " (principal" + Self.text(of: policy.principal)
        text += ", action" + Self.text(of: policy.action)
        text += ", resource" + Self.text(of: policy.resource) + ")"
        for condition in policy.conditions {
            text += " " + condition.kind.rawValue + " { "
            write(condition.body)
            text += " }"
        }
        text += ";\n"
    }

    /// Adds some text as it is.
    mutating func add(_ piece: String) { text += piece }

    // MARK: Scopes

    private static func text(of constraint: EntityConstraint) -> String {
        switch constraint {
        case .any: ""
        case .equal(let operand): " == " + text(of: operand)
        case .within(let operand): " in " + text(of: operand)
        case .isType(let type): " is " + type.value.path
        case .isTypeWithin(let type, let operand): " is " + type.value.path + " in " + text(of: operand)
        }
    }

    private static func text(of operand: EntityOperand) -> String {
        switch operand {
        case .entity(let uid): uid.value.description
        case .slot(let slot): slot.value.rawValue
        }
    }

    private static func text(of constraint: ActionConstraint) -> String {
        switch constraint {
        case .any: ""
        case .equal(let action): " == " + action.value.description
        case .within(let action): " in " + action.value.description
        case .withinAny(let actions): " in [" + actions.map(\.value.description).joined(separator: ", ") + "]"
        }
    }
}
