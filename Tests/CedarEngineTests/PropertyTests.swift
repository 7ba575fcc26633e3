import CedarEngine
import CedarModel
import CedarSyntax
import SeededRandom
import Testing

/// Laws of the language, on random expressions and policies.
@Suite struct PropertyTests {
    private static let rounds = 20

    @Test("rewritings of the language reference keep values and errors", arguments: 0..<8)
    func rewritings(seed: UInt64) throws {
        let world = try World()
        var make = ExpressionMaker(seed: seed, isTotal: false)
        for _ in 0..<Self.rounds {
            let (a, b, c) = (make.any(3), make.any(3), make.any(3))
            let (p, q, r) = (make.bool(3), make.bool(3), make.bool(3))
            let (e, f) = (make.entity(2), make.entity(2))
            for (left, right) in [
                ("\(a) != \(b)", "!(\(a) == \(b))"), ("\(a) > \(b)", "!(\(a) <= \(b))"),
                ("\(a) >= \(b)", "!(\(a) < \(b))"),
                ("(\(p) && \(q)) && \(r)", "\(p) && (\(q) && \(r))"),
                ("(\(p) || \(q)) || \(r)", "\(p) || (\(q) || \(r))"),
                ("!!\(p)", "\(p) && true"), ("\(p) && \(q)", "if \(p) then \(q) && true else false"),
                ("\(p) || \(q)", "if \(p) then true else \(q) || false"),
                ("\(e) is User in \(a)", "\(e) is User && \(e) in \(a)"),
                ("\(a) has me.team.size", "\(a) has me && \(a).me has team && \(a).me.team has size"),
                ("\(e) in \(f)", "\(e) in [\(f)]"), ("[\(a), \(b)].contains(\(c))", "[\(a), \(b)].containsAny([\(c)])"),
                ("[\(a), \(b)].containsAll([\(c)])", "[\(a), \(b)].contains(\(c))"),
                ("\(a)[\"name\"]", "\(a).name"), ("{x: \(a), y: \(b)}", "{\"x\": \(a), \"y\": \(b)}"),
            ] {
                #expect(try world.outcome(left) == world.outcome(right), "\(left)")
            }
        }
    }

    @Test("booleans that have values obey the laws of logic", arguments: 0..<8)
    func logic(seed: UInt64) throws {
        let world = try World()
        var make = ExpressionMaker(seed: seed, isTotal: true)
        for _ in 0..<Self.rounds {
            let (p, q, r) = (make.bool(3), make.bool(3), make.bool(2))
            let value = try world.outcome(p)
            #expect(value == "true" || value == "false", "\(p)")
            for (left, right) in [
                ("!!\(p)", p), ("!(\(p) && \(q))", "!\(p) || !\(q)"), ("!(\(p) || \(q))", "!\(p) && !\(q)"),
                ("\(p) && \(q)", "\(q) && \(p)"), ("\(p) || \(q)", "\(q) || \(p)"), ("\(p) && \(p)", p),
                ("\(p) || !\(p)", "true"),
                ("\(p) && (\(q) || \(r))", "\(p) && \(q) || \(p) && \(r)"),
                ("if \(p) then \(q) else \(r)", "\(p) && \(q) || !\(p) && \(r)"), ("\(p) == \(q)", "\(q) == \(p)"),
                ("\(p) != \(q)", "\(p) && !\(q) || !\(p) && \(q)"),
            ] {
                #expect(try world.outcome(left) == world.outcome(right), "\(left)")
            }
        }
    }

    @Test("sets have neither order nor duplicates", arguments: 0..<8)
    func sets(seed: UInt64) throws {
        let world = try World()
        var make = ExpressionMaker(seed: seed, isTotal: true)
        for _ in 0..<Self.rounds {
            let elements = (0..<Int.random(in: 1...5, using: &make.generator)).map { _ in make.any(2) }
            let shuffled = (elements + [make.generator.pick(elements)]).shuffled(using: &make.generator)
            let (one, other) = ("[\(elements.joined(separator: ", "))]", "[\(shuffled.joined(separator: ", "))]")
            #expect(try world.outcome("\(one) == \(other)") == "true")
            #expect(try world.outcome("\(one).containsAll(\(other)) && \(other).containsAll(\(one))") == "true")
            #expect(try world.outcome("\(one).contains(\(shuffled[0]))") == "true")
            #expect(try world.outcome("[\(one), \(other)]") == world.outcome("[\(one)]"))
            #expect(try world.outcome(one) == world.outcome(other))
        }
    }

