import CedarEngine
import CedarModel
import DecisionPoint
import Identity
import PolicyBundles
import StrictJSON

extension PlannedRequestReader {
    /// Sets the context: the caller's, what the caller says of the action, and what the server sets.
    ///
    /// - Parameters:
    ///   - context: where the caller's context stands; -1 without one.
    ///   - properties: where the attributes of the action stand; -1 without any.
    ///   - subject: whom a credential names.
    mutating func setContext(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, context: Int, properties: Int, of action: ActionPlan,
        at now: Datetime, subject: VerifiedSubject? = nil
    ) -> Bool {
        let record = plan.record(action.context)
        var seen = action.served
        builder.beginRecord()
        if context >= 0 {
            guard fields(text, tokens, context, of: record, isContext: true, &seen) else { return false }
        }
        if properties >= 0 {
            guard Self.isObject(text, tokens[properties]) else { return false }
            if tokens[properties].detail > 0 {
                guard let (attribute, place) = plan.attribute(names.action, of: record), attribute.value.form == .record
                else { return false }
                builder.key(symbol: names.action)
                guard value(text, tokens, properties, as: attribute.value) else { return false }
                seen |= 1 << UInt64(place)
            }
        }
        if let subject {
            guard pushCredential(subject, in: record, &seen) else { return false }
        }
        guard record.required & ~seen == 0 else { return false }
        if action.declaresNow { pushNow(action.now, now) }
        plan.pushTenant(at: tenant, for: action, to: &builder)
        if let permission = action.permission {
            builder.key(symbol: names.permission)
            builder.push(permission)
        }
        builder.endRecord()
        if let constant = plan.tenantConstant(at: tenant, for: action) {
            builder.setContext(fixing: names.tenant, at: constant)
        } else {
            builder.setContext()
        }
        return true
    }

    private mutating func pushNow(_ members: NowFields, _ now: Datetime) {
        let time = memory.time(at: now, ofTenantAt: tenant, plan)
        builder.key(symbol: names.now)
        builder.beginRecord()
        if members.contains(.instant) {
            builder.key(symbol: names.instant)
            builder.datetime(milliseconds: time.instant.milliseconds)
        }
        if members.contains(.date) {
            builder.key(symbol: names.date)
            builder.datetime(milliseconds: time.date.milliseconds)
        }
        if members.contains(.hour) {
            builder.key(symbol: names.hour)
            builder.long(time.hour)
        }
        if members.contains(.minute) {
            builder.key(symbol: names.minute)
            builder.long(time.minute)
        }
        if members.contains(.dayOfWeek) {
            builder.key(symbol: names.dayOfWeek)
            builder.long(time.dayOfWeek)
        }
        if members.contains(.timeZone) {
            builder.key(symbol: names.timeZone)
            builder.string(symbol: plan.zoneName(ofTenantAt: tenant))
        }
        builder.endRecord()
    }

    /// Sets who asks for what on what, and adds both parties; `false` when the action does not apply to them.
    mutating func setQuestion(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, principal: Party, action: Int, resource: Party,
        subject: VerifiedSubject? = nil
    ) -> Bool {
        // A subject that acts on itself is described twice.
        guard !principal.entity.isSame(as: resource.entity),
            plan.applies(actionAt: action, principal: principal.type, resource: resource.type)
        else { return false }
        builder.setPrincipal(principal.entity)
        builder.setAction(plan.action(at: action).action)
        builder.setResource(resource.entity)
        return add(principal, text, tokens, subject: subject, isPrincipal: true, besides: resource)
            && add(resource, text, tokens, isPrincipal: false, besides: principal)
    }

    /// Makes the request ready; `false` when its entities make one its own ancestor.
    func finish() -> Bool {
        do {
            try builder.finish()
            return true
        } catch {
            return false
        }
    }
}
