package import CedarModel
package import Foundation

/// The local time of a time zone, without Foundation on the way of a decision.
///
/// The zone's offsets around the moment of loading are tabulated once; instants outside the table, which only tests and
/// replays use, ask Foundation.
package struct ZoneClock: Sendable {
    /// The IANA name, as `Europe/Berlin`.
    package let name: String

    private let zone: TimeZone
    private let transitions: [Transition]
    private let coveredUntil: Int64

    private struct Transition: Sendable {
        /// First instant of the offset, in milliseconds since the epoch.
        var start: Int64
        var offsetSeconds: Int
    }

    /// Makes the clock of a zone; `nil` when the name is not an IANA zone.
    package init?(name: String, tabulatedAround now: Date = Date()) {
        // Foundation may look the name up as a path, in which a zero byte ends the name.
        guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        guard let zone = name == "UTC" ? TimeZone(secondsFromGMT: 0) : TimeZone(identifier: name) else { return nil }
        self.name = name
        self.zone = zone
        let start = now.addingTimeInterval(-366 * 86_400)
        let end = now.addingTimeInterval(10 * 366 * 86_400)
        var transitions = [Transition(start: Self.milliseconds(start), offsetSeconds: zone.secondsFromGMT(for: start))]
        var current = start
        while let next = zone.nextDaylightSavingTimeTransition(after: current), next > current, next < end {
            transitions.append(
                Transition(start: Self.milliseconds(next), offsetSeconds: zone.secondsFromGMT(for: next)))
            current = next
        }
        self.transitions = transitions
        self.coveredUntil = Self.milliseconds(end)
    }

    /// The offset from UTC at an instant, in seconds, east positive.
    package func offsetSeconds(at instant: Datetime) -> Int {
        let milliseconds = instant.milliseconds
        guard milliseconds < coveredUntil, let index = transitions.lastIndex(where: { $0.start <= milliseconds }) else {
            return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
        }
        return transitions[index].offsetSeconds
    }

    private static func milliseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1000).rounded())
    }
}
