public import CedarSyntax

/// The outcome of a validation.
public struct ValidationReport: Sendable {
    /// The errors and warnings.
    public private(set) var diagnostics: [Diagnostic] = []

    /// The policies that no request can satisfy.
    public private(set) var impossiblePolicies: Set<PolicyID> = []

    /// Whether there is no error.
    public private(set) var isValid = true

    private var outcomes: [(id: PolicyID, isValid: Bool)] = []

    /// The outcome for no policy.
    init() {}

    /// Whether each policy, template and link is free of errors, by its id.
    ///
    /// Made when it is asked for: whoever asks about many policies keeps it.
    public var verdicts: [PolicyID: Bool] {
        Dictionary(outcomes.lazy.map { ($0.id, $0.isValid) }, uniquingKeysWith: { $0 && $1 })
    }

    mutating func reserveCapacity(_ count: Int) {
        outcomes.reserveCapacity(count)
    }

    mutating func add(_ id: PolicyID, _ findings: [Diagnostic], isImpossible: Bool) {
        diagnostics += findings
        let isFree = !findings.contains { $0.severity == .error }
        isValid = isValid && isFree
        outcomes.append((id, isFree))
        if isImpossible { impossiblePolicies.insert(id) }
    }
}
