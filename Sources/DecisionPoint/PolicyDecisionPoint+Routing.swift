import CedarEngine
package import CedarModel
import CedarSyntax
package import PolicyBundles
package import Residency

/// A question about data alone.
package struct RoutingQuestion: Sendable {
    /// The application; `nil` for the default one.
    package var application: String?

    /// The tenant; `nil` for `default`.
    package var tenant: String?

    /// The time for which to answer, where a caller may set it.
    package var now: Datetime?

    /// The request, in the shape of a routing request.
    package var request: Datum

    /// Makes a question.
    package init(_ request: Datum, application: String? = nil, tenant: String? = nil, now: Datetime? = nil) {
        self.request = request
        self.application = application
        self.tenant = tenant
        self.now = now
    }
}

extension PolicyDecisionPoint {
    /// Decides a request at an instant, and where its data may be when it asks.
    ///
    /// What routing denies is denied, whatever the policies about access say.
    /// - Throws: ``CallError`` when the call is not a question that can be decided.
    package func decide(
        _ request: DecisionRequest, at now: Datetime, in workspace: DecisionWorkspace = DecisionWorkspace()
    ) throws(CallError) -> Decision {
        var decision = try decideAccess(request, at: now, in: workspace)
        guard let data = request.data else { return decision }
        let (snapshot, tenant) = try address(request)
        let route = try Self.route(
            data, tenant, snapshot, at: try instant(of: request, now: now), in: workspace.routing)
        decision.route = route
        guard !route.isAllowed else { return decision }
        let reasons = route.reasons.map { Decision.Reason(routing: $0) }
        decision.reasons = decision.decision == .allow ? reasons : decision.reasons + reasons
        decision.decision = .deny
        return decision
    }

    /// Answers a question about data alone.
    /// - Throws: ``CallError`` when the call is not a question that can be answered.
    package func route(
        _ question: RoutingQuestion, at now: Datetime, in workspace: RoutingWorkspace = RoutingWorkspace()
    ) throws(CallError) -> RoutingDecision {
        var request = DecisionRequest(
            principal: .init(type: "", id: ""), action: "", resource: .init(type: "", id: ""))
        request.application = question.application
        request.tenant = question.tenant
        let (snapshot, tenant) = try address(request)
        guard question.now == nil || allowsRequestClock else {
            throw CallError(.reservedContext, "the server sets the time; leave `now` out", path: "$.now")
        }
        return try Self.route(question.request, tenant, snapshot, at: question.now ?? now, in: workspace)
    }

    /// Answers what a request to a tenant asks about data.
    /// - Throws: ``CallError`` when there is no pack to answer by.
    package static func route(
        _ datum: Datum, _ tenant: Tenant, _ snapshot: PolicySnapshot, at now: Datetime,
        in workspace: RoutingWorkspace
    ) throws(CallError) -> RoutingDecision {
        var profile = tenant.residency ?? TenantProfile()
        profile.id = tenant.id.text
        profile.isKnown = true
        guard let packs = snapshot.residency, let pack = packs.pack(named: profile.pack) else {
            throw CallError(
                .residencyUnavailable, "this server has no residency pack for tenant `\(tenant.id)`", path: "$.data")
        }
        let request = RoutingRequestReader.read(datum, for: pack, profile: profile, at: now)
        return ResidencyRouter(pack).route(request, at: now, in: workspace)
    }
}

extension Decision.Reason {
    /// A reason of routing.
    package init(routing reason: RoutingReason) {
        self.init(
            policy: reason.policy.map { CedarString($0) }, effect: reason.policy == nil ? nil : .forbid,
            code: reason.code, message: reason.message)
    }
}
