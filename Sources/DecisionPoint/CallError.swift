/// Why a call is not a question that can be decided.
///
/// Never a decision.
///
/// Errors are equal when their codes are.
package struct CallError: Error, Equatable, Sendable {
    /// The kinds of mistakes.
    package enum Code: String, Sendable {
        case unknownApplication = "UNKNOWN_APPLICATION"
        case unknownTenant = "UNKNOWN_TENANT"
        case assertionNotAllowed = "ASSERTION_NOT_ALLOWED"
        case reservedContext = "RESERVED_CONTEXT"
        /// The installation has no residency packs, or not the one of the tenant.
        case residencyUnavailable = "RESIDENCY_UNAVAILABLE"
        /// A credential that cannot be judged now: neither a decision nor the caller's mistake.
        case indeterminate = "INDETERMINATE"
    }

    /// The kind.
    package let code: Code

    /// The fact and the fix, as a lowercase sentence.
    package let message: String

    /// Where the native request body names or could name what is wrong, as a JSONPath; the path and headers of a call may
    /// have named it instead.
    package let path: String?

    package init(_ code: Code, _ message: String, path: String? = nil) {
        self.code = code
        self.message = Excerpt.ofSentence(message)
        self.path = path
    }

    /// Equality on the code.
    package static func == (left: CallError, right: CallError) -> Bool { left.code == right.code }
}
