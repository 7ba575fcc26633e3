package import IssuerKeys
package import OpenIDConnect

/// What operators see and change of the verification of credentials.
package struct CredentialOperations: Sendable {
    /// The keys of issuers.
    package let keys: KeySetCache

    /// The tokens that were verified.
    package let cache: VerifiedTokenCache

    /// The revocations; `nil` when the server has no state directory, so that revoking is refused.
    package let journal: RevocationJournal?

    /// How many SAML signatures were refused because the two verifiers did not agree.
    package let disagreements: @Sendable () -> Int

    /// Joins the parts.
    package init(
        keys: KeySetCache, cache: VerifiedTokenCache, journal: RevocationJournal?,
        disagreements: @escaping @Sendable () -> Int = { 0 }
    ) {
        self.disagreements = disagreements
        self.keys = keys
        self.cache = cache
        self.journal = journal
    }
}
