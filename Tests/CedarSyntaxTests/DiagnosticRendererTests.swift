import Testing

@testable import CedarSyntax

@Suite struct DiagnosticRendererTests {
    private func finding(
        _ text: String, _ span: Range<Int>, _ message: String = "this is wrong", labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            .singleEquals, message,
            at: .init(
                SourceFile(name: "policies/a.cedar", text: text),
                SourceSpan(start: span.lowerBound, end: span.upperBound)),
            labels: labels, help: help)
    }

    @Test func showsTheLineTheMarkAndTheHelp() {
        let text = "permit(\n    principal = User::\"a\",\n    action, resource);"
        let rendered = PolicyParser.parse(SourceFile(name: "policies/a.cedar", text: text)).diagnostics
        #expect(
            DiagnosticRenderer().render(rendered) == """
                error[V1012]: `=` is not a valid operator
                  --> policies/a.cedar:2:15
                   |
                 2 |     principal = User::"a",
                   |               ^
                   = help: compare with `==`

                """)
    }

    @Test func showsLabelsOnOtherLines() {
        let text = "{ (\n1\n2 }"
        let label = Diagnostic.Label(SourceSpan(start: 2, end: 3), "opened here")
        #expect(
            DiagnosticRenderer().render(finding(text, 8..<9, labels: [label])) == """
                error[V1012]: this is wrong
                  --> policies/a.cedar:3:3
                   |
                 1 | { (
                   |   - opened here
                ...
                 3 | 2 }
                   |   ^

                """)
    }

    @Test func showsEmptyPlacesAndTheEndOfTheFile() {
        #expect(
            DiagnosticRenderer().render(finding("abc\n", 4..<4)) == """
                error[V1012]: this is wrong
                  --> policies/a.cedar:2:1
                   |
                 2 |
                   | ^

                """)
    }

    @Test func expandsTabsAndMeasuresWideCharacters() {
        let lines = DiagnosticRenderer().render(finding("\t日本 e\u{301} =", 12..<13)).split(separator: "\n")
        #expect(lines[3] == " 1 |     日本 e\u{301} =")
        #expect(lines[4] == "   |            ^")
    }

    @Test func escapesWhatCouldFoolATerminal() {
        let text = "a \u{1B}[31m \u{202E}x \u{7F}\u{85} ="
        let rendered = DiagnosticRenderer().render(finding(text, 2..<3, "bad \u{1B}]0;title\u{7} and\nmore"))
        #expect(rendered.hasPrefix("error[V1012]: bad \\u{1b}]0;title\\u{7} and\\u{a}more\n"))
        #expect(rendered.contains(" 1 | a \\u{1b}[31m \\u{202e}x \\u{7f}\\u{85} =\n"))
        #expect(rendered.contains("   |   ^^^^^^\n"))
    }

    @Test func showsMalformedBytes() {
        let file = SourceFile(name: "a", bytes: [0x61, 0xFF, 0x62])
        let finding = Diagnostic(.invalidEncoding, "m", at: .init(file, SourceSpan(start: 1, end: 2)))
        #expect(DiagnosticRenderer().render(finding).contains(" 1 | a\\xffb\n   |  ^^^^\n"))
    }

    @Test func cutsLongLinesAroundThePlace() {
        let text = String(repeating: "x", count: 5000) + "=" + String(repeating: "y", count: 100_000)
        let lines = DiagnosticRenderer().render(finding(text, 5000..<5001)).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 170 })
        let column = lines[3].firstIndex(of: "=").map { lines[3].distance(from: lines[3].startIndex, to: $0) }
        let mark = lines[4].firstIndex(of: "^").map { lines[4].distance(from: lines[4].startIndex, to: $0) }
        #expect(column == mark && column != nil)
        #expect(lines[3].contains("...x") && lines[3].hasSuffix("y..."))
    }

    @Test func marksTheFirstLineOfALongSpan() {
        let lines = DiagnosticRenderer().render(finding("ab\ncd\nef", 1..<7)).split(separator: "\n")
        #expect(lines[3] == " 1 | ab" && lines[4] == "   |  ^")
    }

    @Test func rendersWithoutAPlace() {
        let finding = Diagnostic(.singleEquals, "careful", severity: .warning, help: "look")
        #expect(DiagnosticRenderer().render(finding) == "warning[V1012]: careful\n  = help: look\n")
    }

    @Test func usesColoursOnlyWhenAsked() {
        let finding = finding("a = b", 2..<3)
        #expect(!DiagnosticRenderer().render(finding).contains("\u{1B}"))
        #expect(DiagnosticRenderer(usesColour: true).render(finding).hasPrefix("\u{1B}[1;31merror[V1012]\u{1B}[0m"))
    }
}
