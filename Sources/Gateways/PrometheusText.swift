/// Writes metrics in the Prometheus text exposition format, version 0.0.4.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    /// The media type of the text.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// Begins a metric.
    mutating func metric(_ name: String, _ type: String, help: String) {
        append("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n")
    }

    /// Writes a sample.
    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: String) {
        append(name)
        if !labels.isEmpty {
            append("{" + labels.map { "\($0.0)=\"\(Self.escape($0.1))\"" }.joined(separator: ",") + "}")
        }
        append(" \(value)\n")
    }

    /// Writes the samples of a histogram of durations, in seconds.
    mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: LatencyHistogram) {
        var cumulative: UInt64 = 0
        for (index, bound) in LatencyHistogram.bounds.enumerated() {
            cumulative += histogram.counts[index]
            sample("\(name)_bucket", labels + [("le", Self.seconds(bound))], String(cumulative))
        }
        cumulative += histogram.counts[LatencyHistogram.bounds.count]
        sample("\(name)_bucket", labels + [("le", "+Inf")], String(cumulative))
        sample("\(name)_sum", labels, Self.seconds(histogram.sum))
        sample("\(name)_count", labels, String(cumulative))
    }

    /// Nanoseconds as seconds, exactly.
    static func seconds(_ nanoseconds: Int64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
    }

    private static func escape(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
