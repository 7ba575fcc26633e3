import Foundation
import PolicyBundles

/// Measures the way from the bytes of files to a published snapshot, and what a reload of one changed policy costs.
@main
struct Main {
    static func main() {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 40
        do {
            for tenants in [0, 1_000] {
                var application = try GeneratedApplication(tenants: tenants)
                defer { application.remove() }
                print(
                    "10,000 policies in 100 files, \(tenants) tenants, \(application.byteCount / 1024) KiB"
                        + " (ms; parsing and checking are not part of the rest)")
                try LoadTimes(rounds: max(1, rounds)).measure(&application, tenant: tenants > 0 ? "t7" : nil)
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }
}
