package import CedarEngine
package import CedarSyntax
package import PolicyBundles
package import Residency

/// The answer to a decision request.
package struct Decision: Sendable {
    /// Allow or deny.
    package var decision: AuthorizationDecision

    /// Why: forbids first, then by policy id.
    ///
    /// Never empty.
    package var reasons: [Reason]

    /// Policies that had no value.
    package var errors: [PolicyFailure]

    /// What the gateway must do along with the decision, or deny; by id.
    package var obligations: [DutyCatalog.Duty] = []

    /// What the gateway may do along with the decision; by id.
    package var advice: [DutyCatalog.Duty] = []

    /// Where the data may be or go; `nil` when the request asks nothing about data.
    package var route: RoutingDecision?

    /// The application that decided.
    package var application = ""

    /// The version of the files that decided.
    package var policyVersion: String

    /// What became of the request's credentials.
    package var credential = CredentialOutcome.absent

    /// Makes an answer.
    package init(
        decision: AuthorizationDecision, reasons: [Reason], errors: [PolicyFailure], policyVersion: String
    ) {
        self.decision = decision
        self.reasons = reasons
        self.errors = errors
        self.policyVersion = policyVersion
    }

    /// What became of the credentials of a request.
    package enum CredentialOutcome: Sendable, Equatable {
        /// There was none.
        case absent
        /// It was verified, and its subject is the principal.
        case accepted
        /// It was refused, for the reason with this code.
        case refused(String)
    }

    /// One reason of a decision.
    package struct Reason: Sendable {
        /// The policy; `nil` when no policy is the reason.
        package var policy: PolicyID?

        /// The policy's effect.
        package var effect: Effect?

        /// The stable code.
        package var code: String

        /// The reason in words that a user can act on.
        package var message: String

        /// The permission that is missing, for `MISSING_PERMISSION`.
        package var permission: String?

        /// Where the policy stands.
        package var source: Source?

        /// For a link of a template: what its slots hold, in the order of the slots' names.
        package var slots: [(slot: String, entity: String)] = []

        /// Makes a reason.
        package init(
            policy: PolicyID? = nil, effect: Effect? = nil, code: String, message: String, permission: String? = nil,
            source: Source? = nil
        ) {
            self.policy = policy
            self.effect = effect
            self.code = code
            self.message = message
            self.permission = permission
            self.source = source
        }
    }

    /// A place in a policy file.
    package struct Source: Sendable {
        /// The file, relative to the folder of applications.
        package var file: String

        /// The place in it.
        package var position: SourcePosition

        /// Makes a place.
        package init(file: String, position: SourcePosition) {
            self.file = file
            self.position = position
        }
    }

    /// A policy that had no value for the request.
    package struct PolicyFailure: Sendable {
        /// The policy.
        package var policy: PolicyID

        /// The stable code of the error.
        package var code: String

        /// The error as a sentence.
        package var message: String

        /// The attribute path that failed, where there is one.
        package var path: String?

        /// Makes a failure.
        package init(policy: PolicyID, code: String, message: String, path: String? = nil) {
            self.policy = policy
            self.code = code
            self.message = message
            self.path = path
        }
    }
}

/// The codes of reasons that no policy chooses.
package enum ReasonCode {
    package static let permitted = "PERMITTED"
    package static let forbidden = "FORBIDDEN"
    package static let policyError = "POLICY_ERROR"
    package static let noMatchingPermit = "NO_MATCHING_PERMIT"
    package static let missingPermission = "MISSING_PERMISSION"
    package static let unknownAction = "UNKNOWN_ACTION"
    package static let requestInvalid = "REQUEST_INVALID"
    package static let credentialMissing = "credential.missing"
}
