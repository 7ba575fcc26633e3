import CedarSyntax

/// A step of a compiled policy.
///
/// Operands at or above zero are registers, below zero constants. The first four registers hold the variables of the
/// request. A step that tests something stores the result as a boolean if it has a target; if not, it jumps when the
/// result is ``sense``.
struct Instruction: BitwiseCopyable {
    /// What a step does.
    enum Operation: UInt8 {
        /// Ends the policy: it is satisfied.
        case satisfied
        /// Ends the policy: it is not satisfied.
        case unsatisfied
        /// Goes elsewhere.
        case jump
        /// Copies `a`.
        case move
        /// Tests the boolean `a`.
        case truth
        /// Tests `a == b`.
        case equal
        /// Tests `a < b`.
        case less
        /// Tests whether `a` is `b`, is below it, or below an element of it.
        case within
        /// Tests whether `a` is of the type with the id `b`.
        case isType
        /// Tests whether `a` has the attribute `b`.
        case has
        /// Tests whether `a` has the tag in `b`.
        case hasTag
        /// Tests whether `a` matches the pattern `b`.
        case like
        /// Tests whether the set `a` contains `b`.
        case contains
        /// Tests whether the set `a` contains all of `b`.
        case containsAll
        /// Tests whether the set `a` contains any of `b`.
        case containsAny
        /// Tests whether the set `a` is empty.
        case isEmpty
        /// The attribute `b` of `a`.
        case attribute
        /// The tag in `b` of `a`.
        case tag
        /// The sum of `a` and `b`.
        case add
        /// The difference of `a` and `b`.
        case subtract
        /// The product of `a` and `b`.
        case multiply
        /// The opposite of `a`.
        case negate
        /// The set of `b` registers from `a` on.
        case set
        /// The record of the layout `b` with its values in the registers from `a` on.
        case record
        /// The extension function with the number `b`, with arguments in the registers from `a` on; a test if it
        /// gives a boolean.
        case call
        /// Ends the policy: it has an error of the kind `a`.
        case fail
    }

    /// What to do.
    var operation: Operation

    /// The result at which a test jumps.
    var sense: Bool

    /// The register of the result, or ``noTarget``.
    var target: Int32

    /// The first operand.
    var a: Int32

    /// The second operand.
    var b: Int32

    /// How far a test jumps, from the following step.
    var jump: Int32

    /// In place of a register: the step jumps instead of storing.
    static let noTarget: Int32 = -1

    init(_ operation: Operation, target: Int32 = 0, a: Int32 = 0, b: Int32 = 0) {
        self.operation = operation
        sense = false
        self.target = target
        self.a = a
        self.b = b
        jump = 0
    }
}

extension ExtensionFunction {
    /// The function by its number in instructions.
    static let byNumber = allCases

    /// The number in instructions.
    var number: Int32 { Int32(Self.byNumber.firstIndex(of: self) ?? 0) }

    /// Whether it gives a boolean.
    var isTest: Bool {
        switch self {
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast, .isInRange, .lessThan, .lessThanOrEqual, .greaterThan,
            .greaterThanOrEqual:
            true
        default: false
        }
    }
}

/// Why a compiled policy has no value: the codes of evaluation errors, without their details.
enum Fault: UInt8, Error {
    case missingEntity = 2
    case missingAttribute, missingTag, typeMismatch, wrongArgumentCount, overflow, extensionFailure, unreadable

    /// The code of the evaluation error.
    var code: String {
        switch self {
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
}
