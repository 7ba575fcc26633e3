import CedarSyntax
import Documents

extension SuiteExpectation {
    /// Reads `expect`.
    init?(_ reader: inout MappingReader) {
        let diagnostics = reader.diagnostics
        guard let node = reader.value("expect") else {
            if !reader.contains("expect") { reader.reportMissing("expect") }
            return nil
        }
        if case .string(let word) = node.value {
            diagnostics.report(
                .wrongKind, "`expect` must be a mapping, but this is a text", at: node.location,
                help: Decision(rawValue: word).map { "write `expect: {decision: \($0.rawValue)}`" })
            return nil
        }
        guard var members = MappingReader(node, what: "`expect`", into: diagnostics) else { return nil }
        if !members.contains("decision") { members.reportMissing("decision") }
        let decision = members.choice("decision", Decision.self)
        self.init(decision ?? .deny)
        for aspect in Aspect.allCases {
            guard let values = members.distinctStrings(aspect.rawValue) else { continue }
            exact.append(Clause(aspect: aspect, values: values.map(\.value)))
        }
        for aspect in [Aspect.codes, .policies] {
            let key = "includes_\(aspect.rawValue)"
            guard let values = members.distinctStrings(key) else { continue }
            included.append(Clause(aspect: aspect, values: values.map(\.value)))
            checkContained(values, in: aspect, members)
        }
        if let node = members.value("route") { route = RoutingExpectation.read(node, diagnostics)?.route }
        members.finish()
        guard decision != nil else { return nil }
    }

    /// What the answer must include cannot be missing from what it must be exactly.
    private func checkContained(_ values: [Spanned<String>], in aspect: Aspect, _ reader: MappingReader) {
        guard let clause = exact.first(where: { $0.aspect == aspect }) else { return }
        let allowed = Set(clause.values.map { CedarString($0) })
        for value in values where !allowed.contains(CedarString(value.value)) {
            reader.diagnostics.report(
                .contradictoryExpectation,
                "`\(value.value)` must be included, but `\(aspect.rawValue)` does not list it",
                at: .init(reader.node.file, value.span))
        }
    }

    /// Reads a cell of a matrix; `nil` where it says that nothing is tested, or nothing that can be expected.
    init?(cell text: Spanned<String>, in file: SourceFile, into diagnostics: DiagnosticCollector) {
        if text.value.utf8.elementsEqual("-".utf8) { return nil }
        if let decision = Decision(rawValue: text.value) {
            self.init(decision)
        } else if Self.isCode(text.value) {
            self.init(.deny)
            included = [Clause(aspect: .codes, values: [text.value])]
        } else {
            diagnostics.report(
                .matrixCell, "`\(text.value)` cannot be expected", at: .init(file, text.span),
                help: Suggestion.sentence(for: text.value, among: ["allow", "deny"])
                    ?? "a cell is `allow`, `deny`, `-` or the code of a reason to deny")
            return nil
        }
    }

    /// UPPER_SNAKE as policies choose them, or dotted lower case as failures of credentials have them.
    private static func isCode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return false }
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_") }
        if (0x41...0x5A).contains(first) {
            return bytes.allSatisfy { (0x41...0x5A).contains($0) || isDigit($0) }
        }
        return (0x61...0x7A).contains(first) && bytes.contains(UInt8(ascii: "."))
            && bytes.allSatisfy { (0x61...0x7A).contains($0) || isDigit($0) || $0 == UInt8(ascii: ".") }
    }
}
