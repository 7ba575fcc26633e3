import CedarEngine
import CedarModel
import CedarSyntax

/// A question put to both engines.
struct EngineCase {
    var policies: [PolicyInstance] = []
    var entities: [Entity] = []
    var overlay: [Entity] = []
    var request: Request

    init(_ policies: [PolicyInstance], entities: [Entity] = [], overlay: [Entity] = [], request: Request) {
        self.policies = policies
        self.entities = entities
        self.overlay = overlay
        self.request = request
    }

    /// What the engines disagree about; `nil` when they agree.
    ///
    /// Compiles with the given compiler, which may have compiled anything before.
    func disagreement(_ compiler: inout PolicyCompiler) throws -> String? {
        let store = try EntityStore(entities)
        let set = try PolicySet(instances: policies)
        let compiled = compiler.compile(set, entities: compiler.compile(entities: store))
        let request = CompiledRequest(for: compiled)
        let scratch = DecisionScratch()
        guard let overlaid = try? store.overlaid(with: overlay) else {
            do throws(EntityStoreError) {
                try request.load(self.request, overlaying: overlay)
                return "the compiled engine accepts a cycle"
            } catch {
                return nil
            }
        }
        try request.load(self.request, overlaying: overlay)
        for handling in [ErrorHandling.deny, .skip] {
            let expected = Authorizer(errorHandling: handling).authorize(
                self.request, policies: set, entities: overlaid)
            let decision = compiled.decide(request, in: scratch, errorHandling: handling)
            let outcome = compiled.outcome(of: request, in: scratch, errorHandling: handling)
            if decision != outcome.decision { return "decision \(decision), outcome \(outcome.decision)" }
            if outcome.details != expected.details {
                return "reference: \(expected.details)\ncompiled:  \(outcome.details)"
            }
            let codes = compiled.failures(in: scratch).map { "\($0.policy) \($0.effect) \($0.code)" }
            let wanted = expected.errors.map { "\($0.policy) \($0.effect) \($0.error.code)" }
            if codes != wanted { return "reference: errors \(wanted)\ncompiled:  errors \(codes)" }
        }
        return nil
    }
}

extension PolicySet {
    /// A set of instances, links among them.
    init(instances: [PolicyInstance]) throws {
        self.init()
        for instance in instances {
            if instance.slots.isEmpty {
                try add(instance.policy)
            } else {
                if templates[instance.policy.id] == nil { try add(instance.policy) }
                try link(template: instance.policy.id, as: instance.id, slots: instance.slots)
            }
        }
    }
}

extension AuthorizationOutcome {
    /// All of the outcome that anybody can see.
    var details: String {
        let errors = errors.map {
            "\($0.policy) \($0.effect) \($0.error.code) \($0.error) \($0.error.path ?? "-") \($0.error.span as Any)"
        }
        return "\(decision) \(determiningPolicies.map(\.text)) \(errors)"
    }
}

extension EngineCase {
    /// A smaller case that the engines still disagree about: policies, entities, clauses and operands are left out as
    /// long as some disagreement remains.
    func shrunk() -> EngineCase {
        var smallest = self
        var isProgress = true
        while isProgress {
            isProgress = false
            for candidate in smallest.simplifications {
                var compiler = PolicyCompiler()
                guard let found = try? candidate.disagreement(&compiler), !found.isEmpty else { continue }
                smallest = candidate
                isProgress = true
                break
            }
        }
        return smallest
    }

    private var simplifications: [EngineCase] {
        var cases: [EngineCase] = []
        for index in policies.indices {
            cases.append(changed { $0.policies.remove(at: index) })
        }
        for index in overlay.indices { cases.append(changed { $0.overlay.remove(at: index) }) }
        for index in entities.indices { cases.append(changed { $0.entities.remove(at: index) }) }
        if !request.context.isEmpty { cases.append(changed { $0.request.context = .empty }) }
        for index in policies.indices {
            for policy in policies[index].policy.simplifications {
                cases.append(changed { $0.policies[index] = $0.policies[index].with(policy) })
            }
        }
        for index in entities.indices where !entities[index].parents.isEmpty {
            cases.append(changed { $0.entities[index].parents = [] })
        }
        return cases
    }

