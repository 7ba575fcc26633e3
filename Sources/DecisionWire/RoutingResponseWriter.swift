import CedarModel
package import Residency
import StrictJSON

/// Writes the answer of `POST /v1/route`.
package enum RoutingResponseWriter {
    /// The body for a route; the texts are those of its pack.
    package static func body(_ route: RoutingDecision, decisionID: String, _ texts: RouteTexts? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.routeMembers(route, texts ?? RouteTexts(route.pack))
        writer.member("decision_id", decisionID)
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes a route as an object.
    mutating func route(_ route: RoutingDecision, _ texts: RouteTexts? = nil) {
        beginObject()
        routeMembers(route, texts ?? RouteTexts(route.pack))
        endObject()
    }

    /// Writes the members of a route; those that do not apply are left out.
    mutating func routeMembers(_ route: RoutingDecision, _ texts: RouteTexts) {
        let regions = route.pack.catalog.regions
        func id(_ region: Int) -> String { regions[region].id }
        member("decision", route.isAllowed ? "allow" : "deny")
        if let operation = route.operation { member("operation", operation.rawValue) }
        key("reasons")
        beginArray()
        for reason in route.reasons { routingReason(reason) }
        endArray()
        strings("allowed_regions", route.allowed.map(id))
        if let primary = route.primary { member("primary", id(primary)) }
        if let backup = route.backup { member("backup", id(backup)) }
        strings("mirrors", route.mirrors.map(id))
        if let endpoint = route.endpoint { member("endpoint", endpoint) }
        if let primary = route.primary { raw(texts.endpoints(primary)) }
        if let storage = route.storageClass { member("storage_class", storage) }
        if !route.regions.isEmpty { self.regions(route, texts) }
        if !route.regimes.isEmpty {
            key("regimes")
            beginObject()
            for regime in route.regimes { strings(regime.regime, regime.regions.map(id)) }
            endObject()
        }
        if let mechanism = route.mechanism { member("mechanism_used", mechanism) }
        if let day = route.mechanismExpires { member("mechanism_expires", String(day.description.prefix(10))) }
        if !route.mechanismsRequired.isEmpty { strings("mechanism_required", route.mechanismsRequired) }
        strings("obligations", route.obligations)
        if !route.warnings.isEmpty { strings("warnings", route.warnings) }
        if !route.hints.isEmpty { strings("hints", route.hints) }
        strings("rule_ids", route.policies)
        if !route.evidence.isEmpty {
            key("evidence")
            beginObject()
            for item in route.evidence { member(item.path, item.origin.rawValue) }
            endObject()
        }
        if !route.statements.isEmpty {
            key("statements")
            beginArray()
            for statement in route.statements {
                beginObject()
                member("signer", statement.signer.issuer)
                member("expires", statement.expiry.description)
                endObject()
            }
            endArray()
        }
        raw(texts.description)
        if let end = route.validUntil { member("valid_until", end.description) }
    }

    /// Writes what came of each region: `regions` in full, and the codes of the denied ones as `denied`.
    private mutating func regions(_ route: RoutingDecision, _ texts: RouteTexts) {
        let regions = route.pack.catalog.regions
        key("denied")
        beginObject()
        for (index, outcome) in route.regions.enumerated() {
            guard let denial = outcome.denial else { continue }
            key(regions[index].id)
            raw(texts.reason(denial, of: route).code)
        }
        endObject()
        key("regions")
        beginArray()
        for (index, outcome) in route.regions.enumerated() {
            beginObject()
            raw(texts.head(index))
            key("allowed")
            bool(outcome.isAllowed)
            if let mechanism = outcome.mechanism { member("mechanism", mechanism) }
            if let denial = outcome.denial {
                key("denial")
                raw(texts.reason(denial, of: route).object)
            }
            endObject()
        }
        endArray()
    }

    mutating func routingReason(_ reason: RoutingReason) {
        beginObject()
        member("code", reason.code)
        member("message", reason.message)
        if let regime = reason.regime { member("regime", regime) }
        if let policy = reason.policy { member("policy", policy) }
        if let law = reason.law { member("law", law) }
        endObject()
    }

    private mutating func strings(_ name: String, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}
