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
        guard let schema = FixedWorld.schema, let entities = FixedWorld.entities, let request = FixedWorld.request else {
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
            let isPromised = !["INTEGER_OVERFLOW", "MISSING_ENTITY", "INVALID_EXTENSION_VALUE"].contains(error.error.code)
            try require(!isPromised, "a valid policy does not fail: \(error.policy) \(error.error.code)")
        }
        for id in outcome.determiningPolicies {
            try require(
                !strict.impossiblePolicies.contains(id) || strict.verdicts[id] != true,
                "an impossible policy is not satisfied: \(id)")
        }
        let denying = Authorizer(errorHandling: .deny).authorize(request, policies: policies, entities: entities)
        try require(denying.decision == .deny || outcome.decision == .allow, "failing closed allows nothing more")
    }
}
