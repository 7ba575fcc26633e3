/// Where suites get their answers: a decision point in this process, or a server.
package protocol DecisionSource: Sendable {
    /// Begins to ask. Each of the runner's workers has a session of its own, and asks one question after the other.
    func open() -> any DecisionSession
}

/// Questions that are asked one after the other.
package protocol DecisionSession {
    /// Asks a question.
    func answer(_ question: SuiteQuestion) async -> SourceAnswer

    /// Ends the session.
    func close() async
}
