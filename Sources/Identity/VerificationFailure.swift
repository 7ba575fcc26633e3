/// Why a credential does not prove who somebody is.
///
/// Two failures are equal when their codes are.
package struct VerificationFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reason.
    package let code: Code

    /// Whether the credential is refused, or cannot be judged now.
    package let disposition: Disposition

    /// What administrators may know: facts about the token and the configuration, never the token.
    package let detail: String

    /// What to do about a failure.
    package enum Disposition: String, Sendable {
        /// The credential is refused: a decision of deny.
        case refused
        /// The credential cannot be judged now, since the issuer's keys are not at hand: `INDETERMINATE`, to be
        /// answered with 503 and never with 401.
        case indeterminate
    }

    /// Makes a failure.
    package init(_ code: Code, _ detail: String, disposition: Disposition = .refused) {
        self.code = code
        self.detail = detail
        self.disposition = disposition
    }

    /// What callers may know: one sentence per area, which helps nobody to improve a forgery.
    package var callerText: String {
        if disposition == .indeterminate { return "the credential cannot be verified now; try again later" }
        if code == .expired { return "the credential has expired; sign in again" }
        if code == .notYetValid { return "the credential is not valid yet" }
        switch code.area {
        case .revocation: return "the credential has been revoked; sign in again"
        case .possession: return "the credential is bound to a key whose possession was not proven"
        case .request: return detail
        case .other: return "the credential was not accepted"
        }
    }

    /// Equality of the codes.
    package static func == (left: VerificationFailure, right: VerificationFailure) -> Bool { left.code == right.code }

    /// The code and the detail.
    package var description: String { "\(code.rawValue): \(detail)" }
}

extension VerificationFailure {
    /// A stable name of a reason, dotted and in lower case; the set grows with time.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, such as `claims.expired`.
        package let rawValue: String

        /// Wraps a name.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// What a reason is about, as far as callers may know.
        enum Area { case revocation, possession, request, other }

        /// The area of the reason.
        var area: Area {
            if self == .revokedToken || self == .revokedSubject { return .revocation }
            let name = rawValue.utf8
            if name.starts(with: "credential.".utf8) { return .request }
            return name.starts(with: "binding.".utf8) || name.starts(with: "dpop.".utf8) ? .possession : .other
        }

        // MARK: Claims

        /// The payload is no strict JSON object within its limits (RFC 7519 section 7.2).
        package static let claims = Code(rawValue: "claims.malformed")
        /// A claim that is needed is not there.
        package static let missing = Code(rawValue: "claims.missing")
        /// A claim is of another kind than it must be.
        package static let kind = Code(rawValue: "claims.kind")
        /// A claim that is needed is known to the issuer but not in the token (OpenID Connect Core section 5.6.2).
        package static let unknown = Code(rawValue: "claims.unknown")
        /// The tenant does not trust the issuer.
        package static let issuer = Code(rawValue: "claims.issuer")
        /// The token is for somebody else (RFC 7519 section 4.1.3).
        package static let audience = Code(rawValue: "claims.audience")
        /// The token was given to a client that the tenant does not accept.
        package static let authorizedParty = Code(rawValue: "claims.authorized_party")
        /// The claims that tell the tenants of a shared issuer apart are not this tenant's.
        package static let tenant = Code(rawValue: "claims.tenant")
        /// The token has expired (RFC 7519 section 4.1.4).
        package static let expired = Code(rawValue: "claims.expired")
        /// The token is not valid yet (RFC 7519 section 4.1.5).
        package static let notYetValid = Code(rawValue: "claims.not_yet_valid")
        /// The token was issued in the future (RFC 7519 section 4.1.6).
        package static let issuedInFuture = Code(rawValue: "claims.issued_in_future")
        /// The token is valid for longer than the tenant allows.
        package static let lifetime = Code(rawValue: "claims.lifetime")
        /// A time is no number of seconds.
        package static let time = Code(rawValue: "claims.time")
        /// The subject is missing, empty or too long.
        package static let subject = Code(rawValue: "claims.subject")
        /// The token is of another kind: a token for something else is no access token (RFC 8725 section 3.12).
        package static let tokenKind = Code(rawValue: "claims.token_kind")
        /// The nonce is not the one that the caller expects.
        package static let nonce = Code(rawValue: "claims.nonce")
        /// `at_hash` does not belong to the access token.
        package static let accessTokenHash = Code(rawValue: "claims.at_hash")
        /// The sign-in is too long ago.
        package static let authenticationAge = Code(rawValue: "claims.auth_time")
        /// The chain of actors cannot be read (RFC 8693 section 4.1).
        package static let actor = Code(rawValue: "claims.act")
        /// A group or role has no entry in the tenant's map, and the tenant refuses such tokens.
        package static let unmapped = Code(rawValue: "claims.unmapped")

        // MARK: Possession

        /// `cnf` cannot be read or demands what is not supported (RFC 7800 section 3.1).
        package static let bindingUnsupported = Code(rawValue: "binding.unsupported")
        /// The token is bound to a key, and nothing proves possession; or the tenant wants bound tokens.
        package static let bindingMissing = Code(rawValue: "binding.missing")
        /// The token is bound to another key.
        package static let bindingMismatch = Code(rawValue: "binding.mismatch")
        /// The DPoP proof cannot be read (RFC 9449 section 4.3).
        package static let proof = Code(rawValue: "dpop.malformed")
        /// The DPoP proof's signature is not valid.
        package static let proofSignature = Code(rawValue: "dpop.signature")
        /// The DPoP proof is for another method.
        package static let proofMethod = Code(rawValue: "dpop.method")
        /// The DPoP proof is for another address.
        package static let proofAddress = Code(rawValue: "dpop.url")
        /// The DPoP proof is too old, or from the future.
        package static let proofTime = Code(rawValue: "dpop.time")
        /// The DPoP proof is for another token.
        package static let proofToken = Code(rawValue: "dpop.token_hash")
        /// The DPoP proof lacks the nonce that was demanded.
        package static let proofNonce = Code(rawValue: "dpop.nonce")
        /// The DPoP proof was used before.
        package static let proofReplayed = Code(rawValue: "dpop.replayed")

        // MARK: State

        /// The token was revoked by its id.
        package static let revokedToken = Code(rawValue: "revocation.token")
        /// The subject's tokens issued before a time were revoked.
        package static let revokedSubject = Code(rawValue: "revocation.subject")
        /// The issuer's keys have not been fetched yet, or not for too long.
        package static let keysUnavailable = Code(rawValue: "keys.unavailable")
        /// The token names a key that is being looked for.
        package static let keyPending = Code(rawValue: "keys.pending")
        /// What must be remembered to notice replays does not fit.
        package static let replayMemory = Code(rawValue: "keys.replay_memory")

        // MARK: Credentials

        /// Credentials of this type have no verifier.
        package static let unsupported = Code(rawValue: "credential.unsupported")
        /// The tenant trusts no issuer.
        package static let noTrust = Code(rawValue: "credential.no_trust")
        /// The credentials contradict each other or are incomplete.
        package static let combination = Code(rawValue: "credential.combination")
        /// The credential is another principal's than the request names.
        package static let principal = Code(rawValue: "credential.principal")
    }
}
