import ArgumentParser
import CedarModel
import ConformanceSuites
import Gateways
import Residency

/// The command `verdict conformance residency`.
struct ResidencyVectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "residency", abstract: "Run published cases of where data may be and go.",
        discussion: """
            Each case runs in the packs it names, with the catalogue and the data of the installation. Exits with 1 \
            when a case does not come out as expected.
            """)

    @Option(help: ArgumentHelp("A folder with the cases, `cases.json`.", valueName: "dir"))
    var vectors: String

    @Option(help: ArgumentHelp("Write one line of JSON per case to this file.", valueName: "file"))
    var results: String?

    @Option(help: ArgumentHelp("The folder of the residency packs.", valueName: "dir"))
    var residency = "Policies/residency"

    func run() throws {
        let packs = try ResidencyPacks.loadOrExit(residency)
        let report: ConformanceReport
        do {
            report = try ResidencyVectors.run(at: vectors, packs: packs)
        } catch {
            Console.error("error: \(error)")
            throw ExitStatus.invalidInput
        }
        try report.finish(results: results)
    }
}

extension ResidencyPacks {
    /// Loads the packs of a folder, shows findings and stops when there are errors.
    static func loadOrExit(_ folder: String) throws -> ResidencyPacks {
        let (files, findings) = ResidencyFiles.read(directory: folder)
        let (packs, problems) = files.map { load($0, at: SystemClock.now()) } ?? (nil, [])
        Console.show(findings + problems)
        guard let packs else { throw ExitStatus.invalidInput }
        return packs
    }
}
