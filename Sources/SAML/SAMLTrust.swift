package import CedarSyntax
package import Identity
import Synchronization

/// The names that a tenant's service has at its identity providers, and its keys.
package struct ServiceIdentity: Sendable {
    /// The entity ids, one of which must be in every audience restriction; several during a change of name.
    package var audiences: [CedarString]

    /// The addresses where messages arrive: the only recipients and destinations that count.
    package var recipients: [CedarString]

    /// The destinations of responses that count, where they differ from the recipients.
    package var destinations: [CedarString]?

    /// The keys that content may be encrypted for; several during a change of keys.
    package var keys: [DecryptionKey]

    /// Makes a service.
    package init(audiences: [CedarString], recipients: [CedarString], keys: [DecryptionKey] = []) {
        self.audiences = audiences
        self.recipients = recipients
        self.keys = keys
    }
}

/// An identity provider that a tenant trusts.
package struct IdentityProvider: Sendable {
    /// The entity id, which is the issuer of every message.
    package let entityID: CedarString

    /// The keys that count for it, and for no other provider.
    package var keys: [PublicKey]

    /// What is demanded and tolerated.
    package var policy: ProviderPolicy

    /// What becomes of the attributes.
    package var mapping: ClaimMapping

    /// The end of the metadata that the keys came from, in milliseconds.
    package var validUntil: Int64?

    /// Where its keys are fetched from; ``keys`` is empty then.
    package var metadata: MetadataOrigin?

    /// Makes a provider.
    package init(
        entityID: CedarString, keys: [PublicKey], policy: ProviderPolicy = .strict, mapping: ClaimMapping = .standard
    ) {
        self.entityID = entityID
        self.keys = keys
        self.policy = policy
        self.mapping = mapping
    }
}

/// When a message may be used again.
package enum ReplayRule: String, CaseIterable, Sendable {
    /// Never: a second use is refused, and what was issued before this process could remember uses is refused too.
    case refuse
    /// As long as it is valid, unless it says that it is for one use.
    case allow
}

/// Whether responses must answer a request that the caller knows.
package enum SolicitationRule: String, CaseIterable, Sendable {
    /// The caller must name the request.
    case required
    /// Where the caller names a request, it must be that; otherwise both places must agree.
    case optional
}

/// Whom a tenant trusts by SAML: the `saml` section of its file.
///
/// Never changed; a tenant whose file changes gets another one with another ``generation``.
package final class SAMLTrust: ProtocolTrust {
    /// The tenant.
    package let tenant: CedarString

    /// The service.
    package let service: ServiceIdentity

    /// The providers by entity id, byte for byte.
    package let providers: [CedarString: IdentityProvider]

    /// What may come: responses, bare assertions, or both.
    package let bindings: Set<MessageBinding>

    /// When a response may be used again.
    package let responseReplay: ReplayRule

    /// When a bare assertion may be used again.
    package let assertionReplay: ReplayRule

    /// Whether responses must answer a known request.
    package let solicitation: SolicitationRule

    /// A number that no other trust of this process has.
    package let generation: UInt64

    /// The widest limits of the providers: the bounds within which a message is read at all.
    let limits: MessageLimits

    /// Makes a trust; of several providers with one entity id, the first counts.
    package init(
        tenant: CedarString, service: ServiceIdentity, providers: [IdentityProvider],
        bindings: Set<MessageBinding> = [.response, .assertion], responseReplay: ReplayRule = .refuse,
        assertionReplay: ReplayRule = .allow, solicitation: SolicitationRule = .optional
    ) {
        self.tenant = tenant
        self.service = service
        self.providers = Dictionary(providers.map { ($0.entityID, $0) }, uniquingKeysWith: { first, _ in first })
        self.bindings = bindings
        self.responseReplay = responseReplay
        self.assertionReplay = assertionReplay
        self.solicitation = solicitation
        generation = Self.counter.add(1, ordering: .relaxed).newValue
        limits = providers.map(\.policy.limits).max { $0.maximumBytes < $1.maximumBytes } ?? .standard
    }

    private static let counter = Atomic<UInt64>(0)
}
