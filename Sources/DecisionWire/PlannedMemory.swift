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

    /// Sets the clock of a question that was read before.
    func setClock(
        of request: CompiledRequest, _ question: PlannedQuestion, to instant: Datetime, _ plan: RequestPlan
    ) {
        let action = plan.action(at: question.action)
        guard action.declaresNow, let now = request.record(inContextAt: plan.names.now) else { return }
        let time = time(at: instant, ofTenantAt: question.tenant, plan)
        let (members, names) = (action.now, plan.names)
        if members.contains(.instant) { now.set(names.instant, datetime: time.instant.milliseconds) }
        if members.contains(.date) { now.set(names.date, datetime: time.date.milliseconds) }
        if members.contains(.hour) { now.set(names.hour, long: time.hour) }
        if members.contains(.minute) { now.set(names.minute, long: time.minute) }
        if members.contains(.dayOfWeek) { now.set(names.dayOfWeek, long: time.dayOfWeek) }
    }

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
