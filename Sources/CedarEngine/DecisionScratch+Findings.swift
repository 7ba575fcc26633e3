extension DecisionScratch {
    /// Whether a policy had no value in the last decision.
    public var hasFailures: Bool { findings.failures.count > 0 }

    /// How many policies determined the last decision, unless a policy had no value: the satisfied forbids, or else the
    /// satisfied permits.
    public var determiningCount: Int { findings.forbids.count > 0 ? findings.forbids.count : findings.permits.count }

    /// The position of a determining policy in ``PolicySet/policies``.
    public func determiningPosition(at index: Int) -> Int {
        Int(findings.forbids.count > 0 ? findings.forbids[index] : findings.permits[index])
    }
}
