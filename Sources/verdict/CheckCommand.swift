import ArgumentParser
import CedarEngine
import CedarSchema
import CedarSyntax
import Foundation
import Gateways
import PolicyBundles
import PublishedFormats
import StrictJSON

/// The command `verdict check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every mistake in policies and in the files beside them.",
        discussion: """
            Checks the applications, or single files when some are given: policies (`.cedar`) and schemas \
            (`.cedarschema`, `.cedarschema.json`). With schemas among the files, the policies are validated against \
            them all together.

            `text` shows at most as many findings as `--limit` says, errors first, and how many more there are; so \
            does `github`. `json` and `sarif` have all of them. `verdict explain-code` explains a code.

            Exits with 0 when there is no error, 1 for warnings with `--deny-warnings`, 2 for wrong usage, 3 for \
            errors.
            """)

    @OptionGroup var options: PolicyOptions

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json|sarif|github"))
    var format = CheckFormat.text

    @Flag(help: "Exit with 1 when there are warnings.")
    var denyWarnings = false

    @Option(
        help: ArgumentHelp(
            "How far from the request policies may read entity data (Cedar RFC 76). (default: what the bundle says)",
            valueName: "0...\(ValidationSettings.maximumLevel)"))
    var level: Int?

    @Option(help: ArgumentHelp("How many findings to show as text or to GitHub.", valueName: "count"))
    var limit = 100

    @Argument(help: ArgumentHelp("Files, or folders of them, to check on their own.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        let levels = 0...ValidationSettings.maximumLevel
        if let level, !levels.contains(level) {
            throw ValidationError("`--level` must be \(levels.lowerBound) to \(levels.upperBound)")
        }
        guard limit > 0 else { throw ValidationError("`--limit` must be at least 1") }
    }

    func run() throws {
        let checked = files.isEmpty ? checkApplications() : try CheckedFiles(files, level: level).outcome
        let tally = DiagnosticTally(checked.diagnostics)
        switch format {
        case .text: showText(checked, tally)
        case .json:
            var writer = JSONWriter(pretty: true)
            writer.diagnostics(checked.diagnostics)
            Console.print(writer.bytes)
        case .sarif:
            let report = DiagnosticSARIFReport(version: VersionCommand.program, rule: Self.rule, path: checked.path)
            Console.print(report.bytes(checked.diagnostics))
        case .github:
            let (shown, rest) = DiagnosticTally.bounded(checked.diagnostics, to: limit)
            let lines = [DiagnosticGitHubReport.text(shown, path: checked.path), rest ?? "", tally.summary]
            Console.print(lines.filter { !$0.isEmpty }.joined(separator: "\n"))
        }
        if tally.errors > 0 { throw ExitStatus.invalidInput }
        if denyWarnings, tally.warnings > 0 { throw ExitStatus.negative }
    }

    private func checkApplications() -> CheckOutcome {
        let loaded = options.source.load(options: BundleCheckOptions(level: level))
        let summary = (loaded.applications?.snapshots ?? []).map {
            "\($0.application): \($0.policies.policies.count) policies, \($0.tenants.count) tenants, \($0.version)"
        }
        let folder = options.folderOfFiles
        return CheckOutcome(diagnostics: loaded.diagnostics, summary: summary.joined(separator: "\n")) { file in
            folder.isEmpty ? file.name : folder + "/" + file.name
        }
    }

    private func showText(_ checked: CheckOutcome, _ tally: DiagnosticTally) {
        let (shown, rest) = DiagnosticTally.bounded(checked.diagnostics, to: limit)
        if !shown.isEmpty {
            Console.print(DiagnosticRenderer(usesColour: Console.usesColour(STDOUT_FILENO)).render(shown))
        }
        let lines = [rest ?? "", tally.summary, tally.errors > 0 ? "" : checked.summary]
        Console.print(lines.filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    private static func rule(_ code: DiagnosticCode) -> DiagnosticSARIFReport.Rule? {
        DiagnosticPage.page(of: code.number).map { .init(title: $0.title, page: $0.text) }
    }
}

/// How findings are reported.
enum CheckFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json, sarif, github
}

/// What came of a check.
struct CheckOutcome {
    /// The findings.
    var diagnostics: [Diagnostic]

    /// What was checked, for people.
    var summary: String

    /// The name of a file for whoever stands in the current folder.
    var path: (SourceFile) -> String
}

extension PolicyOptions {
    /// The folder to which the names of files in findings are relative; empty for the current one.
    fileprivate var folderOfFiles: String {
        let folder =
            switch source {
            case .folder(let path): path
            case .bundle(let path): path.contains("/") ? (path as NSString).deletingLastPathComponent : ""
            }
        return folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }
}
