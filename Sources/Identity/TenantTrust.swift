package import CedarSyntax
package import JOSE
import Synchronization

/// Whom a tenant trusts to say who somebody is: the `oidc` and `claims` sections of its file.
///
/// Never changed; a tenant whose file changes gets another one with another ``generation``.
package final class TenantTrust: Sendable {
    /// The tenant.
    package let tenant: CedarString

    /// The issuers, by exact name: no normalization (OpenID Connect Core section 3.1.3.7).
    package let records: [CedarString: Record]

    /// Whom the tenant trusts by SAML, which the verifier of SAML messages understands.
    package let saml: (any ProtocolTrust)?

    /// The attributes of the principal that a caller may give beside a credential; none of them comes from claims.
    package let callerMayAdd: Set<CedarString>

    /// The bounds within which a token is read at all: the widest of the issuers'.
    package let limits: JWSLimits

    /// A number that no other trust of this process has: what was verified under one says nothing under another.
    package let generation: UInt64

    /// Makes a trust of some issuers; of several with one name, the first counts.
    package init(
        tenant: CedarString, issuers: [TrustedIssuer], callerMayAdd: Set<CedarString> = [],
        saml: (any ProtocolTrust)? = nil
    ) {
        self.saml = saml
        self.tenant = tenant
        self.callerMayAdd = callerMayAdd
        records = Dictionary(issuers.map { ($0.issuer, Record($0)) }, uniquingKeysWith: { first, _ in first })
        var limits = JWSLimits.standard
        limits.maximumTokenBytes = issuers.map(\.limits.maximumTokenBytes).max() ?? limits.maximumTokenBytes
        self.limits = limits
        generation = Self.counter.add(1, ordering: .relaxed).newValue
    }

    /// The issuers as values.
    package var issuers: [CedarString: TrustedIssuer] { records.mapValues(\.issuer) }

    /// An issuer behind a reference, so that nothing of it is copied when a token is verified.
    package final class Record: Sendable {
        /// The issuer.
        package let issuer: TrustedIssuer

        /// Keeps an issuer.
        package init(_ issuer: TrustedIssuer) { self.issuer = issuer }
    }

    private static let counter = Atomic<UInt64>(0)
}

/// Trust by another protocol than OpenID Connect, in the words of that protocol's verifier.
package protocol ProtocolTrust: AnyObject, Sendable {}

/// An issuer that a tenant trusts, and what its tokens must be like.
package struct TrustedIssuer: Sendable {
    /// The name, as in `iss`.
    package let issuer: CedarString

    /// Where its keys come from.
    package var keys: KeyOrigin

    /// The kinds of tokens that count.
    package var tokens: Set<TokenKind> = [.access]

    /// The audiences of access tokens, one of which must be in `aud`.
    package var audiences: Set<CedarString> = []

    /// The ids of the clients whose ID tokens count: the only values that `aud` may have there.
    package var clients: Set<CedarString> = []

    /// What stands in for an audience, for providers that send none or a meaningless one: all conditions must hold.
    ///
    /// `nil` demands an audience.
    package var withoutAudience: [ClaimCondition]?

    /// The clients that tokens may have been given to (`azp`, `client_id`, `cid`, `appid`); `nil` for any.
    package var authorizedParties: Set<CedarString>?

    /// The claims that tell the tenants of a shared issuer apart.
    package var required: [ClaimCondition] = []

    /// The algorithms that count.
    package var algorithms: SignatureAlgorithmSet = .standard

    /// The tolerance for clocks that differ, in seconds.
    package var clockSkew: Int64 = 60

    /// The longest that a token may be valid, in seconds.
    package var maximumLifetime: Int64 = 86_400

    /// The greatest age of the sign-in, in seconds; `nil` for any.
    package var maximumAge: Int64?

    /// Whether only tokens that are bound to a key count.
    package var requiresBinding = false

    /// How old a DPoP proof may be, in seconds.
    package var proofWindow: Int64 = 300

    /// The bounds of tokens.
    package var limits: JWSLimits = .standard

    /// What becomes of the claims.
    package var mapping: ClaimMapping

    /// Where it is named in the tenant's file.
    package var span = SourceSpan(start: 0, end: 0)

    /// Makes an issuer with the defaults.
    package init(issuer: CedarString, keys: KeyOrigin, mapping: ClaimMapping = .standard) {
        self.issuer = issuer
        self.keys = keys
        self.mapping = mapping
    }
}

/// Where the keys of an issuer come from.
package enum KeyOrigin: Sendable {
    /// From the configuration: they never change while it does not.
    case fixed(FixedKeySet)
    /// From the `jwks_uri` of the issuer's discovery document (OpenID Connect Discovery section 4).
    case discovery
    /// From this address.
    case address(String)
}

/// Keys from the configuration, with a number that no other key set of the process has.
package final class FixedKeySet: Sendable {
    /// The keys.
    package let keys: JSONWebKeySet

    /// The number.
    package let generation: UInt64

    /// Keeps keys.
    package init(_ keys: JSONWebKeySet) {
        self.keys = keys
        generation = KeySetGeneration.next()
    }
}

/// Numbers for key sets, unique within the process.
package enum KeySetGeneration {
    private static let counter = Atomic<UInt64>(0)

    /// A number that was not given before.
    package static func next() -> UInt64 { counter.add(1, ordering: .relaxed).newValue }
}

/// The kinds of tokens that can name a subject; each excludes the others (RFC 8725 section 3.12).
package enum TokenKind: String, CaseIterable, Sendable {
    /// Access tokens as providers send them.
    case access
    /// Access tokens with everything that RFC 9068 section 2.2 demands.
    case rfc9068
    /// ID tokens (OpenID Connect Core section 2).
    case id
}
