public import CedarSyntax

/// The policies of an application: static policies and links of templates, with unique ids.
public struct PolicySet: Sendable {
    /// The policies that are evaluated, in the order they were added.
    public private(set) var policies: [PolicyInstance] = []

    /// The templates by id, which are evaluated only through links.
    public private(set) var templates: [PolicyID: Policy] = [:]

    private var indexByID: [PolicyID: Int] = [:]

    /// An empty set.
    public init() {}

    /// A set of parsed policies and templates.
    /// - Throws: ``PolicySetError/duplicateID(_:)``.
    public init(_ policies: some Sequence<Policy>) throws(PolicySetError) {
        for policy in policies { try add(policy) }
    }

    /// The policy with an id, static or linked.
    public subscript(id: PolicyID) -> PolicyInstance? {
        indexByID[id].map { policies[$0] }
    }

    /// Adds a static policy or a template.
    /// - Throws: ``PolicySetError/duplicateID(_:)``.
    public mutating func add(_ policy: Policy) throws(PolicySetError) {
        guard indexByID[policy.id] == nil, templates.isEmpty || templates[policy.id] == nil else {
            throw .duplicateID(policy.id)
        }
        if policy.isTemplate {
            templates[policy.id] = policy
        } else {
            append(PolicyInstance(id: policy.id, policy: policy, slots: [:]))
        }
    }

    /// Adds a policy of another set, as it is there.
    ///
    /// A ``PolicyCompiler`` knows it again without looking at it.
    /// - Throws: ``PolicySetError/duplicateID(_:)``.
    public mutating func add(_ instance: PolicyInstance) throws(PolicySetError) {
        guard indexByID[instance.id] == nil, templates.isEmpty || templates[instance.id] == nil else {
            throw .duplicateID(instance.id)
        }
        append(instance)
    }

    /// Makes room for so many policies.
    public mutating func reserveCapacity(_ count: Int) {
        policies.reserveCapacity(count)
        indexByID.reserveCapacity(count)
    }

    /// Links a template: every slot gets an entity.
    /// - Throws: ``PolicySetError`` when the id is taken, the template unknown, or slots are missing or too many.
    public mutating func link(
        template templateID: PolicyID, as id: PolicyID, slots: [Slot: EntityUID]
    ) throws(PolicySetError) {
        guard let template = templates[templateID] else { throw .unknownTemplate(templateID) }
        guard indexByID[id] == nil, templates[id] == nil else { throw .duplicateID(id) }
        guard Set(slots.keys) == template.slots else { throw .wrongSlots(templateID) }
        append(PolicyInstance(id: id, policy: template, slots: slots))
    }

    private mutating func append(_ instance: PolicyInstance) {
        indexByID[instance.id] = policies.count
        policies.append(instance)
    }
}

/// A policy that can be evaluated: a static policy, or a template with its slots filled.
///
/// A reference, because sets of thousands are copied whenever one policy changes.
public final class PolicyInstance: Sendable {
    /// The id under which it is reported.
    public let id: PolicyID

    /// The policy or template.
    public let policy: Policy

    /// The entities in the slots; empty for a static policy.
    public let slots: [Slot: EntityUID]

    /// Makes the instance of a static policy; `nil` for a template, which needs a link.
    public convenience init?(_ policy: Policy) {
        if policy.isTemplate { return nil }
        self.init(id: policy.id, policy: policy, slots: [:])
    }

    init(id: PolicyID, policy: Policy, slots: [Slot: EntityUID]) {
        self.id = id
        self.policy = policy
        self.slots = slots
    }
}

/// Why a policy cannot join a set.
public enum PolicySetError: Error, Equatable, Sendable, CustomStringConvertible {
    case duplicateID(PolicyID)
    case unknownTemplate(PolicyID)
    case wrongSlots(PolicyID)

    /// The error as a lowercase sentence.
    public var description: String {
        switch self {
        case .duplicateID(let id): "policy id `\(id)` is used twice"
        case .unknownTemplate(let id): "there is no template `\(id)`"
        case .wrongSlots(let id): "a link of template `\(id)` must fill exactly the slots that it has"
        }
    }
}
