package import CedarModel
package import CedarSyntax

/// What is to be done with data.
package enum RoutingOperation: String, CaseIterable, Sendable {
    case store, process, transfer, replicate, access
    case routeIngest = "route_ingest"
    case routeQuery = "route_query"
    case auditLocation = "audit_location"

    /// The actions that routing asks policies about.
    static let actionNames = allCases.map(\.rawValue) + ["process_at", "mirror", "explain"]
}

/// A question about where data may be or go.
package struct RoutingRequest: Sendable {
    /// What is to be done; `nil` when the request does not say.
    package var operation: RoutingOperation?

    /// Whether the request says on whose behalf.
    package var hasTenant = false

    /// The tenant's id.
    package var tenantID: String?

    /// The jurisdiction that the tenant belongs to, in its words.
    package var jurisdiction: String?

    /// The regimes that the tenant requires, in its words.
    package var requirements: [String] = []

    /// The region that the tenant likes best.
    package var preferredRegion: String?

    /// The region in which data was found.
    package var locationRegion: String?

    /// The regions that are down.
    package var unavailable: Set<CedarString> = []

    /// The regions that are full.
    package var full: Set<CedarString> = []

    /// The values of the attributes, by position in ``FactTree/nodes``; `nil` for those that are not given.
    package var values: [Value?]

    /// Who gave each value.
    package var origins: [EvidenceOrigin?]

    /// The signed statements that count.
    package var statements: [EvidenceStatement] = []

    /// When the evidence is no longer what it is: the earliest end of an item, or beginning of another.
    package var evidenceEnd: Datetime?

    /// What makes the request undecidable.
    package var problems: [RoutingReason] = []

    /// What a person should know of the request.
    package var warnings: [String] = []

    /// What may be meant instead.
    package var hints: [String] = []

    /// Makes an empty request.
    package init(_ facts: FactTree) {
        values = Array(repeating: nil, count: facts.nodes.count)
        origins = Array(repeating: nil, count: facts.nodes.count)
    }
}

/// Where a value of a request comes from.
package enum EvidenceOrigin: String, Sendable {
    /// The caller's word.
    case caller
    /// The tenant's file in the bundle.
    case tenant
    /// A statement of a signer that the tenant's file names.
    case signed
}
