package import CedarModel
import CedarSyntax
import Crypto
package import Identity
import JOSE
import StrictJSON

/// Verifies JWTs of the issuers that a tenant trusts: ID tokens and access tokens.
///
/// Synchronous, without waiting: the keys come from a ``KeySource`` that answers from memory. Checks run in the order
/// of their cost, and the first that fails ends verification.
package struct TokenVerifier: CredentialVerifier {
    private let keySource: any KeySource
    private let cache: VerifiedTokenCache?
    private let revocations: RevocationList
    private let replays: ReplayWindow

    /// Makes a verifier.
    ///
    /// - Parameters:
    ///   - keySource: where keys that are not in the configuration come from.
    ///   - cache: what remembers verified tokens; `nil` to verify each time.
    ///   - revocations: the tokens and subjects that are revoked.
    ///   - replays: the DPoP proofs that were used.
    package init(
        keySource: any KeySource = NoKeySource(), cache: VerifiedTokenCache? = VerifiedTokenCache(),
        revocations: RevocationList = RevocationList(), replays: ReplayWindow = ReplayWindow()
    ) {
        self.keySource = keySource
        self.cache = cache
        self.revocations = revocations
        self.replays = replays
    }

    /// Verifies a token for a tenant.
    /// - Throws: ``VerificationFailure``.
    package func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject {
        try verify(credentials, for: tenant, at: now, trace: nil)
    }

    /// Verifies a token for a tenant and tells each check, for people.
    package func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime, trace: VerificationTrace?
    ) throws(VerificationFailure) -> VerifiedSubject {
        guard credentials.credential.type.utf8.elementsEqual("jwt".utf8) else {
            throw VerificationFailure(.unsupported, "the credential is no `jwt`")
        }
        let token = credentials.credential.value
        // What a caller expects is part of the question, so that an answer to another question does not count.
        let cache = credentials.expectations.isEmpty && trace == nil ? self.cache : nil
        guard let cache else {
            let judged = try judge(token, credentials.expectations, tenant, now, trace)
            try finish(judged, credentials, now, trace)
            return judged.subject
        }
        let key = VerifiedTokenCache.Key(token, trust: tenant.generation)
        if let known = cache[key], known.validUntil >= now.milliseconds, isCurrent(known) {
            try finish(known, credentials, now, nil)
            return known.subject
        }
        let judged = try judge(token, credentials.expectations, tenant, now, nil)
        cache[key] = judged
        try finish(judged, credentials, now, nil)
        return judged.subject
    }

    /// Whether the keys that a token was verified with are still the issuer's, and fresh.
    private func isCurrent(_ known: VerifiedToken) -> Bool {
        switch known.record.issuer.keys {
        case .fixed: return true
        case .discovery, .address:
            guard case .available(let snapshot) = keySource.keys(of: known.record.issuer) else { return false }
            return snapshot.generation == known.keyGeneration
        }
    }

    /// The checks that depend on more than the token, and so come anew with every use.
    private func finish(
        _ judged: VerifiedToken, _ credentials: PresentedCredentials, _ now: Datetime, _ trace: VerificationTrace?
    ) throws(VerificationFailure) {
        try Possession(credentials: credentials, replays: replays, now: now.milliseconds)
            .check(judged.subject.confirmation, issuer: judged.record.issuer)
        trace?.passed(.possession)
        try revocations.check(judged.subject)
        trace?.passed(.revocation)
    }

    // MARK: - The token itself

    private func judge(
        _ bytes: [UInt8], _ expectations: PresentedCredentials.Expectations, _ tenant: TenantTrust, _ now: Datetime,
        _ trace: VerificationTrace?
    ) throws(VerificationFailure) -> VerifiedToken {
        let token: CompactJWS
        do {
            token = try CompactJWS(parsing: bytes, limits: tenant.limits)
        } catch {
            throw VerificationFailure(error)
        }
        trace?.passed(.envelope)
        let claims = try TokenClaims(parsing: token.payload, limits: tenant.limits)
        trace?.passed(.payload)
        let record = try trusted(claims, tenant, length: bytes.count)
        trace?.passed(.issuer)
        let (key, generation) = try self.key(of: token, record.issuer)
        trace?.passed(.signature)

        let judgement = TokenJudgement(claims: claims, header: token.header, record: record, now: now.milliseconds)
        try judgement.checkKey(key)
        let kind = try judgement.kind()
        try judgement.checkRequiredMembers(kind)
        trace?.passed(.kind)
        let times = try judgement.times()
        let authentication = try judgement.authentication(maximumAge: expectations.maximumAge)
        trace?.passed(.times)
        try judgement.checkAudience(kind)
        let client = try judgement.client(kind)
        trace?.passed(.audience)
        try judgement.checkTenant()
        trace?.passed(.tenant)
        try check(expectations, claims, token)
        trace?.passed(.expectations)

        let name = try judgement.subject()
        var facts = VerifiedSubject.TokenFacts(expiry: Datetime(milliseconds: times.expiry))
        facts.id = try claims.text(claims.id, "jti")
        facts.issuedAt = times.issuedAt.map { Datetime(milliseconds: $0) }
        facts.confirmation = try Possession.confirmation(claims.confirmation)
        facts.client = client
        facts.actors = try judgement.actors()
        let mapped = try record.issuer.mapping.evaluate(claims.root)
        trace?.passed(.mapping)
        let subject = VerifiedSubject(
            tenant: tenant.tenant, issuer: record.issuer.issuer, subject: name, mapped: mapped,
            sign: Self.signIn(claims, record.issuer, authentication.time), token: facts)
        return VerifiedToken(
            subject: subject, record: record, keyGeneration: generation,
            validUntil: min(times.validUntil - 1, authentication.validUntil))
    }

    /// The issuer, looked up among those that the tenant trusts: the token's word selects, and nothing else.
    private func trusted(
        _ claims: TokenClaims, _ tenant: TenantTrust, length: Int
    ) throws(VerificationFailure) -> TenantTrust.Record {
        guard let name = claims.issuer?.string else {
            throw VerificationFailure(.missing, "the token has no `iss`")
        }
        guard let record = tenant.records[CedarString(name)] else {
            throw VerificationFailure(.issuer, "the tenant does not trust the issuer `\(JOSEError.shown(name))`")
        }
        guard length <= record.issuer.limits.maximumTokenBytes else {
            throw VerificationFailure(JOSEError(.tooLarge, "the token is longer than the issuer's tokens may be"))
        }
        return record
    }

    /// The key that signed the token.
    private func key(
        of token: CompactJWS, _ issuer: TrustedIssuer
    ) throws(VerificationFailure) -> (VerificationKey, UInt64) {
        if case .fixed(let fixed) = issuer.keys {
            do {
                return (try fixed.keys.verify(token, allowing: issuer.algorithms), fixed.generation)
            } catch {
                throw VerificationFailure(error)
            }
        }
        // An algorithm that does not count needs no keys to be refused.
        guard let algorithm = token.header.algorithm, issuer.algorithms.contains(algorithm) else {
            throw VerificationFailure(
                JOSEError(.algorithm, "the algorithm `\(JOSEError.shown(token.header.algorithmName))` is not allowed"))
        }
        let snapshot: KeySetSnapshot
        switch keySource.keys(of: issuer) {
        case .available(let keys): snapshot = keys
        case .unavailable(let reason):
            throw VerificationFailure(.keysUnavailable, reason, disposition: .indeterminate)
        }
        do {
            return (try snapshot.keys.verify(token, allowing: issuer.algorithms), snapshot.generation)
        } catch  where error.code == .keyUnknown {
            switch keySource.search(for: token.header.keyID, of: issuer, beyond: snapshot) {
            case .absent: throw VerificationFailure(error)
            case .pending:
                throw VerificationFailure(
                    .keyPending, "\(error.detail); the issuer is being asked", disposition: .indeterminate)
            }
        } catch {
            throw VerificationFailure(error)
        }
    }

    /// The nonce and the access token that the caller knows (OpenID Connect Core sections 3.1.3.7 and 3.1.3.8).
    private func check(
        _ expectations: PresentedCredentials.Expectations, _ claims: TokenClaims, _ token: CompactJWS
    ) throws(VerificationFailure) {
        if let nonce = expectations.nonce, claims.nonce?.stringEquals(nonce) != true {
            throw VerificationFailure(.nonce, "`nonce` is not the expected one")
        }
        guard let accessToken = expectations.accessToken, let hash = claims.accessTokenHash else { return }
        let digest: [UInt8] =
            switch token.header.algorithm?.hash {
            case .sha256: Array(SHA256.hash(data: accessToken))
            case .sha384: Array(SHA384.hash(data: accessToken))
            case .sha512: Array(SHA512.hash(data: accessToken))
            case nil: []
            }
        guard hash.stringEquals(Base64URL.encode(digest.prefix(digest.count / 2))), !digest.isEmpty else {
            throw VerificationFailure(.accessTokenHash, "`at_hash` belongs to another access token")
        }
    }

    private static func signIn(
        _ claims: TokenClaims, _ issuer: TrustedIssuer, _ time: Int64?
    ) -> VerifiedSubject.SignIn {
        var sign = VerifiedSubject.SignIn()
        sign.time = time.map { Datetime(milliseconds: $0) }
        sign.methods = claims.methods.flatMap { ClaimTexts.all(in: [$0], splitsWords: false) } ?? []
        sign.authenticationClass = claims.authenticationClass?.string.map { CedarString($0) }
        let contexts = claims.authenticationContexts.flatMap { ClaimTexts.all(in: [$0], splitsWords: false) } ?? []
        let classes = (sign.authenticationClass.map { [$0] } ?? []) + contexts
        sign.hasSecondFactor = issuer.mapping.secondFactor.holds(methods: sign.methods, classes: classes)
        return sign
    }
}

extension VerificationFailure {
    /// The failure of a token whose form, key or signature is refused.
    init(_ error: JOSEError) {
        self.init(Code(rawValue: error.code.rawValue), error.detail)
    }
}

/// A token that was verified, and what has to be the same for that to count again.
final class VerifiedToken: Sendable {
    let subject: VerifiedSubject
    let record: TenantTrust.Record
    let keyGeneration: UInt64
    /// The last millisecond at which the token counts.
    let validUntil: Int64

    init(subject: VerifiedSubject, record: TenantTrust.Record, keyGeneration: UInt64, validUntil: Int64) {
        self.subject = subject
        self.record = record
        self.keyGeneration = keyGeneration
        self.validUntil = validUntil
    }
}
