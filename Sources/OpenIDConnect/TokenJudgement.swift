import CedarModel
import CedarSyntax
import Identity
import JOSE
import StrictJSON

/// Judges the claims of a token whose signature is valid: its kind, its times, whom it is for.
struct TokenJudgement {
    let claims: TokenClaims
    let header: JOSEHeader
    let record: TenantTrust.Record
    /// The time in milliseconds.
    let now: Int64

    private var skew: Int64 { record.issuer.clockSkew * 1_000 }

    // MARK: - Kind

    /// The kind of the token, by explicit type and by what it contains (RFC 8725 sections 3.11 and 3.12).
    func kind() throws(VerificationFailure) -> TokenKind {
        if let marker = claims.foreignMarker {
            throw VerificationFailure(.tokenKind, "the token has `\(marker)`, so that it names no subject")
        }
        if claims.proofMethod != nil || claims.proofAddress != nil {
            throw VerificationFailure(.tokenKind, "the token is a proof of possession")
        }
        switch header.type {
        case .some(let type) where type.utf8.elementsEqual("at+jwt".utf8):
            let tokens = record.issuer.tokens
            guard tokens.contains(.rfc9068) || tokens.contains(.access) else {
                throw VerificationFailure(.tokenKind, "access tokens of this issuer do not count")
            }
            try checkAccessMarkers()
            return tokens.contains(.rfc9068) ? .rfc9068 : .access
        case .some(let type) where type.utf8.elementsEqual("jwt".utf8): break
        case nil: break
        case .some(let type):
            throw VerificationFailure(.tokenKind, "a token of type `\(JOSEError.shown(type))` names no subject")
        }
        if record.issuer.tokens.contains(.id), looksLikeIDToken || !record.issuer.tokens.contains(.access) {
            try checkIDMarkers()
            return .id
        }
        guard record.issuer.tokens.contains(.access) else {
            throw VerificationFailure(.tokenKind, "only tokens of type `at+jwt` count")
        }
        try checkAccessMarkers()
        return .access
    }

    /// ID tokens have a nonce or the hash of an access token, and say nothing of scopes and clients.
    private var looksLikeIDToken: Bool {
        if claims.use?.stringEquals("id") == true || claims.payloadType?.stringEquals("ID") == true { return true }
        guard claims.nonce != nil || claims.accessTokenHash != nil else { return false }
        return !claims.hasScope && claims.clientID == nil && claims.otherClient == nil
    }

    private func checkAccessMarkers() throws(VerificationFailure) {
        if let use = claims.use, !use.stringEquals("access") {
            throw VerificationFailure(.tokenKind, "`token_use` is not `access`")
        }
        if let type = claims.payloadType, !type.stringEquals("Bearer") {
            let isBound = claims.confirmation?["jkt"] != nil
            guard type.stringEquals("DPoP"), isBound else {
                throw VerificationFailure(.tokenKind, "the payload's `typ` is not `Bearer`")
            }
        }
        if looksLikeIDToken { throw VerificationFailure(.tokenKind, "an ID token is no access token") }
    }

    private func checkIDMarkers() throws(VerificationFailure) {
        if let use = claims.use, !use.stringEquals("id") {
            throw VerificationFailure(.tokenKind, "`token_use` is not `id`")
        }
        if let type = claims.payloadType, !type.stringEquals("ID") {
            throw VerificationFailure(.tokenKind, "the payload's `typ` is not `ID`")
        }
    }

    // MARK: - Times

    /// The times of a token, in milliseconds.
    struct Times {
        let expiry: Int64
        let issuedAt: Int64?
        /// The last moment at which it may be accepted.
        let validUntil: Int64
    }

    /// Checks `exp`, `nbf` and `iat` (RFC 7519 sections 4.1.4 to 4.1.6) and the greatest lifetime.
    func times() throws(VerificationFailure) -> Times {
        guard let expiry = try claims.time(claims.expiry, "exp") else {
            throw VerificationFailure(.missing, "the token has no `exp`")
        }
        let notBefore = try claims.time(claims.notBefore, "nbf")
        let issuedAt = try claims.time(claims.issuedAt, "iat")
        guard now < expiry + skew else {
            throw VerificationFailure(.expired, "the token expired \((now - expiry) / 1_000) s ago")
        }
        if let notBefore, notBefore > now + skew {
            throw VerificationFailure(.notYetValid, "the token is valid in \((notBefore - now) / 1_000) s")
        }
        if let issuedAt, issuedAt > now + skew {
            throw VerificationFailure(.issuedInFuture, "the token was issued \((issuedAt - now) / 1_000) s ahead")
        }
        let longest = record.issuer.maximumLifetime * 1_000
        guard expiry - now <= longest + skew, issuedAt.map({ expiry - $0 <= longest }) ?? true else {
            throw VerificationFailure(.lifetime, "the token is valid for more than \(record.issuer.maximumLifetime) s")
        }
        return Times(expiry: expiry, issuedAt: issuedAt, validUntil: expiry + skew)
    }

    /// The time of the sign-in, checked against the greatest age.
    /// - Returns: the time, and the last moment at which the sign-in is young enough.
    func authentication(
        maximumAge: Int64?
    ) throws(VerificationFailure) -> (time: Int64?, validUntil: Int64) {
        let time = try claims.time(claims.authenticationTime, "auth_time")
        let own = record.issuer.maximumAge
        guard let limit = maximumAge.map({ min($0, own ?? $0) }) ?? own else { return (time, .max) }
        guard let time else {
            throw VerificationFailure(.authenticationAge, "the token does not say when the sign-in was")
        }
        let last = time + limit * 1_000 + skew
        guard time <= now + skew, now <= last else {
            throw VerificationFailure(.authenticationAge, "the sign-in is more than \(limit) s ago")
        }
        return (time, last)
    }

