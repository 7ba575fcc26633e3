import CedarSyntax
import Testing

@testable import Documents

@Suite struct YAMLLimitTests {
    private func codes(_ text: String, limits: DocumentLimits = .standard) -> [String] {
        DocumentParser.parseYAML(SourceFile(name: "a.yaml", text: text), limits: limits).diagnostics.map(summary)
    }

    @Test func lengthIsLimited() {
        let limits = DocumentLimits(maximumBytes: 4, maximumDepth: 64, maximumValues: 10)
        #expect(codes("a: 1", limits: limits) == [])
        #expect(codes("a: 12", limits: limits) == ["V3001 1:1"])
        #expect(codes(String(repeating: "#", count: 1 << 20 + 1)) == ["V3001 1:1"])
    }

    @Test func depthIsLimited() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(codes(nested(64)) == [])
        #expect(codes(nested(65)) == ["V3016 1:65"])
        #expect(codes(String(repeating: "- ", count: 65)) == ["V3016 1:129"])
        #expect(codes(nested(500_000)).map { $0.prefix(5) } == ["V3016"])
        #expect(codes(String(repeating: "{a: ", count: 100_000)).map { $0.prefix(5) } == ["V3016"])
        #expect(codes(String(repeating: "- ", count: 100_000)).map { $0.prefix(5) } == ["V3016"])
        #expect(codes(String(repeating: "? ", count: 100_000)).map { $0.prefix(5) } == ["V3016"])
    }

    @Test func valuesAreLimited() {
        let limits = DocumentLimits(maximumBytes: 1 << 20, maximumDepth: 64, maximumValues: 3)
        #expect(codes("[a, b]", limits: limits) == [])
        #expect(codes("[a, b, c]", limits: limits) == ["V3017 1:8"])
        // One long line: places must not cost a walk over the line for each value.
        let long = "[" + String(repeating: "x,", count: 400_000) + "]"
        #expect(codes(long).map { $0.prefix(5) } == ["V3017"])
        let values = "[" + String(repeating: "x,", count: 99_999) + "]"
        #expect(codes(values) == [])
    }

    @Test("aliases that would multiply, as values and inside keys")
    func aliasesDoNotMultiply() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 {
            text += "a\(level): &a\(level) [" + (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", ") + "]\n"
        }
        #expect(codes(text) == ["V3011 1:5"])
        #expect(codes(text + "? *a40\n: y\n") == ["V3011 1:5"])
        #expect(codes(text + "? [*a40]\n: y\n? [*a40]\n: y\n") == ["V3015 42:3"])
    }

    @Test func findingsAreLimited() {
        let text = (0..<500).map { "k\($0): 01\n" }.joined()
        #expect(codes(text).count == DiagnosticCollector.limitPerFile)
    }

    @Test("keys nested in keys, which are compared by content, are refused before that costs minutes")
    func keysWithinKeys() {
        func nested(_ opening: String, _ closing: String, depth: Int, items: Int) -> String {
            String(repeating: opening, count: depth) + "[" + String(repeating: "x,", count: items) + "]"
                + String(repeating: closing, count: depth)
        }
        #expect(codes(nested("{", "}", depth: 200, items: 1_000)) == ["V3015 1:2"])
        #expect(codes(nested("{", "}", depth: 900, items: 400_000)) == ["V3016 1:1"])
        #expect(codes(nested("{!t: ", "}", depth: 900, items: 400_000)) == ["V3016 1:1"])
        #expect(codes(nested("{&a ", "}", depth: 900, items: 400_000)) == ["V3016 1:1"])
        #expect(codes(nested("{#\n", "}", depth: 900, items: 400_000)) == ["V3016 1:1"])
        #expect(codes(nested("? ", "", depth: 900, items: 400_000)) == ["V3016 1:1"])
    }

    @Test func longFilesInBothStylesAreRead() {
        let flow = (0..<10_000).map { "k\($0): {origin: product, aliases: [a, b]}\n" }.joined()
        #expect(codes(flow) == [])
        let block = (0..<20_000).map { "k\($0):\n  origin: product\n" }.joined()
        #expect(codes(block) == [])
    }
}
