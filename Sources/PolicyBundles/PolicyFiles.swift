import CedarEngine
import CedarSchema
import CedarSyntax
import Documents

/// Reads the policy files of an application into one set with stable ids.
struct PolicyFiles {
    private(set) var policies = PolicySet()
    private(set) var descriptions: [PolicyID: PolicyDescription] = [:]
    /// Where each policy stands.
    private(set) var places: [PolicyID: Diagnostic.Location] = [:]
    /// The policies and templates with their files, as they were added.
    private(set) var sources: [PolicySource] = []
    /// The numbers of their entries in the memory of loads; 0 for those that are not of a file.
    private(set) var serials: [Int] = []
    /// The policies and templates that people wrote, without those that were lowered from roles.
    var authored: [PolicySource] {
        // Most applications have no others, and copying many is not free.
        serials.contains(0) ? zip(sources, serials).filter { $0.1 > 0 }.map(\.0) : sources
    }
    /// The numbers of ``authored``.
    var authoredSerials: [Int] { serials.filter { $0 > 0 } }
    /// The links of templates.
    private(set) var links: [LinkSource] = []

    /// Ids that begin so belong to the policies lowered from roles.
    static let rolePrefix = "roles."

    /// What a file of policies may hold.
    enum Content {
        /// Policies that are evaluated: `policies/*.cedar`.
        case policies
        /// Policies with slots, which links fill: `templates/*.cedar`.
        case templates
    }

    /// Adds the policies of a file, which a memory may have.
    ///
    /// Their ids are their `@id`, else `<file stem>#<n>`, counting from 0.
    mutating func add(
        _ content: Content, of file: SourceFile, stem: String, duties: DutyCatalog, memory: inout LoadMemory,
        into findings: DiagnosticCollector
    ) {
        let isTemplates = content == .templates
        let known =
            memory.file(file, isTemplates: isTemplates, stem: stem)
            ?? Self.read(content, of: file, stem: stem, duties: duties, memory: &memory)
        memory.remember(known)
        findings.append(known.findings)
        for entry in known.entries {
            findings.append(entry.findings)
            guard let policy = entry.policy, let description = entry.description else { continue }
            insert(policy, description, entry.location, findings, serial: entry.serial)
        }
    }

    /// Reads a file: everything that only its text says.
    private static func read(
        _ content: Content, of file: SourceFile, stem: String, duties: DutyCatalog, memory: inout LoadMemory
    ) -> LoadMemory.File {
        let parsed = PolicyParser.parse(file)
        let entries = parsed.policies.map { policy in
            // All findings of a file count together when the entry is added.
            let findings = DiagnosticCollector(isUnlimited: true)
            var policy = policy
            let location = Diagnostic.Location(file, policy.effectSpan(in: file))
            // The parser numbers the policies of a file, those with errors included, as `policy<n>`.
            policy.id = policy.annotation("id") ?? CedarString("\(stem)#\(policy.id.text.dropFirst(6))")
            let description = describe(policy, content, file, location, duties, findings)
            return LoadMemory.Entry(
                findings: findings.diagnostics, policy: description == nil ? nil : policy, description: description,
                location: location, serial: memory.makeSerial())
        }
        return LoadMemory.File(
            source: file, isTemplates: content == .templates, stem: stem, findings: parsed.diagnostics,
            entries: entries)
    }

    /// What a policy says about itself; `nil` when it cannot be added.
    private static func describe(
        _ policy: Policy, _ content: Content, _ file: SourceFile, _ location: Diagnostic.Location,
        _ duties: DutyCatalog, _ findings: DiagnosticCollector
    ) -> PolicyDescription? {
        guard isWellNamed(policy, at: location, findings) else { return nil }
        guard policy.slots.isEmpty == (content == .policies) else {
            reportMisplaced(policy, content, at: location, findings)
            return nil
        }
        reportMisspeltAnnotations(of: policy, in: file, findings)
        var description = PolicyDescription(policy, at: location)
        description.obligations = self.duties(policy, "obligation", duties.obligations, file, findings)
        description.advice = self.duties(policy, "advice", duties.advice, file, findings)
        return description
    }

