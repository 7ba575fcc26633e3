public import CedarSyntax

/// Why an expression has no value.
///
/// In Cedar every such error is data: it never aborts a decision.
///
/// Errors are equal when their codes are.
public struct EvaluationError: Error, Equatable, Sendable {
    /// What went wrong, with the values involved.
    ///
    /// User data in it may be shown to policy authors.
    public enum Reason: Sendable {
        /// An attribute or tag of an entity that is not in the store was read.
        case missingEntity(EntityUID)
        case missingAttribute(CedarString, of: Owner, available: Record.Keys)
        case missingTag(CedarString, of: EntityUID)
        case typeMismatch(expected: [ValueType], actual: ValueType)
        case wrongArgumentCount(ExtensionFunction, expected: Int, actual: Int)
        /// An integer operation left the range of 64 bits.
        case overflow(Operation)
        /// The argument of an extension function does not denote a value of the extension.
        case extensionFailure(extensionName: String, message: String)
        /// Request data that has no Cedar form was read.
        case unreadable(UnreadableValue)
    }

    /// What an attribute was looked up in.
    public enum Owner: Sendable {
        case entity(EntityUID)
        case record
    }

    /// The integer operation that overflowed.
    public enum Operation: Sendable {
        case add(Int64, Int64)
        case subtract(Int64, Int64)
        case multiply(Int64, Int64)
        case negate(Int64)
    }

    /// What went wrong.
    public var reason: Reason { details.reason }

    /// The expression that failed, in the file of the policy.
    public var span: SourceSpan? { details.span }

    /// The attribute path that failed, as `context.mfa_verified`, where the expression is one.
    public var path: String? { details.path }

    /// One word, because every frame of a recursive evaluator has room for several errors.
    private let details: Details

    private final class Details: Sendable {
        let reason: Reason
        let span: SourceSpan?
        let path: String?

        init(reason: Reason, span: SourceSpan?, path: String?) {
            self.reason = reason
            self.span = span
            self.path = path
        }
    }

    /// Makes an error.
    public init(_ reason: Reason, span: SourceSpan? = nil, path: String? = nil) {
        details = Details(reason: reason, span: span, path: path)
    }

    /// The error with a place, if it has none yet.
    ///
    /// The path is only asked for then.
    public func located(at span: SourceSpan, path: () -> String?) -> EvaluationError {
        self.span == nil ? EvaluationError(reason, span: span, path: path()) : self
    }

    /// The stable code.
    public var code: String {
        switch reason {
        case .missingEntity: "MISSING_ENTITY"
        case .missingAttribute: "MISSING_ATTRIBUTE"
        case .missingTag: "MISSING_TAG"
        case .typeMismatch: "TYPE_MISMATCH"
        case .wrongArgumentCount: "WRONG_ARGUMENT_COUNT"
        case .overflow: "INTEGER_OVERFLOW"
        case .extensionFailure: "INVALID_EXTENSION_VALUE"
        case .unreadable: "UNREADABLE_VALUE"
        }
    }

    /// Equality on the code.
    public static func == (left: EvaluationError, right: EvaluationError) -> Bool { left.code == right.code }
}

extension EvaluationError: CustomStringConvertible {
    /// The error as a lowercase sentence.
    ///
    /// Built only when someone reads it.
    public var description: String {
        switch reason {
        case .missingEntity(let uid):
            return "entity `\(uid.excerpt)` does not exist"
        case .missingAttribute(let name, .entity(let uid), _):
            return "entity `\(uid.excerpt)` has no attribute `\(name.text.excerpt)`"
        case .missingAttribute(let name, .record, _):
            return "record has no attribute `\(name.text.excerpt)`"
        case .missingTag(let name, let uid):
            return "entity `\(uid.excerpt)` has no tag `\(name.text.excerpt)`"
        case .typeMismatch(let expected, let actual):
            let names = expected.map(\.description)
            let wanted = names.count == 1 ? names[0] : "one of " + names.joined(separator: ", ")
            return "expected \(wanted), found \(actual)"
        case .wrongArgumentCount(let function, let expected, let actual):
            return "`\(function.rawValue)` takes \(expected) argument\(expected == 1 ? "" : "s"), found \(actual)"
        case .overflow(let operation):
            return "integer overflow in `\(operation)`"
        case .extensionFailure(let name, let message):
            return "invalid \(name) value: \(message)"
        case .unreadable(let value):
            return value.reason
        }
    }
}

extension EvaluationError.Operation: CustomStringConvertible {
    /// The operation as it would be written.
    public var description: String {
        switch self {
        case .add(let left, let right): "\(left) + \(right)"
        case .subtract(let left, let right): "\(left) - \(right)"
        case .multiply(let left, let right): "\(left) * \(right)"
        case .negate(let operand): "-(\(operand))"
        }
    }
}
