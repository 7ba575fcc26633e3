package import CedarModel
package import CedarSyntax

/// Proves who somebody is.
///
/// Verification is synchronous and never waits: what would have to be fetched is answered as indeterminate.
package protocol CredentialVerifier: Sendable {
    /// Verifies the credentials of one subject for a tenant.
    ///
    /// - Throws: ``VerificationFailure``; a credential that is not understood is a failure too.
    func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject
}

/// Sends credentials to the verifier of their type.
package struct CredentialVerifiers: CredentialVerifier {
    private let verifiers: [String: any CredentialVerifier]

    /// Makes a verifier of some, by the type of credential.
    package init(_ verifiers: [String: any CredentialVerifier]) {
        self.verifiers = verifiers
    }

    /// Verifies the credentials with the verifier of their type.
    package func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject {
        guard let verifier = verifiers[credentials.credential.type] else {
            throw VerificationFailure(.unsupported, "credentials of this type have no verifier")
        }
        return try verifier.verify(credentials, for: tenant, at: now)
    }
}

/// What a request brings along to prove who its subject is.
///
/// The values are secrets: they are neither printed nor kept.
package struct PresentedCredentials: Sendable {
    /// A credential, by the words of the wire format.
    package struct Credential: Sendable {
        /// The type: `jwt`, `saml_response`, `saml_assertion`.
        package let type: String
        /// The value as it was sent.
        package let value: [UInt8]

        /// Makes a credential.
        package init(type: String, value: [UInt8]) {
            self.type = type
            self.value = value
        }
    }

    /// A DPoP proof and the request that it is for (RFC 9449 section 4.3).
    package struct Proof: Sendable {
        /// The proof as it was sent.
        package let value: [UInt8]
        /// The method of the request.
        package let method: String
        /// The address of the request.
        package let url: String
        /// The nonce that the caller demanded; `nil` when it demanded none.
        package let nonce: String?

        /// Makes a proof.
        package init(value: [UInt8], method: String, url: String, nonce: String? = nil) {
            self.value = value
            self.method = method
            self.url = url
            self.nonce = nonce
        }
    }

    /// What names the subject.
    package var credential: Credential

    /// The DPoP proof.
    package var proof: Proof?

    /// The client's certificate in DER, from the connection between the client and the caller.
    package var clientCertificate: [UInt8]?

    /// What the caller expects of an ID token.
    package var expectations = Expectations()

    /// What the caller expects of a SAML message.
    package var samlExpectations = SAMLExpectations()

    /// Makes credentials of one token.
    package init(_ credential: Credential) {
        self.credential = credential
    }

    /// What a caller that runs sign-ins itself knows about the token that it wants (OpenID Connect Core section
    /// 3.1.3.7).
    package struct Expectations: Sendable {
        /// The nonce of the sign-in.
        package var nonce: String?
        /// The access token that came along, to be compared with `at_hash`.
        package var accessToken: [UInt8]?
        /// The greatest age of the sign-in, in seconds.
        package var maximumAge: Int64?

        /// Expects nothing.
        package init() {}

        /// Whether nothing is expected.
        package var isEmpty: Bool { nonce == nil && accessToken == nil && maximumAge == nil }
    }

    /// What a caller that runs sign-ins itself knows about the SAML message that it wants (SAML Profiles section
    /// 4.1.4.3).
    package struct SAMLExpectations: Hashable, Sendable {
        /// The id of the request that the message must answer.
        package var requestID: CedarString?
        /// Whether the message must answer no request.
        package var isUnsolicited = false
        /// The address where the message arrived: one of the tenant's recipients.
        package var recipient: CedarString?
        /// The entity id that the message must be for: one of the tenant's.
        package var audience: CedarString?
        /// The client's address, to be compared where the message states one.
        package var clientAddress: CedarString?
        /// The client's certificate in DER, for confirmation by its key.
        package var clientCertificate: [UInt8]?

        /// Expects nothing.
        package init() {}
    }
}
