import ArgumentParser

/// The command line: `verdict serve`, `decide`, `check`, `test` and the others.
@main
struct VerdictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "A stateless authorization server that evaluates Cedar policies.",
        discussion: """
            Exit codes: 0 success or allow, 1 deny, a failed case or denied warnings, 2 usage, 3 invalid input or \
            policies, 4 threshold missed.
            """,
        subcommands: [
            ServeCommand.self, DecideCommand.self, RouteCommand.self, CheckCommand.self, ExplainCodeCommand.self,
            TestCommand.self, FormatCommand.self, TranslateCommand.self, TokenCommand.self, MessageCommand.self,
            ConformanceCommand.self,
            SchemaCommand.self, CompileCommand.self, BenchCommand.self,
            VersionCommand.self,
        ])

    /// Runs the command line.
    ///
    /// Usage errors exit with 2, whatever the argument parser's own code for them is.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let status as ExitStatus {
            exit(withError: ExitCode(status.rawValue))
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            Console.error(fullMessage(for: error))
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        }
    }
}

/// The exit codes of every command.
enum ExitStatus: Int32, Error {
    /// A negative result: deny, a failed case, a mismatch.
    case negative = 1
    /// The command line is wrong.
    case usage = 2
    /// The input or the policies are invalid.
    case invalidInput = 3
}
