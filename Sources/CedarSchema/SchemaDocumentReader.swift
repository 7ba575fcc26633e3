import CedarModel
import CedarSyntax
import StrictJSON

/// The state of one run over a schema in JSON.
///
/// A part with an error is reported and left out.
struct SchemaDocumentReader {
    /// The errors so far.
    var log: DiagnosticLog

    /// Starts on a file.
    init(_ file: SourceFile) {
        log = DiagnosticLog(file: file)
    }

    // MARK: Reporting

    /// Reports an error at a value or a key.
    mutating func report(_ code: DiagnosticCode, _ message: String, at node: JSONNode, help: String? = nil) {
        log.report(PolicyProblem(code, message, help: help), at: span(node))
    }

    /// Where a value stands.
    func span(_ node: JSONNode) -> SourceSpan { SourceSpan(start: node.start, end: node.end) }

    // MARK: Values

    /// Whether a value is of a kind; reported otherwise, with `what` as the name of the value.
    mutating func check(_ node: JSONNode, is kind: JSONKind, _ what: String) -> Bool {
        if node.kind == kind { return true }
        report(
            .schemaWrongJSONType, "\(what) must be \(Self.article(kind)), found \(Self.article(node.kind))", at: node)
        return false
    }

    private static func article(_ kind: JSONKind) -> String {
        switch kind {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The members of an object by key.
    ///
    /// Keys that are not among `known` are reported, as is a missing required one.
    ///
    /// Keys of `nullable` count as absent where their value is `null`, as the reference has it.
    mutating func members(
        of node: JSONNode, _ what: String, known: [String], required: [String] = [], nullable: [String] = []
    ) -> [String: JSONNode]? {
        guard check(node, is: .object, what) else { return nil }
        var members: [String: JSONNode] = [:]
        for member in node.members {
            guard let key = known.first(where: { member.keyEquals($0) }) else {
                let written = member.key.excerpt
                report(
                    .schemaUnknownKey, "\(what) has no key `\(written)`", at: member.keyNode,
                    help: Suggestion.sentence(for: member.key, among: known)
                        ?? (known.isEmpty
                            ? nil : "the keys are " + known.map { "`\($0)`" }.joined(separator: ", ")))
                continue
            }
            if member.value.isNull, nullable.contains(key) { continue }
            members[key] = member.value
        }
        var isWhole = true
        for key in required where members[key] == nil {
            report(.schemaMissingKey, "\(what) needs the key `\(key)`", at: node)
            isWhole = false
        }
        return isWhole ? members : nil
    }

    /// The elements of an array that `element` can read.
    mutating func list<Element>(
        _ node: JSONNode?, _ what: String, _ element: (inout SchemaDocumentReader, JSONNode) -> Element?
    ) -> [Element] {
        guard let node, check(node, is: .array, what) else { return [] }
        return node.elements.compactMap { element(&self, $0) }
    }

    // MARK: Names

    /// A key that must be an identifier.
    mutating func identifier(_ key: JSONNode, _ what: String) -> Spanned<String>? {
        let text = key.string ?? ""
        guard Identifier.isWellFormed(text), !Identifier.isReserved(text) else {
            report(
                .schemaInvalidName, "`\(text.excerpt)` is not \(what)", at: key,
                help: Identifier.isReserved(text)
                    ? "`\(text)` is a reserved word" : "names have only the letters a to z and A to Z, digits and `_`")
            return nil
        }
        return Spanned(text, span(key))
    }

    /// A string that must be a name: identifiers joined by `::`, without spaces.
    mutating func name(_ node: JSONNode, _ what: String) -> Spanned<Name>? {
        guard check(node, is: .string, what) else { return nil }
        let text = node.string ?? ""
        guard let name = Self.name(text) else {
            report(
                .schemaInvalidName, "`\(text.excerpt)` is not a name", at: node,
                help: "names are identifiers joined by `::`, without spaces and reserved words")
            return nil
        }
        return Spanned(name, span(node))
    }

    /// A name which, other than in policies, may have `__cedar` components: that is how types of the language are
    /// told apart from others (Cedar RFC 52).
    private static func name(_ text: String) -> Name? {
        var rest = text[...]
        while true {
            let end = rest.utf8.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let component = rest[..<end]
            guard Identifier.isWellFormed(component), !Identifier.isReserved(String(component)) else { return nil }
            if end == rest.endIndex { return Name(unchecked: text) }
            rest = rest[end...]
            guard rest.utf8.starts(with: "::".utf8) else { return nil }
            rest = Substring(rest.utf8.dropFirst(2))
        }
    }

    // MARK: Annotations

    /// The annotations, an object of texts; `null` is the value of an annotation without one.
    mutating func annotations(_ node: JSONNode?) -> [Annotation] {
        guard let node, check(node, is: .object, "`annotations`") else { return [] }
        return node.members.compactMap { member in
            let key = member.key
            guard Identifier.isWellFormed(key) else {
                report(
                    .schemaInvalidName, "`\(key.excerpt)` is not the name of an annotation", at: member.keyNode,
                    help: "names have only the letters a to z and A to Z, digits and `_`")
                return nil
            }
            guard member.value.isNull || check(member.value, is: .string, "the value of an annotation") else {
                return nil
            }
            return Annotation(
                name: Spanned(key, span(member.keyNode)), value: CedarString(member.value.string ?? ""),
                valueSpan: span(member.value))
        }
    }
}
