import Identity

/// Remembers tokens that were verified, by the SHA-256 of the whole token and the trust it was verified under.
///
/// A hit saves the signature and the mapping, and nothing else: expiry, keys, possession and revocation are checked each
/// time. Bounded: tokens that were not asked for during the last half of the capacity are forgotten.
package final class VerifiedTokenCache: Sendable {
    /// The digest of a token, and a trust.
    struct Key: GenerationalCacheKey {
        private let digest: CredentialDigest
        private let trust: UInt64

        init(_ token: [UInt8], trust: UInt64) {
            digest = CredentialDigest(token)
            self.trust = trust
        }

        /// A digest is as good as random already.
        func hash(into hasher: inout Hasher) { hasher.combine(digest.words[0] ^ trust) }

        var spread: UInt64 { digest.words[1] }
    }

    /// How often the cache was asked.
    package struct Statistics: Sendable {
        /// How often it had the token.
        package var hits: UInt64 = 0
        /// How often it had not.
        package var misses: UInt64 = 0
    }

    /// How often the cache was asked since it was made.
    package var statistics: Statistics {
        let own = tokens.statistics
        return Statistics(hits: own.hits, misses: own.misses)
    }

    private let tokens: GenerationalCache<Key, VerifiedToken>

    /// Makes an empty cache.
    /// - Parameter capacity: how many tokens are remembered at most.
    package init(capacity: Int = 65_536) {
        tokens = GenerationalCache(capacity: capacity)
    }

    /// How many tokens are remembered.
    package var count: Int { tokens.count }

    subscript(key: Key) -> VerifiedToken? {
        get { tokens[key] }
        set { tokens[key] = newValue }
    }
}
