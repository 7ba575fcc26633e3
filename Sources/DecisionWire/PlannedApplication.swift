import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Identity
import PolicyBundles
import StrictJSON

/// One thread's memory for deciding requests to an application by its plan.
///
/// What a decision goes through is `let`, so that it is found without counting references to it.
final class PlannedApplication {
    let plan: RequestPlan
    private let limits: PlannedDecisions.Limits
    private let compiled: CompiledPolicies
    /// Where questions are read that are not kept.
    private let request: CompiledRequest
    private let recalled: RecalledQuestions
    private let buffer: JSONBuffer
    private let scratch: DecisionScratch
    private let answers: PlannedAnswers
    private let memory = PlannedMemory()
    private let exclusions = PolicyExclusions()
    /// The question that was read last, as policies read it, and what it asks besides.
    private var asked: CompiledRequest
    private(set) var question = PlannedQuestion(action: -1, tenant: -1)
    /// Whether it had been read before.
    private(set) var isRecalled = false
    /// The token that was refused while reading, which is why the question takes the general way.
    private var refused: RefusedCredential?

    init(
        _ plan: RequestPlan, limits: PlannedDecisions.Limits, buffer: JSONBuffer, scratch: DecisionScratch,
        recalled: RecalledQuestions
    ) {
        self.plan = plan
        self.limits = limits
        self.buffer = buffer
        self.scratch = scratch
        self.recalled = recalled
        compiled = plan.compiled
        request = CompiledRequest(for: plan.compiled)
        asked = request
        answers = PlannedAnswers(plan)
    }

    /// Reads a question to a tenant; `false` when it takes the general way.
    func read(
        _ body: [UInt8], _ format: PlannedDecisions.Format, tenant: String?, at now: Datetime,
        _ verifier: (any CredentialVerifier)?
    ) -> Bool {
        let place = RecalledQuestions.Place(
            format: format, tenant: tenant.map { compiled.symbol(of: $0.utf8.span) } ?? -2)
        guard let slot = recalled.slot(of: body, place) else {
            return read(body, place, into: request, at: now, verifier)
        }
        if let known = recalled.question(at: slot, body, place, plan) {
            (asked, question, isRecalled) = (known.request, known.question, true)
            memory.setClock(of: asked, question, to: now, plan)
            return true
        }
        guard let room = recalled.room(at: slot, for: plan) else {
            return read(body, place, into: request, at: now, verifier)
        }
        guard read(body, place, into: room.request, at: now, verifier) else { return false }
        if !question.isVerified { recalled.keep(question, in: room, at: slot, body, place, plan) }
        return true
    }

    private func read(
        _ body: [UInt8], _ place: RecalledQuestions.Place, into request: CompiledRequest, at now: Datetime,
        _ verifier: (any CredentialVerifier)?
    ) -> Bool {
        let text = body.span
        let found = try? buffer.read(text) { tokens, repetition -> PlannedQuestion? in
            // Every attribute is a token of its own.
            guard tokens.count <= limits.attributes, let tenant = tenant(text, tokens, at: place) else { return nil }
            var reader = PlannedRequestReader(plan, tenant: tenant, into: request, memory, repetition)
            switch place.format {
            case .native:
                return reader.readNative(text, tokens, at: now) { verify($0, verifier, tenant: tenant, at: now) }
            case .authZEN:
                guard let evaluation = reader.evaluation(text, tokens, 0) else { return nil }
                return reader.readAuthZEN(text, tokens, evaluation, at: now)
            }
        }
        guard let found else { return false }
        (asked, question, isRecalled) = (request, found, false)
        return true
    }

    /// Takes the token that was refused while reading the last question, where there was one.
    func takeRefused() -> RefusedCredential? {
        defer { refused = nil }
        return refused
    }

    /// The subject of a token; `nil` for one that the general way has to refuse.
    private func verify(
        _ token: [UInt8], _ verifier: (any CredentialVerifier)?, tenant: Int, at now: Datetime
    ) -> VerifiedSubject? {
        guard let verifier, let trust = plan.trust(ofTenantAt: tenant) else { return nil }
        do throws(VerificationFailure) {
            return try verifier.verify(
                PresentedCredentials(PresentedCredentials.Credential(type: "jwt", value: token)), for: trust, at: now)
        } catch {
            refused = RefusedCredential(token, for: trust, error)
            return nil
        }
    }

    /// Decides the question that was read; `nil` when a policy has no value, which takes the general way.
    func decide() -> AuthorizationDecision? {
        let decision = compiled.decide(asked, in: scratch, remembering: exclusions)
        return scratch.hasFailures ? nil : decision
    }

    /// Writes the answer to the question that was decided; `nil` when it takes the general way.
    func answer(
        _ decision: AuthorizationDecision, _ format: PlannedDecisions.Format, decisionID: DecisionIdentifier?,
        route: PlannedRoute?
    ) -> [UInt8]? {
        answers.body(
            decision, scratch, action: question.action, format, decisionID: decisionID, route: route)
    }

    // MARK: - Several evaluations

