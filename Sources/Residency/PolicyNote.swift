import CedarSyntax
import Documents

/// What a policy says about itself for the answer, from its annotations.
package struct PolicyNote: Sendable {
    /// The policy's id.
    package var id: String

    /// The position of the regime among those of the pack.
    package var regime: Int

    /// The reason code of a forbid.
    package var code: String

    /// The reason as a sentence.
    package var reason: String

    /// The citation.
    package var law: String?

    /// The mechanism that a permit is.
    package var mechanism: String?

    /// Which of several policies speaks: the one with the lowest number.
    package var rank: Int

    /// The mechanisms that would make a denied transfer lawful.
    package var requires: [String]

    /// What the gateway must do.
    package var obligations: [TextTemplate]

    /// What people should know.
    package var warnings: [String]

    /// The group or country in which the policy keeps data.
    package var localises: String?

    /// The class of storage.
    package var storageClass: String?

    /// When what the policy relies on ends.
    package var expiries: [Expiry]

    /// The annotations with a meaning.
    static let known = [
        "id", "regime", "law", "code", "reason", "mechanism", "rank", "requires", "obligations", "warnings",
        "localises",
        "storage_class", "expires",
    ]

    /// An instant that comes from evidence or data.
    package enum Expiry: Sendable {
        /// The last day of the entry for the country in this list.
        case list(String)
        /// The instant of a fact, and so many units of a number of the law later.
        case fact(Int, limit: String?, unit: Int64)
    }

    /// A text with days in it.
    package struct TextTemplate: Sendable {
        /// The text before the day, or all of it.
        package var prefix: String

        /// The day; `nil` when the text is whole.
        package var day: Expiry?
    }
}

/// Reads the notes of a pack's policies.
struct PolicyNoteReader {
    let regimes: [String]
    let places: Set<String>
    let facts: FactTree
    let limits: Set<String>
    let diagnostics: DiagnosticCollector

    /// Reads the annotations of a policy; `nil`, with findings, when they say too little.
    func read(_ policy: Policy, in file: SourceFile) -> PolicyNote? {
        for annotation in policy.annotations where !PolicyNote.known.contains(annotation.name.value) {
            report(
                "`@\(annotation.name.value)` has no meaning in a residency policy",
                at: .init(file, annotation.name.span),
                help: Suggestion.sentence(for: annotation.name.value, among: PolicyNote.known)
                    ?? "the annotations are \(PolicyNote.known.map { "`@\($0)`" }.joined(separator: ", "))")
        }
        let place = Diagnostic.Location(file, policy.span)
        func text(_ name: String) -> String? { policy.annotation(name)?.text }
        let isForbid = policy.effect == .forbid
        for name in ["id", "regime", "reason"] + (isForbid ? ["code"] : []) where text(name)?.isEmpty ?? true {
            report("the policy lacks `@\(name)`", at: place)
        }
        guard let id = text("id"), let regime = text("regime") else { return nil }
        guard let position = regimes.firstIndex(of: regime) else {
            report(
                "there is no regime `\(regime)`", at: place, help: Suggestion.sentence(for: regime, among: regimes))
            return nil
        }
        if principal(of: policy) != regime {
            report("the policy says `@regime(\"\(regime)\")`, but its scope is not that regime", at: place)
        }
        let rank = text("rank").map { Int($0) } ?? 50
        if rank == nil { report("`@rank` must be a whole number", at: place) }
        let localises = text("localises")
        if let localises, !places.contains(localises) {
            report("`@localises` names `\(localises)`, which is neither a group nor a country", at: place)
        }
        return PolicyNote(
            id: id, regime: position, code: text("code") ?? "", reason: text("reason") ?? "", law: text("law"),
            mechanism: text("mechanism"), rank: rank ?? 50, requires: words(text("requires")),
            obligations: words(text("obligations")).map { template($0, at: place) }, warnings: words(text("warnings")),
            localises: localises, storageClass: text("storage_class"),
            expiries: words(text("expires")).compactMap { expiry($0, at: place) })
    }

    private func principal(of policy: Policy) -> String? {
        guard case .equal(.entity(let uid)) = policy.principal else { return nil }
        return uid.value.id.text
    }

    /// The parts of a text between commas.
    private func words(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    private func template(_ text: String, at place: Diagnostic.Location) -> PolicyNote.TextTemplate {
        guard let open = text.firstIndex(of: "{"), text.hasSuffix("}") else { return .init(prefix: text, day: nil) }
        let inner = text[text.index(after: open)...].dropLast()
        return .init(prefix: String(text[..<open]), day: expiry(String(inner), at: place))
    }

    /// Reads `list:<name>`, `<path>`, or `<path> + <limit> days|hours|minutes`.
    private func expiry(_ text: String, at place: Diagnostic.Location) -> PolicyNote.Expiry? {
        if text.hasPrefix("list:") { return .list(String(text.dropFirst(5))) }
        let parts = text.split(separator: " ").map(String.init)
        let units: [String: Int64] = ["days": 86_400_000, "hours": 3_600_000, "minutes": 60_000]
        if let fact = facts.position(of: parts.first ?? ""), case .datetime = facts.nodes[fact].kind {
            if parts.count == 1 { return .fact(fact, limit: nil, unit: 0) }
            if parts.count == 4, parts[1] == "+", limits.contains(parts[2]), let unit = units[parts[3]] {
                return .fact(fact, limit: parts[2], unit: unit)
            }
        }
        report(
            "`\(text)` is no time", at: place,
            help: "write `list:<list>`, the path of a time, or `<path> + <limit> days`, `hours` or `minutes`")
        return nil
    }

    private func report(_ message: String, at place: Diagnostic.Location, help: String? = nil) {
        diagnostics.report(.residencyAnnotation, message, at: place, help: help)
    }
}
