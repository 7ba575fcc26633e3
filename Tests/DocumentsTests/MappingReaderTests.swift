import CedarSyntax
import Testing

@testable import Documents

@Suite struct MappingReaderTests {
    private enum Mode: String, CaseIterable {
        case deny, skip
    }

    private func read(_ text: String, _ body: (inout MappingReader) -> Void) throws -> [Diagnostic] {
        let root = try #require(DocumentParser.parseYAML(SourceFile(name: "a.yaml", text: text)).root)
        let diagnostics = DiagnosticCollector()
        if var reader = MappingReader(root, what: "`a.yaml`", into: diagnostics) {
            body(&reader)
            reader.finish()
        }
        return diagnostics.diagnostics
    }

    @Test func readsEveryKind() throws {
        let text = "s: text\nb: true\ni: 12\nl: [x, y]\nm: {k: v}\nc: skip\nq: [1]\n"
        let findings = try read(text) { reader in
            #expect(reader.requiredString("s")?.value == "text")
            #expect(reader.bool("b")?.value == true)
            #expect(reader.integer("i")?.value == 12)
            #expect(reader.strings("l")?.map(\.value) == ["x", "y"])
            #expect(reader.entries("m")?.map(\.key.value) == ["k"])
            #expect(reader.choice("c", Mode.self) == .skip)
            #expect(reader.sequence("q")?.count == 1)
            #expect(reader.string("absent") == nil)
            #expect(reader.strings("none") == nil)
        }
        #expect(findings.isEmpty)
    }

    @Test func unknownKeysAreErrorsWithASuggestion() throws {
        let findings = try read("naem: x\nwholly_different: y\n") { reader in
            _ = reader.string("name")
            _ = reader.string("other")
        }
        #expect(findings.map(summary) == ["V3020 1:1", "V3020 2:1"])
        #expect(findings[0].message == "`a.yaml` has no key `naem`")
        #expect(findings[0].help == "did you mean `name`?")
        #expect(findings[1].help == "the keys are `name`, `other`")
    }

    @Test func keysThatAreCanonicallyEquivalentAreDifferentKeys() throws {
        let findings = try read("e\u{301}: x\n") { reader in
            #expect(reader.string("\u{E9}") == nil)
        }
        #expect(findings.map(summary) == ["V3020 1:1"])
    }

    @Test(
        arguments: [
            ("k: [x]", "V3022 1:4"), ("k: {x: y}", "V3022 1:4"), ("k: true", "V3022 1:4"), ("k:", "V3023 1:1"),
            ("x: y\nk: 12", "V3022 2:4"), ("k: ~", "V3023 1:1"),
        ])
    func textsMustBeTexts(text: String, expected: String) throws {
        let findings = try read(text) { reader in
            #expect(reader.string("k") == nil)
            _ = reader.string("x")
        }
        #expect(findings.map(summary) == [expected])
    }

    @Test func scalarsSayHowToMendThem() throws {
        let findings = try read("k: 0o17\nb: yes\nc: dney\n") { reader in
            _ = reader.string("k")
            _ = reader.bool("b")
            _ = reader.choice("c", Mode.self)
        }
        #expect(findings.map(summary) == ["V3022 1:4", "V3022 2:4", "V3025 3:4"])
        #expect(findings.map(\.help) == ["quote it: `\"0o17\"`", "write `true`", "did you mean `deny`?"])
    }

    @Test func listsNameTheElementAtFault() throws {
        let findings = try read("k: [a, 1, [b], a]\nl: a\n") { reader in
            #expect(reader.distinctStrings("k")?.map(\.value) == ["a"])
            #expect(reader.strings("l") == nil)
        }
        #expect(findings.map(summary) == ["V3022 1:8", "V3022 1:11", "V3026 1:16", "V3022 2:4"])
    }

    @Test func missingAndRefusedKeys() throws {
        let findings = try read("oidc: {}\n") { reader in
            _ = reader.requiredString("id")
            reader.refuse("oidc")
            reader.refuse("saml")
        }
        #expect(findings.map(summary) == ["V3021 1:1", "V3024 1:1"])
    }

    @Test func onlyMappingsHaveKeys() throws {
        #expect(try read("[a]") { _ in }.map(summary) == ["V3022 1:1"])
    }

    @Test func nestedReadersShareFindings() throws {
        let findings = try read("m: {x: 1}\n") { reader in
            reader.mapping("m")?.finish()
        }
        #expect(findings.map(summary) == ["V3020 1:5"])
    }

    @Test func findingsPerFileAreBounded() throws {
        let text = (0..<300).map { "k\($0): x\n" }.joined()
        let findings = try read(text) { _ in }
        #expect(findings.count == DiagnosticCollector.limitPerFile)
        #expect(findings.last?.code == .tooManyFindings)
    }
}
