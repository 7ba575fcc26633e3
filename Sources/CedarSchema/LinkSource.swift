public import CedarSyntax

/// A link of a template, a policy of its own made by filling the slots, with the place that it is written at.
public struct LinkSource: Sendable {
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
