import CedarEngine
import CedarModel
import CedarSyntax
import SeededRandom
import Testing

/// Policies that begin alike, which run their common steps once, and policies that the constant part of a context rules
/// out, which are passed over: both against the reference evaluator.
@Suite struct SharedStartTests {
    /// Conditions, some of which fail, in the order in which policies string them together.
    private static let starts = [
        #"context has tenant && context.tenant has on && context.tenant.on.contains("a")"#,
        #"context has tenant && context.tenant has on && context.tenant.on.contains("b")"#,
        #"context has tenant && context.tenant has on && ["a", "b", "c"].containsAll(context.tenant.on)"#,
        #"context.tenant.level > 1"#, #"context.tenant.level == context.tenant.limit"#,
        #"context has tenant && context.tenant has owner && context.tenant.owner.active"#,
        #"context.tenant.name like "t*""#, #"context.tenant.on.isEmpty()"#, "true",
    ]

    private static let ends = [
        "context.mfa", #"resource in Folder::"top""#, "principal == resource.owner", #"context.zone == "vpn""#,
        "context.count + 1 > 3", #"context.tenant.on.contains(context.zone)"#, "true", "!context.tenant.closed",
    ]

    private static let tenants: [Record] = [
        ["on": .set(ValueSet([])), "level": .long(1), "limit": .long(1), "name": .string("t1")],
        [
            "on": .set(ValueSet([.string("a")])), "level": .long(3), "limit": .long(2), "name": .string("x"),
            "owner": .entity(.of("User", "boss")), "closed": .bool(true),
        ],
        ["on": .set(ValueSet([.string("b"), .string("vpn")])), "level": .string("high"), "name": .string("t3")],
        [:],
    ]

    private static func policies(_ random: inout SeededGenerator) throws -> PolicySet {
        let texts = (0..<Int.random(in: 2...90, using: &random)).map { number in
            let effect = Bool.random(using: &random) ? "permit" : "forbid"
            let principal = Int.random(in: 0..<4, using: &random) == 0 ? #"principal == User::"u1""# : "principal"
            let action = Int.random(in: 0..<3, using: &random) == 0 ? #"action == Action::"view""# : "action"
            var conditions: [String] = []
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                conditions.append(starts.randomElement(using: &random) ?? "true")
            }
            conditions.append(ends.randomElement(using: &random) ?? "true")
            return """
                @id("p\(number)") \(effect) (\(principal), \(action), resource)
                when { \(conditions.joined(separator: " && ")) };
                """
        }
        return try PolicySet(parse(texts.joined(separator: "\n")))
    }

    @Test(
        "equal to the reference evaluator, however often a tenant comes back", arguments: 1...30 as ClosedRange<UInt64>)
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let policies = try Self.policies(&random)
        var compiler = PolicyCompiler()
        compiler.learn(["tenant"], [])
        let constants = compiler.compile(constants: Self.tenants)
        let store = try EntityStore([
            Entity(uid: .of("User", "boss"), attributes: ["active": .bool(true)]),
            Entity(uid: .of("File", "f1"), parents: [.of("Folder", "top")]),
        ])
        let compiled = compiler.compile(policies, entities: compiler.compile(entities: store))
        let tenantKey = compiled.symbol(of: "tenant" as CedarString)
        let (request, scratch, exclusions) = (CompiledRequest(for: compiled), DecisionScratch(), PolicyExclusions())
        for _ in 0..<40 {
            let tenant = Int.random(in: Self.tenants.indices, using: &random)
            let model = Request(
                principal: .of("User", ["u1", "u2", "boss"].randomElement(using: &random) ?? "u1"),
                action: .of("Action", Bool.random(using: &random) ? "view" : "edit"),
                resource: .of("File", Bool.random(using: &random) ? "f1" : "f2"),
                context: [
                    "mfa": .bool(Bool.random(using: &random)),
                    "zone": .string(Bool.random(using: &random) ? "vpn" : "lan"),
                    "count": Bool.random(using: &random) ? .long(2) : .string("two"),
                    "tenant": .record(Self.tenants[tenant]),
                ])
            // A request may say of the tenant's owner what the store does not.
            let boss = Entity(uid: .of("User", "boss"), attributes: ["active": .bool(Bool.random(using: &random))])
            let own = model.principal == boss.uid ? [boss] : []

            var builder = CompiledRequest.Builder(request, for: compiled)
            builder.setPrincipal(builder.entity(model.principal))
            builder.setAction(builder.entity(model.action))
            builder.setResource(builder.entity(model.resource))
            for entity in own {
                builder.beginRecord()
                for field in entity.attributes.fields {
                    builder.key(field.key.utf8.span)
                    builder.push(field.value)
                }
                builder.endRecord()
                builder.addEntity(builder.entity(entity.uid))
            }
            builder.beginRecord()
            for field in model.context.fields where field.key != "tenant" {
                builder.key(field.key.utf8.span)
                builder.push(field.value)
            }
            builder.key(symbol: tenantKey)
            builder.push(constants, at: tenant)
            builder.endRecord()
            builder.setContext(fixing: tenantKey, at: tenant)
            try builder.finish()

            _ = compiled.decide(request, in: scratch, remembering: exclusions)
            let outcome = compiled.outcome(of: request, in: scratch)
            let expected = Authorizer(errorHandling: .skip).authorize(
                model, policies: policies, entities: try store.overlaid(with: own))
            #expect(outcome.decision == expected.decision, "\(model)")
            #expect(outcome.determiningPolicies == expected.determiningPolicies, "\(model)")
            #expect(outcome.errors.map(\.policy) == expected.errors.map(\.policy), "\(model)")
        }
    }
}
