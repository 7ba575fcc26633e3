package import CedarSyntax
import Yams

extension DocumentParser {
    /// Reads a YAML document: the YAML 1.2 core schema without anchors, aliases, tags, merge keys, keys that are not
    /// texts, and further documents.
    package static func parseYAML(_ file: SourceFile, limits: DocumentLimits = .standard) -> Outcome {
        if let finding = sizeFinding(file, limits) { return (nil, [finding]) }
        let text: String
        switch YAMLText.decode(file) {
        case .success(let decoded): text = decoded
        case .failure(let finding): return (nil, [finding])
        }
        if let finding = YAMLComplexity.finding(file) { return (nil, [finding]) }
        if let finding = findAnchors(text, file, limits) { return (nil, [finding]) }
        return compose(text, file, limits)
    }

    /// Looks for anchors in a file that may have both anchors and aliases.
    ///
    /// Yams resolves aliases and then compares keys by content, which takes exponential time for a few lines of nested
    /// aliases inside a key. So such a file is first read with every `*` made harmless: aliases become plain words,
    /// anchors stay and are found. A file without anchors can have no alias that resolves.
    private static func findAnchors(_ text: String, _ file: SourceFile, _ limits: DocumentLimits) -> Diagnostic? {
        let asterisk = UInt8(ascii: "*")
        guard file.bytes.contains(UInt8(ascii: "&")), file.bytes.contains(asterisk) else { return nil }
        let harmless = String(
            decoding: file.bytes.map { $0 == asterisk ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
        return compose(harmless, file, limits).diagnostics.first { $0.severity == .error }
    }

    private static func compose(_ text: String, _ file: SourceFile, _ limits: DocumentLimits) -> Outcome {
        var converter = YAMLConverter(file: file, limits: limits)
        let start = Diagnostic.Location(file, SourceSpan(start: 0, end: 0))
        do {
            // Without resolver rules: words are classified by `CoreSchema`, and keys compare as written.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                return (nil, [Diagnostic(.documentEmpty, "the file has no content", at: start)])
            }
            let node = converter.convert(root)
            return (converter.diagnostics.isEmpty ? node : nil, converter.diagnostics)
        } catch let error as YamlError {
            return (nil, [converter.finding(for: error)])
        } catch {
            return (nil, [Diagnostic(.yamlSyntax, "this is not YAML", at: start)])
        }
    }
}
