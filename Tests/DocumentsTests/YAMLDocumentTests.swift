import CedarSyntax
import Testing

@testable import Documents

@Suite struct YAMLDocumentTests {
    @Test(
        "well-formed documents",
        arguments: [
            ("a: 1", "{a: 1}"),
            ("a: [x, 'y', \"z\\n\"]", #"{a: ["x", "y", "z\n"]}"#),
            ("- a\n- b: c\n  d: e\n", #"["a", {b: "c", d: "e"}]"#),
            ("a:\n- x\n- y\n", #"{a: ["x", "y"]}"#),
            ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", #"{a: "one\ntwo\n", b: "one two"}"#),
            ("---\na: b # remark\n...\n", #"{a: "b"}"#),
            ("# remark\n\n{}\n", "{}"),
            ("metrics:read: {origin: product}", #"{metrics:read: {origin: "product"}}"#),
            ("a: one\n  two", #"{a: "one two"}"#),
            ("text", #""text""#),
            ("a:\nb: ~\nc: null\nd: NULL\n", "{a: null, b: null, c: null, d: null}"),
            ("[true, True, FALSE, tRUE]", #"[true, true, false, "tRUE"]"#),
            ("[yes, no, on, Off, y]", #"["yes", "no", "on", "Off", "y"]"#),
            ("[0, -1, +7, 0x1F, 0o17, 9223372036854775807]", "[0, -1, 7, 31, 15, 9223372036854775807]"),
            ("[-9223372036854775808]", "[-9223372036854775808]"),
            ("[1.5, .5, 5., 1e3, -1.5E-3, 0.5]", "[#1.5, #.5, #5., #1e3, #-1.5E-3, #0.5]"),
            (
                "[1_000, 1:30, 0xG, 0x, 0o8, 1e, ., -, +, 1.2.3, 0b1]",
                #"["1_000", "1:30", "0xG", "0x", "0o8", "1e", ".", "-", "+", "1.2.3", "0b1"]"#
            ),
            ("[2026-01-01, 2026-01-01T00:00:00Z]", #"["2026-01-01", "2026-01-01T00:00:00Z"]"#),
            ("['true', \"1\", 'null']", #"["true", "1", "null"]"#),
            ("true: a\n1: b\nnull: c\n", #"{true: "a", 1: "b", null: "c"}"#),
            ("a: x & y * z ! <<\nb: '*x &y !z'", #"{a: "x & y * z ! <<", b: "*x &y !z"}"#),
            ("a: \"*\"\nb: '& *'\nc: |\n  &x *y\n", ##"{a: "*", b: "& *", c: "&x *y\n"}"##),
            ("'<<': x", #"{<<: "x"}"#),
            ("é: ü\n", #"{é: "ü"}"#),
            ("a: \"\\u00e9\\x41\"", #"{a: "éA"}"#),
            ("a: {b: {c: []}}", "{a: {b: {c: []}}}"),
            ("a: b\r\nc: d\r\n", #"{a: "b", c: "d"}"#),
            ("\"\": a", #"{: "a"}"#),
        ])
    func reads(text: String, expected: String) throws {
        let (root, diagnostics) = DocumentParser.parseYAML(SourceFile(name: "a.yaml", text: text))
        #expect(diagnostics.map(summary) == [])
        #expect(try #require(root).compact == expected)
    }

    @Test(
        "refused documents",
        arguments: [
            ("", "V3006 1:1"),
            ("# nothing\n", "V3006 1:1"),
            ("a: 1\na: 2\n", "V3010 2:1"),
            ("x:\n  - k: 1\n    b: 2\n    k: 3\n", "V3010 4:5"),
            ("x:\n  k: {k: 1}\n  b: 2\n  # k: 4\n\n  k: 3\n", "V3010 6:3"),
            ("{a: 1, a: 2}", "V3010 1:2"),
            ("a: 1\n\"a\": 2\n", "V3010 1:1"),
            ("'1': 1\n1: 2\n", "V3010 1:1"),
            ("a: &x b\n", "V3011 1:4"),
            ("a: &x b\nc: *x\n", "V3011 1:4"),
            ("a: *x\n", "V3011 1:4"),
            ("&x a: b\n", "V3011 1:1"),
            ("a: &x\n  b: c\nd: *x\n", "V3011 1:4"),
            ("- &x [1]\n- *x\n", "V3011 1:3"),
            ("a: !!str 1\n", "V3012 1:4"),
            ("a: ! 1\n", "V3012 1:4"),
            ("a: !x {b: c}\n", "V3012 1:4"),
            ("a: !!str 'x'\n", "V3012 1:4"),
            ("!!str a: 1\n", "V3012 1:1"),
            ("a: !!null\n", "V3012 1:4"),
            ("a: 1\n---\nb: 2\n", "V3013 2:1"),
            ("a: 1\nb:\n  <<: {x: y}\n", "V3014 3:3"),
            ("[a]: 1\n", "V3015 1:1"),
            ("? {a: b}\n: 1\n", "V3015 1:3"),
            (": 1\n", "V3004 1:1"),
            ("? \n: 1\n", "V3015 1:2"),
            ("[a]: 1\n[a]: 2\n", "V3015 1:1"),
            ("a: 9223372036854775808\n", "V3018 1:4"),
            ("a: -9223372036854775809\n", "V3018 1:4"),
            ("a: 0xFFFFFFFFFFFFFFFF\n", "V3018 1:4"),
            ("a: 0123\n", "V3018 1:4"),
            ("a: 01.5\n", "V3018 1:4"),
            ("a: .inf\nb: -.INF\nc: .nan\n", "V3018 1:4, V3018 2:4, V3018 3:4"),
            ("a: b: c\n", "V3004 1:5"),
            ("a: [b\n", "V3004 2:1"),
            ("a: \"b\n", "V3004 2:1"),
            ("a:\n\tb: c\n", "V3004 2:1"),
            ("a: @b\n", "V3004 1:4"),
            ("a: 1\n b: 2\n", "V3004 2:3"),
            ("a: \"\\q\"\n", "V3004 1:5"),
            ("a: \"\\ud800\"\n", "V3004 1:7"),
            ("é: \u{2028}", "V3003 1:4"),
            ("a: b\u{0}", "V3003 1:5"),
            ("\u{FEFF}a: b", "V3003 1:1"),
            ("a: b\u{85}c: d", "V3003 1:5"),
        ])
    func refuses(text: String, expected: String) {
        let (root, diagnostics) = DocumentParser.parseYAML(SourceFile(name: "a.yaml", text: text))
        #expect(diagnostics.map(summary).joined(separator: ", ") == expected)
        #expect(root == nil)
    }

    @Test func refusesBytesThatAreNotUTF8() {
        let bytes = Array("é: \n a: ".utf8) + [0xC3, 0x28]
        let (root, diagnostics) = DocumentParser.parseYAML(SourceFile(name: "a.yaml", bytes: bytes))
        #expect(diagnostics.map(summary) == ["V3002 2:5"])
        #expect(root == nil)
    }

    @Test func aDuplicateKeyNamesBothPlaces() throws {
        let file = SourceFile(name: "a.yaml", text: "a: 1\nb: 2\na: 3\n")
        let finding = try #require(DocumentParser.parseYAML(file).diagnostics.first)
        #expect(finding.message == "the key `a` is written twice")
        #expect(finding.labels.map { file.position(at: $0.span.start).line } == [1])
    }

    @Test func spansCoverWhatIsWritten() throws {
        let text = "é: [x, 'y''z', \"a\\\"b\"]\nm:\n  k: |\n    text\n  l: { a: 1 } # remark\n"
        let root = try #require(DocumentParser.parseYAML(SourceFile(name: "a.yaml", text: text)).root)
        #expect(
            Array(root.spans.dropFirst()) == [
                "é", "[x, 'y''z', \"a\\\"b\"]", "x", "'y''z'", "\"a\\\"b\"",
                "m", "k: |\n    text\n  l: { a: 1 }", "k", "|", "l", "{ a: 1 }", "a", "1",
            ])
    }

    @Test func tellsQuotedTextsFromWords() throws {
        let file = SourceFile(name: "a.yaml", text: "[a, 'a', \"a\", true]")
        let root = try #require(DocumentParser.parseYAML(file).root)
        #expect(root.elements?.map(\.wasQuoted) == [false, true, true, false])
    }

    @Test("Norwegian problem and its like: unquoted words that only YAML 1.1 takes for something else")
    func yamlOneWordsAreTexts() throws {
        let root = try #require(
            DocumentParser.parseYAML(SourceFile(name: "a.yaml", text: "countries: [no, se, on]")).root)
        #expect(root.compact == #"{countries: ["no", "se", "on"]}"#)
    }
}
