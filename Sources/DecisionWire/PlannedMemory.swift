import CedarEngine
import CedarModel
import DecisionPoint
import PolicyBundles

/// What one thread remembers of earlier requests to an application, because the next one is likely similar.
///
/// Everything in it is checked before it is used: it saves work and decides nothing.
final class PlannedMemory {
    /// The strings of the last request.
    let strings = SymbolGuesses()

    private var minute: Int64 = -1
    private var tenant = -1
    private var time: LocalTime?

    /// What a tenant's clock shows.
    ///
    /// Within a minute only the instant changes.
    func time(at instant: Datetime, ofTenantAt tenant: Int, _ plan: RequestPlan) -> LocalTime {
        // Far from the times of servers, numbers may overflow.
        guard (0..<1 << 52).contains(instant.milliseconds) else {
            return LocalTime(at: instant, in: plan.zone(ofTenantAt: tenant))
        }
        let minute = instant.milliseconds / 60_000
        if let time, minute == self.minute, tenant == self.tenant { return time.moved(to: instant) }
        let zone = plan.zone(ofTenantAt: tenant)
        let time = LocalTime(at: instant, in: zone)
        let (first, last) = (
            Datetime(milliseconds: minute * 60_000), Datetime(milliseconds: minute * 60_000 + 59_999)
        )
        let offset = zone.offsetSeconds(at: first)
        guard offset % 60 == 0, offset == zone.offsetSeconds(at: last) else { return time }
        (self.minute, self.tenant, self.time) = (minute, tenant, time)
        return time
    }
}
