import CedarSyntax
import Foundation
import Glibc
import PolicyBundles

/// The measurements of one application.
struct LoadTimes {
    /// How often one policy is changed.
    let rounds: Int

    /// Why nothing was measured.
    enum Failure: Error, CustomStringConvertible {
        case finding(String)
        case notReplaced

        var description: String {
            switch self {
            case .finding(let message): "the application has errors: \(message)"
            case .notReplaced: "a changed policy was not taken up"
            }
        }
    }

    /// How long a load took, in milliseconds.
    private struct Times {
        var total: Double
        /// How long a processor worked for it.
        var processor: Double
        var durations: LoadDurations

        var parsing: Double { durations[.parsing] * 1_000 }
        var checking: Double { durations[.checking] * 1_000 }
        var rest: Double { total - parsing - checking }
    }

    /// Takes the time of one load.
    private struct Stopwatch {
        private let start = Self.now(CLOCK_MONOTONIC)
        private let processorStart = Self.now(CLOCK_THREAD_CPUTIME_ID)

        func times(_ durations: LoadDurations) -> Times {
            Times(
                total: Self.now(CLOCK_MONOTONIC) - start,
                processor: Self.now(CLOCK_THREAD_CPUTIME_ID) - processorStart, durations: durations)
        }

        /// Milliseconds of a clock.
        private static func now(_ clock: clockid_t) -> Double {
            var time = timespec()
            // Safe: the call only writes the variable.
            unsafe clock_gettime(clock, &time)
            return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
        }
    }

    /// Loads from nothing a few times, then changes one policy after the other, quietly and beside requests.
    func measure(_ application: inout GeneratedApplication, tenant: String?) throws {
        let source = ApplicationSource.folder(application.folder.path)
        var first: [Times] = []
        for _ in 0..<5 { first.append(try load(source).times) }
        show("first load", first)
        let (store, reloader, _) = try load(source)
        show("one changed policy", try reloads(reloader, &application, from: 0))
        let requests = RequestLoad(store, tenant: tenant)
        show("the same beside requests", try reloads(reloader, &application, from: rounds))
        let decisions = requests.stop()
        print(
            "  requests meanwhile: \(decisions.count), p99 \(microseconds(decisions[decisions.count * 99 / 100])) us,"
                + " slowest \(microseconds(decisions[decisions.count - 1])) us")
        print("  most memory so far: \(peakMemory() / 1024) MiB")
    }

    /// Loads with nothing known, until the snapshot is published.
    private func load(
        _ source: ApplicationSource
    ) throws -> (store: PolicyStore, reloader: PolicyReloader, times: Times) {
        let cache = CompilationCache()
        let stopwatch = Stopwatch()
        let loaded = source.load(cache: cache)
        guard let applications = loaded.applications else {
            throw Failure.finding(loaded.diagnostics.first { $0.severity == .error }?.message ?? "")
        }
        let store = PolicyStore(applications)
        let times = stopwatch.times(loaded.durations)
        return (store, PolicyReloader(source, store: store, fingerprint: source.fingerprint(), cache: cache), times)
    }

    /// Changes a policy and reloads, again and again.
    private func reloads(
        _ reloader: PolicyReloader, _ application: inout GeneratedApplication, from round: Int
    ) throws -> [Times] {
        var times: [Times] = []
        for round in round..<round + rounds {
            try application.change(round: round)
            let stopwatch = Stopwatch()
            guard case .replaced = reloader.reload() else { throw Failure.notReplaced }
            times.append(stopwatch.times(reloader.status.durations))
            // Requests go on with the new policies before the next change.
            Thread.sleep(forTimeInterval: 0.02)
        }
        return times
    }

    // MARK: - Showing

    private func show(_ what: String, _ times: [Times]) {
        print("  \(what), \(times.count) times: median (worst)")
        let lines: [(String, (Times) -> Double)] = [
            ("total", \.total), ("parsing", \.parsing), ("checking", \.checking), ("the rest", \.rest),
            ("  files", { $0.durations[.files] * 1_000 }), ("  compiling", { $0.durations[.compiling] * 1_000 }),
            ("  assembling", { $0.durations[.assembling] * 1_000 }), ("processor", \.processor),
        ]
        for (name, value) in lines {
            let values = times.map(value).sorted()
            let label = name.padding(toLength: 14, withPad: " ", startingAt: 0)
            print("    \(label)" + String(format: "%8.2f (%.2f)", values[values.count / 2], values[values.count - 1]))
        }
    }

    private func microseconds(_ duration: Swift.Duration) -> Int {
        Int(duration.components.seconds) * 1_000_000 + Int(duration.components.attoseconds / 1_000_000_000_000)
    }

    /// The most memory that the process has had, in KiB.
    private func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
