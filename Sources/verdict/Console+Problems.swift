import DecisionWire

extension Console {
    /// Shows what is wrong with a call, and answers the status to end with.
    static func refuse(_ problem: ProblemDetails) -> ExitStatus {
        let place = problem.path.map { " at \($0)" } ?? ""
        error("error[\(problem.code)]: \(problem.detail)\(place)")
        return .invalidInput
    }
}
