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
    private var metrics = LoopMetrics()

    /// Makes the responder of an event loop.
    package init(
        _ policies: PolicyStore, settings: DecisionAPISettings = DecisionAPISettings(),
        now: @escaping () -> Datetime = SystemClock.now
    ) {
        self.policies = PolicyStore.Reader(policies)
        self.settings = settings
        self.now = now
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
        }
    }

    package func respond(to request: HTTPRequest) -> HTTPResponse {
        var response: HTTPResponse
        do {
            response = try answer(request)
        } catch {
            metrics.problems[error.code, default: 0] += 1
            response = HTTPResponse(error)
        }
        // AuthZEN 1.0 section 10.1.3: a request id is returned as it came, on errors too.
        if let id = request.header("X-Request-ID") { response.headers.append(("X-Request-ID", id)) }
        return response
    }

    package func respond(to failure: TransportFailure) -> HTTPResponse {
        metrics.problems[failure.code, default: 0] += 1
        return HTTPResponse(failure)
    }

    private func answer(_ request: HTTPRequest) throws(ProblemDetails) -> HTTPResponse {
        guard let route = DecisionRoute(path: request.path) else {
            throw ProblemDetails(status: 404, code: "NOT_FOUND", detail: "there is nothing at this path")
        }
        metrics.countCall(at: route.endpoint)
        guard request.method == "POST" else {
            throw ProblemDetails(status: 405, code: "METHOD_NOT_ALLOWED", detail: "decisions are asked for with POST")
        }
        guard isJSON(request.headerValues("Content-Type")) else {
            // The AuthZEN certification scenario wants 400 where HTTP has 415.
            throw ProblemDetails(
                status: route.endpoint == .decide || route.endpoint == .route ? 415 : 400, code: "UNSUPPORTED_MEDIA_TYPE",
                detail: "the content type must be `application/json`")
        }
        let address = try address(of: request, route)
        switch route.endpoint {
        case .decide: return try answerNative(request, address)
        case .evaluation: return try answerEvaluation(request, address)
        case .evaluations: return try answerEvaluations(request, address)
        case .route: return try answerRoute(request, address)
        }
    }

    private func address(of request: HTTPRequest, _ route: DecisionRoute) throws(ProblemDetails) -> Address {
        var address = Address()
        try address.addApplication(route.application, at: "the path")
        try address.addTenant(route.tenant, at: "the path")
        for value in request.headerValues("X-Verdict-Application") {
            try address.addApplication(value, at: "the header `X-Verdict-Application`")
        }
        for value in request.headerValues("X-Scope-OrgID") {
            try address.addTenant(value, at: "the header `X-Scope-OrgID`")
        }
        return address
    }

    // MARK: - Endpoints

    private func answerNative(_ request: HTTPRequest, _ address: Address) throws(ProblemDetails) -> HTTPResponse {
        let question = try timed(.read) { () throws(ProblemDetails) in
            try NativeRequestReader.read(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
        }
        let decision = try decide(question, .decide, decisionPoint, now())
        return timed(.write) {
            let id = DecisionIdentifier.make()
            return HTTPResponse(
                status: 200, contentType: "application/json", headers: [("X-Verdict-Decision-Id", id)],
                body: NativeResponseWriter.body(decision, decisionID: id))
        }
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
                answer = .failure(error)
            }
            answers.append(answer)
            if semantic.stops(after: (try? answer.get())?.decision == .allow) { break }
        }
        return answers
    }

    // MARK: - Deciding

    private var decisionPoint: PolicyDecisionPoint {
        PolicyDecisionPoint(
            applications: policies.current(), allowsRequestClock: settings.allowsRequestClock,
            engine: settings.engine, verifier: settings.verifier)
    }

    /// Decides a question; errors speak of the members of the endpoint's own format.
    private func decide(
        _ question: DecisionRequest, _ endpoint: DecisionRoute.Endpoint, _ decisionPoint: PolicyDecisionPoint,
        _ instant: Datetime
    ) throws(ProblemDetails) -> Decision {
        let decision = try timed(.decide) { () throws(ProblemDetails) in
            do throws(CallError) {
                return try decisionPoint.decide(question, at: instant, in: workspace)
            } catch {
                throw endpoint == .decide ? ProblemDetails(error) : ProblemDetails(authZEN: error)
            }
        }
        metrics.count(decision, at: endpoint)
        return decision
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

    /// Whether the content type is JSON, with or without parameters such as a charset.
    ///
    /// Several types are none.
    private func isJSON(_ contentTypes: [String]) -> Bool {
        guard contentTypes.count == 1, let contentType = contentTypes.first else { return false }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let media = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }.drop(while: isSpace).reversed()
            .drop(while: isSpace).reversed()
        return media.elementsEqual("application/json".utf8) { $0 == $1 || $0 | 0x20 == $1 }
    }
}
