import ArgumentParser
import ConformanceSuites

/// The command `verdict conformance jwt`.
struct TokenVectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwt", abstract: "Run published vectors of signed tokens, keys and proofs of possession.",
        discussion: "Exits with 1 when a case does not come out as the vectors say.")

    @Option(help: ArgumentHelp("A folder with the vectors and their MANIFEST.json.", valueName: "dir"))
    var vectors: String

    @Option(help: ArgumentHelp("Write one line of JSON per case to this file.", valueName: "file"))
    var results: String?

    func run() throws {
        let report: ConformanceReport
        do {
            report = try JWTVectors.run(folder: vectors)
        } catch {
            Console.error("error: \(error)")
            throw ExitStatus.invalidInput
        }
        try report.finish(results: results)
    }
}
