import CedarEngine
import CedarSyntax
import DecisionPoint
import NIOCore
import Residency

/// What one event loop counted.
///
/// Only that loop touches it; copies are handed over.
struct LoopMetrics: Sendable {
    /// The parts of answering a call that are timed.
    enum Stage: Int, CaseIterable {
        /// From the bytes of the body to a question.
        case read
        /// From the question to the decision.
        case decide
        /// From the decision to the bytes of the answer.
        case write

        /// The name in the metric.
        var name: String { String(describing: self) }
    }

    /// When the stages of a call began and ended.
    struct StageTimes {
        var start, read, decided, written: NIODeadline
    }

    /// Decisions by endpoint and outcome: allow and deny of each endpoint in turn.
    ///
    /// The items of several evaluations count one by one.
    private(set) var decisions = [UInt64](repeating: 0, count: DecisionRoute.Endpoint.allCases.count * 2)

    /// Calls by endpoint, whatever came of them.
    private(set) var calls = [UInt64](repeating: 0, count: DecisionRoute.Endpoint.allCases.count)

    /// Calls that were errors, by their code.
    ///
    /// The codes are ours, hence few.
    var problems: [String: UInt64] = [:]

    /// A policy of an application.
    struct PolicyKey: Hashable {
        var application: String
        var policy: String
    }

    /// Evaluation errors by policy.
    ///
    /// Policies are the operator's, hence bounded.
    private(set) var policyErrors: [PolicyKey: UInt64] = [:]

    /// The durations of each stage.
    private(set) var stages = Stage.allCases.map { _ in LatencyHistogram() }

    /// Decisions with a credential that was verified.
    private(set) var acceptedCredentials: UInt64 = 0

    /// Decisions with a credential that was refused, by the code of the reason.
    ///
    /// The codes are ours, hence few.
    private(set) var refusedCredentials: [String: UInt64] = [:]

    /// Decisions about questions that had been asked, and read, before.
    private(set) var recalledQuestions: UInt64 = 0

    /// Counts a decision and the policies that had no value for it.
    mutating func count(_ decision: Decision, at endpoint: DecisionRoute.Endpoint) {
        decisions[endpoint.rawValue * 2 + (decision.decision == .allow ? 0 : 1)] += 1
        switch decision.credential {
        case .absent: break
        case .accepted: acceptedCredentials += 1
        case .refused(let code): refusedCredentials[code, default: 0] += 1
        }
        for failure in decision.errors {
            policyErrors[PolicyKey(application: decision.application, policy: failure.policy.text), default: 0] += 1
        }
    }

    /// Counts a decision by plan, in which every policy had a value, and when its stages were over.
    mutating func count(
        isAllow: Bool, isVerified: Bool, isRecalled: Bool, at endpoint: DecisionRoute.Endpoint, _ times: StageTimes
    ) {
        decisions[endpoint.rawValue * 2 + (isAllow ? 0 : 1)] += 1
        if isRecalled { recalledQuestions += 1 }
        if isVerified { acceptedCredentials += 1 }
        record(.read, from: times.start, to: times.read)
        record(.decide, from: times.read, to: times.decided)
        record(.write, from: times.decided, to: times.written)
    }

    /// Counts one of several decisions that were made in one pass.
    mutating func count(isAllow: Bool, at endpoint: DecisionRoute.Endpoint, lasting time: TimeAmount) {
        decisions[endpoint.rawValue * 2 + (isAllow ? 0 : 1)] += 1
        stages[Stage.decide.rawValue].record(nanoseconds: time.nanoseconds)
    }

    /// Counts a route.
    mutating func count(_ route: RoutingDecision) {
        decisions[DecisionRoute.Endpoint.route.rawValue * 2 + (route.isAllowed ? 0 : 1)] += 1
    }

    /// Counts a call.
    mutating func countCall(at endpoint: DecisionRoute.Endpoint) { calls[endpoint.rawValue] += 1 }

    /// The calls of one endpoint.
    func calls(at endpoint: DecisionRoute.Endpoint) -> UInt64 { calls[endpoint.rawValue] }

    /// The decisions of one endpoint with one outcome.
    func decisions(at endpoint: DecisionRoute.Endpoint, isAllow: Bool) -> UInt64 {
        decisions[endpoint.rawValue * 2 + (isAllow ? 0 : 1)]
    }

    /// Counts how long a stage took.
    mutating func record(_ stage: Stage, from start: NIODeadline, to end: NIODeadline) {
        stages[stage.rawValue].record(nanoseconds: (end - start).nanoseconds)
    }

    /// Adds the counts of another loop.
    mutating func add(_ other: LoopMetrics) {
        for index in calls.indices { calls[index] += other.calls[index] }
        for index in decisions.indices { decisions[index] += other.decisions[index] }
        acceptedCredentials += other.acceptedCredentials
        recalledQuestions += other.recalledQuestions
        refusedCredentials.merge(other.refusedCredentials, uniquingKeysWith: +)
        problems.merge(other.problems, uniquingKeysWith: +)
        policyErrors.merge(other.policyErrors, uniquingKeysWith: +)
        for index in stages.indices { stages[index].add(other.stages[index]) }
    }
}
