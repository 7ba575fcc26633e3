import ArgumentParser

/// The command `verdict bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure decisions, in this process or over HTTP.",
        subcommands: [
            BenchEngineCommand.self, BenchHTTPCommand.self, BenchListenerCommand.self, Token.self, Message.self,
            BenchRouteCommand.self,
        ])
}

/// The decision endpoints that can be measured.
enum BenchEndpoint: String, ExpressibleByArgument {
    case decide
    case evaluation

    /// The path.
    var path: String {
        switch self {
        case .decide: "/v1/decide"
        case .evaluation: "/access/v1/evaluation"
        }
    }
}
