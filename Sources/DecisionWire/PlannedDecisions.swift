package import CedarEngine
package import CedarModel
import CedarSyntax
import DecisionPoint
package import PolicyBundles
package import StrictJSON

/// Decides plain requests from the bytes of their bodies to the bytes of their answers, without anything in between.
///
/// The general way is to read a ``DecisionRequest``, decide it, and write the ``Decision``. It words every error and
/// knows every case; this one answers a part of the requests with exactly the same bytes, and leaves the others to it.
/// One per thread; its memory is used again for every call.
package final class PlannedDecisions {
    /// The formats of bodies and answers.
    package enum Format: Sendable {
        /// `POST /v1/decide`.
        case native
        /// AuthZEN's evaluation endpoint.
        case authZEN
    }

    private let buffer: JSONBuffer
    private let maximumAttributes: Int
    private let scratch = DecisionScratch()
    private var request: CompiledRequest?
    /// What answers to requests of a plan consist of; the plan that was used last.
    private var answers: PlannedAnswers?
    /// The same for the other plans that are in use.
    private var others: [ObjectIdentifier: PlannedAnswers] = [:]
    /// The question that was read last.
    private var action = -1

    /// Makes the memory of a thread.
    package init(limits: JSONLimits, maximumAttributes: Int = AttributeLimit.standard) {
        buffer = JSONBuffer(limits: limits)
        self.maximumAttributes = maximumAttributes
    }

    /// Reads a question to a tenant; `false` when it takes the general way.
    ///
    /// - Parameters:
    ///   - application: as the path or headers name it; `nil` where they do not.
    ///   - tenant: likewise.
    package func read(
        _ body: [UInt8], _ format: Format, application: String?, tenant: String?, in applications: Applications,
        at now: Datetime
    ) -> Bool {
        guard let plan = applications.plan(for: application) else { return false }
        let request = request(for: plan)
        let text = body.span
        let found = try? buffer.read(text) { tokens -> Int? in
            // Every attribute is a token of its own.
            guard tokens.count <= maximumAttributes,
                let tenant = Self.tenant(text, tokens, named: tenant, format, plan)
            else { return nil }
            var reader = PlannedRequestReader(plan, tenant: tenant, into: request)
            return switch format {
            case .native: reader.readNative(text, tokens, at: now)
            case .authZEN: reader.readAuthZEN(text, tokens, at: now)
            }
        }
        guard let found else { return false }
        action = found
        if answers?.plan !== plan { select(plan, applications) }
        return true
    }

    /// Decides the question that was read; `nil` when a policy has no value, which takes the general way.
    package func decide() -> AuthorizationDecision? {
        guard let plan = answers?.plan, let request else { return nil }
        let decision = plan.compiled.decide(request, in: scratch)
        return scratch.hasFailures ? nil : decision
    }

    /// Writes the answer to the question that was decided; `nil` when it takes the general way.
    package func answer(_ decision: AuthorizationDecision, _ format: Format, decisionID: String) -> [UInt8]? {
        answers?.body(decision, scratch, action: action, format, decisionID: decisionID)
    }

    private func request(for plan: RequestPlan) -> CompiledRequest {
        if let request { return request }
        let request = CompiledRequest(for: plan.compiled)
        self.request = request
        return request
    }

    /// Takes up the answers of a plan, and drops those of plans that are no longer served.
    private func select(_ plan: RequestPlan, _ applications: Applications) {
        if let answers { others[ObjectIdentifier(answers.plan)] = answers }
        if let known = others.removeValue(forKey: ObjectIdentifier(plan)) {
            answers = known
            return
        }
        answers = PlannedAnswers(plan)
        others = others.filter { applications.serves($0.value.plan) }
    }

    /// The tenant of a call, from where it is named: the path or headers, the body of a native call, or nowhere.
    private static func tenant(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, named name: String?, _ format: Format, _ plan: RequestPlan
    ) -> Int? {
        let named = name.map { plan.compiled.symbol(of: $0.utf8.span) }
        guard format == .native, text[Int(tokens[0].start)] == UInt8(ascii: "{") else {
            return plan.tenant(named ?? plan.names.standardTenant)
        }
        var key = 1
        for _ in 0..<Int(tokens[0].detail) {
            let (token, value) = (tokens[key], tokens[key + 1])
            // Compares lengths first, as hardly any body names a tenant.
            if token.end - token.start == 8, token.detail == 0,
                plan.compiled.symbol(of: text.extracting(token.contents)) == plan.names.tenant
            {
                guard text[Int(value.start)] == UInt8(ascii: "\""), value.detail == 0 else { return nil }
                let symbol = plan.compiled.symbol(of: text.extracting(value.contents))
                return symbol >= 0 && (named ?? symbol) == symbol ? plan.tenant(symbol) : nil
            }
            key = Int(value.next)
        }
        return plan.tenant(named ?? plan.names.standardTenant)
    }
}
