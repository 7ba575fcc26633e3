package import Identity
package import JOSE

/// Where the keys of issuers come from at the time of a decision.
///
/// Both calls answer at once from what is at hand; whatever has to be fetched is fetched elsewhere.
package protocol KeySource: Sendable {
    /// The keys of an issuer whose keys are not part of the configuration.
    func keys(of issuer: TrustedIssuer) -> KeySetState

    /// Says that a token names a key that the set does not have.
    ///
    /// - Returns: whether the key may yet turn up.
    func search(for keyID: [UInt8]?, of issuer: TrustedIssuer, beyond snapshot: KeySetSnapshot) -> KeySearch
}

/// What is known of the keys of an issuer.
package enum KeySetState: Sendable {
    /// Keys that count.
    case available(KeySetSnapshot)
    /// No keys, or none that are fresh enough to count; the reason is for administrators.
    case unavailable(reason: String)
}

/// Whether a key that is not in the set may turn up.
package enum KeySearch: Sendable {
    /// The issuer was asked and does not have it.
    case absent
    /// The issuer is being asked, or will be soon.
    case pending
}

/// The keys of an issuer at one time.
package final class KeySetSnapshot: Sendable {
    /// The keys.
    package let keys: JSONWebKeySet

    /// A number that no other keys of the process have; a refresh that changes nothing keeps it.
    package let generation: UInt64

    /// Keeps keys under a number of their own.
    package init(_ keys: JSONWebKeySet, generation: UInt64 = KeySetGeneration.next()) {
        self.keys = keys
        self.generation = generation
    }
}

/// A source without keys: for tenants whose keys all are in the configuration.
package struct NoKeySource: KeySource {
    /// Makes one.
    package init() {}

    /// No keys.
    package func keys(of issuer: TrustedIssuer) -> KeySetState {
        .unavailable(reason: "keys are not fetched here")
    }

    /// Nothing turns up.
    package func search(
        for keyID: [UInt8]?, of issuer: TrustedIssuer, beyond snapshot: KeySetSnapshot
    ) -> KeySearch { .absent }
}
