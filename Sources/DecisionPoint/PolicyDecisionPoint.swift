import CedarModel
import CedarSchema
import CedarSyntax
package import Identity
package import PolicyBundles

/// Answers decision requests over one set of applications: names to entities, entities to a decision, a decision to
/// reasons.
///
/// It neither reads clocks nor sockets.
package struct PolicyDecisionPoint: Sendable {
    /// The applications.
    package let applications: Applications

    /// Whether a caller may set the clock with `context.now`.
    package let allowsRequestClock: Bool

    /// What evaluates the policies.
    package let engine: EvaluationEngine

    /// What verifies the credentials of requests; without one every credential is refused.
    package let verifier: (any CredentialVerifier)?

    /// Makes a decision point.
    package init(
        applications: Applications, allowsRequestClock: Bool = false, engine: EvaluationEngine = .compiled,
        verifier: (any CredentialVerifier)? = nil
    ) {
        self.verifier = verifier
        self.engine = engine
        self.applications = applications
        self.allowsRequestClock = allowsRequestClock
    }

    /// Decides whether the principal may, whatever is asked about data.
    func decideAccess(
        _ request: DecisionRequest, at now: Datetime, in workspace: DecisionWorkspace
    ) throws(CallError) -> Decision {
        let (snapshot, tenant) = try address(request)
        try checkAssertions(request, tenant, snapshot)
        let instant = try self.instant(of: request, now: now)
        switch try identify(request, tenant, snapshot, at: instant) {
        case .asserted:
            return try decide(request, nil, tenant, snapshot, at: instant, in: workspace)
        case .verified(let subject):
            let effective = request.about(subject)
            if isDescribed(effective.resource), isOneEntity(effective.principal, effective.resource, snapshot) {
                throw Self.assertedPrincipal
            }
            var decision = try decide(effective, subject, tenant, snapshot, at: instant, in: workspace)
            decision.credential = .accepted
            return decision
        case .refused(let decision): return decision
        }
    }

    /// Decides about a principal that is known to be who the request says.
    private func decide(
        _ request: DecisionRequest, _ subject: VerifiedSubject?, _ tenant: Tenant, _ snapshot: PolicySnapshot,
        at instant: Datetime, in workspace: DecisionWorkspace
    ) throws(CallError) -> Decision {
        guard let action = snapshot.actions[request.action] else {
            return .denied(
                ReasonCode.unknownAction, "the application has no action `\(Excerpt.of(request.action))`", snapshot)
        }
        var server: Record = [
            "now": .record(LocalTime.record(at: instant, in: tenant.zone)), "tenant": .record(tenant.contextValue),
        ]
        if let subject { server = server.merging(["credential": .record(subject.contextValue)]) }
        let context = context(of: request, server: server, action: action, snapshot)
        do {
            let question = try Question(
                request, action: action, context: context, tenant: tenant, snapshot: snapshot)
            return Decision(
                try question.outcome(snapshot, engine, in: workspace), action: action, snapshot: snapshot)
        } catch {
            return .denied(ReasonCode.requestInvalid, error.message, snapshot)
        }
    }

    /// The application and the tenant that a request is about.
    package func address(_ request: DecisionRequest) throws(CallError) -> (PolicySnapshot, Tenant) {
        guard let snapshot = applications.snapshot(named: request.application) else {
            if let name = request.application {
                throw CallError(
                    .unknownApplication, "there is no application `\(Excerpt.of(name))`", path: "$.application")
            }
            throw CallError(
                .unknownApplication, "several applications are loaded; name one of them in the request",
                path: "$.application")
        }
        let name = request.tenant ?? "default"
        guard let tenant = snapshot.tenants[CedarString(name)] else {
            throw CallError(
                .unknownTenant, "application `\(snapshot.application)` has no tenant `\(Excerpt.of(name))`",
                path: "$.tenant")
        }
        return (snapshot, tenant)
    }

    private static var assertedPrincipal: CallError {
        CallError(
            .assertionNotAllowed,
            "attributes, roles and parents of the principal come from its credential and cannot be asserted",
            path: "$.principal")
    }

    private func checkAssertions(
        _ request: DecisionRequest, _ tenant: Tenant, _ snapshot: PolicySnapshot
    ) throws(CallError) {
        let settings = snapshot.settings
        var described = request.principal
        if !request.credentials.isEmpty, let allowed = tenant.trust?.callerMayAdd, !allowed.isEmpty {
            described.attributes = Record(described.attributes.fields.filter { !allowed.contains($0.key) })
        }
        let describesPrincipal =
            !request.roles.isEmpty || isDescribed(described)
            || isDescribed(request.resource) && isOneEntity(request.principal, request.resource, snapshot)
        if describesPrincipal, !request.credentials.isEmpty || !settings.assertedPrincipals {
            throw Self.assertedPrincipal
        }
        if !settings.callerMayAssert.contains(.resource), isDescribed(request.resource) {
            throw CallError(
                .assertionNotAllowed, "this application does not let callers describe resources", path: "$.resource")
        }
        if !settings.callerMayAssert.contains(.context), !request.context.isEmpty || !request.actionAttributes.isEmpty {
            throw CallError(
                .assertionNotAllowed, "this application does not let callers set the context", path: "$.context")
        }
    }

    private func isDescribed(_ party: DecisionRequest.Party) -> Bool {
        !party.attributes.isEmpty || !party.parents.isEmpty
    }

    /// Whether a subject acts on itself: what is then said about the resource is said about the principal.
    private func isOneEntity(
        _ principal: DecisionRequest.Party, _ resource: DecisionRequest.Party, _ snapshot: PolicySnapshot
    ) -> Bool {
        CedarString(principal.id) == CedarString(resource.id)
            && snapshot.entityType(named: principal.type) == snapshot.entityType(named: resource.type)
    }

    /// The time of the decision; the keys of the context that the server sets cannot be given.
    func instant(of request: DecisionRequest, now: Datetime) throws(CallError) -> Datetime {
        for key: CedarString in ["tenant", "action", "permission", "credential"] where request.context[key] != nil {
            throw CallError(.reservedContext, "the server sets `context.\(key)`", path: "$.context.\(key)")
        }
        guard let own = request.context["now"] else { return now }
        guard allowsRequestClock else {
            throw CallError(
                .reservedContext, "the server sets `context.now`; use `context.time` for times of your own",
                path: "$.context.now")
        }
        guard case .string(let text) = own, let given = Datetime(rfc3339: text.text) else {
            throw CallError(
                .reservedContext, "`context.now` must be a time such as `2026-11-21T10:00:00Z`",
                path: "$.context.now")
        }
        return given
    }

    /// The context that policies see: the caller's, with what we set laid over it, by the types of the schema.
    private func context(
        of request: DecisionRequest, server: Record, action: ActionCatalog.Action, _ snapshot: PolicySnapshot
    ) -> Record {
        var ours = server
        if let permission = action.permissionEntity {
            ours = ours.merging(["permission": .entity(permission)])
        }
        if let schema = snapshot.schema {
            // Policies that were checked against the schema read no more than it declares.
            ours = Record(
                ours.fields.compactMap { field in
                    schema.cut(field.value, named: field.key, for: action.uid).map { .init(key: field.key, value: $0) }
                })
        }
        if !request.actionAttributes.isEmpty {
            ours = ours.merging(["action": .record(request.actionAttributes)])
        }
        var callers = request.context
        if callers["now"] != nil { callers = Record(callers.fields.filter { $0.key != "now" }) }
        let context = callers.merging(ours)
        return snapshot.schema?.fit(context: context, of: action.uid) ?? context
    }
}
