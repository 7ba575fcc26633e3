package import CedarEngine
package import CedarModel
import CedarSyntax
import Synchronization

/// A set of residency laws with its data, compiled.
///
/// Data with dates makes *editions*: between two days on which something begins or ends, the lists of countries stand
/// still and are part of the compiled entities, so that a decision pays nothing for them. The edition of the time at
/// which the pack was loaded and the one after it are made at once; others when they are first asked for.
package final class ResidencyPack: Sendable {
    /// Its name: that of its folder.
    package let name: String

    /// The version of the data, for people.
    package let version: String

    /// The version of the files: `sha256:` and 64 hexadecimal digits.
    package let hash: String

    /// The catalogue.
    package let catalog: RegionCatalog

    /// The countries.
    package let jurisdictions: Jurisdictions

    /// What changes with time.
    package let data: DatedData

    /// The policies.
    package let policies: PolicySet

    /// What the policies say about themselves, in their order.
    package let notes: [PolicyNote]

    /// The attributes of requests.
    package let facts: FactTree

    /// The names of the numbers that policies read.
    let limits: [CedarString]

    /// The regimes that the pack has policies of; the platform's own rules are the first.
    package let regimes: [Jurisdictions.Regime]

    /// The regimes that look after the people of a country.
    let regimesBySubject: [CedarString: Set<Int>]

    /// The regimes that a truth value brings into play, by its position among the attributes.
    let regimesByFact: [(regime: Int, fact: Int)]

    /// Which regimes have policies about mirrors.
    let mirroring: Set<Int>

    /// What policies of each regime can tell of regions.
    let sensitivity: [RegionSensitivity]

    /// The regions by what policies can tell of them: those of one class are judged alike.
    let regionClass: [Int]

    /// A region of each class.
    let classes: [Int]

    private let actions: [Entity]
    private let boundaries: [Datetime]
    private let editions: [Int: PackEdition]
    private let later = Mutex<[Int: PackEdition]>([:])

    /// How many editions besides the first two are kept.
    private static let maximumEditions = 16

    /// The id of the platform's own rules.
    package static let platform = "PLATFORM"

    init(_ parts: Parts, at now: Datetime) {
        name = parts.name
        version = parts.jurisdictions.version
        hash = parts.hash
        catalog = parts.catalog
        jurisdictions = parts.jurisdictions
        data = parts.data
        policies = parts.policies
        notes = parts.notes
        facts = parts.facts
        limits = parts.limits
        regimes = parts.regimes
        mirroring = parts.mirroring
        var bySubject: [CedarString: Set<Int>] = [:]
        for (index, regime) in parts.regimes.enumerated() {
            for country in regime.subjects { bySubject[country, default: []].insert(index) }
        }
        regimesBySubject = bySubject
        regimesByFact = parts.regimes.enumerated().compactMap { index, regime in
            regime.fact.flatMap(parts.facts.position).map { (index, $0) }
        }
        sensitivity = parts.sensitivity
        actions = parts.actions
        boundaries = parts.data.boundaries(of: parts.name)
        (regionClass, classes) = Self.classify(parts.catalog.regions, isSingular: parts.namesRegions)
        let first = boundaries.prefix { $0 <= now }.count
        var editions: [Int: PackEdition] = [:]
        for index in [first, first + 1] where index <= boundaries.count {
            editions[index] = PackEdition(parts, classes: classes, boundaries: boundaries, index: index)
        }
        self.editions = editions
    }

    /// What a pack is made of.
    struct Parts {
        var name: String
        var hash: String
        var catalog: RegionCatalog
        var jurisdictions: Jurisdictions
        var data: DatedData
        var policies: PolicySet
        var notes: [PolicyNote]
        var facts: FactTree
        var limits: [CedarString]
        var regimes: [Jurisdictions.Regime]
        var mirroring: Set<Int>
        var actions: [Entity]
        var namesRegions: Bool
        var sensitivity: [RegionSensitivity]
    }

    /// The edition for an instant.
    package func edition(at instant: Datetime) -> PackEdition {
        var low = 0
        var high = boundaries.count
        while low < high {
            let middle = (low + high) / 2
            if boundaries[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        if let edition = editions[low] { return edition }
        return later.withLock { later in
            if let edition = later[low] { return edition }
            let edition = PackEdition(parts, classes: classes, boundaries: boundaries, index: low)
            if later.count >= Self.maximumEditions { later.removeAll() }
            later[low] = edition
            return edition
        }
    }

    private var parts: Parts {
        Parts(
            name: name, hash: hash, catalog: catalog, jurisdictions: jurisdictions, data: data, policies: policies,
            notes: notes, facts: facts, limits: limits, regimes: regimes, mirroring: mirroring, actions: actions,
            namesRegions: false, sensitivity: sensitivity)
    }

    private static func classify(_ regions: [Region], isSingular: Bool) -> ([Int], [Int]) {
        var known: [CedarString: Int] = [:]
        var classes: [Int] = []
        let assigned = regions.enumerated().map { index, region in
            let parts = [region.country, region.operatorCountry, region.partition, region.admission, region.status]
            let key = CedarString(
                isSingular ? region.id : (parts + region.roles).joined(separator: "\u{0}"))
            if let existing = known[key] { return existing }
            known[key] = classes.count
            classes.append(index)
            return classes.count - 1
        }
        return (assigned, classes)
    }

    /// The position of the regime with an id.
    package func regime(_ id: String) -> Int? { regimes.firstIndex { $0.id.utf8.elementsEqual(id.utf8) } }

    /// The positions of the regimes that a word of a tenant requires; `nil` when the word is not known.
    func regime(labelled label: String) -> Int? {
        let folded = CedarString(label.lowercased())
        return regimes.firstIndex { $0.labels.contains(folded) }
    }
}
