import CedarEngine
import CedarSyntax
import Documents

/// Reads the policy files of an application into one set with stable ids.
struct PolicyFiles {
    private(set) var policies = PolicySet()
    private(set) var descriptions: [PolicyID: PolicyDescription] = [:]
    /// Where each policy stands.
    private(set) var places: [PolicyID: Diagnostic.Location] = [:]

    /// Ids that begin so belong to the policies lowered from roles.
    static let rolePrefix = "roles."

    /// Adds the policies of a file. Their ids are their `@id`, else `<file stem>#<n>`, counting from 0.
    mutating func add(_ file: SourceFile, stem: String, duties: DutyCatalog, into findings: DiagnosticCollector) {
        let parsed = PolicyParser.parse(file)
        findings.append(parsed.diagnostics)
        for var policy in parsed.policies {
            let location = Diagnostic.Location(file, policy.effectSpan(in: file))
            // The parser numbers the policies of a file, those with errors included, as `policy<n>`.
            policy.id = policy.annotation("id") ?? CedarString("\(stem)#\(policy.id.text.dropFirst(6))")
            guard isWellNamed(policy, at: location, findings) else { continue }
            guard policy.slots.isEmpty else {
                findings.report(
                    .templateAmongPolicies, "`\(policy.id)` is a template and would never be evaluated", at: location,
                    help: "templates are not supported by this version; write the entity in place of the slot")
                continue
            }
            var description = PolicyDescription(policy, at: location)
            description.obligations = Self.duties(policy, "obligation", duties.obligations, file, findings)
            description.advice = Self.duties(policy, "advice", duties.advice, file, findings)
            insert(policy, description, location, findings)
        }
    }

    /// The duties that an annotation names, by ids separated by spaces. A name that nothing declares is an error: the
    /// gateway would not be told of a duty that somebody relies on.
    private static func duties(
        _ policy: Policy, _ annotation: String, _ declared: [CedarString: DutyCatalog.Duty], _ file: SourceFile,
        _ findings: DiagnosticCollector
    ) -> [DutyCatalog.Duty] {
        guard let found = policy.annotations.first(where: { $0.name.value == annotation }) else { return [] }
        let ids = found.value.text.split(separator: " ").map { CedarString(String($0)) }
        if ids.isEmpty {
            findings.report(
                .unknownDuty, "`@\(annotation)` names nothing", at: .init(file, found.valueSpan),
                help: "write ids of `obligations.yaml`, separated by spaces")
        }
        return ids.compactMap { id in
            if let duty = declared[id] { return duty }
            findings.report(
                .unknownDuty, "`obligations.yaml` declares no \(annotation) `\(id)`", at: .init(file, found.valueSpan),
                help: Suggestion.sentence(for: id.text, among: declared.keys.map(\.text)))
            return nil
        }
    }

    /// Adds a policy that was made from something else.
    mutating func insert(
        _ policy: Policy, _ description: PolicyDescription, _ location: Diagnostic.Location,
        _ findings: DiagnosticCollector
    ) {
        do {
            try policies.add(policy)
        } catch {
            let first = places[policy.id].map { " (first at \($0.file.name):\($0.position.line))" } ?? ""
            findings.report(.duplicatePolicyID, "\(error)\(first)", at: location, help: "give one of them another `@id`")
            return
        }
        descriptions[policy.id] = description
        places[policy.id] = location
    }

    private func isWellNamed(
        _ policy: Policy, at location: Diagnostic.Location, _ findings: DiagnosticCollector
    ) -> Bool {
        if policy.id.isEmpty {
            findings.report(.invalidPolicyID, "the `@id` of a policy cannot be empty", at: location)
            return false
        }
        if policy.id.utf8.starts(with: Self.rolePrefix.utf8) {
            findings.report(
                .invalidPolicyID, "policy ids that begin with `\(Self.rolePrefix)` belong to roles", at: location,
                help: "give the policy another `@id`")
            return false
        }
        if let code = policy.annotation("code"), !Self.isReasonCode(code) {
            findings.report(
                .invalidReasonCode, "`@code` must be upper-case letters, digits and underscores, not `\(code)`",
                at: location, help: "write it as in `@code(\"MFA_REQUIRED\")`")
            return false
        }
        return true
    }

    private static func isReasonCode(_ code: CedarString) -> Bool {
        guard let first = code.utf8.first, (0x41...0x5A).contains(first) else { return false }
        return code.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}

extension Policy {
    /// The place that stands for the policy in messages: its first line.
    fileprivate func effectSpan(in file: SourceFile) -> SourceSpan {
        let line = file.position(at: span.start).line
        let end = file.startOfLine(line + 1).map { $0 - 1 } ?? file.bytes.count
        return SourceSpan(start: span.start, end: max(span.start, min(end, span.end)))
    }
}

extension PolicyDescription {
    /// What a policy's annotations say, with defaults where they are silent.
    init(_ policy: Policy, at location: Diagnostic.Location) {
        let isPermit = policy.effect == .permit
        self.init(
            effect: policy.effect, code: policy.annotation("code")?.text ?? (isPermit ? "PERMITTED" : "FORBIDDEN"),
            message: policy.annotation("reason")?.text
                ?? (isPermit ? "permitted by policy `\(policy.id)`" : "forbidden by policy `\(policy.id)`"),
            file: location.file.name, position: location.position)
    }
}
