package import CedarModel

/// A token that was refused a moment ago, so that whoever words the refusal need not verify it again.
///
/// Without this, a token that does not count would cost two signatures where one that counts costs one. The token is a
/// secret: a value lives as long as the request does.
package struct RefusedCredential: Sendable {
    private let token: [UInt8]
    private let trust: UInt64
    private let failure: VerificationFailure

    /// Remembers the failure of a token alone, without a proof and without expectations.
    package init(_ token: [UInt8], for tenant: TenantTrust, _ failure: VerificationFailure) {
        self.token = token
        trust = tenant.generation
        self.failure = failure
    }

    /// The failure, where it is that of the same question.
    func failure(of credentials: PresentedCredentials, for tenant: TenantTrust) -> VerificationFailure? {
        let isAlone =
            credentials.proof == nil && credentials.clientCertificate == nil && credentials.expectations.isEmpty
        guard isAlone, tenant.generation == trust, credentials.credential.type.utf8.elementsEqual("jwt".utf8),
            credentials.credential.value == token
        else { return nil }
        return failure
    }
}

/// A verifier that has the failure of one credential already.
package struct RememberingVerifier: CredentialVerifier {
    private let refused: RefusedCredential
    private let next: any CredentialVerifier

    /// Puts a failure before a verifier.
    package init(_ refused: RefusedCredential, before next: any CredentialVerifier) {
        self.refused = refused
        self.next = next
    }

    /// Verifies credentials, unless they are those that failed.
    package func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject {
        if let failure = refused.failure(of: credentials, for: tenant) { throw failure }
        return try next.verify(credentials, for: tenant, at: now)
    }
}
