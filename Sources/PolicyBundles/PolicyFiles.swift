import CedarEngine
import CedarSchema
import CedarSyntax
import Documents

/// Reads the policy files of an application into one set with stable ids.
struct PolicyFiles {
    private(set) var policies = PolicySet()
    private(set) var descriptions: [PolicyID: PolicyDescription] = [:]
    /// The policies and templates with their files, as they were added.
    private(set) var sources: [PolicySource] = []
    /// The numbers of their entries in the memory of loads; 0 for those that are not of a file.
    private(set) var serials: [Int] = []
    /// How many of ``sources`` people wrote; those that were lowered from roles come after them.
    private var authoredCount = 0
    /// The policies and templates that people wrote.
    var authored: [PolicySource] { Array(sources.prefix(authoredCount)) }
    /// The numbers of ``authored``.
    var authoredSerials: [Int] { Array(serials.prefix(authoredCount)) }
    /// The links of templates.
    private(set) var links: [LinkSource] = []

    /// Where each policy stands.
    ///
    /// Made when it is asked for, at the cost of going through all of them.
    var places: [PolicyID: Diagnostic.Location] {
        var places = Dictionary(
            sources.lazy.map { ($0.policy.id, $0.location) }, uniquingKeysWith: { first, _ in first })
        for link in links { places[link.id] = places[link.template] }
        return places
    }

    /// Makes room for so many policies.
    mutating func reserveCapacity(_ count: Int) {
        policies.reserveCapacity(count)
        descriptions.reserveCapacity(count)
        sources.reserveCapacity(count)
        serials.reserveCapacity(count)
    }

    /// Ids that begin so belong to the policies lowered from roles.
    static let rolePrefix = "roles."

    /// What a file of policies may hold.
    enum Content {
        /// Policies that are evaluated: `policies/*.cedar`.
        case policies
        /// Policies with slots, which links fill: `templates/*.cedar`.
        case templates
    }

    /// Adds the policies of a file.
    mutating func add(_ file: LoadMemory.File, into findings: DiagnosticCollector) {
        findings.append(file.findings)
        add(file.entries, into: findings)
        authoredCount = sources.count
    }

    /// Adds policies that were made from something else.
    mutating func add(_ entries: [LoadMemory.Entry], into findings: DiagnosticCollector) {
        for entry in entries {
            if !entry.findings.isEmpty { findings.append(entry.findings) }
            if let policy = entry.policy { insert(policy, serial: entry.serial, findings) }
        }
    }

    /// Reads a file: everything that only its text says.
    ///
    /// The ids of policies are their `@id`, else `<file stem>#<n>`, counting from 0.
    static func read(
        _ content: Content, of file: SourceFile, stem: String, duties: DutyCatalog, memory: inout LoadMemory
    ) -> LoadMemory.File {
        let parsed = PolicyParser.parse(file)
        let entries = parsed.policies.map { policy in
            // All findings of a file count together when the entry is added.
            let findings = DiagnosticCollector(isUnlimited: true)
            var policy = policy
            // The parser numbers the policies of a file, those with errors included, as `policy<n>`.
            policy.id = policy.annotation("id") ?? CedarString("\(stem)#\(policy.id.text.dropFirst(6))")
            let source = PolicySource(policy: policy, file: file)
            let description = describe(source, content, duties, findings)
            return LoadMemory.Entry(
                findings: findings.diagnostics, policy: description.map { .init(source, $0) },
                serial: memory.makeSerial())
        }
        return LoadMemory.File(
            source: file, isTemplates: content == .templates, stem: stem, findings: parsed.diagnostics,
            entries: entries)
    }

    /// What a policy says about itself; `nil` when it cannot be added.
    private static func describe(
        _ source: PolicySource, _ content: Content, _ duties: DutyCatalog, _ findings: DiagnosticCollector
    ) -> PolicyDescription? {
        let (policy, file, location) = (source.policy, source.file, source.location)
        guard isWellNamed(policy, at: location, findings) else { return nil }
        guard policy.isTemplate == (content == .templates) else {
            reportMisplaced(policy, content, at: location, findings)
            return nil
        }
        reportMisspeltAnnotations(of: policy, in: file, findings)
        return PolicyDescription(
            policy, at: location,
            obligations: self.duties(policy, "obligation", duties.obligations, file, findings),
            advice: self.duties(policy, "advice", duties.advice, file, findings))
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
        if policies.templates.isEmpty { return }
        let linked = Set(links.map(\.template))
        let unlinked = policies.templates.filter { !linked.contains($0.key) }.sorted { $0.key < $1.key }
        let places = unlinked.isEmpty ? [:] : places
        for (id, template) in unlinked {
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

    private mutating func insert(_ policy: LoadMemory.Entry.Prepared, serial: Int, _ findings: DiagnosticCollector) {
        let id = policy.source.policy.id
        do {
            if let instance = policy.instance {
                try policies.add(instance)
            } else {
                try policies.add(policy.source.policy)
            }
        } catch {
            let first = descriptions[id].map { " (first at \($0.file):\($0.position.line))" } ?? ""
            findings.report(
                .duplicatePolicyID, "\(error)\(first)", at: policy.source.location,
                help: "give one of them another `@id`")
            return
        }
        descriptions[id] = policy.description
        sources.append(policy.source)
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

extension PolicySource {
    /// The place that stands for the policy in messages: its first line.
    fileprivate var location: Diagnostic.Location {
        let span = policy.span
        let line = file.position(at: span.start).line
        let end = file.startOfLine(line + 1).map { $0 - 1 } ?? file.bytes.count
        return .init(file, SourceSpan(start: span.start, end: max(span.start, min(end, span.end))))
    }
}

extension PolicyDescription {
    /// What a policy's annotations say, with defaults where they are silent.
    fileprivate convenience init(
        _ policy: Policy, at location: Diagnostic.Location, obligations: [DutyCatalog.Duty],
        advice: [DutyCatalog.Duty]
    ) {
        let isPermit = policy.effect == .permit
        self.init(
            effect: policy.effect, code: policy.annotation("code")?.text ?? (isPermit ? "PERMITTED" : "FORBIDDEN"),
            message: policy.annotation("reason")?.text
                ?? (isPermit ? "permitted by policy `\(policy.id)`" : "forbidden by policy `\(policy.id)`"),
            file: location.file.name, position: location.position, obligations: obligations, advice: advice)
    }
}