    // MARK: - Parties

    /// The subject: a text of 1 to 255 bytes without control characters (OpenID Connect Core section 2).
    func subject() throws(VerificationFailure) -> CedarString {
        guard let text = claims.subject?.string, !text.isEmpty, text.utf8.count <= 255,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw VerificationFailure(.subject, "`sub` is no text of 1 to 255 bytes without control characters") }
        return CedarString(text)
    }

    /// Checks whom the token is for.
    func checkAudience(_ kind: TokenKind) throws(VerificationFailure) {
        let audiences = try self.audiences()
        switch kind {
        case .id:
            guard !audiences.isEmpty, audiences.allSatisfy(record.issuer.clients.contains) else {
                throw VerificationFailure(.audience, "the ID token is for another client")
            }
        case .access, .rfc9068:
            if audiences.contains(where: record.issuer.audiences.contains) { return }
            guard let conditions = record.issuer.withoutAudience else {
                throw VerificationFailure(
                    .audience, audiences.isEmpty ? "the token has no `aud`" : "the token is for another audience")
            }
            for condition in conditions where !condition.holds(for: claims.root) {
                throw VerificationFailure(
                    .audience, "the claim `\(condition.claim)`, which stands in for `aud`, has another value")
            }
        }
    }

    /// `aud`: a text or a list of texts that is not empty (RFC 7519 section 4.1.3).
    private func audiences() throws(VerificationFailure) -> [CedarString] {
        guard let node = claims.audience else { return [] }
        let nodes = node.kind == .array ? Array(node.elements) : [node]
        guard !nodes.isEmpty, nodes.count <= 64 else {
            throw VerificationFailure(.audience, "`aud` is an empty or too long list")
        }
        var audiences: [CedarString] = []
        for node in nodes {
            guard let text = node.string, !text.isEmpty else {
                throw VerificationFailure(.audience, "`aud` is neither a text nor a list of texts")
            }
            audiences.append(CedarString(text))
        }
        return audiences
    }

    /// The client that the token was given to, checked against those that count.
    func client(_ kind: TokenKind) throws(VerificationFailure) -> CedarString? {
        let authorized = try claims.text(claims.authorizedParty, "azp")
        let named = try claims.text(claims.clientID, "client_id")
        let other = try claims.text(claims.otherClient, "cid")
        if kind == .id, let authorized, !record.issuer.clients.contains(authorized) {
            throw VerificationFailure(.authorizedParty, "the ID token was given to another client")
        }
        let client = authorized ?? named ?? other
        if let accepted = record.issuer.authorizedParties {
            guard let client, [authorized, named, other].allSatisfy({ $0.map(accepted.contains) ?? true }) else {
                throw VerificationFailure(.authorizedParty, "the token was given to a client that does not count")
            }
            return client
        }
        return client
    }

    /// What RFC 9068 section 2.2 demands beyond other access tokens.
    func checkRequiredMembers(_ kind: TokenKind) throws(VerificationFailure) {
        if kind == .id, claims.issuedAt == nil { throw VerificationFailure(.missing, "the ID token has no `iat`") }
        guard kind == .rfc9068 else { return }
        for (claim, name) in [
            (claims.clientID, "client_id"), (claims.id, "jti"), (claims.issuedAt, "iat"), (claims.audience, "aud"),
        ] where claim == nil {
            throw VerificationFailure(.missing, "the access token has no `\(name)`")
        }
    }

    /// The claims that tell the tenants of a shared issuer apart.
    func checkTenant() throws(VerificationFailure) {
        for condition in record.issuer.required where !condition.holds(for: claims.root) {
            throw VerificationFailure(.tenant, "the claim `\(condition.claim)` is not this tenant's")
        }
    }

    /// A key that is published for one organization signs for no other: `issuer` beside the key, with `{tenantid}` for
    /// the token's `tid`.
    func checkKey(_ key: VerificationKey) throws(VerificationFailure) {
        guard let template = key.issuerTemplate, template.utf8.starts(with: "https://".utf8) else { return }
        let place = Array("{tenantid}".utf8)
        let text = Array(template.utf8)
        var expected = text
        if let start = (0...max(0, text.count - place.count)).first(where: { text[$0...].starts(with: place) }) {
            guard let organization = claims.organization?.stringBytes else {
                throw VerificationFailure(.issuer, "the token has no `tid`, which its key demands")
            }
            expected = Array(text[..<start]) + organization + text[(start + place.count)...]
        }
        guard record.issuer.issuer.utf8.elementsEqual(expected) else {
            throw VerificationFailure(.issuer, "the key is published for another issuer")
        }
    }

    /// The chain of actors (RFC 8693 section 4.1), at most eight deep.
    func actors() throws(VerificationFailure) -> [VerifiedSubject.Actor] {
        var actors: [VerifiedSubject.Actor] = []
        var next = claims.actor
        while let node = next {
            guard node.kind == .object, actors.count < 8, let subject = node["sub"]?.string, !subject.isEmpty,
                subject.utf8.count <= 255
            else { throw VerificationFailure(.actor, "`act` is no chain of at most 8 actors with a `sub` each") }
            let issuer = try claims.text(node["iss"], "act.iss")
            actors.append(VerifiedSubject.Actor(issuer: issuer, subject: CedarString(subject)))
            next = node["act"]
        }
        return actors
    }
}
