import Foundation
import Residency
import Testing

/// What holds for all requests; `VERDICT_RESIDENCY_CASES` sets how many are generated for each pack.
@Suite struct RoutingPropertyTests {
    @Test(arguments: ["baseline", "law2026"])
    func properties(name: String) throws {
        let count = ProcessInfo.processInfo.environment["VERDICT_RESIDENCY_CASES"].flatMap { Int($0) } ?? 300
        var properties = RoutingProperties(try Installation.pack(name), at: Installation.now, seed: 20_261_121)
        properties.run(count)
        #expect(properties.failures.isEmpty, "\(properties.failures.prefix(3).joined(separator: "\n"))")
    }
}
