package import CedarSyntax

/// Reads the keys of a mapping one by one; a key that nobody asked for is an error with a suggestion.
///
/// Every accessor reports a value of the wrong kind and then answers as if the key were absent, so that one run finds
/// every mistake of a file. The caller must not use what it read when the collector has errors.
package struct MappingReader {
    /// The mapping as a whole.
    package let node: DocumentNode

    /// What is being read, for messages: "`bundle.yaml`", "the role `viewer`".
    package let what: String

    /// Where findings go.
    package let diagnostics: DiagnosticCollector

    private let members: [CedarString: DocumentMember]
    private var asked: Set<CedarString> = []
    private var askedInOrder: [String] = []

    /// Starts reading; `nil`, with a finding, when the node is no mapping.
    package init?(_ node: DocumentNode, what: String, into diagnostics: DiagnosticCollector) {
        guard let members = node.members else {
            diagnostics.report(
                .wrongKind, "\(what) must be a mapping, but this is \(node.kindInWords)", at: node.location)
            return nil
        }
        self.node = node
        self.what = what
        self.diagnostics = diagnostics
        self.members = Dictionary(
            members.map { (CedarString($0.key.value), $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - Values as they are

    /// The member of a key, whatever its value.
    package mutating func member(_ key: String) -> DocumentMember? {
        if asked.insert(CedarString(key)).inserted { askedInOrder.append(key) }
        return members[CedarString(key)]
    }

    /// The value of a key; a key without a value is an error.
    package mutating func value(_ key: String) -> DocumentNode? {
        guard let member = member(key) else { return nil }
        if case .null = member.value.value {
            diagnostics.report(
                .missingValue, "`\(key)` has no value", at: .init(node.file, member.key.span),
                help: "write a value, or remove the key")
            return nil
        }
        return member.value
    }

    /// Whether the key is there, with or without a value.
    package func contains(_ key: String) -> Bool { members[CedarString(key)] != nil }

    /// Reports that a key is missing.
    package func reportMissing(_ key: String) {
        diagnostics.report(
            .missingKey, "\(what) lacks the key `\(key)`",
            at: .init(node.file, SourceSpan(start: node.span.start, end: node.span.start)))
    }

    // MARK: - Texts

    /// A text that may be absent.
    package mutating func string(_ key: String) -> Spanned<String>? {
        guard let value = value(key) else { return nil }
        return Self.text(value, what: "`\(key)`", into: diagnostics)
    }

    /// A text that must be there.
    package mutating func requiredString(_ key: String) -> Spanned<String>? {
        if !contains(key) { reportMissing(key) }
        return string(key)
    }

    /// A list of texts that may be absent; elements of another kind are reported and left out.
    package mutating func strings(_ key: String) -> [Spanned<String>]? {
        sequence(key)?.compactMap { Self.text($0, what: "an element of `\(key)`", into: diagnostics) }
    }

    /// A list of texts of which none may occur twice.
    package mutating func distinctStrings(_ key: String) -> [Spanned<String>]? {
        guard let all = strings(key) else { return nil }
        var seen: Set<CedarString> = []
        return all.filter { text in
            if seen.insert(CedarString(text.value)).inserted { return true }
            diagnostics.report(
                .duplicateValue, "`\(text.value)` is listed twice in `\(key)`", at: .init(node.file, text.span))
            return false
        }
    }

    /// One of some words that may be absent.
    package mutating func choice<Choice: CaseIterable & RawRepresentable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        return choice(of: text, key: key)
    }

    /// Takes a text for one of some words.
    package func choice<Choice: CaseIterable & RawRepresentable>(
        of text: Spanned<String>, key: String, _ type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        if let choice = Choice(rawValue: text.value) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        let list = words.map { "`\($0)`" }.joined(separator: " or ")
        diagnostics.report(
            .invalidValue, "`\(key)` can be \(list), but not `\(text.value)`", at: .init(node.file, text.span),
            help: Suggestion.sentence(for: text.value, among: words))
        return nil
    }

    // MARK: - Other scalars

    /// A truth value that may be absent.
    package mutating func bool(_ key: String) -> Spanned<Bool>? {
        guard let value = value(key) else { return nil }
        if case .bool(let bool) = value.value { return Spanned(bool, value.span) }
        reportKind(value, "`\(key)`", "`true` or `false`")
        return nil
    }

    /// A whole number that may be absent.
    package mutating func integer(_ key: String) -> Spanned<Int64>? {
        guard let value = value(key) else { return nil }
        if case .integer(let integer) = value.value { return Spanned(integer, value.span) }
        reportKind(value, "`\(key)`", "a whole number")
        return nil
    }

    // MARK: - Collections

    /// A list that may be absent.
    package mutating func sequence(_ key: String) -> [DocumentNode]? {
        guard let value = value(key) else { return nil }
        if let elements = value.elements { return elements }
        reportKind(value, "`\(key)`", "a list")
        return nil
    }

    /// A mapping that may be absent, to be read key by key.
    package mutating func mapping(_ key: String, what: String? = nil) -> MappingReader? {
        guard let value = value(key) else { return nil }
        return MappingReader(value, what: what ?? "`\(key)`", into: diagnostics)
    }

    /// A mapping with names chosen by the author; absent when it is not there.
    package mutating func entries(_ key: String) -> [DocumentMember]? {
        guard let value = value(key) else { return nil }
        if let members = value.members { return members }
        reportKind(value, "`\(key)`", "a mapping")
        return nil
    }

    // MARK: - The rest

    /// Refuses a key that is part of the format but not carried out yet.
    ///
    /// Ignoring it would drop what it demands.
    package mutating func refuse(_ key: String) {
        guard let member = member(key) else { return }
        diagnostics.report(
            .unsupportedKey, "`\(key)` in \(what) is not supported by this version",
            at: .init(node.file, member.key.span), help: "remove it; it would have no effect")
    }

    /// Reports every key that nobody asked for.
    package func finish() {
        for member in node.members ?? [] where !asked.contains(CedarString(member.key.value)) {
            diagnostics.report(
                .unknownKey, "\(what) has no key `\(member.key.value)`", at: .init(node.file, member.key.span),
                help: Suggestion.sentence(for: member.key.value, among: askedInOrder)
                    ?? "the keys are \(askedInOrder.map { "`\($0)`" }.joined(separator: ", "))")
        }
    }

    /// The text of a node; anything else is reported.
    package static func text(
        _ node: DocumentNode, what: String, into diagnostics: DiagnosticCollector
    ) -> Spanned<String>? {
        if case .string(let text) = node.value { return Spanned(text, node.span) }
        let help: String? =
            switch node.value {
            case .bool, .integer, .number: "quote it: `\"\(node.file.text(in: node.span))\"`"
            default: nil
            }
        diagnostics.report(
            .wrongKind, "\(what) must be a text, but this is \(node.kindInWords)", at: node.location, help: help)
        return nil
    }

    private func reportKind(_ value: DocumentNode, _ what: String, _ wanted: String) {
        diagnostics.report(
            .wrongKind, "\(what) must be \(wanted), but this is \(value.kindInWords)", at: value.location,
            help: yamlOneWord(value, wanted))
    }

    /// `yes` and its like were truth values in YAML 1.1, and many expect them still to be.
    private func yamlOneWord(_ value: DocumentNode, _ wanted: String) -> String? {
        guard wanted.hasPrefix("`true`"), case .string(let text) = value.value else { return nil }
        switch text.lowercased() {
        case "yes", "on", "y": return "write `true`"
        case "no", "off", "n": return "write `false`"
        default: return nil
        }
    }
}
