public import CedarSyntax

/// The outcome of a validation.
public struct ValidationReport: Sendable {
    /// The errors and warnings.
    public private(set) var diagnostics: [Diagnostic] = []

    /// Whether each policy, template and link is free of errors, by its id.
    public private(set) var verdicts: [PolicyID: Bool] = [:]

    /// The policies that no request can satisfy.
    public private(set) var impossiblePolicies: Set<PolicyID> = []

    /// Whether there is no error.
    public var isValid: Bool { verdicts.values.allSatisfy(\.self) }

    /// The outcome for no policy.
    init() {}

    mutating func add(_ id: PolicyID, _ findings: [Diagnostic], isImpossible: Bool) {
        diagnostics += findings
        let isValid = !findings.contains { $0.severity == .error }
        verdicts[id] = isValid && verdicts[id] ?? true
        if isImpossible { impossiblePolicies.insert(id) }
    }
}
