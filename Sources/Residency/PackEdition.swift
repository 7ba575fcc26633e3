package import CedarEngine
package import CedarModel
import CedarSyntax

/// A pack as it stands between two days on which something begins or ends.
package final class PackEdition: Sendable {
    /// The policies, with the countries, lists and regions of these days.
    package let compiled: CompiledPolicies

    /// The first instant at which something changes; `nil` when nothing will.
    package let end: Datetime?

    /// The numbers of the laws.
    let limits: [(key: CedarString, value: Int64)]

    /// The last day of each decision in force, by list and country.
    let lastDays: [String: [CedarString: Datetime]]

    /// The numbers of the names of the attributes of requests, by position; negative for those that no policy reads.
    let factKeys: [Int32]

    let regimes: [EntityHandle]
    let regions: [EntityHandle]
    let dataset: EntityHandle

    /// The classes of regions that the policies of each regime cannot tell apart, while no fact names a country.
    let groups: [[[Int]]]

    /// Each class by itself.
    let singles: [[Int]]

    let actions: [String: EntityHandle]

    private let missing: EntityHandle

    /// The namespace of the packs.
    static let namespace = "Residency"

    static func uid(_ type: String, _ id: String) -> EntityUID {
        EntityUID(type: Name(unchecked: "\(namespace)::\(type)"), id: CedarString(id))
    }

    init(_ parts: ResidencyPack.Parts, classes: [Int], boundaries: [Datetime], index: Int) {
        end = index < boundaries.count ? boundaries[index] : nil
        let instant =
            index > 0
            ? boundaries[index - 1]
            : Datetime(milliseconds: (boundaries.first?.milliseconds ?? 0) - Period.day)
        limits = parts.limits.map { ($0, parts.data.limit($0.text, at: instant) ?? 0) }
        let membership = ListMembership(parts.data, pack: parts.name, at: instant)
        lastDays = membership.lastDays
        let entities = Self.entities(parts, membership, at: instant)
        var compiler = PolicyCompiler()
        // The ids of the entities are unique, and nothing has itself as an ancestor: both were checked at loading.
        let store = (try? EntityStore(entities)) ?? .empty
        let compiled = compiler.compile(parts.policies, entities: compiler.compile(entities: store))
        self.compiled = compiled
        factKeys = parts.facts.nodes.map { compiled.symbol(of: $0.key) }
        missing = EntityHandle.unknown
        func handle(_ uid: EntityUID) -> EntityHandle { compiled.handle(of: uid) ?? .unknown }
        regimes = parts.regimes.map { handle(Self.uid("Regime", $0.id)) }
        regions = parts.catalog.regions.map { handle(Self.uid("Region", $0.id)) }
        dataset = handle(Self.uid("Dataset", "request"))
        singles = classes.indices.map { [$0] }
        let regions = parts.catalog.regions
        groups = parts.sensitivity.map { sensitivity in
            var known: [CedarString: Int] = [:]
            var groups: [[Int]] = []
            for (index, region) in classes.enumerated() {
                let key = sensitivity.key(of: regions[region], lists: membership.lists, parts.jurisdictions)
                if let group = known[key] {
                    groups[group].append(index)
                } else {
                    known[key] = groups.count
                    groups.append([index])
                }
            }
            return groups
        }
        actions = Dictionary(
            parts.actions.map { ($0.uid.id.text, handle($0.uid)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The handle of a country.
    func country(_ code: String) -> EntityHandle { compiled.handle(of: Self.uid("Country", code)) ?? missing }

    private static func entities(
        _ parts: ResidencyPack.Parts, _ membership: ListMembership, at instant: Datetime
    ) -> [Entity] {
        var entities = parts.actions
        entities += parts.regimes.map { Entity(uid: uid("Regime", $0.id)) }
        entities.append(Entity(uid: uid("Dataset", "request")))
        for instrument in parts.data.instruments {
            entities.append(
                Entity(
                    uid: uid("Instrument", instrument.name),
                    parents: instrument.period.contains(instant) ? [uid("List", "in_force")] : []))
        }
        var groups: [CedarString: Set<EntityUID>] = [:]
        for (group, codes) in parts.jurisdictions.groups {
            for code in codes { groups[CedarString(code), default: []].insert(uid("Group", group)) }
        }
        let organisations = parts.jurisdictions.organisations.map { CedarString("intorg:\($0)") }
        for code in parts.jurisdictions.countries.union(organisations) {
            let lists = (membership.lists[code] ?? []).map { uid("List", $0) }
            entities.append(Entity(uid: uid("Country", code.text), parents: (groups[code] ?? []).union(lists)))
        }
        for region in parts.catalog.regions {
            entities.append(
                Entity(
                    uid: uid("Region", region.id),
                    attributes: [
                        "country": .entity(uid("Country", region.country)),
                        "operator": .entity(uid("Country", region.operatorCountry)),
                        "partition": .string(CedarString(region.partition)),
                        "admission": .string(CedarString(region.admission)),
                        "status": .string(CedarString(region.status)),
                        "roles": .set(ValueSet(region.roles.map { .string(CedarString($0)) })),
                    ], parents: [uid("Country", region.country)]))
        }
        return entities
    }
}

/// Which countries are in which lists at an instant.
struct ListMembership {
    /// The lists of each country.
    private(set) var lists: [CedarString: Set<String>] = [:]

    /// The last day of each decision in force, by list and country.
    private(set) var lastDays: [String: [CedarString: Datetime]] = [:]

    init(_ data: DatedData, pack: String, at instant: Datetime) {
        for list in data.lists {
            let entries = list.packs[pack] ?? list.entries
            let current = Set(entries.filter { $0.period.contains(instant) }.map { CedarString($0.code) })
            for entry in entries {
                let code = CedarString(entry.code)
                if entry.period.contains(instant) {
                    let name = entry.scope.map { "\(list.name).\($0)" } ?? list.name
                    lists[code, default: []].insert(name)
                    // Of several decisions about one country, the one that lasts counts.
                    if let day = entry.period.lastDay, lastDays[name]?[code].map({ $0 < day }) ?? true {
                        lastDays[name, default: [:]][code] = day
                    }
                } else if !current.contains(code) {
                    let isOver = entry.period.hasEnded(at: instant)
                    lists[code, default: []].insert("\(list.name).\(isOver ? "ended" : "pending")")
                }
            }
        }
    }
}
