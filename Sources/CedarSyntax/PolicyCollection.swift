/// Policies, templates and links of templates as one document has them.
///
/// What joins them into a set, and checks that ids are unique across documents, is the engine.
public struct PolicyCollection: Sendable {
    /// The static policies and the templates, in the order written.
    ///
    /// Those with slots are the templates.
    public var policies: [Policy]

    /// The links of templates, in the order written.
    public var links: [PolicyLink]

    /// Joins policies and links.
    public init(policies: [Policy] = [], links: [PolicyLink] = []) {
        self.policies = policies
        self.links = links
    }
}

/// A policy made of a template by filling its slots.
public struct PolicyLink: Sendable {
    /// The id of the template.
    public var template: PolicyID

    /// The id of the policy that the link makes.
    public var id: PolicyID

    /// The entity for each slot of the template.
    public var values: [Slot: EntityUID]

    /// Makes a link.
    public init(template: PolicyID, id: PolicyID, values: [Slot: EntityUID]) {
        self.template = template
        self.id = id
        self.values = values
    }
}
