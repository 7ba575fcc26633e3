import ArgumentParser
import CedarModel
import CedarSyntax
import Foundation
import Gateways
import Residency
import StrictJSON

/// The command `verdict bench route`.
struct BenchRouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Measure how long it takes to say where data may be.",
        discussion: """
            Routes one request again and again in this process, from the request that was read to the answer, with the \
            catalogue made larger by regions in many countries.
            """)

    @Option(help: ArgumentHelp("The folder of the residency packs.", valueName: "dir"))
    var residency = "Policies/residency"

    @Option(help: ArgumentHelp("The pack.", valueName: "name"))
    var pack = ResidencyPacks.defaultName

    @Option(help: ArgumentHelp("How many regions the catalogue has.", valueName: "count"))
    var regions = 40

    @Option(help: ArgumentHelp("The country of the people.", valueName: "code"))
    var subject = "DE"

    @Option(help: ArgumentHelp("How often to route.", valueName: "count"))
    var count = 20_000

    func validate() throws {
        guard (1...1_000).contains(regions) else { throw ValidationError("`--regions` must be 1 to 1000") }
        guard (100...10_000_000).contains(count) else { throw ValidationError("`--count` must be 100 to 10000000") }
    }

    func run() throws {
        let now = SystemClock.now()
        let (files, findings) = ResidencyFiles.read(directory: residency)
        let (packs, problems) = files.map { ResidencyPacks.load(enlarged($0), at: now) } ?? (nil, [])
        Console.show(findings + problems)
        guard let pack = packs?.packs[pack] else { throw ExitStatus.invalidInput }
        let text = """
            {"operation": "store", "tenant": {"sector": "technology"},
             "data": {"subject_countries": ["\(subject)"], "category": "personal", "types": ["contact"],
                      "classification": "general"}}
            """
        let datum = Datum(try JSONDocument(parsing: Array(text.utf8), limits: .request).root)
        let request = RoutingRequestReader.read(datum, for: pack, at: now)
        let router = ResidencyRouter(pack)
        let workspace = RoutingWorkspace()
        let clock = ContinuousClock()
        var route = router.route(request, at: now, in: workspace)
        var times: [Swift.Duration] = []
        times.reserveCapacity(count)
        for _ in 0..<count {
            let start = clock.now
            route = router.route(request, at: now, in: workspace)
            times.append(clock.now - start)
        }
        times.sort()
        Console.print(
            """
            \(pack.catalog.regions.count) regions, \(pack.notes.count) policies, \(route.allowed.count) regions allowed
            median \(Self.text(times[count / 2]))  p99 \(Self.text(times[count * 99 / 100]))
            """)
    }

    /// The packs with further regions, one in each of some countries in turn.
    private func enlarged(_ files: ResidencyFiles) -> ResidencyFiles {
        let countries = [
            "GB", "CA", "CH", "SE", "FR", "IT", "ES", "PL", "FI", "BR", "MX", "CL", "AR", "ZA", "AE", "SA", "IL", "TR",
            "KR", "SG", "ID", "VN", "TH", "MY", "AU", "NZ", "JP", "IN", "US", "CN",
        ]
        return ResidencyFiles(
            files.files.map { file in
                guard file.name == "regions.yaml" else { return file }
                let text = String(decoding: file.bytes, as: UTF8.self)
                let existing = text.components(separatedBy: "\n  - id: ").count - 1
                let added = (0..<max(0, regions - existing)).map { index in
                    "  - {id: bench-\(index), country: \(countries[index % countries.count]), partition: bench}\n"
                }
                return SourceFile(
                    name: file.name,
                    text: text.replacingOccurrences(of: "\nregions:\n", with: "\nregions:\n" + added.joined()))
            })
    }

    private static func text(_ duration: Swift.Duration) -> String {
        let nanoseconds = duration.components.attoseconds / 1_000_000_000
        return "\(nanoseconds / 1_000).\(nanoseconds % 1_000 / 100) us"
    }
}
