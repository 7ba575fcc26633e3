package import CedarSyntax

/// What an assertion says, read from the octets that were signed and from nothing else.
package struct AssertionFacts: Sendable {
    /// The ID of the assertion.
    package internal(set) var id: CedarString
    /// The provider.
    package internal(set) var issuer: CedarString
    /// When it was issued, in milliseconds.
    package internal(set) var issueInstant: Int64
    /// Whom it is about.
    package internal(set) var nameID: NameID?
    /// When it ends, in milliseconds: the earliest of all ends.
    package internal(set) var expiry: Int64 = .max
    /// The end of the confirmation that holds, in milliseconds.
    package internal(set) var confirmationEnd: Int64 = .max
    /// The sign-in, the latest of several.
    package internal(set) var authentication: Authentication?
    /// The attributes, in the order of their first occurrence.
    package internal(set) var attributes: [Attribute] = []
    /// Whether it may be used once only.
    package internal(set) var isForOneUse = false
    /// The request that it answers.
    package internal(set) var inResponseTo: CedarString?
    /// SHA-256 of the client certificate that the subject was confirmed with.
    package internal(set) var certificateThumbprint: [UInt8]?

    init(id: CedarString, issuer: CedarString, issueInstant: Int64) {
        self.id = id
        self.issuer = issuer
        self.issueInstant = issueInstant
    }

    /// The name of a subject (SAML Core section 2.2.3).
    package struct NameID: Hashable, Sendable {
        /// The name.
        package let value: CedarString
        /// What kind of name it is.
        package let format: CedarString?
        /// The name space of the provider.
        package let qualifier: CedarString?
        /// The name space of the service.
        package let serviceQualifier: CedarString?
    }

    /// A sign-in (SAML Core section 2.7.2).
    package struct Authentication: Sendable {
        /// When, in milliseconds.
        package let instant: Int64
        /// Its class.
        package let context: CedarString?
        /// Who took part in it.
        package let authorities: [CedarString]
        /// The session at the provider.
        package let session: CedarString?
        /// When that session ends, in milliseconds.
        package let sessionEnd: Int64?
    }

    /// An attribute: name and format together tell it apart (SAML Core section 2.7.3.1).
    package struct Attribute: Hashable, Sendable {
        /// The name.
        package let name: CedarString
        /// The format of the name; `nil` for unspecified.
        package let format: CedarString?
        /// The values, all texts; `nil` stands for a null.
        package internal(set) var values: [CedarString?]
    }
}
