package import CedarModel
package import DecisionPoint
import DecisionWire
import Identity
import OpenIDConnect
package import PolicyBundles
import Residency
import StrictJSON

/// Answers from applications in this process, through the readers and writers of the native API.
package struct InProcessSource: DecisionSource {
    private let decisionPoint: PolicyDecisionPoint
    private let now: Datetime

    /// Signs the claims of principals; its decision point trusts it in the place of all issuers.
    private let issuer = SuiteIssuer()
    private let issuersPoint: PolicyDecisionPoint

    /// Makes a source.
    /// - Parameter now: the time of cases that set none. One for all of them, so that a run does not depend on its
    ///   duration.
    package init(_ applications: Applications, now: Datetime, engine: EvaluationEngine = .compiled) {
        decisionPoint = PolicyDecisionPoint(
            applications: applications, allowsRequestClock: true, engine: engine, verifier: TokenVerifier())
        issuersPoint = PolicyDecisionPoint(
            applications: applications, allowsRequestClock: true, engine: engine, verifier: issuer)
        self.now = now
    }

    /// Begins to ask; costs nothing.
    package func open() -> any DecisionSession { Session(source: self) }

    /// A token of the claims of a question's principal, issued at the time of the question.
    private func token(
        _ claims: SuiteClaims, _ question: SuiteQuestion, _ request: DecisionRequest
    ) throws(CallError) -> [UInt8]? {
        guard let trust = try decisionPoint.address(request).1.trust else { return nil }
        let time = question.now.flatMap { Datetime(rfc3339: $0) } ?? now
        return issuer?.token(claims, subject: question.principal, of: trust, at: time)
    }

    private struct Session: DecisionSession {
        let source: InProcessSource
        let workspace = DecisionWorkspace()

        func answer(_ question: SuiteQuestion) async -> SourceAnswer {
            do {
                if let pack = question.pack { return try route(question, pack) }
                var request = try NativeRequestReader.read(question.body, limits: .request)
                var decisionPoint = source.decisionPoint
                if let claims = question.claims {
                    guard let token = try source.token(claims, question, request) else {
                        return .unavailable("the tenant `\(question.tenant)` trusts no issuer that could sign claims")
                    }
                    request.credentials = [SubjectCredential(type: "jwt", value: token)]
                    decisionPoint = source.issuersPoint
                }
                let decision = try decisionPoint.decide(request, at: source.now, in: workspace)
                // The id is for logs of servers; a run of suites is the same every time.
                return .decision(NativeResponseWriter.body(decision, decisionID: "suite"))
            } catch let problem as ProblemDetails {
                return .refused(code: problem.code, detail: problem.detail, path: problem.path)
            } catch let error as CallError {
                return .refused(code: error.code.rawValue, detail: error.message, path: error.path)
            } catch {
                return .unavailable("\(error)")
            }
        }

        /// Answers a question about data alone by a pack, taking the word of the suite for evidence.
        private func route(_ question: SuiteQuestion, _ name: String) throws(ProblemDetails) -> SourceAnswer {
            let packs = source.decisionPoint.applications.snapshots.compactMap(\.residency).first
            guard let pack = packs?.packs[name] else { return .unavailable("there is no residency pack `\(name)`") }
            let asked = try RoutingBodyReader.read(question.body, limits: .request)
            let instant = asked.now ?? source.now
            let request = RoutingRequestReader.read(asked.request, for: pack, at: instant)
            let route = ResidencyRouter(pack).route(request, at: instant, in: workspace.routing)
            return .decision(RoutingResponseWriter.body(route, decisionID: "suite"))
        }

        func close() async {}
    }
}
