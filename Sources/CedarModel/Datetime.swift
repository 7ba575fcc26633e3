/// An instant in milliseconds since 1970-01-01T00:00:00Z: Cedar's `datetime` (Cedar RFC 80).
///
/// Days have 86,400 seconds, there are no leap seconds, and the Gregorian calendar extends to all years.
public struct Datetime: Hashable, Comparable, Sendable {
    /// The milliseconds since the epoch; negative before it.
    public let milliseconds: Int64

    /// Wraps a number of milliseconds since the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads one of the five forms of RFC 80.
    ///
    /// `2026-03-01`, `2026-03-01T13:45:00Z`, `2026-03-01T13:45:00.250Z`, and the last two with an offset such as
    /// `+0130` in place of `Z`. Years are 0000 to 9999, offsets are less than 24 hours. Fails with an
    /// ``ExtensionError`` of `datetime` on any other text and on days or times that do not exist.
    public init(parsing text: String) throws(ExtensionError) {
        var reader = DigitReader(text)
        guard let year = reader.digits(exactly: 4), reader.take(UInt8(ascii: "-")),
            let month = reader.digits(exactly: 2), reader.take(UInt8(ascii: "-")),
            let day = reader.digits(exactly: 2)
        else {
            throw Datetime.error(text, "does not begin with a date, which is written as in `2026-03-01`")
        }
        let time = reader.isAtEnd ? ClockTime() : ClockTime(reading: &reader)
        guard let time, reader.isAtEnd else {
            throw Datetime.error(
                text,
                "has no readable time after the date, which is written as in `T13:45:00Z`, `T13:45:00.250Z` or "
                    + "`T13:45:00+0100`")
        }
        guard time.isValid else {
            throw Datetime.error(text, "has a time or an offset that does not exist")
        }
        let instant = Datetime(
            year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
            millisecond: time.millisecond, offsetMinutes: time.offsetMinutes)
        guard let instant else {
            throw Datetime.error(text, "has a date that is not in the calendar")
        }
        self = instant
    }

    /// The instant a duration later, or earlier for a negative one; `nil` beyond 64 bits.
    public func offset(by duration: Duration) -> Datetime? {
        let (sum, overflow) = milliseconds.addingReportingOverflow(duration.milliseconds)
        return overflow ? nil : Datetime(milliseconds: sum)
    }

    /// The time from another instant to this one, negative if the other is later; `nil` beyond 64 bits.
    public func durationSince(_ other: Datetime) -> Duration? {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return overflow ? nil : Duration(milliseconds: difference)
    }

    /// The midnight (UTC) at which the instant's day began; `nil` within the first, incomplete day of the range.
    public func toDate() -> Datetime? {
        let (midnight, overflow) = milliseconds.subtractingReportingOverflow(toTime().milliseconds)
        return overflow ? nil : Datetime(milliseconds: midnight)
    }

    /// The time since that midnight: never negative and less than a day.
    public func toTime() -> Duration {
        Duration(milliseconds: milliseconds.floored(dividingBy: Datetime.millisecondsPerDay).remainder)
    }

    /// Order in time.
    public static func < (left: Datetime, right: Datetime) -> Bool { left.milliseconds < right.milliseconds }

    private static func error(_ text: String, _ fact: String) -> ExtensionError {
        ExtensionError("datetime", rejecting: text, because: fact)
    }
}

extension Datetime {
    /// The part of the text behind the date.
    private struct ClockTime {
        var hour = 0
        var minute = 0
        var second = 0
        var millisecond = 0
        var offsetHour = 0
        var offsetMinute = 0
        var isWest = false

        /// The midnight in UTC.
        init() {}

        /// Reads `Thh:mm:ss`, perhaps `.sss`, and `Z` or an offset; `nil` on another form.
        init?(reading reader: inout DigitReader) {
            guard reader.take(UInt8(ascii: "T")), let hour = reader.digits(exactly: 2),
                reader.take(UInt8(ascii: ":")), let minute = reader.digits(exactly: 2),
                reader.take(UInt8(ascii: ":")), let second = reader.digits(exactly: 2)
            else { return nil }
            (self.hour, self.minute, self.second) = (hour, minute, second)
            if reader.take(UInt8(ascii: ".")) {
                guard let millisecond = reader.digits(exactly: 3) else { return nil }
                self.millisecond = millisecond
            }
            if reader.take(UInt8(ascii: "Z")) { return }
            isWest = reader.take(UInt8(ascii: "-"))
            guard isWest || reader.take(UInt8(ascii: "+")), let offset = reader.digits(exactly: 4) else { return nil }
            (offsetHour, offsetMinute) = offset.quotientAndRemainder(dividingBy: 100)
        }

        /// Whether a clock can show the time and the offset.
        var isValid: Bool {
            hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60
        }

        var offsetMinutes: Int { (isWest ? -1 : 1) * (offsetHour * 60 + offsetMinute) }
    }
}

extension Datetime: CustomStringConvertible {
    /// `2026-03-01T13:45:00.250Z` in the years 0 to 9999, which reads back; beyond them the milliseconds, in words.
    public var description: String {
        let parts = components
        guard (0...9999).contains(parts.year) else { return "\(milliseconds) ms since 1970-01-01T00:00:00.000Z" }
        let year = String.zeroPadded(parts.year, width: 4)
        let month = String.zeroPadded(parts.month, width: 2)
        let day = String.zeroPadded(parts.day, width: 2)
        let hour = String.zeroPadded(parts.hour, width: 2)
        let minute = String.zeroPadded(parts.minute, width: 2)
        let second = String.zeroPadded(parts.second, width: 2)
        let millisecond = String.zeroPadded(parts.millisecond, width: 3)
        return "\(year)-\(month)-\(day)T\(hour):\(minute):\(second).\(millisecond)Z"
    }
}
