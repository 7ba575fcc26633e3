import ArgumentParser
import ConformanceSuites

/// The command `verdict conformance`.
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance", abstract: "Run published conformance vectors.",
        subcommands: [
            Cedar.self, TokenVectorsCommand.self, MessageVectorsCommand.self, ResidencyVectorsCommand.self,
        ])

    /// The command `verdict conformance cedar`.
    struct Cedar: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cedar", abstract: "Run the Cedar conformance corpus.",
            discussion: """
                Answers every request, validates policies, requests and entities against the schemas, reads entities \
                by them, and translates them to JSON, as far as the folder has answers to compare with. Exits with 1 \
                when a case does not come out as the corpus says.
                """)

        @Option(
            name: [.long, .customLong("corpus")],
            help: ArgumentHelp(
                "A folder with the corpus: unpacked, packed, or a checkout of the public repository.",
                valueName: "dir"))
        var vectors: String

        @Option(help: ArgumentHelp("Write one line of JSON per case to this file.", valueName: "file"))
        var results: String?

        func run() async throws {
            let report: ConformanceReport
            do {
                report = try await CedarCorpus.run(try CorpusFolder(at: vectors))
            } catch {
                Console.error("error: \(error)")
                throw ExitStatus.invalidInput
            }
            try report.finish(results: results, showsRemarks: true)
        }
    }
}
