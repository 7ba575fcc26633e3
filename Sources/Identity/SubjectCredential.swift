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

    /// Makes a credential.
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
                proof = Proof(value: part.value, method: method, url: url)
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
        self.proof = proof
        clientCertificate = certificate
    }
}
