import ArgumentParser
import CedarEngine
import CedarSyntax
import Foundation
import Gateways
import PolicyBundles
import StrictJSON

/// The command `verdict check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every mistake in policies and in the files beside them.",
        discussion: "Checks the applications, or single `.cedar` files when some are given.")

    @OptionGroup var options: PolicyOptions

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
    var format = OutputFormat.text

    @Argument(help: ArgumentHelp("Policy files to check on their own.", valueName: "file"))
    var files: [String] = []

    func run() throws {
        let diagnostics: [Diagnostic]
        let summary: String
        if files.isEmpty {
            let loaded = options.load()
            diagnostics = loaded.diagnostics
            summary = (loaded.applications?.snapshots ?? [])
                .map {
                    "\($0.application): \($0.policies.policies.count) policies, \($0.tenants.count) tenants, \($0.version)"
                }
                .joined(separator: "\n")
        } else {
            diagnostics = try files.flatMap(check)
            summary = "\(files.count) file\(files.count == 1 ? "" : "s") checked"
        }
        let failed = diagnostics.contains { $0.severity == .error }
        switch format {
        case .text:
            Console.show(diagnostics)
            if !failed { Console.print(summary) }
        case .json: Console.print(json(diagnostics))
        }
        if failed { throw ExitStatus.invalidInput }
    }

    private func check(_ path: String) throws -> [Diagnostic] {
        guard let data = FileManager.default.contents(atPath: path) else {
            Console.error("error: `\(path)` cannot be read")
            throw ExitStatus.invalidInput
        }
        return PolicyParser.parse(SourceFile(name: path, bytes: Array(data))).diagnostics
    }

    private func json(_ diagnostics: [Diagnostic]) -> [UInt8] {
        var writer = JSONWriter(pretty: true)
        writer.diagnostics(diagnostics)
        return writer.bytes
    }
}
