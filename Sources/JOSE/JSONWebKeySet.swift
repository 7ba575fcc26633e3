import StrictJSON

/// The keys of an issuer, parsed once and never changed (RFC 7517 section 5).
///
/// A key that cannot be used is left out with its reason; the others stay usable.
package struct JSONWebKeySet: Sendable {
    /// The usable keys, in the order of the document.
    package let keys: [VerificationKey]

    /// The keys that were left out.
    package let refusals: [Refusal]

    /// A key that was left out.
    package struct Refusal: Sendable {
        /// Its place in the document, from 0.
        package let index: Int

        /// Its `kid` as bytes, where it has one.
        package let keyID: [UInt8]?

        /// The reason.
        package let reason: KeyRefusal
    }

    /// Why a document is no key set.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        /// The reason, as a lowercase sentence.
        package let description: String
    }

    /// The greatest size of a document, in bytes.
    package static let maximumBytes = 256 << 10

    /// The greatest number of keys, the unusable ones included.
    package static let maximumKeys = 100

    /// How many keys of one id are tried.
    static let maximumTries = 4

    /// A set of keys that are already imported.
    package init(keys: [VerificationKey]) {
        self.keys = keys
        refusals = []
    }

    /// Reads a key set.
    /// - Throws: ``Fault`` for a document that is no key set or beyond its limits; a set without a usable key is none.
    package init(parsing bytes: [UInt8], purpose: VerificationKey.Purpose = .signatures) throws(Fault) {
        let document: JSONDocument
        do {
            document = try JSONDocument(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: Self.maximumBytes, maximumDepth: 16, maximumValues: 10_000))
        } catch {
            throw Fault(description: "the key set cannot be read: \(error.code.rawValue)")
        }
        guard let nodes = document.root["keys"], nodes.kind == .array else {
            throw Fault(description: "the document has no list `keys`")
        }
        guard nodes.count <= Self.maximumKeys else {
            throw Fault(description: "the key set has more than \(Self.maximumKeys) keys")
        }
        var keys: [VerificationKey] = []
        var refusals: [Refusal] = []
        for (index, node) in nodes.elements.enumerated() {
            do throws(KeyRefusal) {
                keys.append(try VerificationKey(importing: node, purpose: purpose))
            } catch {
                refusals.append(Refusal(index: index, keyID: node["kid"]?.stringBytes.map { Array($0) }, reason: error))
            }
        }
        self.keys = keys
        self.refusals = refusals
    }

    /// The key that signed a token.
    ///
    /// A token with a key id is verified with the keys of this id alone, one without with the only key that could have
    /// signed it. There is no default key (RFC 7515 section 4.1.4, OpenID Connect Core section 10.1).
    /// - Throws: ``JOSEError`` with a code `sig.*`.
    package func verify(
        _ token: CompactJWS, allowing allowed: SignatureAlgorithmSet
    ) throws(JOSEError) -> VerificationKey {
        guard let algorithm = token.header.algorithm, allowed.contains(algorithm) else {
            throw JOSEError(
                .algorithm, "the algorithm `\(JOSEError.shown(token.header.algorithmName))` is not allowed")
        }
        // Nearly always one key has the id, and the lists below are not needed.
        if let keyID = token.header.keyID, let only = onlyKey(with: keyID), only.algorithms.contains(algorithm) {
            if token.isSigned(by: only) { return only }
            throw JOSEError(.signature, "the signature is not valid")
        }
        let candidates = try candidates(for: token.header, algorithm)
        for key in candidates where token.isSigned(by: key) { return key }
        throw JOSEError(.signature, "the signature is not valid")
    }

    /// The key with an id; `nil` when there is none or more than one.
    private func onlyKey(with keyID: [UInt8]) -> VerificationKey? {
        var found: VerificationKey?
        for key in keys where key.keyID == keyID {
            if found != nil { return nil }
            found = key
        }
        return found
    }

    private func candidates(
        for header: JOSEHeader, _ algorithm: SignatureAlgorithm
    ) throws(JOSEError) -> [VerificationKey] {
        guard let keyID = header.keyID else {
            let fitting = keys.filter { $0.algorithms.contains(algorithm) }
            if fitting.count > 1 {
                throw JOSEError(.keyAmbiguous, "the token names no key, and several keys are for `\(algorithm.name)`")
            }
            guard !fitting.isEmpty else {
                throw JOSEError(.keyUnknown, "the token names no key, and no key is for `\(algorithm.name)`")
            }
            return fitting
        }
        let named = keys.filter { $0.keyID == keyID }
        guard !named.isEmpty else {
            if let refusal = refusals.first(where: { $0.keyID == keyID }) {
                throw JOSEError(
                    .keyUnusable, "the key `\(header.shownKeyID)` cannot be used: \(refusal.reason.detail)")
            }
            throw JOSEError(.keyUnknown, "there is no key `\(header.shownKeyID)`")
        }
        let fitting = named.filter { $0.algorithms.contains(algorithm) }
        guard !fitting.isEmpty else {
            throw JOSEError(.keyMismatch, "the key `\(header.shownKeyID)` is not for `\(algorithm.name)`")
        }
        guard fitting.count <= Self.maximumTries else {
            throw JOSEError(.keyAmbiguous, "too many keys have the id `\(header.shownKeyID)`")
        }
        return fitting
    }
}
