extension Datetime {
    /// The fields of a calendar and a clock in UTC.
    public struct Components: Hashable, Sendable {
        /// The year of the Gregorian calendar; 0 is the year before 1.
        public let year: Int

        /// The month, 1 to 12.
        public let month: Int

        /// The day of the month, 1 to 31.
        public let day: Int

        /// The hour, 0 to 23.
        public let hour: Int

        /// The minute, 0 to 59.
        public let minute: Int

        /// The second, 0 to 59.
        public let second: Int

        /// The millisecond, 0 to 999.
        public let millisecond: Int

        /// The day of the week, 1 for Monday to 7 for Sunday.
        public let dayOfWeek: Int
    }

    /// The instant's calendar and clock fields in UTC.
    ///
    /// For another zone, offset the instant by the zone's distance from UTC first.
    public var components: Components {
        let (days, rest) = milliseconds.floored(dividingBy: Datetime.millisecondsPerDay)
        let date = GregorianDate(daysSinceEpoch: days)
        let (totalSeconds, millisecond) = Int(rest).quotientAndRemainder(dividingBy: 1_000)
        let (totalMinutes, second) = totalSeconds.quotientAndRemainder(dividingBy: 60)
        let (hour, minute) = totalMinutes.quotientAndRemainder(dividingBy: 60)
        // The epoch was a Thursday, three days after a Monday.
        let dayOfWeek = Int((days + 3).floored(dividingBy: 7).remainder) + 1
        return Components(
            year: Int(date.year), month: date.month, day: date.day, hour: hour, minute: minute, second: second,
            millisecond: millisecond, dayOfWeek: dayOfWeek)
    }

    /// The instant that a calendar and a clock show at an offset from UTC, positive to the east.
    ///
    /// `nil` when a field is out of its range, the month has no such day, the offset is not less than 24 hours, or the
    /// instant does not fit in 64 bits. The second 60 is refused.
    public init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0,
        offsetMinutes: Int = 0
    ) {
        guard let date = GregorianDate(year: year, month: month, day: day), (0..<24).contains(hour),
            (0..<60).contains(minute), (0..<60).contains(second), (0..<1_000).contains(millisecond),
            (-1_439...1_439).contains(offsetMinutes)
        else { return nil }
        let localTime = Int64(((hour * 60 + minute - offsetMinutes) * 60 + second) * 1_000 + millisecond)
        let (carry, time) = localTime.floored(dividingBy: Datetime.millisecondsPerDay)
        let days = date.daysSinceEpoch + carry
        // Counts from the following midnight before the epoch: the preceding one may lie below the range although the
        // instant does not.
        let (midnight, distance) = days < 0 ? (days + 1, time - Datetime.millisecondsPerDay) : (days, time)
        let (base, baseOverflow) = midnight.multipliedReportingOverflow(by: Datetime.millisecondsPerDay)
        let (sum, sumOverflow) = base.addingReportingOverflow(distance)
        guard !baseOverflow, !sumOverflow else { return nil }
        self.init(milliseconds: sum)
    }

    static let millisecondsPerDay: Int64 = 86_400_000
}

/// A day of the Gregorian calendar, extended to all years.
private struct GregorianDate {
    let year: Int64
    let month: Int
    let day: Int

    /// `nil` when the calendar has no such day, and for years far outside what 64-bit milliseconds reach.
    init?(year: Int, month: Int, day: Int) {
        guard (-300_000_000...300_000_000).contains(year), (1...12).contains(month), day >= 1,
            day <= GregorianDate.days(inMonth: month, ofYear: Int64(year))
        else { return nil }
        (self.year, self.month, self.day) = (Int64(year), month, day)
    }

    /// The date of a day counted from 1970-01-01.
    ///
    /// Any day of the 64-bit millisecond range is safe from overflow.
    init(daysSinceEpoch: Int64) {
        let ordinal = daysSinceEpoch + GregorianDate.epoch
        let (cycles, dayOfCycle) = ordinal.floored(dividingBy: GregorianDate.daysPerCycle)
        // Dividing by the length of a common year overestimates by one year at most within a cycle of 400 years,
        // whose leap days add up to 97.
        var year = cycles * 400 + dayOfCycle / 365
        if GregorianDate.daysBefore(year: year) > ordinal { year -= 1 }
        var dayOfYear = Int(ordinal - GregorianDate.daysBefore(year: year))
        var month = 1
        while month < 12 {
            let length = GregorianDate.days(inMonth: month, ofYear: year)
            guard dayOfYear >= length else { break }
            dayOfYear -= length
            month += 1
        }
        (self.year, self.month, self.day) = (year, month, dayOfYear + 1)
    }

    /// The distance from 1970-01-01 in days.
    var daysSinceEpoch: Int64 {
        var days = GregorianDate.daysBefore(year: year) - GregorianDate.epoch + Int64(day - 1)
        for earlier in 1..<month {
            days += Int64(GregorianDate.days(inMonth: earlier, ofYear: year))
        }
        return days
    }

    /// The days of the 400 years after which the calendar repeats.
    private static let daysPerCycle: Int64 = 146_097

    /// The days from the first of January of the year 0 to 1970-01-01.
    private static let epoch: Int64 = 719_528

    /// The days from the first of January of the year 0 to that of another year.
    private static func daysBefore(year: Int64) -> Int64 {
        let last = year - 1
        // The quotients count the leap years after the year 0; the 1 is that of the year 0 itself.
        return 365 * year + last.floored(dividingBy: 4).quotient - last.floored(dividingBy: 100).quotient
            + last.floored(dividingBy: 400).quotient + 1
    }

    private static func days(inMonth month: Int, ofYear year: Int64) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    /// Division that rounds down, with a remainder that is never negative.
    ///
    /// The divisor is positive.
    func floored(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
