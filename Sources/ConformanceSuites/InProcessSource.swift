package import CedarModel
package import DecisionPoint
import DecisionWire
package import PolicyBundles
import StrictJSON

/// Answers from applications in this process, through the readers and writers of the native API.
package struct InProcessSource: DecisionSource {
    private let decisionPoint: PolicyDecisionPoint
    private let now: Datetime

    /// Makes a source.
    /// - Parameter now: the time of cases that set none. One for all of them, so that a run does not depend on its
    ///   duration.
    package init(_ applications: Applications, now: Datetime, engine: EvaluationEngine = .compiled) {
        decisionPoint = PolicyDecisionPoint(applications: applications, allowsRequestClock: true, engine: engine)
        self.now = now
    }

    /// Begins to ask; costs nothing.
    package func open() -> any DecisionSession { Session(decisionPoint: decisionPoint, now: now) }

    private struct Session: DecisionSession {
        let decisionPoint: PolicyDecisionPoint
        let now: Datetime
        let workspace = DecisionWorkspace()

        func answer(_ question: SuiteQuestion) async -> SourceAnswer {
            do {
                let request = try NativeRequestReader.read(question.body, limits: .request)
                let decision = try decisionPoint.decide(request, at: now, in: workspace)
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

        func close() async {}
    }
}
