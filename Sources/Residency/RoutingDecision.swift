package import CedarModel
import CedarSyntax

/// Where data may be or go, and why not elsewhere.
package struct RoutingDecision: Sendable {
    /// Whether what is asked may be done.
    package var isAllowed = false

    /// Why not; empty when it may.
    package var reasons: [RoutingReason] = []

    /// The regions, in the order of their ids; empty when no region was judged.
    package var regions: [RegionOutcome] = []

    /// The regions that are allowed and available, by position in the catalogue.
    package var allowed: [Int] = []

    /// The region to use.
    package var primary: Int?

    /// The region that backs it up.
    package var backup: Int?

    /// Regions in which further copies may be kept.
    package var mirrors: [Int] = []

    /// The class of storage.
    package var storageClass: String?

    /// The allowed regions of each law by itself.
    package var regimes: [(regime: String, regions: [Int])] = []

    /// What makes it lawful.
    package var mechanism: String?

    /// The last day on which the mechanism holds.
    package var mechanismExpires: Datetime?

    /// What would make it lawful.
    package var mechanismsRequired: [String] = []

    /// What the gateway must do.
    package var obligations: [String] = []

    /// What people should know.
    package var warnings: [String] = []

    /// What may be meant instead.
    package var hints: [String] = []

    /// The policies that the answer rests on, in the order of their ids.
    package var policies: [String] = []

    /// Until when the same question has the same answer; `nil` when nothing is known to change.
    package var validUntil: Datetime?

    /// The signed statements of evidence that counted.
    package var statements: [EvidenceStatement] = []

    /// Who gave each item of evidence that the request has.
    package var evidence: [(path: String, origin: EvidenceOrigin)] = []

    /// The operation; `nil` when the request names none.
    package var operation: RoutingOperation?

    /// The pack that decided.
    package let pack: ResidencyPack

    init(_ pack: ResidencyPack) {
        self.pack = pack
    }

    /// What came of one region.
    package struct RegionOutcome: Sendable {
        /// Whether it is allowed and available.
        package var isAllowed = true

        /// Why not: the reason that speaks first; `nil` when it is allowed.
        package var denial: Denial?

        /// The mechanism that allows it; `nil` when none is needed.
        package var mechanism: String?
    }

    /// A policy that excludes a region.
    package enum Denial: Sendable {
        /// The policy at this position.
        case policy(Int)
        /// No policy of the regime at this position permits it.
        case notPermitted(regime: Int)
        /// It is down.
        case unavailable
    }

    /// The address of a kind at the primary.
    package func endpoint(_ kind: String) -> String? {
        primary.flatMap { pack.catalog.regions[$0].endpoint(kind) }
    }

    /// The address to use, for questions about one.
    package var endpoint: String? {
        switch operation {
        case .routeIngest: endpoint("ingest")
        case .routeQuery: endpoint("query")
        default: nil
        }
    }

    /// The reason of a denial.
    package func reason(_ denial: Denial) -> RoutingReason {
        switch denial {
        case .policy(let position):
            let note = pack.notes[position]
            return RoutingReason(
                code: note.code, message: note.reason, regime: pack.regimes[note.regime].id, policy: note.id,
                law: note.law)
        case .notPermitted(let regime):
            return RoutingReason(
                code: Self.noMechanism, message: "no policy of this regime permits it",
                regime: pack.regimes[regime].id)
        case .unavailable:
            return RoutingReason(code: Self.unavailable, message: "the region is not available")
        }
    }

    static let noMechanism = "NO_TRANSFER_MECHANISM"
    static let unavailable = "REGION_UNAVAILABLE"
}
