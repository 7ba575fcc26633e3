import ArgumentParser
import Foundation
import Gateways
import Identity
import NIOCore
import OpenIDConnect
import PolicyBundles
import StrictJSON

/// The command `verdict bench engine`.
struct BenchEngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Measure decisions in this process, without a network.",
        discussion: """
            Each request goes from the bytes of its body to the bytes of the answer, as in the server, on one thread and \
            in random order. The median is that of batches of 64 requests, percentiles are those of single requests. \
            No question is recalled, as if none had been asked before, unless `--recalled` is given.
            """)

    @OptionGroup var options: PolicyOptions

    @OptionGroup var requests: BenchRequestOptions

    @OptionGroup var engine: EngineOptions

    @Flag(help: "Do not read requests again that were asked before, as in the server; they are decided anew.")
    var recalled = false

    @Option(help: ArgumentHelp("Seconds to measure.", valueName: "seconds"))
    var duration = 3.0

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
    var format = OutputFormat.text

    func validate() throws {
        guard duration > 0, duration <= 3600 else { throw ValidationError("`--duration` must be up to 3600 seconds") }
    }

    func run() throws {
        let bodies = try requests.bodies()
        let applications = try options.loadOrExit()
        var settings = DecisionAPISettings()
        settings.engine = engine.engine
        settings.recallsQuestions = recalled
        // Tokens are verified by keys that are in the files of tenants; none are fetched.
        settings.verifier = CredentialVerifiers(["jwt": TokenVerifier()])
        let responder = DecisionResponder(PolicyStore(applications), settings: settings)
        let calls = bodies.map {
            HTTPRequest(method: "POST", path: requests.endpoint.path, headers: requests.headers, body: $0)
        }
        let measurement = EngineMeasurement(calls, on: responder, seconds: duration)
        switch format {
        case .json: Console.print(measurement.json)
        case .text: Console.print(measurement.text)
        }
    }
}

/// What answering requests in this process costs.
struct EngineMeasurement {
    private var order: [Int] = []
    private(set) var batches: [UInt64] = []
    private(set) var singles = DurationHistogram()
    private(set) var outcomes = BenchOutcomes()

    /// Warms up for a tenth of the time, and measures batches and then single requests for half of it each.
    init(_ calls: [HTTPRequest], on responder: DecisionResponder, seconds: Double) {
        for call in calls { outcomes.count(responder.respond(to: call)) }
        var random = SystemRandomNumberGenerator()
        order = (0..<max(4096, calls.count)).map { _ in Int.random(in: 0..<calls.count, using: &random) }
        var next = 0
        func ask() {
            _ = responder.respond(to: calls[order[next]])
            next = next + 1 == order.count ? 0 : next + 1
        }
        Self.repeating(for: seconds / 10) { for _ in 0..<64 { ask() } }
        Self.repeating(for: seconds / 2) {
            let start = NIODeadline.now()
            for _ in 0..<64 { ask() }
            batches.append(UInt64((NIODeadline.now() - start).nanoseconds))
        }
        Self.repeating(for: seconds / 2) {
            for _ in 0..<64 {
                let start = NIODeadline.now()
                ask()
                singles.record(nanoseconds: UInt64((NIODeadline.now() - start).nanoseconds))
            }
        }
        batches.sort()
    }

    private static func repeating(for seconds: Double, _ work: () -> Void) {
        let end = NIODeadline.now() + .nanoseconds(Int64(seconds * 1e9))
        repeat { work() } while NIODeadline.now() < end
    }

    /// Nanoseconds of one request, the median over batches.
    var median: Double { batches.isEmpty ? 0 : Double(batches[batches.count / 2]) / 64 }

    /// Nanoseconds of one request, the mean over batches.
    var mean: Double {
        batches.isEmpty ? 0 : Double(batches.reduce(0, &+)) / Double(64 * batches.count)
    }

    /// The figures for people.
    var text: String {
        let percentiles = BenchPercentiles.standard.map { name, percent in
            "  \(name) \(BenchPercentiles.microseconds(singles.percentile(percent)))"
        }
        return """
            requests   \(outcomes.text)
            median     \(BenchPercentiles.microseconds(UInt64(median))) in batches of 64, mean \
            \(BenchPercentiles.microseconds(UInt64(mean)))
            single    \(percentiles.joined())  max \(BenchPercentiles.microseconds(singles.maximum))
            """
    }

    /// The figures for programs; durations are in nanoseconds.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("outcomes")
        outcomes.write(to: &writer)
        writer.key("median_ns")
        writer.integer(Int64(median))
        writer.key("mean_ns")
        writer.integer(Int64(mean))
        writer.key("latency_ns")
        BenchPercentiles.write(singles, to: &writer)
        writer.endObject()
        return writer.bytes
    }
}

/// How many requests came to which end.
struct BenchOutcomes: Sendable {
    private(set) var allowed = 0
    private(set) var denied = 0
    private(set) var errors = 0

    /// Counts an answer of the responder.
    mutating func count(_ response: HTTPResponse) {
        guard response.status == 200, let document = try? JSONDocument(parsing: response.body, limits: .bundle) else {
            errors += 1
            return
        }
        let decision = document.root["decision"]
        if decision?.bool ?? (decision?.stringEquals("allow") ?? false) { allowed += 1 } else { denied += 1 }
    }

    /// The counts for people.
    var text: String { "\(allowed + denied + errors): \(allowed) allow, \(denied) deny, \(errors) errors" }

    /// Writes the counts as an object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, count) in [("allow", allowed), ("deny", denied), ("errors", errors)] {
            writer.key(name)
            writer.integer(count)
        }
        writer.endObject()
    }
}

/// The percentiles that are reported.
enum BenchPercentiles {
    static let standard: [(name: String, percent: Double)] = [("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9)]

    /// A duration for people.
    static func microseconds(_ nanoseconds: UInt64) -> String {
        String(format: "%.2f us", Double(nanoseconds) / 1000)
    }

    /// Writes the percentiles, the mean and the maximum as an object, in nanoseconds.
    static func write(_ histogram: DurationHistogram, to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, percent) in standard {
            writer.key(name)
            writer.integer(Int64(clamping: histogram.percentile(percent)))
        }
        writer.key("mean")
        writer.integer(Int64(histogram.mean))
        writer.key("max")
        writer.integer(Int64(clamping: histogram.maximum))
        writer.endObject()
    }
}
