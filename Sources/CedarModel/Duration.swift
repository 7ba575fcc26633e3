/// A signed span of time in milliseconds: Cedar's `duration` (Cedar RFC 80).
///
/// Write `CedarModel.Duration` where the standard library's type of the same name is also meant.
public struct Duration: Hashable, Comparable, Sendable {
    /// The length in milliseconds.
    public let milliseconds: Int64

    /// Wraps a number of milliseconds.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads `1d2h3m4s5ms`: an optional `-`, then at least one of the parts, each at most once and in this order.
    ///
    /// A part may exceed the next larger unit (`36h`). Fails with an ``ExtensionError`` of `duration` on any other
    /// text and when the sum exceeds 64-bit milliseconds.
    public init(parsing text: String) throws(ExtensionError) {
        var reader = DigitReader(text)
        let isNegative = reader.take(UInt8(ascii: "-"))
        var magnitude: UInt64? = 0
        var previous: Unit?
        repeat {
            let count = reader.digits()
            guard count.count > 0, let unit = Unit(reading: &reader), previous.map({ $0 > unit }) ?? true else {
                throw Duration.error(text, "is not a duration, which is written as in `1d2h3m4s5ms`")
            }
            previous = unit
            magnitude = magnitude.flatMap { sum in
                count.value.flatMap { $0.scaled(by: unit.rawValue, plus: sum) }
            }
        } while !reader.isAtEnd
        guard let magnitude, let milliseconds = Int64(magnitude: magnitude, isNegative: isNegative) else {
            throw Duration.error(text, "is outside the range of durations, which is 64 bits of milliseconds")
        }
        self.milliseconds = milliseconds
    }

    /// The length in milliseconds.
    public var toMilliseconds: Int64 { milliseconds }

    /// The whole seconds, without the rest, toward zero.
    public var toSeconds: Int64 { whole(.second) }

    /// The whole minutes, without the rest, toward zero.
    public var toMinutes: Int64 { whole(.minute) }

    /// The whole hours, without the rest, toward zero.
    public var toHours: Int64 { whole(.hour) }

    /// The whole days of 24 hours, without the rest, toward zero.
    public var toDays: Int64 { whole(.day) }

    /// Order of the signed lengths.
    public static func < (left: Duration, right: Duration) -> Bool { left.milliseconds < right.milliseconds }

    private func whole(_ unit: Unit) -> Int64 { milliseconds / Int64(unit.rawValue) }

    private static func error(_ text: String, _ fact: String) -> ExtensionError {
        ExtensionError("duration", rejecting: text, because: fact)
    }
}

extension Duration {
    /// A unit, with its length in milliseconds as the raw value.
    private enum Unit: UInt64, CaseIterable, Comparable {
        case day = 86_400_000
        case hour = 3_600_000
        case minute = 60_000
        case second = 1_000
        case millisecond = 1

        /// Reads the letters of a unit.
        ///
        /// `m` is a minute unless an `s` follows.
        init?(reading reader: inout DigitReader) {
            if reader.take(UInt8(ascii: "d")) {
                self = .day
            } else if reader.take(UInt8(ascii: "h")) {
                self = .hour
            } else if reader.take(UInt8(ascii: "s")) {
                self = .second
            } else if reader.take(UInt8(ascii: "m")) {
                self = reader.take(UInt8(ascii: "s")) ? .millisecond : .minute
            } else {
                return nil
            }
        }

        /// The letters, as in `5ms`.
        var letters: String {
            switch self {
            case .day: "d"
            case .hour: "h"
            case .minute: "m"
            case .second: "s"
            case .millisecond: "ms"
            }
        }

        static func < (left: Unit, right: Unit) -> Bool { left.rawValue < right.rawValue }
    }
}

extension Duration: CustomStringConvertible {
    /// A text that reads back as this duration, each part below the next larger unit: `1d2h3m4s5ms`, `-90m` as
    /// `-1h30m`, and `0ms`.
    public var description: String {
        guard milliseconds != 0 else { return "0ms" }
        var text = milliseconds < 0 ? "-" : ""
        var rest = milliseconds.magnitude
        for unit in Unit.allCases {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: unit.rawValue)
            if count > 0 { text += "\(count)\(unit.letters)" }
            rest = remainder
        }
        return text
    }
}
