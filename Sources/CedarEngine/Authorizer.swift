public import CedarModel
import CedarSyntax

/// Decides requests by evaluating every policy, as the Cedar language defines it.
///
/// This is the reference evaluator: it favours being obviously right. Compiled evaluation is tested against it.
public struct Authorizer: Sendable {
    /// What an error in a policy does.
    public var errorHandling: ErrorHandling

    /// Makes an authorizer.
    public init(errorHandling: ErrorHandling = .deny) {
        self.errorHandling = errorHandling
    }

    /// Decides a request.
    ///
    /// A satisfied forbid denies whatever permits say; else a satisfied permit allows; else the answer is deny. Every
    /// policy is evaluated even when the decision is already known, because all reasons and errors belong to the
    /// answer. Cost: linear in the number of policies.
    public func authorize(_ request: Request, policies: PolicySet, entities: EntityStore) -> AuthorizationOutcome {
        let evaluator = Evaluator(request: request, entities: entities)
        var permits: [PolicyID] = []
        var forbids: [PolicyID] = []
        var errors: [PolicyError] = []
        for instance in policies.policies {
            let effect = instance.policy.effect
            do {
                guard try evaluator.isSatisfied(instance) else { continue }
                switch effect {
                case .permit: permits.append(instance.id)
                case .forbid: forbids.append(instance.id)
                }
            } catch {
                errors.append(PolicyError(policy: instance.id, effect: effect, error: error))
                if effect == .forbid, errorHandling == .deny { forbids.append(instance.id) }
            }
        }
        if !forbids.isEmpty {
            return AuthorizationOutcome(decision: .deny, determiningPolicies: forbids, errors: errors)
        }
        return AuthorizationOutcome(
            decision: permits.isEmpty ? .deny : .allow, determiningPolicies: permits, errors: errors)
    }
}
