/// What operators see of the keys of a place.
package struct KeySetReport: Sendable {
    /// The issuer or address.
    package let place: String
    /// What is fetched there.
    package let kind: FetchedDocumentKind
    /// How many keys can be used.
    package let keys: Int
    /// How many keys are left out.
    package let refused: Int
    /// How long ago the keys were fetched, in milliseconds; `nil` if never.
    package let age: Int64?
    /// How many fetches failed since the last that did not.
    package let failures: Int
    /// Why the last fetch failed.
    package let lastError: String?
    /// When the first provider of metadata ends, in milliseconds since 1970; `nil` for key sets, and for no end.
    package let validUntil: Int64?
}
