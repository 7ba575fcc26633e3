public import CedarModel
public import CedarSyntax

/// The answer of an authorizer: the decision, the policies that determined it, and what went wrong on the way.
public struct AuthorizationOutcome: Sendable {
    /// The decision.
    public var decision: AuthorizationDecision

    /// The policies that determined the decision, in policy order.
    ///
    /// They are the forbids of an explicit deny, the permits of an allow, and none for a default deny. With
    /// ``ErrorHandling/deny`` they include forbids that failed.
    public var determiningPolicies: [PolicyID]

    /// The policies that had no value, in policy order.
    public var errors: [PolicyError]

    /// Makes an outcome.
    public init(decision: AuthorizationDecision, determiningPolicies: [PolicyID], errors: [PolicyError]) {
        self.decision = decision
        self.determiningPolicies = determiningPolicies
        self.errors = errors
    }
}

/// Allow or deny.
public enum AuthorizationDecision: String, Sendable {
    case allow, deny
}

/// A policy whose condition had no value for a request.
public struct PolicyError: Sendable {
    /// The policy.
    public var policy: PolicyID

    /// What it would have done.
    public var effect: Effect

    /// Why it had no value.
    public var error: EvaluationError

    /// Makes a policy error.
    public init(policy: PolicyID, effect: Effect, error: EvaluationError) {
        self.policy = policy
        self.effect = effect
        self.error = error
    }
}

/// What an error in a policy does to the decision.
public enum ErrorHandling: String, Sendable {
    /// A forbid that matches the request's scope and fails denies. The safe default: otherwise an attribute that is
    /// missing by accident switches a prohibition off.
    case deny
    /// A policy that fails is skipped, whatever its effect: the exact Cedar semantics.
    case skip
}
