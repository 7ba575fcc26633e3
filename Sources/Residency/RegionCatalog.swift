package import CedarSyntax
import Documents

/// The regions of the installation, and which of them comes first for whom: `regions.yaml`.
package struct RegionCatalog: Sendable {
    /// The regions in the order of their ids.
    package let regions: [Region]

    /// The order in which regions become primary, by regime; `default` for all others.
    package let primaries: [String: Preference]

    private let positions: [CedarString: Int]

    /// Which regions come first.
    package struct Preference: Sendable {
        /// Asked first, by the kind of data.
        package var kinds: [CedarString: [Int]] = [:]

        /// Asked next.
        package var order: [Int] = []
    }

    /// Joins regions in any order.
    init(_ regions: [Region], primaries: (RegionCatalog) -> [String: Preference]) {
        let sorted = regions.sorted { CedarString($0.id) < CedarString($1.id) }
        let bare = RegionCatalog(sorted: sorted, primaries: [:])
        self.init(sorted: sorted, primaries: primaries(bare))
    }

    private init(sorted: [Region], primaries: [String: Preference]) {
        regions = sorted
        self.primaries = primaries
        positions = Dictionary(
            sorted.enumerated().map { (CedarString($0.element.id), $0.offset) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// The position of the region with an id.
    package func position(of id: String) -> Int? { positions[CedarString(id)] }
}

/// A place where data can be.
package struct Region: Sendable {
    /// Its id, such as `eu-west-1`.
    package var id: String

    /// Its name for people.
    package var name: String

    /// The code of the country it stands in.
    package var country: String

    /// A word for the law that holds there, for people.
    package var legalZone: String

    /// The partition of the provider: identities and replication do not cross it.
    package var partition: String

    /// The country whose law the operator answers to.
    package var operatorCountry: String

    /// The word by which policies know what the region takes.
    package var admission: String

    /// The word by which policies know whether it is in operation; `active` when it is.
    package var status: String

    /// What it can be used for.
    package var roles: [String]

    /// The region that backs it up.
    package var backup: String?

    /// Addresses by kind, in the order of the kinds.
    package var endpoints: [(kind: String, address: String)]

    /// The address of a kind.
    package func endpoint(_ kind: String) -> String? { endpoints.first { $0.kind == kind }?.address }
}
