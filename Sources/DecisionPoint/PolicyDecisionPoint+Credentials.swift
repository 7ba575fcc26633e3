import CedarModel
import CedarSyntax
import Identity
import PolicyBundles

extension PolicyDecisionPoint {
    /// Who a request is about.
    enum Identification {
        /// Whom the caller names: the application trusts it to.
        case asserted
        /// Whom a credential names.
        case verified(VerifiedSubject)
        /// Nobody: the decision says why.
        case refused(Decision)
    }

    /// Finds out who a request is about.
    ///
    /// Nobody is who they say they are: without a verified credential only an application that trusts its callers to
    /// name principals decides at all.
    /// - Throws: ``CallError`` when the credential cannot be judged now.
    func identify(
        _ request: DecisionRequest, _ tenant: Tenant, _ snapshot: PolicySnapshot, at instant: Datetime
    ) throws(CallError) -> Identification {
        guard let first = request.credentials.first else {
            if snapshot.settings.assertedPrincipals { return .asserted }
            return .refused(
                .denied(
                    ReasonCode.credentialMissing,
                    "application `\(snapshot.application)` does not let callers name principals; "
                        + "send the subject's credential", snapshot))
        }
        do throws(VerificationFailure) {
            guard let verifier else {
                throw VerificationFailure(
                    .unsupported,
                    "no verifier for credentials of type `\(Excerpt.of(first.type))` is configured for application "
                        + "`\(snapshot.application)`")
            }
            let presented = try PresentedCredentials(joining: request.credentials)
            guard let trust = tenant.trust else {
                throw VerificationFailure(.noTrust, "the tenant `\(tenant.id)` trusts no issuer")
            }
            let subject = try verifier.verify(presented, for: trust, at: instant)
            if request.namesPrincipal, !names(request.principal, subject, snapshot) {
                throw VerificationFailure(.principal, "the credential is another principal's than the request names")
            }
            return .verified(subject)
        } catch {
            if error.disposition == .indeterminate {
                throw CallError(
                    .indeterminate, "\(error.callerText) (\(error.code.rawValue))", path: "$.credentials")
            }
            var decision = Decision.denied(error.code.rawValue, error.callerText, snapshot)
            decision.credential = .refused(error.code.rawValue)
            return .refused(decision)
        }
    }

    /// Whether a caller names the subject of the credential, in whatever words.
    private func names(
        _ principal: DecisionRequest.Party, _ subject: VerifiedSubject, _ snapshot: PolicySnapshot
    ) -> Bool {
        guard CedarString(principal.id) == subject.principalID else { return false }
        guard let type = snapshot.entityType(named: principal.type) else { return false }
        return type == snapshot.entityType(named: subject.principalType)
    }
}

extension DecisionRequest {
    /// The same question about a verified subject.
    ///
    /// The attributes that the caller may add stay; what the credential says comes over them.
    func about(_ subject: VerifiedSubject) -> DecisionRequest {
        var request = self
        request.principal = Party(
            type: subject.principalType, id: subject.principalID.text,
            attributes: principal.attributes.isEmpty
                ? subject.attributes : principal.attributes.merging(subject.attributes),
            parents: subject.groupType.map { type in subject.groups.names.map { (type, $0.text) } } ?? [])
        request.roles = subject.roles.names.map(\.text)
        return request
    }
}
