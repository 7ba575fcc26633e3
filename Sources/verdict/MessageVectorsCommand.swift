import ArgumentParser
import ConformanceSuites
import Foundation

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
        if let results {
            let lines = report.results.reduce(into: [UInt8]()) { $0 += $1.line + [0x0A] }
            do {
                try Data(lines).write(to: URL(fileURLWithPath: results))
            } catch {
                Console.error("error: `\(results)` cannot be written")
                throw ExitStatus.invalidInput
            }
        }
        for line in report.lines { Console.print(line) }
        for mismatch in report.mismatches {
            Console.print("mismatch \(mismatch.set) \(mismatch.id): \(mismatch.difference)")
        }
        if codes {
            for remark in report.remarks {
                Console.print("differs, not counted: \(remark.set) \(remark.id): \(remark.difference)")
            }
        }
        if !report.mismatches.isEmpty { throw ExitStatus.negative }
    }
}
