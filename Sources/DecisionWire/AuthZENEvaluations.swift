package import DecisionPoint

/// What a call of the evaluations endpoint asks for.
package enum AuthZENEvaluations: Sendable {
    /// No items: one evaluation, answered like one (AuthZEN 1.0 section 7.1).
    case single(DecisionRequest)
    /// Items in order; one that is incomplete denies without spoiling the others.
    case several([Result<DecisionRequest, ProblemDetails>], AuthZENSemantic)
}

/// How far several evaluations are carried out (AuthZEN 1.0 section 7.1.2.1).
package enum AuthZENSemantic: String, Sendable {
    case executeAll = "execute_all"
    case denyOnFirstDeny = "deny_on_first_deny"
    case permitOnFirstPermit = "permit_on_first_permit"

    /// Whether an answer ends the evaluation; the answers behind it are left out.
    package func stops(after isPermit: Bool) -> Bool {
        switch self {
        case .executeAll: false
        case .denyOnFirstDeny: !isPermit
        case .permitOnFirstPermit: isPermit
        }
    }
}
