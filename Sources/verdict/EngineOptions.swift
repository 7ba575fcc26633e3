import ArgumentParser
import DecisionPoint

/// What evaluates policies, for commands that decide.
struct EngineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What evaluates policies: compiled code, or the slow reference evaluator to compare with.",
            valueName: "compiled|reference"))
    var engine = EvaluationEngine.compiled
}

extension EvaluationEngine: ExpressibleByArgument {}
