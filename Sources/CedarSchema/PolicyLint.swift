public import CedarSyntax

/// The checks of ``PolicyLinter``, under the names that `bundle.yaml` has for them.
public enum PolicyLint: String, CaseIterable, Sendable {
    /// A `forbid` that can fail when it is evaluated.
    case forbidMayError = "forbid_may_error"

    /// A `permit` for every principal, action and resource.
    case unconstrainedPermit = "unconstrained_permit"

    /// A policy that an unconditional `forbid` makes pointless.
    case shadowedByForbid = "shadowed_by_forbid"

    /// A string looked for with `in`.
    case inOverStrings = "in_over_strings"

    /// Something compared with what is outside of its enumerated entity type.
    case valueOutsideEnum = "value_outside_enum"

    /// A policy without `@id`.
    case missingID = "missing_id"

    /// A policy without `@reason`.
    case missingReason = "missing_reason"

    /// The code of its findings.
    public var code: DiagnosticCode {
        switch self {
        case .forbidMayError: .forbidMayFail
        case .unconstrainedPermit: .unconstrainedPermit
        case .shadowedByForbid: .shadowedByForbid
        case .inOverStrings: .stringMembership
        case .valueOutsideEnum: .valueOutsideEnumeration
        case .missingID: .missingPolicyID
        case .missingReason: .missingReason
        }
    }

    /// Help for a name that no check has: the name that was meant, or all of them.
    public static func suggestion(for name: String) -> String {
        let names = allCases.map(\.rawValue)
        return Suggestion.sentence(for: name, among: names)
            ?? "the checks are " + names.map { "`\($0)`" }.joined(separator: ", ")
    }
}
