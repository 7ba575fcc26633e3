import Identity
import OpenIDConnect

/// Remembers verified messages, by the SHA-256 of the whole value, what was expected, and the trust.
///
/// A hit saves signatures and mapping, and nothing else: times, keys and revocation are checked each time. Bounded: what
/// was not asked for during the last half of the capacity is forgotten.
package final class VerifiedMessageCache: Sendable {
    /// The digest of a message, and what it was judged under.
    struct Key: GenerationalCacheKey {
        private let digest: CredentialDigest
        private let trust: UInt64
        private let binding: MessageBinding
        private let expectations: PresentedCredentials.SAMLExpectations

        init(
            _ value: [UInt8], _ binding: MessageBinding, _ trust: UInt64,
            _ expectations: PresentedCredentials.SAMLExpectations
        ) {
            digest = CredentialDigest(value)
            self.trust = trust
            self.binding = binding
            self.expectations = expectations
        }

        /// A digest is as good as random already.
        func hash(into hasher: inout Hasher) { hasher.combine(digest.words[0] ^ trust) }

        var spread: UInt64 { digest.words[1] }
    }

    private let messages: GenerationalCache<Key, VerifiedMessage>

    /// Makes an empty cache.
    /// - Parameter capacity: how many messages are remembered at most.
    package init(capacity: Int = 16_384) {
        messages = GenerationalCache(capacity: capacity)
    }

    subscript(key: Key) -> VerifiedMessage? {
        get { messages[key] }
        set { messages[key] = newValue }
    }
}

/// A message that was verified and may be used again.
final class VerifiedMessage: Sendable {
    let subject: VerifiedSubject
    /// Where the metadata of the keys is fetched from; `nil` for keys of the configuration.
    let origin: MetadataOrigin?
    /// The metadata that the keys came from.
    let metadataGeneration: UInt64
    /// The last millisecond at which it counts.
    let validUntil: Int64

    init(subject: VerifiedSubject, origin: MetadataOrigin?, metadataGeneration: UInt64, validUntil: Int64) {
        self.subject = subject
        self.origin = origin
        self.metadataGeneration = metadataGeneration
        self.validUntil = validUntil
    }
}
