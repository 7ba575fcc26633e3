/// Why a published key is not used.
package struct KeyRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reason.
    package let code: Code

    /// The reason for administrators, as a lowercase sentence.
    package let detail: String

    /// The reasons, by stable name.
    package enum Code: String, Sendable {
        /// No object, or a member of the wrong kind.
        case malformed = "key.malformed"
        /// A kind of key, curve or algorithm that has no code here.
        case unsupported = "key.unsupported"
        /// A symmetric key, or a key with its private part: whoever publishes that has lost it.
        case secret = "key.secret"
        /// A key for another purpose: `use`, `key_ops`.
        case purpose = "key.purpose"
        /// An `alg` that does not fit the kind of key.
        case algorithm = "key.algorithm"
        /// Too small, too large, or known to be weak.
        case weak = "key.weak"
        /// Numbers that are no key: not on the curve, of the wrong length.
        case invalid = "key.invalid"
    }

    /// Makes a refusal.
    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// Equality of the codes.
    package static func == (left: KeyRefusal, right: KeyRefusal) -> Bool { left.code == right.code }

    /// The code and the detail.
    package var description: String { "\(code.rawValue): \(detail)" }
}
