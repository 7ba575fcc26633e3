import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax

/// What validation promises of evaluation.
enum EvaluationProperties {
    /// Any policy can be validated and evaluated; what passes strict validation passes permissive validation, and does
    /// not fail on data that conforms, except where Cedar's validation promises nothing.
    static func check(_ bytes: [UInt8]) throws(BrokenProperty) {
        let file = SourceFile(name: "fuzz.cedar", bytes: bytes)
        let parsed = PolicyParser.parse(file)
        guard !parsed.policies.isEmpty else { return }
        guard let schema = FixedWorld.schema, let entities = FixedWorld.entities, let request = FixedWorld.request
        else {
            throw BrokenProperty("the fixed world is valid")
        }
        let strict = PolicyValidator(schema: schema).validate(parsed.policies, in: file)
        let permissive = PolicyValidator(schema: schema, mode: .permissive).validate(parsed.policies, in: file)
        for level in [0, 1] {
            let checked = PolicyValidator(schema: schema, level: level).validate(parsed.policies, in: file)
            try require(strict.isValid || !checked.isValid, "a level only adds errors")
        }
        for (id, passes) in strict.verdicts where passes {
            try require(permissive.verdicts[id] == true, "strict implies permissive: \(id)")
        }
        guard let policies = try? PolicySet(parsed.policies) else { throw BrokenProperty("ids are unique") }
        let outcome = Authorizer(errorHandling: .skip).authorize(request, policies: policies, entities: entities)
        for error in outcome.errors where permissive.verdicts[error.policy] == true {
            let isPromised = !["INTEGER_OVERFLOW", "MISSING_ENTITY", "INVALID_EXTENSION_VALUE"].contains(
                error.error.code)
            try require(!isPromised, "a valid policy does not fail: \(error.policy) \(error.error.code)")
        }
        for id in outcome.determiningPolicies {
            try require(
                !strict.impossiblePolicies.contains(id) || strict.verdicts[id] != true,
                "an impossible policy is not satisfied: \(id)")
        }
        let denying = Authorizer(errorHandling: .deny).authorize(request, policies: policies, entities: entities)
        try require(denying.decision == .deny || outcome.decision == .allow, "failing closed allows nothing more")
        try checkCompiled(policies, request, entities, skipping: outcome, denying: denying)
    }

    /// The compiled engine gives the same answers, with stored entities and with the same ones laid over an empty store.
    private static func checkCompiled(
        _ policies: PolicySet, _ request: Request, _ entities: EntityStore, skipping: AuthorizationOutcome,
        denying: AuthorizationOutcome
    ) throws(BrokenProperty) {
        let scratch = DecisionScratch()
        for isOverlaid in [false, true] {
            var compiler = PolicyCompiler()
            let compiled = compiler.compile(
                policies, entities: compiler.compile(entities: isOverlaid ? .empty : entities))
            let loaded = CompiledRequest(for: compiled)
            do {
                try loaded.load(request, overlaying: isOverlaid ? Array(entities.entities) : [])
            } catch {
                throw BrokenProperty("the request can be loaded: \(error)")
            }
            for (handling, expected) in [(ErrorHandling.skip, skipping), (.deny, denying)] {
                let decision = compiled.decide(loaded, in: scratch, errorHandling: handling)
                let outcome = compiled.outcome(of: loaded, in: scratch, errorHandling: handling)
                try require(
                    decision == expected.decision && outcome.decision == decision
                        && outcome.determiningPolicies == expected.determiningPolicies,
                    "both engines decide the same: \(decision) \(expected.decision) \(outcome.determiningPolicies)")
                let failures = compiled.failures(in: scratch).map { "\($0.policy) \($0.code)" }
                try require(
                    failures == expected.errors.map { "\($0.policy) \($0.error.code)" },
                    "both engines fail the same: \(failures) \(expected.errors.map { "\($0.policy) \($0.error.code)" })"
                )
            }
        }
    }
}