    /// Adds the policy that a link makes of a template.
    mutating func add(_ link: TemplateLink, of file: SourceFile, into findings: DiagnosticCollector) {
        let location = Diagnostic.Location(file, link.id.span)
        let (id, template) = (CedarString(link.id.value), CedarString(link.template.value))
        guard let description = descriptions[template], policies.templates[template] != nil else {
            findings.report(
                .invalidLink, "there is no template `\(template)`", at: .init(file, link.template.span),
                help: Suggestion.sentence(for: template.text, among: policies.templates.keys.map(\.text)))
            return
        }
        guard !id.isEmpty, !id.utf8.starts(with: Self.rolePrefix.utf8) else {
            findings.report(
                .invalidPolicyID, "`\(id)` cannot be the id of a link", at: location,
                help: "an id is not empty and does not begin with `\(Self.rolePrefix)`")
            return
        }
        do {
            try policies.link(template: template, as: id, slots: link.slots)
            descriptions[id] = description.linked(link.slots)
            places[id] = places[template]
            links.append(LinkSource(id: id, template: template, slots: link.slots, location: location))
        } catch .duplicateID {
            findings.report(.duplicatePolicyID, "policy id `\(id)` is used twice", at: location)
        } catch {
            findings.report(.invalidLink, "\(error)", at: location)
        }
    }

    /// Reports templates that no link uses, which therefore say nothing.
    ///
    /// A prohibition that is never evaluated is an error, a permission a warning.
    func reportUnlinkedTemplates(into findings: DiagnosticCollector) {
        let linked = Set(policies.policies.filter { !$0.slots.isEmpty }.map(\.policy.id))
        for (id, template) in policies.templates.sorted(by: { $0.key < $1.key }) where !linked.contains(id) {
            findings.report(
                .unlinkedTemplate, "no link uses the template `\(id)`, so it is never evaluated",
                severity: template.effect == .forbid ? .error : .warning, at: places[id],
                help: "link it in `links.yaml`, or remove it")
        }
    }

    /// Warns of annotations that look like a misspelt one of ours: what they ask for would silently not happen.
    private static func reportMisspeltAnnotations(
        of policy: Policy, in file: SourceFile, _ findings: DiagnosticCollector
    ) {
        let known = ["id", "code", "reason", "obligation", "advice"]
        for annotation in policy.annotations where !known.contains(annotation.name.value) {
            let name = annotation.name.value
            let folded = name.lowercased()
            let meant =
                known.first { folded == $0 || folded == $0 + "s" } ?? Suggestion.closest(to: folded, among: known)
            guard let meant else { continue }
            findings.report(
                .misspeltAnnotation, "`@\(name)` has no meaning to this server", severity: .warning,
                at: .init(file, annotation.name.span), help: "did you mean `@\(meant)`?")
        }
    }

    private static func reportMisplaced(
        _ policy: Policy, _ content: Content, at location: Diagnostic.Location, _ findings: DiagnosticCollector
    ) {
        switch content {
        case .policies:
            findings.report(
                .templateAmongPolicies, "`\(policy.id)` is a template and would never be evaluated", at: location,
                help: "move it to `templates/` and link it in `links.yaml`")
        case .templates:
            findings.report(
                .policyAmongTemplates, "`\(policy.id)` has no slot and would never be evaluated", at: location,
                help: "move it to `policies/`")
        }
    }

    /// The duties that an annotation names, by ids separated by spaces.
    ///
    /// A name that nothing declares is an error: the gateway would not be told of a duty that somebody relies on.
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
        _ findings: DiagnosticCollector, serial: Int = 0
    ) {
        do {
            try policies.add(policy)
        } catch {
            let first = places[policy.id].map { " (first at \($0.file.name):\($0.position.line))" } ?? ""
            findings.report(
                .duplicatePolicyID, "\(error)\(first)", at: location, help: "give one of them another `@id`")
            return
        }
        descriptions[policy.id] = description
        places[policy.id] = location
        sources.append(PolicySource(policy: policy, file: location.file))
        serials.append(serial)
    }

    private static func isWellNamed(
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
