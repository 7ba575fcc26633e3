import CedarEngine
package import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Identity
package import NIOCore
package import PolicyBundles
import Residency

/// Answers the decision listener: the native API and AuthZEN, each translated to the one decision point.
///
/// One per event loop, so that the current snapshot is read, and everything is counted, without a lock.
package final class DecisionResponder: HTTPResponder {
    private var policies: PolicyStore.Reader
    private let settings: DecisionAPISettings
    private let now: () -> Datetime
    private let workspace = DecisionWorkspace()
    /// Answers plain requests; `nil` where the reference evaluator was asked for.
    private let planned: PlannedDecisions?
    /// The texts of the pack by which the last route was made.
    private var texts: RouteTexts?
    private var random = PooledRandom()
    /// Paths of earlier calls and what they ask for.
    private var routes: [String: DecisionRoute] = [:]
    /// The last of them.
    private var lastRoute: (path: String, route: DecisionRoute)?

    private static let maximumRoutes = 256
    private var metrics = LoopMetrics()
    private let accessLog: AccessLog?
    /// When the call that is being answered arrived, for the access log.
    private var arrival = NIODeadline.now()

    /// Makes the responder of an event loop.
    package init(
        _ policies: PolicyStore, settings: DecisionAPISettings = DecisionAPISettings(),
        now: @escaping () -> Datetime = SystemClock.now
    ) {
        self.policies = PolicyStore.Reader(policies)
        self.settings = settings
        self.now = now
        accessLog = settings.accessLog.map(AccessLog.init)
        planned =
            settings.engine == .compiled
            ? PlannedDecisions(
                limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                maximumEvaluations: settings.maximumEvaluations, verifier: settings.verifier,
                recallsQuestions: settings.recallsQuestions)
            : nil
    }

    /// Makes the responder of an event loop and lets it hand over its counts.
    ///
    /// To be called on the loop.
    package convenience init(
        _ policies: PolicyStore, settings: DecisionAPISettings, metrics: DecisionMetrics, on loop: any EventLoop
    ) {
        self.init(policies, settings: settings)
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: DecisionMetrics.interval, delay: DecisionMetrics.interval) { _ in
            metrics.publish(bound.value.metrics, of: bound.eventLoop)
            bound.value.accessLog?.flush()
        }
    }

    package func respond(to request: HTTPRequest) -> HTTPResponse {
        var response: HTTPResponse
        let headers = DecisionHeaders(request.headers)
        if accessLog != nil { arrival = .now() }
        do {
            response = try answer(request, headers)
        } catch {
            metrics.problems[error.code, default: 0] += 1
            log(error, at: route(request.path))
            response = HTTPResponse(error)
        }
        // AuthZEN 1.0 section 10.1.3: a request id is returned as it came, on errors too.
        if let id = headers.requestID { response.headers.append(("X-Request-ID", id)) }
        return response
    }

    package func respond(to failure: TransportFailure) -> HTTPResponse {
        metrics.problems[failure.code, default: 0] += 1
        arrival = .now()
        log(ProblemDetails(status: failure.status, code: failure.code, detail: ""), at: nil)
        return HTTPResponse(failure)
    }

    private func answer(_ request: HTTPRequest, _ headers: DecisionHeaders) throws(ProblemDetails) -> HTTPResponse {
        guard let route = route(request.path) else {
            throw ProblemDetails(status: 404, code: "NOT_FOUND", detail: "there is nothing at this path")
        }
        metrics.countCall(at: route.endpoint)
        guard request.method == "POST" else {
            throw ProblemDetails(status: 405, code: "METHOD_NOT_ALLOWED", detail: "decisions are asked for with POST")
        }
        guard headers.isJSON else {
            // The AuthZEN certification scenario wants 400 where HTTP has 415.
            throw ProblemDetails(
                status: [.decide, .route].contains(route.endpoint) ? 415 : 400, code: "UNSUPPORTED_MEDIA_TYPE",
                detail: "the content type must be `application/json`")
        }
        let address = try address(headers, route)
        switch route.endpoint {
        case .decide: return try answerNative(request, address)
        case .evaluation: return try answerEvaluation(request, address)
        case .evaluations: return try answerEvaluations(request, address)
        case .route: return try answerRoute(request, address)
        }
    }

    /// What a path asks for; the paths that gateways use are few.
    private func route(_ path: String) -> DecisionRoute? {
        if let lastRoute, lastRoute.path.hasSameBytes(as: path) { return lastRoute.route }
        guard let route = routes[path] ?? DecisionRoute(path: path) else { return nil }
        if routes.count >= Self.maximumRoutes { routes = [:] }
        routes[path] = route
        lastRoute = (path, route)
        return route
    }

    private func address(_ headers: DecisionHeaders, _ route: DecisionRoute) throws(ProblemDetails) -> Address {
        var address = Address()
        try address.addApplication(route.application, at: "the path")
        try address.addTenant(route.tenant, at: "the path")
        for value in headers.applications {
            try address.addApplication(value, at: "the header `X-Verdict-Application`")
        }
        for value in headers.tenants {
            try address.addTenant(value, at: "the header `X-Scope-OrgID`")
        }
        return address
    }

    // MARK: - Endpoints

    private func answerNative(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        let id = DecisionIdentifier(using: &random)
        if let body = answerByPlan(request, address, .decide, .native, decisionID: id) {
            return Self.native(body, id)
        }
        let refused = planned?.takeRefused()
        let question = try timed(.read) { () throws(ProblemDetails) in
            try NativeRequestReader.read(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let decision = try decide(question, .decide, decisionPoint(after: refused), now(), id: id)
        return timed(.write) {
            let pieces = decision.route.map { self.texts(of: $0) }
            return Self.native(NativeResponseWriter.body(decision, decisionID: id.text, pieces), id)
        }
    }

    /// The texts of the pack by which a route was made.
    private func texts(of route: RoutingDecision) -> RouteTexts {
        if let texts, texts.pack === route.pack { return texts }
        let made = RouteTexts(route.pack)
        texts = made
        return made
    }

    private static func native(_ body: [UInt8], _ id: DecisionIdentifier) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: "application/json", decisionID: id, body: body)
    }

    private func answerRoute(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        let question = try timed(.read) { () throws(ProblemDetails) in
            try RoutingBodyReader.read(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let (decisionPoint, instant) = (decisionPoint(), now())
        let route = try timed(.decide) { () throws(ProblemDetails) in
            do throws(CallError) {
                return try decisionPoint.route(question, at: instant, in: workspace.routing)
            } catch {
                throw ProblemDetails(error)
            }
        }
        metrics.count(route)
        return timed(.write) {
            let id = DecisionIdentifier(using: &random)
            return Self.native(RoutingResponseWriter.body(route, decisionID: id.text, texts(of: route)), id)
        }
    }

    private func answerEvaluation(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        if let body = answerByPlan(request, address, .evaluation, .authZEN, decisionID: nil) { return .json(body) }
        let question = try timed(.read) { () throws(ProblemDetails) in
            try AuthZENRequestReader.readEvaluation(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let decision = try decide(question, .evaluation, decisionPoint(), now())
        return timed(.write) { .json(AuthZENResponseWriter.body(decision)) }
    }

    private func answerEvaluations(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        if let body = evaluateByPlan(request, address) { return .json(body) }
        let evaluations = try timed(.read) { () throws(ProblemDetails) in
            try AuthZENRequestReader.readEvaluations(
                request.body, limits: settings.bodyLimits, maximumEvaluations: settings.maximumEvaluations,
                maximumAttributes: settings.maximumAttributes, address: address)
        }
        switch evaluations {
        case .single(let question):
            let decision = try decide(question, .evaluations, decisionPoint(), now())
            return timed(.write) { .json(AuthZENResponseWriter.body(decision)) }
        case .several(let questions, let semantic):
            let answers = answers(questions, semantic)
            return timed(.write) { .json(AuthZENResponseWriter.body(answers)) }
        }
    }

    private func answers(
        _ questions: [Result<DecisionRequest, ProblemDetails>], _ semantic: AuthZENSemantic
    ) -> [Result<Decision, ProblemDetails>] {
        // One snapshot and one instant for all items: an answer must not mix two versions of the policies.
        let (decisionPoint, instant) = (decisionPoint(), now())
        var answers: [Result<Decision, ProblemDetails>] = []
        for question in questions {
            let answer: Result<Decision, ProblemDetails>
            do throws(ProblemDetails) {
                answer = .success(try decide(try question.get(), .evaluations, decisionPoint, instant))
            } catch {
                metrics.problems[error.code, default: 0] += 1
                log(error, at: nil)
                answer = .failure(error)
            }
            answers.append(answer)
            if semantic.stops(after: (try? answer.get())?.decision == .allow) { break }
        }
        return answers
    }

    // MARK: - Deciding

    /// The answer to a plain request; `nil` when it takes the general way.
    ///
    /// Both answer with the same bytes; stages are recorded only where they led to the answer.
    private func answerByPlan(
        _ request: HTTPRequest, _ address: Address, _ endpoint: DecisionRoute.Endpoint,
        _ format: PlannedDecisions.Format, decisionID: DecisionIdentifier?
    ) -> [UInt8]? {
        guard let planned, let plan = policies.plan(for: address.applicationName) else { return nil }
        let start = NIODeadline.now()
        let instant = now()
        let isRead = planned.read(
            request.body, format, tenant: address.tenantName, by: plan, at: instant,
            where: { policies.current().serves($0) })
        guard isRead else { return nil }
        let read = NIODeadline.now()
        guard let decision = planned.decide() else { return nil }
        var route: PlannedRoute?
        if let (datum, tenant) = planned.data {
            guard let found = self.route(datum, tenant, address, by: plan, at: instant) else { return nil }
            route = PlannedRoute(found, texts(of: found))
        }
        let decided = NIODeadline.now()
        guard let body = planned.answer(decision, format, decisionID: decisionID, route: route) else { return nil }
        let isAllow = decision == .allow && route?.isAllowed ?? true
        metrics.count(
            isAllow: isAllow, isVerified: planned.isVerified, isRecalled: planned.isRecalled, at: endpoint,
            LoopMetrics.StageTimes(start: start, read: read, decided: decided, written: .now()))
        log(isAllow, at: endpoint, tenant: address.tenantName, id: decisionID, instant)
        return body
    }

    /// Where data may be, by the snapshot that a plan is of; `nil` where the general way has to say why nobody knows.
    private func route(
        _ datum: Datum, _ tenant: CedarString, _ address: Address, by plan: RequestPlan, at instant: Datetime
    ) -> RoutingDecision? {
        // The policies may have been replaced since the plan was found.
        guard let snapshot = policies.current().snapshot(named: address.applicationName), snapshot.plan === plan,
            let tenant = snapshot.tenants[tenant]
        else { return nil }
        return try? PolicyDecisionPoint.route(datum, tenant, snapshot, at: instant, in: workspace.routing)
    }

    /// The answer to several evaluations; `nil` when they take the general way.
    private func evaluateByPlan(_ request: HTTPRequest, _ address: Address) -> [UInt8]? {
        guard let planned, let plan = policies.plan(for: address.applicationName) else { return nil }
        let start = NIODeadline.now()
        let instant = now()
        guard
            let evaluations = planned.evaluate(
                request.body, tenant: address.tenantName, by: plan, at: instant,
                where: { policies.current().serves($0) })
        else { return nil }
        // They are read, decided and answered one by one; each counts with the mean of all.
        let each = (NIODeadline.now() - start).nanoseconds / Int64(max(1, evaluations.outcomes.count))
        for isAllow in evaluations.outcomes {
            metrics.count(isAllow: isAllow, at: .evaluations, lasting: .nanoseconds(each))
            log(isAllow, at: .evaluations, tenant: address.tenantName, id: nil, instant)
        }
        return evaluations.body
    }

    /// What decides, knowing of a token that was refused already.
    private func decisionPoint(after refused: RefusedCredential? = nil) -> PolicyDecisionPoint {
        var verifier = settings.verifier
        if let refused, let next = verifier { verifier = RememberingVerifier(refused, before: next) }
        return PolicyDecisionPoint(
            applications: policies.current(), allowsRequestClock: settings.allowsRequestClock,
            engine: settings.engine, verifier: verifier)
    }

    /// Decides a question; errors speak of the members of the endpoint's own format.
    private func decide(
        _ question: DecisionRequest, _ endpoint: DecisionRoute.Endpoint, _ decisionPoint: PolicyDecisionPoint,
        _ instant: Datetime, id: DecisionIdentifier? = nil
    ) throws(ProblemDetails) -> Decision {
        let decision = try timed(.decide) { () throws(ProblemDetails) in
            do throws(CallError) {
                return try decisionPoint.decide(question, at: instant, in: workspace)
            } catch {
                throw endpoint == .decide ? ProblemDetails(error) : ProblemDetails(authZEN: error)
            }
        }
        metrics.count(decision, at: endpoint)
        log(decision.decision == .allow, at: endpoint, tenant: question.tenant, id: id, instant)
        return decision
    }

    private func log(
        _ isAllow: Bool, at endpoint: DecisionRoute.Endpoint, tenant: String?, id: DecisionIdentifier?,
        _ instant: Datetime
    ) {
        accessLog?.decided(
            isAllow: isAllow, endpoint: endpoint, tenant: tenant, id: id, milliseconds: instant.milliseconds,
            nanoseconds: (NIODeadline.now() - arrival).nanoseconds)
    }

    private func log(_ problem: ProblemDetails, at route: DecisionRoute?) {
        accessLog?.failed(
            code: problem.code, endpoint: route?.endpoint, tenant: route?.tenant, milliseconds: now().milliseconds,
            nanoseconds: (NIODeadline.now() - arrival).nanoseconds)
    }

    private func timed<Result>(
        _ stage: LoopMetrics.Stage, _ work: () throws(ProblemDetails) -> Result
    ) throws(ProblemDetails) -> Result {
        let start = NIODeadline.now()
        let result = try work()
        metrics.record(stage, from: start, to: .now())
        return result
    }

    private func timed<Result>(_ stage: LoopMetrics.Stage, _ work: () -> Result) -> Result {
        let start = NIODeadline.now()
        let result = work()
        metrics.record(stage, from: start, to: .now())
        return result
    }
}
