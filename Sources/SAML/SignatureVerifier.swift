import CedarSyntax
import Identity
import Synchronization

/// Verifies the signature of one element with the keys of one provider, twice: with a verifier of our own, in which
/// nothing but what the profile needs exists, and with libxmlsec1 as a second opinion.
struct SignatureVerifier {
    let keys: [PublicKey]
    let policy: ProviderPolicy
    let now: Int64
    let alarms: any DisagreementObserver

    /// A signature that is right.
    struct Verified {
        /// The octets that were signed: what there is to be read.
        let octets: [UInt8]
        /// The key that made the signature.
        let key: PublicKey
    }

    /// Verifies the signature of an element.
    /// - Parameters:
    ///   - document: the document, confined to this task.
    ///   - parts: the signature as the structural rules read it.
    ///   - parent: the element that it must cover.
    func verify(
        _ document: inout NativeDocument, _ parts: SignatureProfile.Parts, of parent: Int
    ) throws(VerificationFailure) -> Verified {
        let profile = parts.profile
        if policy.crossChecks, profile.method.family == .rsaPSS {
            throw VerificationFailure(
                .noSecondOpinion, "RSA-PSS has no second opinion; it needs `cross_check: off` for the provider")
        }
        let candidates = try candidates(for: profile.method)
        // Nothing of the content is canonicalized before its digest is known to be signed.
        let info = try document.canonical(
            parts.info, without: nil, profile.canonicalization, prefixes: profile.canonicalizationPrefixes,
            withComments: profile.canonicalizationHasComments, limit: policy.limits.maximumCanonicalBytes)
        guard let key = candidates.first(where: { $0.isValid(parts.value, over: info, profile.method) }) else {
            throw VerificationFailure(.signatureInvalid, "none of the provider's keys made the signature")
        }
        try confirm(info, is: profile)
        if policy.checksCertificates, !key.facts.isCurrent(at: now) {
            throw VerificationFailure(.certificateExpired, "the provider's certificate is not valid at this time")
        }
        // A reference by ID never includes comments (XML Signature section 4.4.3.3).
        let octets = try document.canonical(
            parent, without: parts.element, profile.transform, prefixes: profile.transformPrefixes,
            withComments: false, limit: policy.limits.maximumCanonicalBytes)
        guard profile.digestMethod.digest(octets) == profile.digest else {
            throw VerificationFailure(.digestMismatch, "the content is not what was signed")
        }
        if policy.crossChecks { try crossCheck(&document, parts, parent, key, octets) }
        return Verified(octets: octets, key: key)
    }

    private func candidates(for method: SignatureMethod) throws(VerificationFailure) -> [PublicKey] {
        guard !keys.isEmpty else { throw VerificationFailure(.keyMissing, "the provider has no key") }
        let fitting = keys.filter { $0.facts.kind == method.keyKind }
        guard !fitting.isEmpty else {
            throw VerificationFailure(.keyType, "no key of the provider is of the algorithm's kind")
        }
        let strong = fitting.filter { $0.facts.isStrong(minimumRSABits: policy.minimumRSABits) }
        guard !strong.isEmpty else { throw VerificationFailure(.keyWeak, "the provider's keys are too weak") }
        return Array(strong.prefix(8))
    }

    /// The octets that were verified say the same as the tree that they were made of.
    private func confirm(_ info: [UInt8], is profile: SignatureProfile) throws(VerificationFailure) {
        let document = try NativeDocument(parsing: info, limits: policy.limits)
        let tree = document.tree()
        guard tree.has(0, "SignedInfo", .signature),
            try SignatureProfile(signedInfo: 0, of: tree, allowing: policy, at: now) == profile
        else { throw VerificationFailure(.signedOther, "the signed octets tell of another signature") }
    }

    private func crossCheck(
        _ document: inout NativeDocument, _ parts: SignatureProfile.Parts, _ parent: Int, _ key: PublicKey,
        _ octets: [UInt8]
    ) throws(VerificationFailure) {
        let opinion = document.secondOpinion(
            on: parts.element, parent: parent, key: key, allowsSHA1: policy.allowsSHA1(at: now),
            allowsInclusive: policy.allowsInclusiveCanonicalization, allowsEmpty: policy.allowsEmptyReference)
        if opinion.octets == octets { return }
        let reason = opinion.octets == nil ? opinion.detail : "it took the digest of other octets"
        alarms.verifiersDisagreed(reason)
        throw VerificationFailure(.disagreement, "libxmlsec1 does not agree with the signature: \(reason)")
    }
}

/// Is told when the two verifiers do not agree, which is an attack or a defect and never normal.
package protocol DisagreementObserver: Sendable {
    /// Tells of a signature that was refused because the second verifier did not agree.
    func verifiersDisagreed(_ reason: String)
}

/// Counts the disagreements of the two verifiers.
package final class DisagreementCounter: DisagreementObserver {
    private let counter = Atomic<Int>(0)
    private let report: @Sendable (String) -> Void

    /// Makes a counter.
    /// - Parameter report: is told of each one, for the log.
    package init(report: @escaping @Sendable (String) -> Void = { _ in }) {
        self.report = report
    }

    /// How many there were.
    package var count: Int { counter.load(ordering: .relaxed) }

    /// Counts one and reports it.
    package func verifiersDisagreed(_ reason: String) {
        counter.add(1, ordering: .relaxed)
        report(reason)
    }
}
