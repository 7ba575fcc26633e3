/// Gets documents of issuers.
package protocol KeyFetching: Sendable {
    /// Gets a document.
    ///
    /// - Parameters:
    ///   - url: the address.
    ///   - tag: the entity tag of the version that is known already.
    /// - Throws: ``KeyFetchError``.
    func fetch(_ url: String, unlessTagged tag: String?) async throws(KeyFetchError) -> FetchedDocument

    /// Gets metadata, which may be longer and take longer.
    ///
    /// - Throws: ``KeyFetchError``.
    func fetchMetadata(_ url: String, unlessTagged tag: String?) async throws(KeyFetchError) -> FetchedDocument
}

extension KeyFetching {
    /// Gets metadata like any other document.
    package func fetchMetadata(
        _ url: String, unlessTagged tag: String?
    ) async throws(KeyFetchError) -> FetchedDocument { try await fetch(url, unlessTagged: tag) }
}

/// The kinds of documents that keys come in.
package enum FetchedDocumentKind: String, Sendable {
    /// A JSON Web Key Set.
    case keySet = "key_set"
    /// SAML metadata.
    case metadata
}

/// What came of a fetch.
package enum FetchedDocument: Sendable {
    /// A document, with its entity tag and how long it may be kept, in seconds.
    case document([UInt8], tag: String?, maximumAge: Int64?)
    /// The version that is known already.
    case unchanged(maximumAge: Int64?)
    /// There is no document at this address.
    case absent
}

/// Why a document could not be got.
package struct KeyFetchError: Error, Sendable, CustomStringConvertible {
    /// The reason, as a lowercase sentence for administrators.
    package let description: String

    /// Makes an error.
    package init(_ description: String) {
        self.description = description
    }
}
