/// A policy or a template, as written.
public struct Policy: Sendable {
    /// Its id within a policy set.
    ///
    /// The parser names policies by position (`policy0`, `policy1`, ...).
    public var id: PolicyID

    /// Its annotations in the order written; names are unique.
    public var annotations: [Annotation]

    /// What it does when it is satisfied.
    public var effect: Effect

    /// The principals it is about.
    public var principal: EntityConstraint

    /// The actions it is about.
    public var action: ActionConstraint

    /// The resources it is about.
    public var resource: EntityConstraint

    /// Its `when` and `unless` clauses, in order.
    public var conditions: [Condition]

    /// From its first annotation or its effect to the semicolon.
    public var span: SourceSpan

    /// Makes a policy.
    public init(
        id: PolicyID, annotations: [Annotation], effect: Effect, principal: EntityConstraint,
        action: ActionConstraint, resource: EntityConstraint, conditions: [Condition], span: SourceSpan
    ) {
        self.id = id
        self.annotations = annotations
        self.effect = effect
        self.principal = principal
        self.action = action
        self.resource = resource
        self.conditions = conditions
        self.span = span
    }

    /// The value of an annotation; `nil` when the policy does not carry it.
    public func annotation(_ name: String) -> CedarString? {
        annotations.first { $0.name.value == name }?.value
    }

    /// The slots in its scope.
    public var slots: Set<Slot> {
        Set([principal.slot, resource.slot].compactMap(\.self))
    }

    /// Whether its scope has slots, so that it is evaluated only when linked.
    public var isTemplate: Bool { principal.slot != nil || resource.slot != nil }
}

/// The id of a policy within a policy set.
public typealias PolicyID = CedarString

/// The effect of a satisfied policy.
public enum Effect: String, CaseIterable, Sendable {
    case permit, forbid
}

/// `@name("value")` before a policy; `@name` alone has the value `""`.
public struct Annotation: Sendable {
    /// The name, without the `@`.
    public var name: Spanned<String>

    /// The value.
    public var value: CedarString

    /// Where the value stands, or the name when it has none.
    public var valueSpan: SourceSpan

    /// Whether a value was written.
    public var hasValue: Bool { !value.isEmpty || valueSpan != name.span }

    /// Makes an annotation.
    public init(name: Spanned<String>, value: CedarString, valueSpan: SourceSpan) {
        self.name = name
        self.value = value
        self.valueSpan = valueSpan
    }
}

/// A place in a template that a link fills with an entity.
public enum Slot: String, Hashable, Sendable {
    case principal = "?principal"
    case resource = "?resource"
}

/// What the scope says about the principal or the resource.
public enum EntityConstraint: Sendable {
    case any
    case equal(EntityOperand)
    case within(EntityOperand)
    case isType(Spanned<Name>)
    case isTypeWithin(Spanned<Name>, EntityOperand)

    /// The slot that it mentions.
    public var slot: Slot? {
        switch self {
        case .equal(.slot(let slot)), .within(.slot(let slot)), .isTypeWithin(_, .slot(let slot)): slot.value
        default: nil
        }
    }
}

/// An entity in a scope, written out or left to the link of a template.
public enum EntityOperand: Sendable {
    case entity(Spanned<EntityUID>)
    case slot(Spanned<Slot>)
}

/// What the scope says about the action.
public enum ActionConstraint: Sendable {
    case any
    case equal(Spanned<EntityUID>)
    /// `action in Action::"a"`.
    case within(Spanned<EntityUID>)
    /// `action in [...]`, possibly empty.
    case withinAny([Spanned<EntityUID>])
}

/// A `when { ... }` or `unless { ... }` clause.
public struct Condition: Sendable {
    /// The keyword of a clause.
    public enum Kind: String, CaseIterable, Sendable {
        case when, unless
    }

    /// The keyword.
    public var kind: Kind

    /// The expression between the braces.
    public var body: Expression

    /// From the keyword to the closing brace.
    public var span: SourceSpan

    /// Makes a clause.
    public init(kind: Kind, body: Expression, span: SourceSpan) {
        self.kind = kind
        self.body = body
        self.span = span
    }
}
