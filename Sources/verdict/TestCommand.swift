import ArgumentParser
import CedarSyntax
import ConformanceSuites
import Foundation
import Gateways
import NIOCore
import PolicyBundles

/// The command `verdict test`.
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run suites of cases against policies, or against a server.",
        discussion: """
            Exits with 0 when every case comes out as expected, 1 when one does not or when there is none, 3 for \
            invalid suites or policies.
            """)

    @OptionGroup var options: PolicyOptions

    @Option(
        help: ArgumentHelp(
            "Run only cases whose name or ref contains this text; `*` stands for any characters.", valueName: "text"))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "Ask a server instead of policy files. Suites that set the time need one with --allow-request-clock.",
            valueName: "http://host:port"))
    var url: String?

    @OptionGroup var engine: EngineOptions

    @Option(help: ArgumentHelp("How to report.", valueName: "text|junit|tap|json|github"))
    var format = SuiteFormat.text

    @Option(help: ArgumentHelp("Write the report to this file, and only its summary to the screen.", valueName: "file"))
    var output: String?

    @Argument(help: ArgumentHelp("Suites, or folders of them. (default: Conformance)", valueName: "path"))
    var paths: [String] = []

    func run() async throws {
        var server: ServerAddress?
        if let url {
            guard let address = ServerAddress(url) else {
                throw ValidationError("`--url` must be an address such as `http://127.0.0.1:8180`")
            }
            server = address
        }
        // A server has policies of its own: what the suites name is checked by asking it.
        let applications = server == nil ? try options.loadOrExit() : nil
        let suites = try loadSuites(applications)
        let report: SuiteReport
        if let applications {
            let source = InProcessSource(applications, now: SystemClock.now(), engine: engine.engine)
            report = await run(suites, on: source, System.coreCount)
        } else if let server {
            report = try await run(suites, on: server)
        } else {
            throw ExitStatus.usage
        }
        try show(report)
        if !report.isSuccess { throw ExitStatus.negative }
    }

    private func loadSuites(_ applications: Applications?) throws -> [Suite] {
        let loaded = SuiteLoader.load(paths.isEmpty ? ["Conformance"] : paths, applications: applications)
        Console.show(loaded.diagnostics)
        if format == .github, !loaded.diagnostics.isEmpty { Console.print(SuiteGitHubReport.text(loaded.diagnostics)) }
        guard let suites = loaded.suites else { throw ExitStatus.invalidInput }
        return suites
    }

    private func run(_ suites: [Suite], on source: any DecisionSource, _ workers: Int) async -> SuiteReport {
        await SuiteRunner.run(suites, on: source, filter: filter.map { SuiteFilter($0) }, workers: workers)
    }

    private func run(_ suites: [Suite], on server: ServerAddress) async throws -> SuiteReport {
        let source = ServerSource(server)
        if let problem = await source.connectionProblem() {
            Console.error("error: \(problem)")
            throw ExitStatus.negative
        }
        return await run(suites, on: source, 2 * System.coreCount)
    }

    // MARK: - Reporting

    private func show(_ report: SuiteReport) throws {
        let bytes = bytes(of: report)
        guard let output else { return Console.print(bytes) }
        do {
            try Data(bytes + [0x0A]).write(to: URL(fileURLWithPath: output))
        } catch {
            Console.error("error: `\(output)` cannot be written")
            throw ExitStatus.invalidInput
        }
        if let objection = report.objection { Console.error("error: \(objection)") }
        Console.print(report.summary)
    }

    private func bytes(of report: SuiteReport) -> [UInt8] {
        switch format {
        case .text:
            let lookup = PolicySourceLookup(root: options.applicationsFolder)
            return Array(SuiteTextReport(usesTerminal: usesTerminal, sources: lookup).text(report).utf8)
        case .junit: return Array(SuiteJUnitReport.text(report).utf8)
        case .tap: return Array(SuiteTAPReport.text(report).utf8)
        case .json: return SuiteJSONReport.bytes(report)
        case .github: return Array(SuiteGitHubReport.text(report).utf8)
        }
    }

    private var usesTerminal: Bool {
        let environment = ProcessInfo.processInfo.environment
        return output == nil && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
            && isatty(STDOUT_FILENO) != 0
    }
}

/// How results of suites are reported.
enum SuiteFormat: String, CaseIterable, ExpressibleByArgument {
    case text, junit, tap, json, github
}

extension PolicyOptions {
    /// The folder to which the file names in answers are relative.
    fileprivate var applicationsFolder: String {
        guard let bundle else { return policies ?? "Policies" }
        return URL(fileURLWithPath: bundle).standardizedFileURL.deletingLastPathComponent().path
    }
}
