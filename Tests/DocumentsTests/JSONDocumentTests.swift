import CedarSyntax
import Testing

@testable import Documents

@Suite struct JSONDocumentTests {
    @Test func readsJSON() throws {
        let text = #"{"a": [1, -2, 1.5, 1e3, true, null, "é\n"], "b": {}}"#
        let (root, diagnostics) = DocumentParser.parse(SourceFile(name: "a.json", text: text))
        #expect(diagnostics.isEmpty)
        let document = try #require(root)
        #expect(document.compact == #"{a: [1, -2, #1.5, #1e3, true, null, "é\n"], b: {}}"#)
        #expect(document.spans.prefix(4) == [text, "\"a\"", #"[1, -2, 1.5, 1e3, true, null, "é\n"]"#, "1"])
        #expect(document.members?[0].value.elements?.last?.wasQuoted == true)
    }

    @Test(
        arguments: [
            ("", "V3005 1:1"), ("{\n  \"a\": 1,\n}", "V3005 3:1"), (#"{"a": 1, "a": 2}"#, "V3010 1:10"),
            (String(repeating: "[", count: 70) + String(repeating: "]", count: 70), "V3016 1:65"),
            ("a: 1", "V3005 1:1"),
        ])
    func refusesWithAPlace(text: String, expected: String) {
        let (root, diagnostics) = DocumentParser.parse(SourceFile(name: "a.json", text: text))
        #expect(diagnostics.map(summary) == [expected])
        #expect(root == nil)
    }

    @Test func limitsHold() {
        let limits = DocumentLimits(maximumBytes: 8, maximumDepth: 2, maximumValues: 2)
        func codes(_ text: String) -> [String] {
            DocumentParser.parseJSON(SourceFile(name: "a.json", text: text), limits: limits).diagnostics.map(summary)
        }
        #expect(codes("[1]") == [])
        #expect(codes("[1,2]").map { $0.prefix(5) } == ["V3017"])
        #expect(codes("[1,2,3,4]") == ["V3001 1:1"])
    }
}
