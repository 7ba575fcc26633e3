import CedarSyntax
import SeededRandom
import Testing

@testable import Documents

/// Whatever a file holds, reading it ends, without a crash, in a document or in findings with places in the file.
@Suite struct YAMLMutationTests {
    private static let seeds = [
        "id: acme\ntime_zone: America/New_York\nattributes:\n  tier: enterprise\n  seats: 12\n",
        "permissions:\n  metrics:read:\n    origin: product\n    aliases: [a, 'b', \"c\\n\"]\n  # remark\n",
        "models:\n  registry:\n    roles:\n      viewer: { inherits: [], permissions: [metrics:read] }\n",
        "a: |\n  block\n  text\nb: >-\n  folded\n   more\nc:\n- x\n- - y\n  - z\n",
        "a: &x [1, 2]\nb: *x\n? k\n: v\n<<: *x\n--- !t\nc: !!str 1\n...\n%YAML 1.2\n",
        "{a: [b, {c: d}], \"e\": 'f', ? g : h, i}\n",
    ]

    private static let fragments = [
        "\n", "\t", ": ", "- ", "? ", "&a ", "*a", "!t ", "!!binary ", "\"", "'", "|", ">+2", "[", "]", "{", "}", ",",
        "#", "%", "---\n", "...\n", "<<: ", "\\u", "\\ud800", "\u{85}", "\u{2028}", "\u{FEFF}", "\0", "é", "\r", "~",
        "%TAG ! tag:%ff,2000:\n", "!%ff%fe ", "=", "@", "`", "0x", "1e999", "  ",
    ]

    @Test(arguments: 0..<8)
    func mutatedDocumentsAreReadOrRefused(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<1_500 {
            var bytes = Array(Self.seeds.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2:
                    let end = Int.random(in: place...bytes.count, using: &generator)
                    let other = Int.random(in: 0...bytes.count, using: &generator)
                    bytes.insert(contentsOf: Array(bytes[place..<end]), at: other)
                case 3: bytes.removeSubrange(place..<min(place + 4, bytes.count))
                default: bytes.insert(contentsOf: Self.fragments.randomElement(using: &generator)!.utf8, at: place)
                }
            }
            check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) {
        let file = SourceFile(name: "a.yaml", bytes: bytes)
        let (root, diagnostics) = DocumentParser.parseYAML(file)
        #expect((root == nil) != diagnostics.isEmpty, "\(file.text(in: SourceSpan(start: 0, end: bytes.count)))")
        for finding in diagnostics {
            guard let span = finding.location?.span else {
                Issue.record("a finding without a place")
                continue
            }
            #expect(span.start >= 0 && span.start <= span.end && span.end <= bytes.count)
        }
        if let root { checkSpans(root, within: bytes.count) }
    }

    private func checkSpans(_ node: DocumentNode, within count: Int) {
        let spans = [node.span] + (node.members ?? []).map(\.key.span)
        #expect(spans.allSatisfy { $0.start >= 0 && $0.start <= $0.end && $0.end <= count })
        for child in (node.elements ?? []) + (node.members ?? []).map(\.value) { checkSpans(child, within: count) }
    }
}
