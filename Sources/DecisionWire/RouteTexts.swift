package import Residency
import StrictJSON

/// The parts of answers about a pack that are the same in each, as JSON written once.
///
/// A route speaks of every region, and gives the same reasons for most of them. One per thread; what is not needed is
/// not written.
package final class RouteTexts {
    /// The pack.
    package let pack: ResidencyPack

    /// Of each region, the members `id` and `country`.
    private var heads: [[UInt8]?]

    /// Of each region, the member `endpoints`.
    private var endpoints: [[UInt8]?]

    /// The reasons that policies are, by position.
    private var policies: [Reason?]

    /// The reasons that a regime without a permit is, by position.
    private var regimes: [Reason?]

    private var unavailable: Reason?

    /// The member `data_pack`.
    private(set) lazy var description = Self.member { writer in
        writer.key("data_pack")
        writer.beginObject()
        writer.member("name", pack.name)
        writer.member("version", pack.version)
        writer.member("hash", pack.hash)
        writer.endObject()
    }

    /// A reason as an object, and its code as a string.
    struct Reason {
        let object: [UInt8]
        let code: [UInt8]
    }

    /// Makes the memory for a pack.
    package init(_ pack: ResidencyPack) {
        self.pack = pack
        heads = Array(repeating: nil, count: pack.catalog.regions.count)
        endpoints = heads
        policies = Array(repeating: nil, count: pack.notes.count)
        regimes = Array(repeating: nil, count: pack.regimes.count)
    }

    /// The members `id` and `country` of a region.
    func head(_ region: Int) -> [UInt8] {
        if let known = heads[region] { return known }
        let head = Self.member { writer in
            writer.member("id", pack.catalog.regions[region].id)
            writer.member("country", pack.catalog.regions[region].country)
        }
        heads[region] = head
        return head
    }

    /// The member `endpoints` for a primary.
    func endpoints(_ region: Int) -> [UInt8] {
        if let known = endpoints[region] { return known }
        let written = Self.member { writer in
            writer.key("endpoints")
            writer.beginObject()
            for endpoint in pack.catalog.regions[region].endpoints { writer.member(endpoint.kind, endpoint.address) }
            writer.endObject()
        }
        endpoints[region] = written
        return written
    }

    /// A reason against a region.
    func reason(_ denial: RoutingDecision.Denial, of route: RoutingDecision) -> Reason {
        switch denial {
        case .policy(let position):
            if let known = policies[position] { return known }
            let reason = Self.reason(route.reason(denial))
            policies[position] = reason
            return reason
        case .notPermitted(let regime):
            if let known = regimes[regime] { return known }
            let reason = Self.reason(route.reason(denial))
            regimes[regime] = reason
            return reason
        case .unavailable:
            if let unavailable { return unavailable }
            let reason = Self.reason(route.reason(denial))
            unavailable = reason
            return reason
        }
    }

    private static func reason(_ reason: RoutingReason) -> Reason {
        var (object, code) = (JSONWriter(), JSONWriter())
        object.routingReason(reason)
        code.string(reason.code)
        return Reason(object: object.bytes, code: code.bytes)
    }

    /// Members without the braces around them.
    private static func member(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return Array(writer.bytes.dropFirst().dropLast())
    }
}
