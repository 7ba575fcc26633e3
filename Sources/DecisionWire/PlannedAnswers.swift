import CedarEngine
import CedarSyntax
import DecisionPoint
import PolicyBundles
package import Residency
import StrictJSON

/// Where data may be, and how it is written.
package struct PlannedRoute {
    let decision: RoutingDecision
    let texts: RouteTexts

    /// Whether the data may be there.
    package var isAllowed: Bool { decision.isAllowed }

    /// Takes a route and the texts of its pack.
    package init(_ decision: RoutingDecision, _ texts: RouteTexts) {
        self.decision = decision
        self.texts = texts
    }
}

/// What the answers of an application consist of, as bytes: the reason that a policy gives is written once.
final class PlannedAnswers {
    let plan: RequestPlan

    /// What a policy adds to an answer.
    struct Part {
        /// An element of `reasons`.
        var reason: [UInt8]
        /// The members `obligations` and `advice`, with a comma before each.
        var duties: [UInt8]
    }

    /// By position of the policy, once it was the reason of an answer.
    private var parts: [Part?]
    /// The reasons of default denials, by action.
    private var denials: [Int: [UInt8]] = [:]
    private let version: [UInt8]
    /// The largest answer so far, so that the next one needs memory only once.
    private var usualSize = 512

    init(_ plan: RequestPlan) {
        self.plan = plan
        parts = [Part?](repeating: nil, count: plan.compiled.policies.policies.count)
        version = Self.written { $0.string(plan.version) }
    }

    /// The answer; `nil` when several policies bring duties, which are merged.
    func body(
        _ decision: AuthorizationDecision, _ scratch: DecisionScratch, action: Int, _ format: PlannedDecisions.Format,
        decisionID: DecisionIdentifier?, route: PlannedRoute? = nil
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(usualSize)
        guard
            append(decision, scratch, action: action, format, decisionID: decisionID, route: route, to: &bytes)
        else { return nil }
        usualSize = max(usualSize, min(bytes.count, 1 << 16))
        return bytes
    }

    /// Appends an answer; `false` when several policies bring duties.
    func append(
        _ decision: AuthorizationDecision, _ scratch: DecisionScratch, action: Int, _ format: PlannedDecisions.Format,
        decisionID: DecisionIdentifier?, route: PlannedRoute? = nil, to bytes: inout [UInt8]
    ) -> Bool {
        let denials = route.map { $0.decision.isAllowed ? [] : $0.decision.reasons } ?? []
        let isAllowed = decision == .allow && denials.isEmpty
        switch format {
        case .native: bytes.append(isAllowed ? #"{"decision":"allow","reasons":["# : #"{"decision":"deny","reasons":["#)
        case .authZEN:
            bytes.append(
                isAllowed ? #"{"decision":true,"context":{"reasons":["# : #"{"decision":false,"context":{"reasons":["#)
        }
        // Where access was allowed, it is the route alone that denies.
        let isSilent = decision == .allow && !isAllowed
        guard let duties = appendReasons(scratch, action: action, isSilent: isSilent, to: &bytes) else { return false }
        for (index, denial) in denials.enumerated() {
            if index > 0 || !isSilent { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: Self.written { $0.reason(Decision.Reason(routing: denial)) })
        }
        bytes.append(UInt8(ascii: "]"))
        bytes.append(contentsOf: duties)
        if let route {
            bytes.append(#","route":"#)
            bytes.append(contentsOf: Self.written { $0.route(route.decision, route.texts) })
        }
        bytes.append(#","policy_version":"#)
        bytes.append(contentsOf: version)
        switch format {
        case .native:
            bytes.append(#","decision_id":""#)
            decisionID?.append(to: &bytes)
            bytes.append(#""}"#)
        case .authZEN: bytes.append("}}")
        }
        return true
    }

    /// Appends the reasons by policy id, unless they are to be left out; answers the duties that one of the policies
    /// brings.
    private func appendReasons(
        _ scratch: DecisionScratch, action: Int, isSilent: Bool, to bytes: inout [UInt8]
    ) -> [UInt8]? {
        let count = scratch.determiningCount
        if count == 0 {
            bytes.append(contentsOf: denial(action))
            return []
        }
        if count == 1 {
            guard let part = part(scratch.determiningPosition(at: 0)) else { return nil }
            if !isSilent { bytes.append(contentsOf: part.reason) }
            return part.duties
        }
        let policies = plan.compiled.policies.policies
        let positions = (0..<count).map { scratch.determiningPosition(at: $0) }
            .sorted { policies[$0].id < policies[$1].id }
        var duties: [UInt8] = []
        for (index, position) in positions.enumerated() {
            guard let part = part(position), duties.isEmpty || part.duties.isEmpty else { return nil }
            if !isSilent {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: part.reason)
            }
            if duties.isEmpty { duties = part.duties }
        }
        return duties
    }

    private func part(_ position: Int) -> Part? {
        if let known = parts[position] { return known }
        let id = plan.compiled.policies.policies[position].id
        guard let description = plan.descriptions[id] else { return nil }
        let reason = Self.written { $0.reason(Decision.Reason(id, description)) }
        // Written behind another member, for the comma between them.
        let duties = Self.written { writer in
            writer.beginObject()
            writer.member("", "")
            writer.duties("obligations", Decision.distinct(description.obligations))
            writer.duties("advice", Decision.distinct(description.advice))
        }.dropFirst(6)
        let part = Part(reason: reason, duties: Array(duties))
        parts[position] = part
        return part
    }

    private func denial(_ action: Int) -> [UInt8] {
        if let known = denials[action] { return known }
        let reason = Decision.Reason.noPermit(permission: plan.permission(ofActionAt: action))
        let bytes = Self.written { $0.reason(reason) }
        denials[action] = bytes
        return bytes
    }

    private static func written(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        write(&writer)
        return writer.bytes
    }
}

extension [UInt8] {
    /// Appends the bytes of a constant.
    fileprivate mutating func append(_ text: StaticString) {
        // Safe: the bytes of a static string live as long as the program.
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
