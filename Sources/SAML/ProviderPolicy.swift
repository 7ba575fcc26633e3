package import CedarSyntax

/// What a tenant demands of a provider's messages, and what it tolerates.
///
/// The defaults are strict; every tolerance is opened by name, for one provider.
package struct ProviderPolicy: Hashable, Sendable {
    /// The tolerance for clocks that differ, in seconds.
    package var clockSkew: Int64 = 180

    /// The shortest RSA modulus in bits.
    package var minimumRSABits = 2_048

    /// The instant until which SHA-1 counts, in milliseconds; `nil` for never.
    package var sha1Until: Int64?

    /// Whether content in cipher block chaining counts.
    package var allowsCBC = false

    /// Whether content keys with PKCS #1 v1.5 padding count.
    package var allowsRSA15 = false

    /// Whether inclusive canonicalization counts.
    package var allowsInclusiveCanonicalization = false

    /// Whether an empty reference counts for the signature of the root.
    package var allowsEmptyReference = false

    /// Whether elements may stand in another order than the schema's.
    package var toleratesElementOrder = false

    /// Whether a signed response may lack its destination.
    package var toleratesMissingDestination = false

    /// Whether `NotBefore` at a bearer confirmation is compared with the clock instead of refused.
    package var ignoresBearerNotBefore = false

    /// Whether attributes of one name and format are merged.
    package var mergesDuplicateAttributes = false

    /// Whether certificates must be valid at the time.
    package var checksCertificates = false

    /// Whether libxmlsec1 must agree with every signature.
    package var crossChecks = true

    /// Whether an audience must be there; only tests of foreign messages can do without.
    package var requiresAudience = true

    /// Whether a sign-in must be there in a response.
    package var requiresAuthentication = true

    /// Whether the subject must have a name id.
    package var requiresNameID = true

    /// Whether a name id for another service is refused.
    package var checksNameQualifier = false

    /// The greatest age of a message, in seconds.
    package var maximumAge: Int64?

    /// The greatest age of the sign-in, in seconds.
    package var maximumAuthenticationAge: Int64?

    /// The classes of sign-ins that count; `nil` for all.
    package var contexts: Set<CedarString>?

    /// The scopes that scoped identifiers may have; `nil` for any.
    package var scopes: Set<CedarString>?

    /// The bounds of messages.
    package var limits = MessageLimits.standard

    /// The strict defaults.
    package static let strict = ProviderPolicy()

    /// Makes the strict defaults.
    package init() {}

    /// Whether SHA-1 counts at an instant.
    func allowsSHA1(at now: Int64) -> Bool { sha1Until.map { now < $0 } ?? false }

    /// The tolerance for clocks in milliseconds.
    var skew: Int64 { clockSkew * 1_000 }
}
