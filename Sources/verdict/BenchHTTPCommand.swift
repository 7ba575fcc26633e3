import ArgumentParser
import Foundation
import Gateways
import NIOCore
import NIOPosix
import StrictJSON

/// The command `verdict bench http`.
struct BenchHTTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http", abstract: "Measure any decision endpoint over HTTP/1.1 at a constant rate.",
        discussion: """
            Requests have intended times, one every 1/rate seconds, whether or not earlier ones are answered, and latency \
            counts from the intended time: a server that stalls makes every request late that it should have taken \
            meanwhile (no coordinated omission). Without `--rate`, every connection asks again as soon as it is \
            answered, which finds the greatest throughput and flatters latency.
            """)

    @Option(help: ArgumentHelp("Where to send to, such as http://127.0.0.1:8180/v1/decide.", valueName: "url"))
    var url: String

    @Option(help: ArgumentHelp("Requests a second.", valueName: "number"))
    var rate: Double?

    @Option(help: ArgumentHelp("Seconds to measure, after one second to warm up.", valueName: "seconds"))
    var duration = 10.0

    @Option(help: ArgumentHelp("Connections that are kept open.", valueName: "number"))
    var connections = 16

    @OptionGroup var requests: BenchRequestOptions

    @Option(
        help: ArgumentHelp("A further header field, as `Name: value`; may be repeated.", valueName: "field"))
    var header: [String] = []

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
    var format = OutputFormat.text

    func validate() throws {
        guard duration > 0, duration <= 3600 else { throw ValidationError("`--duration` must be up to 3600 seconds") }
        guard rate.map({ $0 > 0 && $0 <= 1e6 }) ?? true else { throw ValidationError("`--rate` must be 1 to 1000000") }
        guard (1...10_000).contains(connections) else { throw ValidationError("`--connections` must be 1 to 10000") }
        for field in header where !field.contains(":") {
            throw ValidationError("`--header` must be a field such as `Authorization: Bearer token`")
        }
    }

    func run() async throws {
        guard let target = LoadTarget(url: url, bodies: try requests.bodies(), headers: requests.headers + fields)
        else { throw ValidationError("`--url` must be such as `http://127.0.0.1:8180/v1/decide`") }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let plan = LoadPlan(rate: rate, connections: connections, seconds: duration, warmUpSeconds: 1)
        do {
            let measurement = try await LoadGenerator.run(plan, against: target, on: group.next())
            try await group.shutdownGracefully()
            switch format {
            case .json: Console.print(measurement.json)
            case .text: Console.print(measurement.text)
            }
        } catch {
            try? await group.shutdownGracefully()
            Console.error("error: cannot measure `\(url)`: \(error)")
            throw ExitStatus.invalidInput
        }
    }

    private var fields: [(String, String)] {
        header.map { field in
            let parts = field.split(separator: ":", maxSplits: 1)
            return (
                parts[0].trimmingCharacters(in: .whitespaces),
                parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
    }
}

/// What a measurement over HTTP found.
struct HTTPMeasurement: Sendable {
    /// The latencies of answered requests.
    var latency = DurationHistogram()
    /// Answers by status.
    var statuses: [Int: Int] = [:]
    /// Requests whose connection ended before the answer.
    var failures = 0
    /// Requests that were due and not answered when the time was over.
    var unanswered = 0
    /// How long was measured.
    var seconds = 0.0
    /// The rate that was asked for.
    var rate: Double?

    /// Answers a second.
    var throughput: Double { seconds > 0 ? Double(latency.count) / seconds : 0 }

    /// The figures for people.
    var text: String {
        let statuses = statuses.sorted { $0.key < $1.key }.map { "\($0.value) with \($0.key)" }.joined(separator: ", ")
        let percentiles = BenchPercentiles.standard.map { name, percent in
            "  \(name) \(BenchPercentiles.microseconds(latency.percentile(percent)))"
        }
        let asked = rate.map { String(format: " of %.0f asked for", $0) } ?? " as fast as they are answered"
        return """
            throughput  \(String(format: "%.0f", throughput)) a second\(asked), \(String(format: "%.1f", seconds)) s
            answers     \(statuses.isEmpty ? "none" : statuses); \(failures) failed, \(unanswered) unanswered
            latency   \(percentiles.joined())  max \(BenchPercentiles.microseconds(latency.maximum))
            """
    }

    /// The figures for programs; durations are in nanoseconds.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let rate {
            writer.key("rate")
            writer.raw(String(format: "%.1f", rate).utf8)
        }
        writer.key("throughput")
        writer.raw(String(format: "%.1f", throughput).utf8)
        writer.key("seconds")
        writer.raw(String(format: "%.3f", seconds).utf8)
        writer.key("statuses")
        writer.beginObject()
        for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
            writer.key(String(status))
            writer.integer(count)
        }
        writer.endObject()
        writer.key("failures")
        writer.integer(failures)
        writer.key("unanswered")
        writer.integer(unanswered)
        writer.key("latency_ns")
        BenchPercentiles.write(latency, to: &writer)
        writer.endObject()
        return writer.bytes
    }
}
