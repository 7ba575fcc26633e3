package import DecisionPoint
import DecisionWire
package import Identity
package import StrictJSON

/// How the decision listener reads calls.
package struct DecisionAPISettings: Sendable {
    /// The limits of a body.
    package var bodyLimits: JSONLimits = .request

    /// How many evaluations one call may ask for.
    package var maximumEvaluations = 1000

    /// How many attributes one question may have.
    package var maximumAttributes = AttributeLimit.standard

    /// Whether a caller may set the clock with `context.now`.
    package var allowsRequestClock = false

    /// What evaluates the policies.
    package var engine = EvaluationEngine.compiled

    /// Whether a question that is asked again need not be read again; it is always decided anew.
    package var recallsQuestions = true

    /// What verifies the credentials of subjects; without one every credential is refused.
    package var verifier: (any CredentialVerifier)?

    /// Where every decision and every failed call is noted; nowhere by default.
    package var accessLog: AccessLogFile?

    /// The defaults.
    package init() {}
}