    /// Answers the evaluations of AuthZEN's other endpoint; `nil` when any of them takes the general way.
    ///
    /// One unusual item is enough, so that what happens to the others is said in one place only.
    func evaluate(_ body: [UInt8], tenant: String?, at now: Datetime) -> PlannedEvaluations? {
        let text = body.span
        let place = RecalledQuestions.Place(
            format: .authZEN, tenant: tenant.map { compiled.symbol(of: $0.utf8.span) } ?? -2)
        (asked, isRecalled) = (request, false)
        let found = try? buffer.read(text) { tokens, repetition -> PlannedEvaluations? in
            guard let tenant = self.tenant(text, tokens, at: place) else { return nil }
            var items = -1
            var reader = PlannedRequestReader(plan, tenant: tenant, into: request, memory, repetition)
            let names = plan.names
            let defaults = reader.evaluation(text, tokens, 0) { name, value in
                if name == names.evaluations { items = value }
                return name != names.options
            }
            guard let defaults, items >= 0, PlannedRequestReader.isArray(text, tokens[items]), tokens[items].detail > 0,
                tokens[items].detail <= limits.evaluations, isBounded(tokens, defaults, Int(tokens[items].detail))
            else { return nil }
            var evaluations = PlannedEvaluations()
            var used = PlannedRequestReader.Evaluation()
            var item = items + 1
            for index in 0..<Int(tokens[items].detail) {
                guard let evaluation = reader.evaluation(text, tokens, item, over: defaults),
                    tokenCount(tokens, evaluation) <= limits.attributes
                else { return nil }
                if index > 0 { reader = PlannedRequestReader(plan, tenant: tenant, into: request, memory, repetition) }
                guard let question = reader.readAuthZEN(text, tokens, evaluation, at: now), let decision = decide(),
                    answers.append(
                        decision, scratch, action: question.action, .authZEN, decisionID: nil,
                        isFirst: index == 0, to: &evaluations.body)
                else { return nil }
                evaluations.outcomes.append(decision == .allow)
                used.add(evaluation, where: defaults)
                item = Int(tokens[item].next)
            }
            // A default that no item used was not read, and may be a mistake.
            guard used == defaults else { return nil }
            evaluations.body += "]}".utf8
            return evaluations
        }
        return found ?? nil
    }

    /// Whether defaults are short enough to stand for all items, as the general way bounds them.
    private func isBounded(_ tokens: Span<JSONToken>, _ defaults: PlannedRequestReader.Evaluation, _ count: Int) -> Bool
    {
        var bytes = 0
        for member in defaults.members where member >= 0 { bytes += Int(tokens[member].end - tokens[member].start) }
        return bytes * count <= limits.bytes
    }

    private func tokenCount(_ tokens: Span<JSONToken>, _ evaluation: PlannedRequestReader.Evaluation) -> Int {
        var count = 0
        for member in evaluation.members where member >= 0 { count += Int(tokens[member].next) - member }
        return count
    }

    // MARK: - Tenants

    /// The tenant of a call, from where it is named: the path or headers, the body of a native call, or nowhere.
    private func tenant(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, at place: RecalledQuestions.Place
    ) -> Int? {
        let named = place.tenant == -2 ? nil : place.tenant
        guard place.format == .native, text[Int(tokens[0].start)] == UInt8(ascii: "{") else {
            return plan.tenant(named ?? plan.names.standardTenant)
        }
        var key = 1
        for _ in 0..<Int(tokens[0].detail) {
            let (token, value) = (tokens[key], tokens[key + 1])
            // Compares lengths first, as hardly any body names a tenant.
            if token.end - token.start == 8, token.detail == 0,
                compiled.symbol(of: text.extracting(token.contents)) == plan.names.tenant
            {
                guard text[Int(value.start)] == UInt8(ascii: "\""), value.detail == 0 else { return nil }
                let symbol = compiled.symbol(of: text.extracting(value.contents))
                return symbol >= 0 && (named ?? symbol) == symbol ? plan.tenant(symbol) : nil
            }
            key = Int(value.next)
        }
        return plan.tenant(named ?? plan.names.standardTenant)
    }
}

/// The answers to several evaluations.
package struct PlannedEvaluations {
    /// The body of the answer.
    package fileprivate(set) var body = Array(#"{"evaluations":["#.utf8)

    /// Whether each item was allowed.
    package fileprivate(set) var outcomes: [Bool] = []
}

extension PlannedAnswers {
    /// Appends the answer to one of several evaluations.
    fileprivate func append(
        _ decision: AuthorizationDecision, _ scratch: DecisionScratch, action: Int, _ format: PlannedDecisions.Format,
        decisionID: DecisionIdentifier?, isFirst: Bool, to bytes: inout [UInt8]
    ) -> Bool {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        return append(decision, scratch, action: action, format, decisionID: decisionID, to: &bytes)
    }
}

extension PlannedRequestReader.Evaluation {
    /// All members.
    fileprivate var members: [Int] { [subject, action, resource, context] }

    /// Notes which defaults an evaluation uses.
    fileprivate mutating func add(_ evaluation: Self, where defaults: Self) {
        if evaluation.subject == defaults.subject { subject = defaults.subject }
        if evaluation.action == defaults.action { action = defaults.action }
        if evaluation.resource == defaults.resource { resource = defaults.resource }
        if evaluation.context == defaults.context { context = defaults.context }
    }
}
