package import CedarSyntax
package import Identity
import Synchronization

/// Where the metadata of a provider is fetched from, and whose signature it must have.
package struct MetadataOrigin: Hashable, Sendable {
    /// The address.
    package let address: CedarString

    /// The keys one of which must have signed the whole document; `nil` where the tenant takes it unsigned.
    package let signers: [PublicKey]?

    /// Names a place.
    package init(address: CedarString, signers: [PublicKey]?) {
        self.address = address
        self.signers = signers
    }

    /// Places are one when their addresses are, byte for byte, and the keys: so that no tenant's trust is another's.
    package static func == (left: MetadataOrigin, right: MetadataOrigin) -> Bool {
        left.address == right.address
            && left.signers?.map(\.facts.thumbprint) == right.signers?.map(\.facts.thumbprint)
    }

    /// The address, as different signers at one address are rare.
    package func hash(into hasher: inout Hasher) { hasher.combine(address) }
}

/// Where fetched metadata comes from at the time of a decision.
///
/// Both calls answer at once from what is at hand; whatever has to be fetched is fetched elsewhere.
package protocol MetadataSource: Sendable {
    /// What is known of a place.
    func metadata(at origin: MetadataOrigin) -> MetadataState

    /// Says that none of the keys of a place made a signature, as after an early change of keys: a reason to look there
    /// sooner, and none to accept anything.
    func expectNews(at origin: MetadataOrigin, beyond snapshot: MetadataSnapshot)
}

/// What is known of fetched metadata.
package enum MetadataState: Sendable {
    /// Metadata that counts.
    case available(MetadataSnapshot)
    /// None, or none that is fresh enough to count; the reason is for administrators.
    case unavailable(reason: String)
}

/// A source without metadata: for tenants whose keys all are in the configuration.
package struct NoMetadataSource: MetadataSource {
    /// Makes one.
    package init() {}

    /// No metadata.
    package func metadata(at origin: MetadataOrigin) -> MetadataState {
        .unavailable(reason: "metadata is not fetched here")
    }

    /// Nothing is fetched.
    package func expectNews(at origin: MetadataOrigin, beyond snapshot: MetadataSnapshot) {}
}

/// The identity providers of a metadata document at one time.
package final class MetadataSnapshot: Sendable {
    /// The keys of a provider, and until when they are said to be its.
    package struct Entry: Sendable {
        /// The keys that can be used.
        package let keys: [PublicKey]
        /// The end, in milliseconds.
        package let validUntil: Int64?
    }

    /// The providers with at least one key, by entity id.
    package let providers: [CedarString: Entry]

    /// How many certificates cannot be used.
    package let refused: Int

    /// How long the document asks to be kept, in seconds.
    package let cacheDuration: Int64?

    /// A number that no other metadata of the process has.
    package let generation: UInt64

    /// Reads a document that was fetched.
    /// - Parameters:
    ///   - bytes: the document.
    ///   - signers: the keys one of which must have signed it; `nil` for an unsigned one.
    ///   - now: the time, in milliseconds since 1970.
    ///   - alarms: is told when the two verifiers of its signature do not agree.
    /// - Throws: ``VerificationFailure``, also when the document has no provider with a key that is valid now.
    package init(
        parsing bytes: [UInt8], signedBy signers: [PublicKey]?, at now: Int64, alarms: any DisagreementObserver
    ) throws(VerificationFailure) {
        let document = try Metadata(parsing: bytes, signedBy: signers, at: now, alarms: alarms)
        var providers: [CedarString: Entry] = [:]
        var refused = 0
        for provider in document.providers {
            // Two descriptions of one entity would leave a choice.
            guard providers[provider.entityID] == nil else {
                throw VerificationFailure(.samlSchema, "the metadata describes an entity twice")
            }
            let keys = provider.certificates.compactMap { PublicKey(certificate: $0) }
                .filter { $0.facts.isStrong(minimumRSABits: ProviderPolicy.strict.minimumRSABits) }
            refused += provider.certificates.count - keys.count
            if !keys.isEmpty { providers[provider.entityID] = Entry(keys: keys, validUntil: provider.validUntil) }
        }
        guard providers.values.contains(where: { $0.validUntil.map { now < $0 } ?? true }) else {
            throw VerificationFailure(
                .keyMissing, "the metadata has no identity provider with a key that counts now")
        }
        self.providers = providers
        self.refused = refused
        cacheDuration = document.cacheDuration
        generation = Self.counter.add(1, ordering: .relaxed).newValue
    }

    /// How many keys there are.
    package var keyCount: Int { providers.values.reduce(0) { $0 + $1.keys.count } }

    /// The earliest end of a provider, in milliseconds.
    package var firstEnd: Int64? { providers.values.compactMap(\.validUntil).min() }

    /// Whether a document describes none of the providers of this one: it is another one's then, not a newer version.
    package func isUnrelated(to other: MetadataSnapshot) -> Bool {
        !providers.keys.contains { other.providers[$0] != nil }
    }

    private static let counter = Atomic<UInt64>(0)
}
