package import CedarModel
import CedarSyntax
package import Identity
package import OpenIDConnect

/// Verifies SAML responses and assertions of the providers that a tenant trusts.
///
/// Synchronous, without waiting and without global locks: keys and metadata are in the trust.
package struct SAMLVerifier: CredentialVerifier {
    private let replays: any AssertionReplays
    private let cache: VerifiedMessageCache?
    private let revocations: RevocationList
    private let metadata: any MetadataSource
    private let alarms: any DisagreementObserver

    /// Makes a verifier.
    /// - Parameters:
    ///   - replays: what remembers used assertions.
    ///   - cache: what remembers verified messages that may be used again; `nil` to verify each time.
    ///   - revocations: the assertions and subjects that are revoked.
    ///   - metadata: where the keys of providers come from that are not in the configuration.
    ///   - alarms: is told when the two verifiers do not agree.
    package init(
        replays: any AssertionReplays, cache: VerifiedMessageCache? = VerifiedMessageCache(),
        revocations: RevocationList = RevocationList(), metadata: any MetadataSource = NoMetadataSource(),
        alarms: any DisagreementObserver = DisagreementCounter()
    ) {
        self.replays = replays
        self.cache = cache
        self.revocations = revocations
        self.metadata = metadata
        self.alarms = alarms
    }

    /// The types of credentials that this verifies.
    package static let types: [String: MessageBinding] = ["saml_response": .response, "saml_assertion": .assertion]

    /// Verifies a credential for a tenant, by whom the tenant trusts by SAML.
    /// - Throws: ``VerificationFailure``.
    package func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject {
        guard let trust = tenant.saml as? SAMLTrust else {
            throw VerificationFailure(.noTrust, "the tenant trusts no identity provider by SAML")
        }
        return try verify(credentials, for: trust, at: now)
    }

    /// Verifies a credential for a tenant.
    /// - Throws: ``VerificationFailure``.
    package func verify(
        _ credentials: PresentedCredentials, for trust: SAMLTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject {
        guard let binding = Self.types[credentials.credential.type] else {
            throw VerificationFailure(.unsupported, "the credential is no SAML message")
        }
        guard trust.bindings.contains(binding) else {
            throw VerificationFailure(.unsupported, "the tenant does not accept this kind of SAML message")
        }
        var expectations = credentials.samlExpectations
        expectations.clientCertificate = expectations.clientCertificate ?? credentials.clientCertificate
        try check(expectations, trust, binding)
        let value = credentials.credential.value
        let isReusable = (binding == .response ? trust.responseReplay : trust.assertionReplay) == .allow
        // A key costs a digest of the message.
        let cache = isReusable ? self.cache : nil
        let key = cache.map { _ in VerifiedMessageCache.Key(value, binding, trust.generation, expectations) }
        if let cache, let key, let known = cache[key], known.validUntil >= now.milliseconds, isCurrent(known) {
            try revocations.check(known.subject)
            return known.subject
        }
        let message = try Self.decoded(value, binding, trust.limits)
        let judged = try judge(message, binding, for: trust, expecting: expectations, at: now)
        let subject = try Self.subject(judged, trust)
        try revocations.check(subject)
        try noteUse(judged, trust, now)
        if let cache, let key, !judged.facts.isForOneUse {
            cache[key] = VerifiedMessage(
                subject: subject, origin: judged.provider.metadata, metadataGeneration: judged.metadataGeneration,
                validUntil: Self.lastUse(of: judged))
        }
        return subject
    }

    /// Whether the keys that a message was verified with are still the provider's, and fresh.
    private func isCurrent(_ known: VerifiedMessage) -> Bool {
        guard let origin = known.origin else { return true }
        guard case .available(let snapshot) = metadata.metadata(at: origin) else { return false }
        return snapshot.generation == known.metadataGeneration
    }

    /// Judges a message and keeps nothing of it: neither its use nor its subject.
    package func judge(
        _ message: [UInt8], _ binding: MessageBinding, for trust: SAMLTrust,
        expecting expectations: PresentedCredentials.SAMLExpectations, at now: Datetime
    ) throws(VerificationFailure) -> JudgedMessage {
        try MessageJudgement(
            trust: trust, binding: binding, expectations: expectations, now: now.milliseconds, metadata: metadata,
            alarms: alarms
        ).judge(message)
    }

    /// Notes the use of a message that was judged, and refuses it where it may not be used again.
    package func noteUse(
        _ judged: JudgedMessage, _ trust: SAMLTrust, _ now: Datetime
    ) throws(VerificationFailure) {
        let rule = judged.binding == .response ? trust.responseReplay : trust.assertionReplay
        let facts = judged.facts
        guard rule == .refuse || facts.isForOneUse else { return }
        // What was issued before the memory began may have been used before: nobody would know.
        guard facts.issueInstant >= replays.knowsSince.milliseconds else {
            throw VerificationFailure(
                .replayUnknown, "the assertion was issued before this process could remember its use")
        }
        var name = Array(facts.issuer.utf8)
        name.append(0)
        name.append(contentsOf: facts.id.utf8)
        let end = facts.expiry == .max ? Int64.max : facts.expiry &+ judged.provider.policy.skew
        switch replays.use(name, until: end, now: now.milliseconds) {
        case .first: return
        case .again: throw VerificationFailure(.replayed, "the assertion was used before")
        case .full:
            throw VerificationFailure(
                .replayMemoryFull, "there is no room to remember the use of the assertion",
                disposition: .indeterminate)
        }
    }

    /// The XML of a value: base64 for responses (SAML Bindings section 3.5.4), base64url for assertions (RFC 7522
    /// section 2.1).
    package static func decoded(
        _ value: [UInt8], _ binding: MessageBinding, _ limits: MessageLimits
    ) throws(VerificationFailure) -> [UInt8] {
        guard value.count <= limits.maximumBytes / 2 * 3 else {
            throw VerificationFailure(.messageSize, "the value is longer than a message may be")
        }
        let bytes = binding == .response ? SAMLBase64.decode(value) : SAMLBase64.decodeURL(value)
        guard let bytes, !bytes.isEmpty else {
            throw VerificationFailure(
                .messageEncoding, "the value is not \(binding == .response ? "base64" : "base64url without padding")")
        }
        return bytes
    }

    private func check(
        _ expectations: PresentedCredentials.SAMLExpectations, _ trust: SAMLTrust, _ binding: MessageBinding
    ) throws(VerificationFailure) {
        if let recipient = expectations.recipient, !trust.service.recipients.contains(recipient) {
            throw VerificationFailure(.combination, "the expected recipient is none of the tenant's")
        }
        if let audience = expectations.audience, !trust.service.audiences.contains(audience) {
            throw VerificationFailure(.combination, "the expected audience is none of the tenant's")
        }
        if expectations.requestID != nil, expectations.isUnsolicited {
            throw VerificationFailure(.combination, "a message cannot answer a request and be unsolicited")
        }
        if binding == .response, trust.solicitation == .required, expectations.requestID == nil {
            throw VerificationFailure(.combination, "the tenant wants the id of the request that a response answers")
        }
    }

    /// The last millisecond at which everything that was checked against the clock still holds.
    private static func lastUse(of judged: JudgedMessage) -> Int64 {
        let (facts, policy) = (judged.facts, judged.provider.policy)
        var end = facts.expiry &+ policy.skew &- 1
        if let age = policy.maximumAge { end = min(end, facts.issueInstant &+ age * 1_000 &+ policy.skew) }
        if let age = policy.maximumAuthenticationAge, let sign = facts.authentication {
            end = min(end, sign.instant &+ age * 1_000 &+ policy.skew)
        }
        if let until = judged.provider.validUntil { end = min(end, until - 1) }
        if let until = policy.sha1Until { end = min(end, until - 1) }
        if policy.checksCertificates {
            // The earliest end of the provider's certificates: which of them made the signatures does not matter then.
            let ends = judged.provider.keys.compactMap { $0.facts.validity.map { $0.notAfter * 1_000 } }
            end = min(end, ends.min() ?? end)
        }
        return end
    }

    private static func subject(
        _ judged: JudgedMessage, _ trust: SAMLTrust
    ) throws(VerificationFailure) -> VerifiedSubject {
        let facts = judged.facts
        let claims = try AssertionClaims.document(of: facts)
        let mapped = try judged.provider.mapping.evaluate(claims)
        var sign = VerifiedSubject.SignIn()
        if let authentication = facts.authentication {
            sign.time = Datetime(milliseconds: authentication.instant)
            sign.authenticationClass = authentication.context
            sign.hasSecondFactor = judged.provider.mapping.secondFactor.holds(
                methods: [], classes: authentication.context.map { [$0] } ?? [])
        }
        var token = VerifiedSubject.TokenFacts(expiry: Datetime(milliseconds: facts.expiry))
        token.id = facts.id
        token.issuedAt = Datetime(milliseconds: facts.issueInstant)
        token.confirmation = facts.certificateThumbprint.map { .certificate($0) }
        return VerifiedSubject(
            tenant: trust.tenant, issuer: facts.issuer, subject: facts.nameID?.value ?? mapped.principalID,
            mapped: mapped, sign: sign, token: token)
    }
}