    private func changed(_ change: (inout EngineCase) -> Void) -> EngineCase {
        var copy = self
        change(&copy)
        return copy
    }

    /// The case for people.
    var text: String {
        """
        \(policies.map { PolicyTextWriter.text(of: [$0.policy]) + ($0.slots.isEmpty ? "" : " // \($0.id) \($0.slots)") }
            .joined(separator: "\n"))
        entities: \(entities.map(\.line))
        request entities: \(overlay.map(\.line))
        request: \(request.principal) \(request.action) \(request.resource) \(request.context)
        """
    }
}

extension PolicyInstance {
    fileprivate func with(_ policy: Policy) -> PolicyInstance {
        var set = PolicySet()
        try? set.add(policy)
        if !slots.isEmpty { try? set.link(template: policy.id, as: id, slots: slots) }
        return set.policies.first ?? self
    }
}

extension Entity {
    fileprivate var line: String { "\(uid) \(attributes) tags \(tags) in \(parents.map(\.description))" }
}

extension Policy {
    fileprivate var simplifications: [Policy] {
        var policies: [Policy] = []
        for index in conditions.indices {
            var policy = self
            policy.conditions.remove(at: index)
            policies.append(policy)
            for body in conditions[index].body.parts {
                policy = self
                policy.conditions[index].body = body
                policies.append(policy)
            }
        }
        return policies
    }
}

extension Expression {
    /// Smaller expressions: each operand alone, and the whole with one operand made smaller.
    fileprivate var parts: [Expression] {
        switch kind {
        case .literal, .variable: []
        case .not(let x): [x] + x.parts.map { Expression(.not($0), span) }
        case .negate(let x): [x] + x.parts.map { Expression(.negate($0), span) }
        case .and(let xs): shorter(xs) { .and($0) }
        case .or(let xs): shorter(xs) { .or($0) }
        case .product(let xs): shorter(xs) { .product($0) }
        case .set(let xs): shorter(xs, least: 0) { .set($0) }
        case .call(let function, let xs):
            xs + each(xs) { .call(function, $0) }
        case .conditional(let c, let t, let o):
            [c, t, o] + each([c, t, o]) { .conditional(condition: $0[0], then: $0[1], otherwise: $0[2]) }
        case .comparison(let comparison, let l, let r):
            [l, r] + each([l, r]) { .comparison(comparison, $0[0], $0[1]) }
        case .sum(let first, let terms): [first] + terms.map(\.operand)
        case .has(let x, let path):
            [x] + each([x]) { .has($0[0], path: path) }
                + (path.count > 1 ? [Expression(.has(x, path: [path[0]]), span)] : [])
        case .like(let x, let pattern): [x] + each([x]) { .like($0[0], pattern) }
        case .isType(let x, let type, let ancestor):
            ancestor.map { [x, $0, Expression(.isType(x, type, ancestor: nil), span)] } ?? [x]
        case .member(let x, let selectors):
            [x] + each([x]) { .member($0[0], selectors) }
                + (selectors.count > 1 ? [Expression(.member(x, selectors.dropLast()), span)] : [])
        case .record(let fields):
            fields.map(\.value)
                + fields.indices.map { index in
                    var fewer = fields
                    fewer.remove(at: index)
                    return Expression(.record(fewer), span)
                }
        }
    }

    private func shorter(_ xs: [Expression], least: Int = 2, _ make: ([Expression]) -> Kind) -> [Expression] {
        var fewer: [Expression] = []
        for index in xs.indices where xs.count > least {
            var rest = xs
            rest.remove(at: index)
            fewer.append(Expression(make(rest), span))
        }
        return xs + fewer + each(xs, make)
    }

    private func each(_ xs: [Expression], _ make: ([Expression]) -> Kind) -> [Expression] {
        xs.indices.flatMap { index in
            xs[index].parts.map { part in
                var changed = xs
                changed[index] = part
                return Expression(make(changed), span)
            }
        }
    }
}
