import CedarEngine
package import CedarModel
package import CedarSyntax
package import PolicyBundles

extension Decision {
    /// A deny that no policy is the reason of.
    static func denied(_ code: String, _ message: String, _ snapshot: PolicySnapshot) -> Decision {
        Decision(
            decision: .deny, reasons: [Reason(code: code, message: Excerpt.ofSentence(message))], errors: [],
            policyVersion: snapshot.version)
    }

    /// The answer for an outcome of the engine.
    init(_ outcome: AuthorizationOutcome, action: ActionCatalog.Action, snapshot: PolicySnapshot) {
        decision = outcome.decision
        application = snapshot.application
        policyVersion = snapshot.version
        errors = outcome.errors.map { failure in
            PolicyFailure(
                policy: failure.policy, code: failure.error.code,
                message: Excerpt.ofSentence(failure.error.description), path: failure.error.path)
        }
        let failed = Dictionary(outcome.errors.map { ($0.policy, $0.error) }, uniquingKeysWith: { first, _ in first })
        reasons = outcome.determiningPolicies.sorted().compactMap { id in
            snapshot.descriptions[id].map { Reason(id, $0, error: failed[id]) }
        }
        let determining = outcome.determiningPolicies.compactMap { snapshot.descriptions[$0] }
        obligations = Self.distinct(determining.flatMap(\.obligations))
        advice = Self.distinct(determining.flatMap(\.advice))
        if reasons.isEmpty { reasons = [.noPermit(permission: action.permission)] }
    }

    /// Each duty once, by id.
    package static func distinct(_ duties: [DutyCatalog.Duty]) -> [DutyCatalog.Duty] {
        guard duties.count > 1 else { return duties }
        var seen: Set<CedarString> = []
        return duties.filter { seen.insert(CedarString($0.id)).inserted }
            .sorted { CedarString($0.id) < CedarString($1.id) }
    }
}

extension Decision.Reason {
    /// Why nothing permits: the permission that no role grants, or that no policy matches at all.
    package static func noPermit(permission: String?) -> Decision.Reason {
        guard let permission else {
            return Decision.Reason(code: ReasonCode.noMatchingPermit, message: "no policy permits this")
        }
        return Decision.Reason(
            code: ReasonCode.missingPermission, message: "no role of the principal grants `\(permission)`",
            permission: permission)
    }

    /// The reason that a policy gives, with the error that kept it from being evaluated.
    package init(_ id: PolicyID, _ description: PolicyDescription, error: EvaluationError? = nil) {
        policy = id
        effect = description.effect
        source = Decision.Source(file: description.file, position: description.position)
        permission = nil
        slots = description.slots
        if let error {
            code = ReasonCode.policyError
            message = Excerpt.ofSentence("a prohibition could not be evaluated, so it counts as met: \(error)")
        } else {
            code = description.code
            message = description.message
        }
    }
}
