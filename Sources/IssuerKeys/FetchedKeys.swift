import Identity
import JOSE
import OpenIDConnect
import SAML

/// The keys that a fetched document has.
enum FetchedKeys: Sendable {
    case set(KeySetSnapshot)
    case metadata(MetadataSnapshot)

    /// A number that no other keys of the same kind have.
    var generation: UInt64 {
        switch self {
        case .set(let snapshot): snapshot.generation
        case .metadata(let snapshot): snapshot.generation
        }
    }

    /// The names of the keys, where keys have names.
    var keyIDs: [[UInt8]] {
        switch self {
        case .set(let snapshot): snapshot.keys.keys.compactMap(\.keyID)
        case .metadata: []
        }
    }

    /// How long the document itself asks to be kept, in seconds.
    var maximumAge: Int64? {
        switch self {
        case .set: nil
        case .metadata(let snapshot): snapshot.cacheDuration
        }
    }

    /// How many keys can be used.
    var count: Int {
        switch self {
        case .set(let snapshot): snapshot.keys.keys.count
        case .metadata(let snapshot): snapshot.keyCount
        }
    }

    /// How many keys are left out.
    var refusedCount: Int {
        switch self {
        case .set(let snapshot): snapshot.keys.refusals.count
        case .metadata(let snapshot): snapshot.refused
        }
    }

    /// When the first of what the document says ends, in milliseconds since 1970.
    var validUntil: Int64? {
        switch self {
        case .set: nil
        case .metadata(let snapshot): snapshot.firstEnd
        }
    }

    /// Reads documents that were fetched.
    struct Reader: Sendable {
        /// The time of the calendar, in milliseconds since 1970.
        let wallClock: @Sendable () -> Int64
        /// Is told when the two verifiers of a signature do not agree.
        let alarms: any DisagreementObserver

        /// The keys of a document.
        ///
        /// - Throws: ``KeyFetchError`` for a document that must not take the place of what is known: one that cannot be
        ///   read, has no keys, is not signed as it must be, has ended, or is about others.
        func read(
            _ bytes: [UInt8], from place: KeyPlace, replacing known: FetchedKeys?
        ) throws(KeyFetchError) -> FetchedKeys {
            guard case .metadata(let origin) = place else { return .set(try keySet(bytes)) }
            let snapshot: MetadataSnapshot
            do throws(VerificationFailure) {
                snapshot = try MetadataSnapshot(
                    parsing: bytes, signedBy: origin.signers, at: wallClock(), alarms: alarms)
            } catch {
                throw KeyFetchError("the metadata cannot be used: \(error)")
            }
            if case .metadata(let known) = known, snapshot.isUnrelated(to: known) {
                throw KeyFetchError("the metadata has none of the providers that it had before")
            }
            return .metadata(snapshot)
        }

        private func keySet(_ bytes: [UInt8]) throws(KeyFetchError) -> KeySetSnapshot {
            let set: JSONWebKeySet
            do {
                set = try JSONWebKeySet(parsing: bytes)
            } catch {
                throw KeyFetchError("\(error)")
            }
            // An issuer without keys would be one whose tokens all fail; it is taken for a mistake of the issuer.
            guard !set.keys.isEmpty else { throw KeyFetchError("the key set has no key that can be used") }
            return KeySetSnapshot(set)
        }
    }
}
