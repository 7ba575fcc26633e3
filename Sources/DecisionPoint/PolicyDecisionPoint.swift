package import CedarModel
import CedarSchema
import CedarSyntax
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

    /// Makes a decision point.
    package init(
        applications: Applications, allowsRequestClock: Bool = false, engine: EvaluationEngine = .compiled
    ) {
        self.engine = engine
        self.applications = applications
        self.allowsRequestClock = allowsRequestClock
    }

    /// Decides a request at an instant.
    /// - Throws: ``CallError`` when the call is not a question that can be decided.
    package func decide(
        _ request: DecisionRequest, at now: Datetime, in workspace: DecisionWorkspace = DecisionWorkspace()
    ) throws(CallError) -> Decision {
        let (snapshot, tenant) = try address(request)
        try checkAssertions(request, snapshot)
        let server = try serverContext(for: request, tenant: tenant, now: now)
        if let refusal = credentialRefusal(request, snapshot) { return refusal }

        guard let action = snapshot.actions[request.action] else {
            return .denied(
                ReasonCode.unknownAction, "the application has no action `\(Excerpt.of(request.action))`", snapshot)
        }
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

    private func checkAssertions(_ request: DecisionRequest, _ snapshot: PolicySnapshot) throws(CallError) {
        let settings = snapshot.settings
        let describesPrincipal =
            !request.roles.isEmpty || isDescribed(request.principal)
            || isDescribed(request.resource) && isOneEntity(request.principal, request.resource, snapshot)
        if describesPrincipal, !request.credentialTypes.isEmpty || !settings.assertedPrincipals {
            throw CallError(
                .assertionNotAllowed,
                "attributes, roles and parents of the principal come from its credential and cannot be asserted",
                path: "$.principal")
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

    /// What we set in the context for every action: the clock and the tenant.
    private func serverContext(
        for request: DecisionRequest, tenant: Tenant, now: Datetime
    ) throws(CallError) -> Record {
        var instant = now
        if let own = request.context["now"] {
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
            instant = given
        }
        for key: CedarString in ["tenant", "action", "permission"] where request.context[key] != nil {
            throw CallError(.reservedContext, "the server sets `context.\(key)`", path: "$.context.\(key)")
        }
        return ["now": .record(LocalTime.record(at: instant, in: tenant.zone)), "tenant": .record(tenant.contextValue)]
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

    /// Nobody is who they say they are: without a verified credential only an application that trusts its callers to
    /// name principals decides at all.
    private func credentialRefusal(_ request: DecisionRequest, _ snapshot: PolicySnapshot) -> Decision? {
        if let type = request.credentialTypes.first {
            return .denied(
                ReasonCode.credentialUnsupported,
                "no verifier for credentials of type `\(Excerpt.of(type))` is configured for application "
                    + "`\(snapshot.application)`",
                snapshot)
        }
        if snapshot.settings.assertedPrincipals { return nil }
        return .denied(
            ReasonCode.credentialMissing,
            "application `\(snapshot.application)` does not let callers name principals; send the subject's credential",
            snapshot)
    }
}
