package import CedarEngine
package import CedarModel
package import CedarSyntax
package import DecisionPoint
package import Identity
package import PolicyBundles
package import Residency
package import StrictJSON

/// Decides plain requests from the bytes of their bodies to the bytes of their answers, without anything in between.
///
/// The general way is to read a ``DecisionRequest``, decide it, and write the ``Decision``. It words every error and
/// knows every case; this one answers a part of the requests with exactly the same bytes, and leaves the others to it.
/// One per thread; its memory is used again for every call.
package final class PlannedDecisions {
    /// The formats of bodies and answers.
    package enum Format: Sendable {
        /// `POST /v1/decide`.
        case native
        /// AuthZEN's evaluation endpoint.
        case authZEN
    }

    /// Beyond these, a request takes the general way, which says so.
    struct Limits {
        var attributes: Int
        var evaluations: Int
        /// How long the defaults of several evaluations may be, written out for each.
        var bytes: Int
    }

    private let limits: Limits
    private let verifier: (any CredentialVerifier)?
    private let buffer: JSONBuffer
    private let scratch = DecisionScratch()
    private let recalled: RecalledQuestions
    /// The application that was asked last.
    private var current: PlannedApplication?
    /// The others that are in use.
    private var others: [ObjectIdentifier: PlannedApplication] = [:]

    /// Makes the memory of a thread.
    ///
    /// - Parameter recallsQuestions: whether a question that is asked again need not be read again; it is always decided
    ///   anew.
    package init(
        limits: JSONLimits, maximumAttributes: Int = AttributeLimit.standard, maximumEvaluations: Int = 100,
        verifier: (any CredentialVerifier)? = nil, recallsQuestions: Bool = true
    ) {
        recalled = RecalledQuestions(isOn: recallsQuestions)
        buffer = JSONBuffer(limits: limits)
        self.limits = Limits(
            attributes: maximumAttributes, evaluations: maximumEvaluations, bytes: limits.maximumBytes)
        self.verifier = verifier
    }

    /// Reads a question to a tenant; `false` when it takes the general way.
    ///
    /// - Parameters:
    ///   - tenant: as the path or headers name it; `nil` where they do not.
    ///   - plan: that of the application that is asked.
    ///   - isServed: whether a plan is still that of an application; asked when the application changes.
    package func read(
        _ body: [UInt8], _ format: Format, tenant: String?, by plan: RequestPlan, at now: Datetime,
        where isServed: (RequestPlan) -> Bool
    ) -> Bool {
        application(plan, isServed).read(body, format, tenant: tenant, at: now, verifier)
    }

    /// Decides the question that was read; `nil` when a policy has no value, which takes the general way.
    package func decide() -> AuthorizationDecision? { current?.decide() }

    /// Writes the answer to the question that was decided; `nil` when it takes the general way.
    ///
    /// The native answer has an id, the one of AuthZEN none. A route goes with a question about data, see ``data``.
    package func answer(
        _ decision: AuthorizationDecision, _ format: Format, decisionID: DecisionIdentifier?,
        route: PlannedRoute? = nil
    ) -> [UInt8]? {
        current?.answer(decision, format, decisionID: decisionID, route: route)
    }

    /// What the question that was read asks about data, and the id of the tenant; `nil` when it asks nothing.
    package var data: (datum: Datum, tenant: CedarString)? {
        guard let current, let datum = current.question.data else { return nil }
        return (datum, current.plan.id(ofTenantAt: current.question.tenant))
    }

    /// Whether a credential vouches for the principal of the question that was read.
    package var isVerified: Bool { current?.question.isVerified ?? false }

    /// Whether the question that was read had been asked, and read, before.
    package var isRecalled: Bool { current?.isRecalled ?? false }

    /// Takes the token that was refused while reading the last question; `nil` when none was.
    ///
    /// To be asked for after each question that takes the general way, so that no refusal outlives its request.
    package func takeRefused() -> RefusedCredential? { current?.takeRefused() }

    /// Answers several evaluations; `nil` when they take the general way.
    ///
    /// The parameters are those of ``read(_:_:tenant:by:at:where:)``.
    package func evaluate(
        _ body: [UInt8], tenant: String?, by plan: RequestPlan, at now: Datetime, where isServed: (RequestPlan) -> Bool
    ) -> PlannedEvaluations? {
        application(plan, isServed).evaluate(body, tenant: tenant, at: now)
    }

    /// Takes up an application, and drops those whose plans are no longer served.
    @inline(__always)
    private func application(_ plan: RequestPlan, _ isServed: (RequestPlan) -> Bool) -> PlannedApplication {
        if let current, current.plan === plan { return current }
        return change(to: plan, isServed)
    }

    @inline(never)
    private func change(to plan: RequestPlan, _ isServed: (RequestPlan) -> Bool) -> PlannedApplication {
        if let current { others[ObjectIdentifier(current.plan)] = current }
        let known = others.removeValue(forKey: ObjectIdentifier(plan))
        if known == nil {
            // A plan that is new to this thread: there was a reload, and those before it may be gone.
            others = others.filter { isServed($0.value.plan) }
            recalled.removeAll(except: isServed)
        }
        let application =
            known ?? PlannedApplication(plan, limits: limits, buffer: buffer, scratch: scratch, recalled: recalled)
        current = application
        return application
    }
}
