package import CedarSyntax

/// The codes of findings about whom a tenant trusts and what becomes of claims: V34xx.
extension DiagnosticCode {
    // MARK: Issuers

    /// V3401: an issuer or an address that has no usable form.
    package static let issuerForm = DiagnosticCode(3401)

    /// V3402: an issuer that is listed twice.
    package static let duplicateIssuer = DiagnosticCode(3402)

    /// V3403: an algorithm that is not supported.
    package static let unknownAlgorithm = DiagnosticCode(3403)

    /// V3404: an issuer without audiences, clients, or what stands in for them.
    package static let audienceMissing = DiagnosticCode(3404)

    /// V3405: an issuer that many share, without the claim that tells its tenants apart.
    package static let sharedIssuer = DiagnosticCode(3405)

    /// V3406: keys that cannot be read.
    package static let keySetUnreadable = DiagnosticCode(3406)

    /// V3407: a key that is not used.
    package static let keyRefused = DiagnosticCode(3407)

    /// V3408: a number outside of its range.
    package static let identityLimit = DiagnosticCode(3408)

    /// V3409: a section without effect or without sense beside another.
    package static let identityContradiction = DiagnosticCode(3409)

    // MARK: Claims

    /// V3420: a place of a claim, a template or a pattern in the wrong form.
    package static let claimForm = DiagnosticCode(3420)

    /// V3421: an attribute, type or group that the schema does not have.
    package static let claimNotInSchema = DiagnosticCode(3421)

    /// V3422: an attribute that the schema gives another type.
    package static let claimTypeMismatch = DiagnosticCode(3422)

    /// V3423: an attribute that the schema requires and that a token may not give.
    package static let claimMayBeMissing = DiagnosticCode(3423)

    /// V3424: more rules than the limit.
    package static let tooManyClaimRules = DiagnosticCode(3424)
}
