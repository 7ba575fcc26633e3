package import CedarSyntax

/// The codes of findings about a tenant's SAML providers: V344x.
extension DiagnosticCode {
    /// V3440: names of the service that are missing, have no usable form, or are another tenant's too.
    package static let samlService = DiagnosticCode(3440)

    /// V3441: a provider that is listed twice, or has no usable key.
    package static let samlProvider = DiagnosticCode(3441)

    /// V3442: a certificate or key that cannot be read, is too weak, or has expired.
    package static let samlCertificate = DiagnosticCode(3442)

    /// V3443: metadata that cannot be used.
    package static let samlMetadata = DiagnosticCode(3443)

    /// V3444: a tolerance that weakens verification.
    package static let samlTolerance = DiagnosticCode(3444)
}
