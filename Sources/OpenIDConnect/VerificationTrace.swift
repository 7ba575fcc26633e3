/// The checks that a token has passed, in their order, for people who want to know why it is refused.
///
/// A class, so that verification can tell while it goes; it stays within the task that made it.
package final class VerificationTrace {
    /// The checks.
    package enum Check: String, CaseIterable {
        case envelope, payload, issuer, signature, kind, times, audience, tenant, expectations, mapping, possession
        case revocation

        /// What is checked, in words.
        package var description: String {
            switch self {
            case .envelope: "form, header and encoding of the token"
            case .payload: "form of the payload"
            case .issuer: "issuer trusted by the tenant"
            case .signature: "algorithm, key and signature"
            case .kind: "kind of token"
            case .times: "expiry, start and lifetime"
            case .audience: "audience and client"
            case .tenant: "claims that tell tenants apart"
            case .expectations: "nonce and access token hash"
            case .mapping: "subject, actors and claim mapping"
            case .possession: "possession of the key"
            case .revocation: "revocation"
            }
        }
    }

    /// The checks that passed.
    package private(set) var passed: [Check] = []

    /// Nothing is checked yet.
    package init() {}

    /// The check that was under way when verification ended; `nil` when all passed.
    package var failed: Check? { Check.allCases.first { !passed.contains($0) } }

    func passed(_ check: Check) { passed.append(check) }
}
