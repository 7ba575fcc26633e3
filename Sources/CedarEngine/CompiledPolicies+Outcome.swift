import CedarModel
public import CedarSyntax

extension CompiledPolicies {
    /// The whole answer of the last decision in some scratch memory, equal to that of ``Authorizer``.
    ///
    /// Errors with their texts and places come from the reference evaluator, which evaluates again the policies that
    /// failed, and no others.
    public func outcome(
        of request: CompiledRequest, in scratch: DecisionScratch, errorHandling: ErrorHandling = .skip
    ) -> AuthorizationOutcome {
        let findings = scratch.findings
        let errors = findings.failures.count == 0 ? [] : self.errors(of: request, findings.failures.elements)
        var forbids = ids(findings.forbids.elements)
        if errorHandling == .deny, findings.hasFailedForbid {
            forbids = ids(withFailedForbids: findings)
        }
        guard forbids.isEmpty else {
            return AuthorizationOutcome(decision: .deny, determiningPolicies: forbids, errors: errors)
        }
        let permits = ids(findings.permits.elements)
        return AuthorizationOutcome(
            decision: permits.isEmpty ? .deny : .allow, determiningPolicies: permits, errors: errors)
    }

    /// The ids and codes of the policies without value in the last decision, in policy order.
    ///
    /// Cheaper than whole errors: nothing is evaluated again.
    public func failures(in scratch: DecisionScratch) -> [(policy: PolicyID, effect: Effect, code: String)] {
        let failures = scratch.findings.failures.elements
        return (0..<failures.count).map { index in
            let instance = policies.policies[Int(failures[index].policy)]
            return (instance.id, instance.policy.effect, failures[index].fault.code)
        }
    }

    private func ids(_ positions: Cells<Int32>) -> [PolicyID] {
        (0..<positions.count).map { policies.policies[Int(positions[$0])].id }
    }

    private func ids(withFailedForbids findings: DecisionScratch.Findings) -> [PolicyID] {
        var positions = (0..<findings.forbids.count).map { findings.forbids[$0] }
        for index in 0..<findings.failures.count {
            let policy = findings.failures[index].policy
            if records[Int(policy)].isForbid { positions.append(policy) }
        }
        return positions.sorted().map { policies.policies[Int($0)].id }
    }

    private func errors(of request: CompiledRequest, _ failures: Cells<DecisionScratch.Failure>) -> [PolicyError] {
        let evaluator = request.evaluator
        return (0..<failures.count).map { index in
            let instance = policies.policies[Int(failures[index].policy)]
            return PolicyError(
                policy: instance.id, effect: instance.policy.effect,
                error: error(of: instance, evaluator, failures[index].fault))
        }
    }

    private func error(of instance: PolicyInstance, _ evaluator: Evaluator, _ fault: Fault) -> EvaluationError {
        do {
            _ = try evaluator.isSatisfied(instance)
        } catch {
            return error
        }
        // Both engines find the same errors; if they ever did not, the failure still has to be told.
        return EvaluationError(
            .extensionFailure(extensionName: "compiled", message: "the compiled policy failed with `\(fault.code)`"))
    }
}
