/// An expression of a policy condition, as written.
///
/// Chains of one precedence level are flat arrays rather than left-deep trees: a condition with thousands of `||`
/// operands is realistic, and neither evaluating nor freeing it may use stack in proportion. Everything else nests at
/// most ``PolicyParser/maximumNesting`` deep. Reference: Cedar grammar, reference operator semantics.
public struct Expression: Sendable {
    /// What it is.
    public var kind: Kind

    /// Where it stands.
    public var span: SourceSpan

    /// Joins a kind and its place.
    public init(_ kind: Kind, _ span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    /// The forms of an expression.
    ///
    /// Surface operators are kept (`!=` is not rewritten), so that explanations and the formatter speak the author's
    /// words.
    public indirect enum Kind: Sendable {
        case literal(Literal)
        case variable(Variable)
        case not(Expression)
        case negate(Expression)
        /// Two or more operands of `&&`.
        case and([Expression])
        /// Two or more operands of `||`.
        case or([Expression])
        case conditional(condition: Expression, then: Expression, otherwise: Expression)
        case comparison(ComparisonOperator, Expression, Expression)
        /// `first (+|- operand)...` with at least one term.
        case sum(first: Expression, terms: [SumTerm])
        /// Two or more factors of `*`.
        case product([Expression])
        /// `e has a.b.c`: at least one attribute.
        case has(Expression, path: [CedarString])
        case like(Expression, Pattern)
        /// `e is T` or `e is T in x`.
        case isType(Expression, Spanned<Name>, ancestor: Expression?)
        /// A base followed by one or more `.a`, `["a"]` or `.method(...)`.
        case member(Expression, [Selector])
        /// A call in function style, as `ip("10.0.0.1")`.
        case call(ExtensionFunction, [Expression])
        case set([Expression])
        /// Fields in the order written; keys are unique (Cedar RFC 20).
        case record([RecordField])
    }
}

/// A literal of the language.
public enum Literal: Sendable {
    case bool(Bool)
    case long(Int64)
    case string(CedarString)
    case entity(EntityUID)
}

/// The four request variables.
public enum Variable: String, CaseIterable, Sendable {
    case principal, action, resource, context
}

/// The relational operators with two operands.
public enum ComparisonOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case within = "in"
}

/// One `+ operand` or `- operand` of a sum.
public struct SumTerm: Sendable {
    /// Whether the operand is subtracted.
    public var isSubtraction: Bool

    /// The operand.
    public var operand: Expression

    /// Makes a term.
    public init(isSubtraction: Bool, operand: Expression) {
        self.isSubtraction = isSubtraction
        self.operand = operand
    }
}

/// One step behind a base: an attribute or a method call.
public struct Selector: Sendable {
    /// What is selected.
    public enum Kind: Sendable {
        /// `.a` or `["a"]`.
        case attribute(CedarString)
        /// A core method with its arguments; their number was checked when parsing.
        case method(CoreMethod, [Expression])
        /// A method of an extension type; the number of arguments is checked when evaluating, as in the reference.
        case extensionMethod(ExtensionFunction, [Expression])
    }

    /// What is selected.
    public var kind: Kind

    /// From the `.` or `[` to the end of the selector.
    public var span: SourceSpan

    /// Makes a selector.
    public init(_ kind: Kind, _ span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}

/// The methods of sets and of entity tags.
public enum CoreMethod: String, CaseIterable, Sendable {
    case contains, containsAll, containsAny, isEmpty, getTag, hasTag

    /// How many arguments it takes.
    public var argumentCount: Int { self == .isEmpty ? 0 : 1 }
}

/// The functions and methods of the extension types decimal, ipaddr, datetime and duration.
public enum ExtensionFunction: String, CaseIterable, Sendable {
    case ip, decimal, datetime, duration
    case isIpv4, isIpv6, isLoopback, isMulticast, isInRange
    case lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual
    case offset, durationSince, toDate, toTime
    case toMilliseconds, toSeconds, toMinutes, toHours, toDays

    /// Whether it is written `f(x)`; the others are written `x.f()`.
    public var isConstructor: Bool {
        switch self {
        case .ip, .decimal, .datetime, .duration: true
        default: false
        }
    }

    /// The name of the extension that it belongs to, as evaluation errors name it.
    public var extensionName: String {
        switch self {
        case .ip, .isIpv4, .isIpv6, .isLoopback, .isMulticast, .isInRange: "ipaddr"
        case .decimal, .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: "decimal"
        case .datetime, .offset, .durationSince, .toDate, .toTime: "datetime"
        case .duration, .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: "duration"
        }
    }

    /// How many arguments it takes; the receiver of a method counts.
    public var argumentCount: Int {
        switch self {
        case .isInRange, .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .offset, .durationSince: 2
        default: 1
        }
    }
}

/// One `key: value` of a record literal.
public struct RecordField: Sendable {
    /// The key.
    public var key: CedarString

    /// The value.
    public var value: Expression

    /// Makes a field.
    public init(key: CedarString, value: Expression) {
        self.key = key
        self.value = value
    }
}

/// The right side of `like`.
public struct Pattern: Hashable, Sendable {
    /// A piece of a pattern.
    public enum Element: Hashable, Sendable {
        /// `*`: any run of scalars, also none.
        case wildcard
        /// These scalars, exactly. Never empty.
        case literal(CedarString)
    }

    /// The pieces in order; two literals never stand side by side.
    public var elements: [Element]

    /// Makes a pattern.
    public init(elements: [Element]) {
        self.elements = elements
    }
}
