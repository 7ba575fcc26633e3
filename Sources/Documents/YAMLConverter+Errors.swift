import CedarSyntax
import Yams

/// The errors of Yams as diagnostics with places.
extension YAMLConverter {
    /// The finding for an error of Yams.
    func finding(for error: YamlError) -> Diagnostic {
        var places = YAMLPlaces(file)
        func location(_ mark: Mark) -> Diagnostic.Location {
            let start = places.offset(of: mark)
            return .init(file, SourceSpan(start: start, end: min(start + 1, file.bytes.count)))
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.hasPrefix("Maximum nesting level") { return DocumentParser.tooDeep(location(mark), limits) }
            if problem == "found undefined alias" { return aliasFinding(location(mark)) }
            if problem == "but found another document" {
                return Diagnostic(
                    .yamlMultipleDocuments, "the file has more than one document", at: location(mark),
                    help: "put each document into a file of its own")
            }
            let place = location(mark)
            var labels: [Diagnostic.Label] = []
            if let context, context.mark.line != mark.line || context.mark.column != mark.column {
                labels = [.init(location(context.mark).span, context.text)]
            }
            return Diagnostic(
                .yamlSyntax, "this is not YAML: \(problem)", at: place, labels: labels, help: help(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            let first = location(context.mark).span.start
            return duplicate(keys.min() ?? "", firstAt: first)
        default:
            return Diagnostic(.yamlSyntax, "this is not YAML", at: .init(file, SourceSpan(start: 0, end: 0)))
        }
    }

    func aliasFinding(_ location: Diagnostic.Location) -> Diagnostic {
        Diagnostic(
            .yamlAlias, "anchors and aliases are not supported", at: location,
            help: "write the value out; quote a text that begins with `&` or `*`")
    }

    func keyNotTextFinding(_ location: Diagnostic.Location) -> Diagnostic {
        Diagnostic(
            .keyNotText, "a key must be a text, not a list or a mapping", at: location,
            help: "quote a text that begins with `[` or `{`")
    }

    func duplicateFinding(_ key: String, at span: SourceSpan, first: SourceSpan?) -> Diagnostic {
        Diagnostic(
            .duplicateKey, "the key `\(key)` is written twice", at: .init(file, span),
            labels: first.map { [.init($0, "first written here")] } ?? [])
    }

    /// Yams names the first occurrence only.
    ///
    /// In block style the second begins a later line in the same column, before any line that begins further left;
    /// where it is not found like that, the finding points to the first.
    private func duplicate(_ key: String, firstAt first: Int) -> Diagnostic {
        let bytes = file.bytes
        if first < bytes.count, bytes[first] == UInt8(ascii: "[") || bytes[first] == UInt8(ascii: "{") {
            return keyNotTextFinding(.init(file, SourceSpan(start: first, end: first + 1)))
        }
        var end = first
        while end < bytes.count, !YAMLPlaces.isBreak(bytes[end]), bytes[end] != UInt8(ascii: ":") { end += 1 }
        let written = bytes[first..<end]
        let span = SourceSpan(start: first, end: end)
        let position = file.position(at: first)
        guard !written.isEmpty, let lineStart = file.startOfLine(position.line),
            // Only where the first occurrence begins its line, or follows the dash of a list.
            bytes[lineStart..<first].allSatisfy({ $0 == 0x20 || $0 == UInt8(ascii: "-") })
        else { return duplicateFinding(key, at: span, first: nil) }
        let indent = first - lineStart
        var line = position.line + 1
        while let start = file.startOfLine(line) {
            line += 1
            let content = bytes[start...].drop(while: { $0 == 0x20 })
            guard let head = content.first else { break }
            if YAMLPlaces.isBreak(head) || head == UInt8(ascii: "#") { continue }
            let width = content.startIndex - start
            if width < indent { break }
            let after = content.startIndex + written.count
            if width == indent, content.starts(with: written), after < bytes.count, bytes[after] == UInt8(ascii: ":") {
                return duplicateFinding(key, at: SourceSpan(start: content.startIndex, end: after), first: span)
            }
        }
        return duplicateFinding(key, at: span, first: nil)
    }

    private func help(_ problem: String) -> String? {
        if problem.hasPrefix("mapping values are not allowed") {
            return "quote a text that contains `: `, and indent the keys of one mapping alike"
        }
        if problem.hasPrefix("found character that cannot start any token") {
            return "indent with spaces, not tabs, and quote a text that begins with a special character"
        }
        if problem.hasPrefix("did not find expected key") || problem.hasPrefix("could not find expected ':'") {
            return "a key is followed by `:` and a space; the keys of one mapping are indented alike"
        }
        if problem.contains("unexpected end of stream") { return "close the quote" }
        return nil
    }
}