    @Test("integers obey the laws of arithmetic, or overflow", arguments: 0..<8)
    func arithmetic(seed: UInt64) throws {
        let world = try World()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.rounds {
            let numbers = (0..<3).map { _ in
                Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator)
            }
            let (a, b, c) = (numbers[0], numbers[1], numbers[2])
            #expect(try world.outcome("\(a) + \(b)") == Self.text(a.addingReportingOverflow(b)))
            #expect(try world.outcome("\(a) - \(b)") == Self.text(a.subtractingReportingOverflow(b)))
            #expect(try world.outcome("\(a) * \(b)") == Self.text(a.multipliedReportingOverflow(by: b)))
            #expect(try world.outcome("-(0 + \(a))") == Self.text(Int64(0).subtractingReportingOverflow(a)))
            #expect(try world.outcome("\(a) < \(b)") == "\(a < b)")
            #expect(try world.outcome("\(a) >= \(b)") == "\(a >= b)")
            #expect(
                try world.outcome("\(a) + \(b) == \(b) + \(a) || true") == world.outcome("\(b) + \(a) == \(c) || true"))
        }
    }

    private static func text(_ result: (partialValue: Int64, overflow: Bool)) -> String {
        result.overflow ? "INTEGER_OVERFLOW" : "\(result.partialValue)"
    }

    @Test("decisions are monotonic", arguments: 0..<12)
    func decisions(seed: UInt64) throws {
        let world = try World()
        var make = ExpressionMaker(seed: seed, isTotal: false)
        for _ in 0..<20 {
            let policies = (0..<Int.random(in: 0...5, using: &make.generator)).map { _ in make.policy() }
            for handling in [ErrorHandling.deny, .skip] {
                let outcome = try world.authorize(policies.joined(separator: "\n"), handling)
                func with(_ policy: String) throws -> AuthorizationOutcome {
                    try world.authorize((policies + [policy]).joined(separator: "\n"), handling)
                }
                let id = PolicyID("policy\(policies.count)")
                // A satisfied forbid denies; a satisfied permit never turns allow into deny.
                let forbidden = try with("forbid(principal, action, resource);")
                #expect(forbidden.decision == .deny)
                #expect(forbidden.determiningPolicies.contains(id))
                let permitted = try with("permit(principal, action, resource);")
                let isForbidden = outcome.decision == .deny && !outcome.determiningPolicies.isEmpty
                #expect(permitted.decision == (isForbidden ? .deny : .allow))
                // Policies that do not apply change nothing.
                for policy in [
                    "permit(principal, action, resource) when { false };",
                    "forbid(principal is Nobody, action, resource);",
                ] {
                    #expect(try with(policy).line == outcome.line)
                }
                // A failing forbid denies or is skipped; a failing permit changes nothing but the errors.
                let failing = try with("forbid(principal, action, resource) when { context.gone };")
                #expect(failing.decision == (handling == .deny ? .deny : outcome.decision))
                let failingPermit = try with("permit(principal, action, resource) when { context.gone };")
                #expect(failingPermit.decision == outcome.decision)
                #expect(failingPermit.determiningPolicies == outcome.determiningPolicies)
                #expect(failingPermit.errors.count == outcome.errors.count + 1)
                // The order of the policies changes only the order of the answer.
                let reversed = try world.authorize(try Self.reversed(policies), handling)
                #expect(reversed.decision == outcome.decision)
                #expect(reversed.determiningPolicies.reversed() == outcome.determiningPolicies)
                #expect(reversed.errors.map(\.policy).reversed() == outcome.errors.map(\.policy))
                if handling == .deny {
                    let skipped = try world.authorize(policies.joined(separator: "\n"), .skip)
                    #expect(skipped.decision == .allow || outcome.decision == .deny)
                }
            }
        }
    }

    private static func reversed(_ policies: [String]) throws -> PolicySet {
        try PolicySet(try parse(policies.joined(separator: "\n")).reversed())
    }
}

