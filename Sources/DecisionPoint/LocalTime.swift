package import CedarModel
import CedarSyntax
package import PolicyBundles

/// What policies read as `context.now`: the server's clock in the tenant's time zone.
package struct LocalTime: Sendable {
    /// The UTC instant.
    package private(set) var instant: Datetime

    /// The tenant's calendar day as midnight UTC, so that dates compare with `datetime("2026-11-21")`.
    package let date: Datetime

    /// The tenant's hour, 0 to 23.
    package let hour: Int64

    /// The tenant's minute, 0 to 59.
    package let minute: Int64

    /// The tenant's day of the week; Monday is day 1.
    package let dayOfWeek: Int64

    /// The time of an instant in a zone.
    package init(at instant: Datetime, in zone: ZoneClock) {
        let offset = Int64(zone.offsetSeconds(at: instant)) * 1000
        let (shifted, overflow) = instant.milliseconds.addingReportingOverflow(offset)
        let local = Datetime(milliseconds: overflow ? instant.milliseconds : shifted)
        let components = local.components
        self.instant = instant
        date = local.toDate() ?? local
        hour = Int64(components.hour)
        minute = Int64(components.minute)
        dayOfWeek = Int64(components.dayOfWeek)
    }

    /// The same time at another instant of the same minute.
    package func moved(to instant: Datetime) -> LocalTime {
        var moved = self
        moved.instant = instant
        return moved
    }

    /// `{instant, date, hour, minute, day_of_week, time_zone}`.
    package static func record(at instant: Datetime, in zone: ZoneClock) -> Record {
        let time = LocalTime(at: instant, in: zone)
        return [
            "instant": .datetime(time.instant),
            "date": .datetime(time.date),
            "hour": .long(time.hour),
            "minute": .long(time.minute),
            "day_of_week": .long(time.dayOfWeek),
            "time_zone": .string(CedarString(zone.name)),
        ]
    }
}
