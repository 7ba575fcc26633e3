import CedarModel
import CedarSyntax
import ConformanceSuites
import Foundation
import PolicyBundles
import Testing

/// 2026-11-21T10:00:00Z.
let morning = Datetime(milliseconds: 1_795_255_200_000)

/// The help desk and its suites.
enum Desk {
    static func folder(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)).path
    }

    static func applications() throws -> Applications {
        let loaded = BundleLoader.loadApplications(below: try folder("Policies"))
        try #require(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.message))")
        return try #require(loaded.applications)
    }

    /// A suite of the fixtures under the name `<name>.yaml`.
    static func suites(_ names: String...) throws -> [Suite] {
        try parse(
            try names.map { name in
                let bytes = try Data(contentsOf: URL(fileURLWithPath: try folder("Suites/\(name).yaml")))
                return SourceFile(name: "\(name).yaml", bytes: Array(bytes))
            })
    }

    static func parse(_ files: [SourceFile]) throws -> [Suite] {
        let loaded = SuiteLoader.read(files, applications: try applications())
        try #require(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map { summary($0) + " " + $0.message })")
        return try #require(loaded.suites)
    }

    static func run(
        _ suites: [Suite], filter: String? = nil, workers: Int = 1
    ) async throws -> SuiteReport {
        await SuiteRunner.run(
            suites, on: InProcessSource(try applications(), now: morning), filter: filter.map { SuiteFilter($0) },
            workers: workers)
    }

    /// The findings about a text that is a suite.
    static func findings(_ text: String, limits: SuiteLimits = .standard) throws -> [Diagnostic] {
        SuiteLoader.read([SourceFile(name: "s.yaml", text: text)], applications: try applications(), limits: limits)
            .diagnostics
    }
}

/// A finding as tests compare it: `V4010 2:1`.
func summary(_ diagnostic: Diagnostic) -> String {
    guard let position = diagnostic.location?.position else { return "\(diagnostic.code)" }
    return "\(diagnostic.code) \(position.line):\(position.column)"
}

extension SuiteReport {
    /// The outcomes of all cases.
    var outcomes: [CaseOutcome] { suites.flatMap { $0.cases.map(\.outcome) } }

    /// The names of the cases in order.
    var names: [String] { outcomes.map(\.testCase.name) }
}
