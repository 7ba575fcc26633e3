public import CedarSyntax

/// The codes of findings about policies that are valid but look like mistakes: 1401 to 1499.
///
/// ``PolicyLinter`` makes them.
extension DiagnosticCode {
    /// V1401: a `forbid` that can fail when it is evaluated.
    public static let forbidMayFail = DiagnosticCode(1401)

    /// V1402: a `permit` for every principal, action and resource.
    public static let unconstrainedPermit = DiagnosticCode(1402)

    /// V1403: a policy that an unconditional `forbid` makes pointless.
    public static let shadowedByForbid = DiagnosticCode(1403)

    /// V1404: a string looked for with `in`.
    public static let stringMembership = DiagnosticCode(1404)

    /// V1405: something compared with what is outside of its enumerated entity type.
    public static let valueOutsideEnumeration = DiagnosticCode(1405)

    /// V1406: a policy without `@id`.
    public static let missingPolicyID = DiagnosticCode(1406)

    /// V1407: a policy without `@reason`.
    public static let missingReason = DiagnosticCode(1407)

    /// Whether the code is one of a lint, which tells authors something and users of the policies nothing.
    public var isLint: Bool { (1401...1499).contains(number) }
}
