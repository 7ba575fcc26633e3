public import CedarSyntax

/// A policy or template with the file that it stands in.
public struct PolicySource: Sendable {
    /// The policy.
    public var policy: Policy

    /// The file.
    public var file: SourceFile

    /// Joins a policy and its file.
    public init(policy: Policy, file: SourceFile) {
        self.policy = policy
        self.file = file
    }
}

/// A link of a template: a policy of its own, made by filling the slots.
public struct PolicyLink: Sendable {
    /// The id of the policy that it makes.
    public var id: PolicyID

    /// The template.
    public var template: PolicyID

    /// The entities in the slots.
    public var slots: [Slot: EntityUID]

    /// Where the link is written, for findings.
    public var location: Diagnostic.Location?

    /// Makes a link.
    public init(
        id: PolicyID, template: PolicyID, slots: [Slot: EntityUID], location: Diagnostic.Location? = nil
    ) {
        self.id = id
        self.template = template
        self.slots = slots
        self.location = location
    }
}
