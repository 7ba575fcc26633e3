import Foundation

/// A page of documentation, read as a script.
///
/// The fenced blocks of a page are run in their order, in a folder that is empty at the start of the page:
///
/// | Block | What happens |
/// |---|---|
/// | `yaml` or `cedar` with the first line `# file: PATH` or `// file: PATH` | written to that path |
/// | other `cedar` | must pass `verdict check` |
/// | other `yaml` | must be YAML; every step in it that begins with `verdict` is run |
/// | `sh` | run; exits with 0, or with N where its last line ends in `# exits with N` |
/// | `sh` with the one command `verdict serve` | starts that server on free ports, which 8180 and 8181 then stand for |
/// | `text` behind `sh` | the output; `…` stands for anything in a line, and alone on a line for any lines |
/// | `json` behind `sh` | the output as JSON has these members; `…` in a text stands for anything |
/// | `swift` | stands in the example tests of the page's module, which compile and run it |
/// | `ini` | configuration of other programs: not run |
///
/// Any other kind of block is a fault of the page.
struct DocumentationScript {
    /// A fenced block.
    struct Block {
        /// The word behind the opening fence.
        var language: String
        /// The lines between the fences.
        var lines: [String]
        /// The line of the page on which the block begins, from 1.
        var line: Int
        /// Whether nothing but empty lines stands between the block before and this one.
        var followsDirectly: Bool

        /// The lines as one text.
        var text: String { lines.map { $0 + "\n" }.joined() }
    }

    /// What a block asks for.
    enum Step {
        case file(path: String, text: String)
        case policies(String)
        case yaml(String)
        case commands(String, status: Int32, expected: Block?)
        case server(arguments: [String])
        case swift([String])
        case nothing
        case fault(String)
    }

    /// The blocks of the page.
    let blocks: [Block]

    /// Reads a page.
    init(_ page: String) {
        var blocks: [Block] = []
        var open: Block?
        var isBetweenEmpty = false
        for (index, line) in page.components(separatedBy: "\n").enumerated() {
            if var block = open {
                if line == "```" {
                    blocks.append(block)
                    open = nil
                    isBetweenEmpty = true
                } else {
                    block.lines.append(line)
                    open = block
                }
            } else if line.hasPrefix("```") {
                open = Block(
                    language: String(line.dropFirst(3)), lines: [], line: index + 1, followsDirectly: isBetweenEmpty)
            } else if !line.isEmpty {
                isBetweenEmpty = false
            }
        }
        if let open { blocks.append(open) }
        self.blocks = blocks
    }

    /// What the blocks ask for, with the lines on which they begin.
    var steps: [(line: Int, step: Step)] {
        blocks.indices.map { index in
            let next = index + 1 < blocks.count ? blocks[index + 1] : nil
            let expected = next.flatMap { $0.followsDirectly && ["text", "json"].contains($0.language) ? $0 : nil }
            return (blocks[index].line, step(of: index, expected))
        }
    }

    private func step(of index: Int, _ expected: Block?) -> Step {
        let block = blocks[index]
        switch block.language {
        case "yaml", "cedar", "cedarschema":
            let mark = block.language == "yaml" ? "# file: " : "// file: "
            if let first = block.lines.first, first.hasPrefix(mark) {
                let path = String(first.dropFirst(mark.count))
                let isInside = !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
                return isInside ? .file(path: path, text: block.text) : .fault("`\(path)` leads out of the folder")
            }
            if block.language == "cedarschema" { return .fault("a schema is a file, named in its first line") }
            return block.language == "yaml" ? .yaml(block.text) : .policies(block.text)
        case "sh":
            let words = block.text.replacingOccurrences(of: "\\\n", with: " ").split(whereSeparator: \.isWhitespace)
            if words.starts(with: ["verdict", "serve"]), !words.contains("--help") {
                return .server(arguments: words.dropFirst(2).map(String.init))
            }
            return .commands(block.text, status: Self.status(of: block), expected: expected)
        case "text", "json":
            let isOutput = block.followsDirectly && index > 0 && blocks[index - 1].language == "sh"
            return isOutput ? .nothing : .fault("output without commands before it")
        case "swift": return .swift(block.lines)
        case "ini": return .nothing
        default: return .fault("no block may be of the kind `\(block.language)`")
        }
    }

    private static func status(of block: Block) -> Int32 {
        let parts = (block.lines.last ?? "").components(separatedBy: "# exits with ")
        return parts.count == 2 ? Int32(parts[1]) ?? -1 : 0
    }
}

/// Compares what a page shows with what came.
enum DocumentationOutput {
    private static let wildcard: Character = "…"

    /// Whether lines are as shown, where `…` alone on a line stands for any lines.
    static func matches(shown: ArraySlice<String>, actual: ArraySlice<String>) -> Bool {
        guard let first = shown.first else { return actual.isEmpty }
        let rest = shown.dropFirst()
        if first.trimmingCharacters(in: .whitespaces) == String(wildcard) {
            return (actual.startIndex...actual.endIndex).contains { matches(shown: rest, actual: actual[$0...]) }
        }
        guard let line = actual.first, matches(shown: first, actual: line) else { return false }
        return matches(shown: rest, actual: actual.dropFirst())
    }

    /// Whether a line is as shown, where `…` stands for any characters.
    static func matches(shown: String, actual: String) -> Bool {
        let parts = shown.split(separator: wildcard, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return shown == actual }
        guard actual.hasPrefix(parts[0]), actual.count >= parts[0].count + parts[parts.count - 1].count else {
            return false
        }
        var rest = actual.dropFirst(parts[0].count)
        guard rest.hasSuffix(parts[parts.count - 1]) else { return false }
        rest = rest.dropLast(parts[parts.count - 1].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    /// Whether a JSON value has everything that is shown: objects may have further members, arrays no further elements.
    static func contains(_ actual: Any, _ shown: Any) -> Bool {
        switch (actual, shown) {
        case (let actual as [String: Any], let shown as [String: Any]):
            shown.allSatisfy { key, value in actual[key].map { contains($0, value) } ?? false }
        case (let actual as [Any], let shown as [Any]):
            actual.count == shown.count && zip(actual, shown).allSatisfy { contains($0, $1) }
        case (let actual as String, let shown as String): matches(shown: shown, actual: actual)
        case (let actual as NSObject, let shown as NSObject): actual == shown
        default: "\(actual)" == "\(shown)"
        }
    }
}
