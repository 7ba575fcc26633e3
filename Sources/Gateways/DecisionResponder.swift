import CedarEngine
package import CedarModel
import DecisionPoint
import DecisionWire
package import PolicyBundles
package import StrictJSON

/// Answers the decision listener: the native API and AuthZEN, each translated to the one decision point.
///
/// One per event loop, so that the current snapshot is read without a lock.
package final class DecisionResponder: HTTPResponder {
    private var policies: PolicyStore.Reader
    private let settings: DecisionAPISettings
    private let now: () -> Datetime

    /// Makes the responder of an event loop.
    package init(
        _ policies: PolicyStore, settings: DecisionAPISettings = DecisionAPISettings(),
        now: @escaping () -> Datetime = SystemClock.now
    ) {
        self.policies = PolicyStore.Reader(policies)
        self.settings = settings
        self.now = now
    }

    package func respond(to request: HTTPRequest) -> HTTPResponse {
        var response: HTTPResponse
        do {
            response = try answer(request)
        } catch {
            response = HTTPResponse(error)
        }
        // AuthZEN 1.0 section 10.1.3: a request id is returned as it came, on errors too.
        if let id = request.header("X-Request-ID") { response.headers.append(("X-Request-ID", id)) }
        return response
    }

    package func respond(to failure: TransportFailure) -> HTTPResponse { HTTPResponse(failure) }

    private func answer(_ request: HTTPRequest) throws(ProblemDetails) -> HTTPResponse {
        guard let route = DecisionRoute(path: request.path) else {
            throw ProblemDetails(status: 404, code: "NOT_FOUND", detail: "there is nothing at this path")
        }
        guard request.method == "POST" else {
            throw ProblemDetails(status: 405, code: "METHOD_NOT_ALLOWED", detail: "decisions are asked for with POST")
        }
        guard isJSON(request.headerValues("Content-Type")) else {
            // The AuthZEN certification scenario wants 400 where HTTP has 415.
            throw ProblemDetails(
                status: route.endpoint == .decide ? 415 : 400, code: "UNSUPPORTED_MEDIA_TYPE",
                detail: "the content type must be `application/json`")
        }
        var address = Address()
        try address.addApplication(route.application, at: "the path")
        try address.addTenant(route.tenant, at: "the path")
        for value in request.headerValues("X-Verdict-Application") {
            try address.addApplication(value, at: "the header `X-Verdict-Application`")
        }
        for value in request.headerValues("X-Scope-OrgID") {
            try address.addTenant(value, at: "the header `X-Scope-OrgID`")
        }

        let decisionPoint = PolicyDecisionPoint(
            applications: policies.current(), allowsRequestClock: settings.allowsRequestClock)
        let instant = now()
        switch route.endpoint {
        case .decide:
            let question = try NativeRequestReader.read(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
            let decision = try decide(question, decisionPoint, instant)
            let id = DecisionIdentifier.make()
            return HTTPResponse(
                status: 200, contentType: "application/json", headers: [("X-Verdict-Decision-Id", id)],
                body: NativeResponseWriter.body(decision, decisionID: id))
        case .evaluation:
            let question = try AuthZENRequestReader.readEvaluation(
                request.body, limits: settings.bodyLimits, maximumAttributes: settings.maximumAttributes,
                address: address)
            return .json(AuthZENResponseWriter.body(try evaluate(question, decisionPoint, instant)))
        case .evaluations:
            let evaluations = try AuthZENRequestReader.readEvaluations(
                request.body, limits: settings.bodyLimits, maximumEvaluations: settings.maximumEvaluations,
                maximumAttributes: settings.maximumAttributes, address: address)
            switch evaluations {
            case .single(let question):
                return .json(AuthZENResponseWriter.body(try evaluate(question, decisionPoint, instant)))
            case .several(let questions, let semantic):
                return .json(AuthZENResponseWriter.body(answers(questions, semantic, decisionPoint, instant)))
            }
        }
    }

    private func answers(
        _ questions: [Result<DecisionRequest, ProblemDetails>], _ semantic: AuthZENSemantic,
        _ decisionPoint: PolicyDecisionPoint, _ instant: Datetime
    ) -> [Result<Decision, ProblemDetails>] {
        var answers: [Result<Decision, ProblemDetails>] = []
        for question in questions {
            let answer: Result<Decision, ProblemDetails>
            do throws(ProblemDetails) {
                answer = .success(try evaluate(try question.get(), decisionPoint, instant))
            } catch {
                answer = .failure(error)
            }
            answers.append(answer)
            if semantic.stops(after: (try? answer.get())?.decision == .allow) { break }
        }
        return answers
    }

    private func decide(
        _ question: DecisionRequest, _ decisionPoint: PolicyDecisionPoint, _ instant: Datetime
    ) throws(ProblemDetails) -> Decision {
        do {
            return try decisionPoint.decide(question, at: instant)
        } catch {
            throw ProblemDetails(error)
        }
    }

    /// Decides an AuthZEN question; errors speak of the members of AuthZEN.
    private func evaluate(
        _ question: DecisionRequest, _ decisionPoint: PolicyDecisionPoint, _ instant: Datetime
    ) throws(ProblemDetails) -> Decision {
        do {
            return try decisionPoint.decide(question, at: instant)
        } catch {
            throw ProblemDetails(authZEN: error)
        }
    }

    /// Whether the content type is JSON, with or without parameters such as a charset. Several types are none.
    private func isJSON(_ contentTypes: [String]) -> Bool {
        guard contentTypes.count == 1, let contentType = contentTypes.first else { return false }
        let media = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
        let name = String(decoding: media, as: UTF8.self).filter { $0 != " " && $0 != "\t" }
        return name.utf8.elementsEqual("application/json".utf8) { $0 == $1 || $0 | 0x20 == $1 }
    }
}

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

    /// The defaults.
    package init() {}
}
