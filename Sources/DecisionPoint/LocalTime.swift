package import CedarModel
import CedarSyntax
package import PolicyBundles

/// What policies read as `context.now`: the server's clock in the tenant's time zone.
package enum LocalTime {
    /// `{instant, date, hour, minute, day_of_week, time_zone}`; Monday is day 1.
    ///
    /// `instant` is the UTC instant, `date` the tenant's calendar day as midnight UTC, so that dates compare with
    /// `datetime("2026-11-21")`.
    package static func record(at instant: Datetime, in zone: ZoneClock) -> Record {
        let offset = Int64(zone.offsetSeconds(at: instant)) * 1000
        let (shifted, overflow) = instant.milliseconds.addingReportingOverflow(offset)
        let local = Datetime(milliseconds: overflow ? instant.milliseconds : shifted)
        let components = local.components
        return [
            "instant": .datetime(instant),
            "date": .datetime(local.toDate() ?? local),
            "hour": .long(Int64(components.hour)),
            "minute": .long(Int64(components.minute)),
            "day_of_week": .long(Int64(components.dayOfWeek)),
            "time_zone": .string(CedarString(zone.name)),
        ]
    }
}
