import ArgumentParser
import ConformanceSuites

/// The command `verdict conformance saml`.
struct MessageVectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saml", abstract: "Run published SAML messages.",
        discussion: """
            Foreign fixtures are judged under the strict and under the tolerant policy of the folder, minted messages \
            under each policy that they depend on. Exits with 1 when a message does not come out as the vectors say.
            """)

    @Option(help: ArgumentHelp("A folder with sets of messages and their manifests.", valueName: "dir"))
    var vectors: String

    @Option(help: ArgumentHelp("Write one line of JSON per message to this file.", valueName: "file"))
    var results: String?

    @Flag(help: "Show refusals whose code is not among the expected ones.")
    var codes = false

    func run() throws {
        let report: ConformanceReport
        do {
            report = try SAMLVectors.run(folder: vectors)
        } catch {
            Console.error("error: \(error)")
            throw ExitStatus.invalidInput
        }
        try report.finish(results: results, showsRemarks: codes)
    }
}
