import CedarEngine
package import CedarModel
import DecisionPoint
import DecisionWire
package import NIOCore
package import PolicyBundles

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
    private var random = PooledRandom()
    /// Paths of earlier calls and what they ask for.
    private var routes: [String: DecisionRoute] = [:]

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
            ? PlannedDecisions(limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes) : nil
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
        if let known = routes[path] { return known }
        guard let route = DecisionRoute(path: path) else { return nil }
        if routes.count >= Self.maximumRoutes { routes = [:] }
        routes[path] = route
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
        let id = DecisionIdentifier.make(using: &random)
        if let body = answerByPlan(request, address, .decide, .native, decisionID: id) {
            return Self.native(body, id)
        }
        let question = try timed(.read) { () throws(ProblemDetails) in
            try NativeRequestReader.read(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let decision = try decide(question, .decide, decisionPoint, now(), id: id)
        return timed(.write) { Self.native(NativeResponseWriter.body(decision, decisionID: id), id) }
    }

    private static func native(_ body: [UInt8], _ id: String) -> HTTPResponse {
        HTTPResponse(
            status: 200, contentType: "application/json", headers: [("X-Verdict-Decision-Id", id)], body: body)
    }

    private func answerRoute(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        let question = try timed(.read) { () throws(ProblemDetails) in
            try RoutingBodyReader.read(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let (decisionPoint, instant) = (decisionPoint, now())
        let route = try timed(.decide) { () throws(ProblemDetails) in
            do throws(CallError) {
                return try decisionPoint.route(question, at: instant, in: workspace.routing)
            } catch {
                throw ProblemDetails(error)
            }
        }
        metrics.count(route)
        return timed(.write) {
            let id = DecisionIdentifier.make()
            return HTTPResponse(
                status: 200, contentType: "application/json", headers: [("X-Verdict-Decision-Id", id)],
                body: RoutingResponseWriter.body(route, decisionID: id))
        }
    }

    private func answerEvaluation(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        if let body = answerByPlan(request, address, .evaluation, .authZEN, decisionID: "") { return .json(body) }
        let question = try timed(.read) { () throws(ProblemDetails) in
            try AuthZENRequestReader.readEvaluation(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let decision = try decide(question, .evaluation, decisionPoint, now())
        return timed(.write) { .json(AuthZENResponseWriter.body(decision)) }
    }

    private func answerEvaluations(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        let evaluations = try timed(.read) { () throws(ProblemDetails) in
            try AuthZENRequestReader.readEvaluations(
                request.body, limits: settings.bodyLimits, maximumEvaluations: settings.maximumEvaluations,
                maximumAttributes: settings.maximumAttributes, address: address)
        }
        switch evaluations {
        case .single(let question):
            let decision = try decide(question, .evaluations, decisionPoint, now())
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
        let (decisionPoint, instant) = (decisionPoint, now())
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
        _ format: PlannedDecisions.Format, decisionID: String
    ) -> [UInt8]? {
        guard let planned else { return nil }
        let start = NIODeadline.now()
        let instant = now()
        guard
            planned.read(
                request.body, format, application: address.applicationName, tenant: address.tenantName,
                in: policies.current(), at: instant)
        else { return nil }
        let isRead = NIODeadline.now()
        guard let decision = planned.decide() else { return nil }
        let isDecided = NIODeadline.now()
        guard let body = planned.answer(decision, format, decisionID: decisionID) else { return nil }
        metrics.record(.read, from: start, to: isRead)
        metrics.record(.decide, from: isRead, to: isDecided)
        metrics.record(.write, from: isDecided, to: .now())
        metrics.count(isAllow: decision == .allow, at: endpoint)
        log(decision == .allow, at: endpoint, tenant: address.tenantName, id: decisionID, instant)
        return body
    }

    private var decisionPoint: PolicyDecisionPoint {
        PolicyDecisionPoint(
            applications: policies.current(), allowsRequestClock: settings.allowsRequestClock,
            engine: settings.engine, verifier: settings.verifier)
    }

    /// Decides a question; errors speak of the members of the endpoint's own format.
    private func decide(
        _ question: DecisionRequest, _ endpoint: DecisionRoute.Endpoint, _ decisionPoint: PolicyDecisionPoint,
        _ instant: Datetime, id: String = ""
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
        _ isAllow: Bool, at endpoint: DecisionRoute.Endpoint, tenant: String?, id: String, _ instant: Datetime
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