/// Makes random expressions as text, each fit to be an operand of anything.
struct ExpressionMaker {
    var generator: SeededGenerator
    /// Whether every expression has a value of its type.
    let isTotal: Bool

    init(seed: UInt64, isTotal: Bool) {
        generator = SeededGenerator(seed: seed)
        self.isTotal = isTotal
    }

    mutating func any(_ depth: Int) -> String {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bool(depth)
        case 1: long(depth)
        case 2: entity(depth)
        case 3: depth > 0 ? "[\(any(depth - 1)), \(any(depth - 1))]" : "[]"
        case 4: depth > 0 ? "{a: \(any(depth - 1)), \"é\": \(any(depth - 1))}" : "{}"
        default:
            leaf([
                #""x""#, #""é""#, #""e\u{301}""#, "principal.name", #"decimal("1.5")"#, #"duration("1h")"#,
                "context.now", "context.ip",
            ])
        }
    }

    mutating func bool(_ depth: Int) -> String {
        guard depth > 0 else { return leaf(["true", "false", "context.mfa", "principal.active", "resource.public"]) }
        return switch Int.random(in: 0..<9, using: &generator) {
        case 0: "(\(bool(depth - 1)) && \(bool(depth - 1)))"
        case 1: "(\(bool(depth - 1)) || \(bool(depth - 1)))"
        case 2: "(!\(bool(depth - 1)))"
        case 3: "(if \(bool(depth - 1)) then \(bool(depth - 1)) else \(bool(depth - 1)))"
        case 4: "(\(any(depth - 1)) \(generator.pick(["==", "!="])) \(any(depth - 1)))"
        case 5: "(\(long(depth - 1)) \(generator.pick(["<", "<=", ">", ">="])) \(long(depth - 1)))"
        case 6: "(\(entity(depth - 1)) in \(entity(depth - 1)))"
        case 7: "(\(entity(depth - 1)) has \(generator.pick(["name", "me.team", "gone", "team.size"])))"
        default: "(\(entity(depth - 1)) is \(generator.pick(["User", "Team"])))"
        }
    }

    mutating func long(_ depth: Int) -> String {
        guard depth > 0 else { return leaf(["0", "1", "-2", "context.n", "principal.age", "principal.team.size"]) }
        return "(\(long(depth - 1)) \(generator.pick(["+", "-", "*"])) \(long(depth - 1)))"
    }

    mutating func entity(_ depth: Int) -> String {
        guard depth > 0, generator.chance(oneIn: 4) else {
            return leaf([
                "principal", "resource", "action", "principal.team", "principal.me", #"Org::"acme""#,
                #"User::"nobody""#,
            ])
        }
        return "(if \(bool(depth - 1)) then \(entity(depth - 1)) else \(entity(depth - 1)))"
    }

    mutating func policy() -> String {
        let effect = generator.pick(["permit", "forbid", "permit"])
        let principal = generator.pick([
            "principal", "principal", "principal is User", #"principal in Team::"red""#, #"principal == User::"bob""#,
        ])
        let clause = generator.pick([
            "", " when { \(bool(3)) }", " unless { \(bool(2)) }", " when { \(bool(1)) } when { \(bool(2)) }",
        ])
        return "\(effect)(\(principal), action, resource)\(clause);"
    }

    /// One of the leaves; where errors are welcome, sometimes something that has none or the wrong type.
    private mutating func leaf(_ leaves: [String]) -> String {
        if !isTotal, generator.chance(oneIn: 12) {
            return generator.pick([
                "context.gone", "principal.ghost.name", "context.bad", "principal.least", "[1]", "1", "true", #""é""#,
                "context.partly",
            ])
        }
        return generator.pick(leaves)
    }
}
