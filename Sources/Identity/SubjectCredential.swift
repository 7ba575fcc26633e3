/// A credential as a request carries it, in the words of the wire format.
///
/// The value is a secret: neither descriptions nor mirrors show it.
package struct SubjectCredential: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The type: `jwt`, `saml_response`, `saml_assertion`, `dpop`, `client_certificate`.
    package let type: String

    /// The value as it was sent.
    package let value: [UInt8]

    /// The method of the request that a `dpop` proof is for; `nil` otherwise.
    package let method: String?

    /// The address of the request that a `dpop` proof is for; `nil` otherwise.
    package let url: String?

    /// What the caller expects of a SAML message; `nil` for other credentials.
    package var expectations: PresentedCredentials.SAMLExpectations?

    /// The nonce that the caller expects, in an ID token or a proof; `nil` when it expects none.
    package var nonce: String?

    /// The access token that came along with an ID token, to be compared with `at_hash`.
    package var accessToken: [UInt8]?

    /// The greatest age of the sign-in that the caller wants, in seconds.
    package var maximumAge: Int64?

    /// Makes a credential of which nothing particular is expected.
    package init(type: String, value: [UInt8], method: String? = nil, url: String? = nil) {
        self.type = type
        self.value = value
        self.method = method
        self.url = url
    }

    /// The type.
    package var description: String { "credential of type \(type)" }

    /// The type and nothing else.
    package var customMirror: Mirror { Mirror(self, children: ["type": type]) }
}

extension PresentedCredentials {
    /// Joins what a request carries: one credential that names a subject, and what proves possession of its key.
    ///
    /// - Throws: ``VerificationFailure`` with the code `credential.combination` for anything that leaves a choice, and
    ///   for a client certificate that cannot be read.
    package init(joining parts: [SubjectCredential]) throws(VerificationFailure) {
        var subject: SubjectCredential?
        var proof: Proof?
        var certificate: [UInt8]?
        for part in parts {
            switch part.type {
            case "dpop":
                guard proof == nil, let method = part.method, let url = part.url else {
                    throw VerificationFailure(.combination, "a request has one DPoP proof (RFC 9449 section 4.3)")
                }
                proof = Proof(value: part.value, method: method, url: url, nonce: part.nonce)
            case "client_certificate":
                guard certificate == nil else {
                    throw VerificationFailure(.combination, "a request has one client certificate")
                }
                guard let bytes = ClientCertificateText.der(part.value) else {
                    throw VerificationFailure(
                        .combination, "the client certificate is neither PEM nor base64 of its DER form")
                }
                certificate = bytes
            default:
                guard subject == nil else {
                    throw VerificationFailure(.combination, "two credentials name a subject, and one is allowed")
                }
                subject = part
            }
        }
        guard let subject else {
            throw VerificationFailure(.combination, "no credential names a subject")
        }
        self.init(Credential(type: subject.type, value: subject.value))
        expectations.nonce = subject.nonce
        expectations.accessToken = subject.accessToken
        expectations.maximumAge = subject.maximumAge
        self.proof = proof
        clientCertificate = certificate
        if let expectations = subject.expectations { samlExpectations = expectations }
    }
}
