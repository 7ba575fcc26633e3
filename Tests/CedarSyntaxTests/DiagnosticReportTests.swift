import CedarSyntax
import StrictJSON
import Testing

/// Findings for programs: SARIF, GitHub, and the choice of many.
@Suite("Reports of findings") struct DiagnosticReportTests {
    static let file = SourceFile(name: "my app/über,1.cedar", text: "permit\nforbid é(x)\nlast")

    static let findings = [
        Diagnostic(
            DiagnosticCode(1203), "100% wrong\u{1B}", at: .init(file, SourceSpan(start: 14, end: 19)),
            labels: [.init(SourceSpan(start: 0, end: 6), "here")], help: "mend it"),
        Diagnostic(
            DiagnosticCode(1001), "over lines", severity: .warning, at: .init(file, SourceSpan(start: 3, end: 9))),
        Diagnostic(DiagnosticCode(1203), "nowhere", severity: .note),
    ]

    @Test func sarif() throws {
        let report = DiagnosticSARIFReport(version: "1.2.3") { code in
            code.number == 1203 ? .init(title: "a title", page: "# A page") : nil
        }
        let document = try JSONDocument(parsing: report.bytes(Self.findings), limits: .bundle)
        let log = document.root
        #expect(log["version"]?.string == "2.1.0")
        let run = try #require(Self.list(log["runs"]).first)
        #expect(run["columnKind"]?.string == "unicodeCodePoints")
        let driver = try #require(run["tool"]?["driver"])
        #expect(driver["name"]?.string == "verdict" && driver["version"]?.string == "1.2.3")
        let rules = Self.list(driver["rules"])
        #expect(rules.compactMap { $0["id"]?.string } == ["V1001", "V1203"])
        #expect(rules[1]["shortDescription"]?["text"]?.string == "a title")
        #expect(rules[1]["help"]?["text"]?.string == "# A page")
        #expect(rules[1]["help"]?["markdown"]?.string == "# A page")
        #expect(rules.allSatisfy { $0["help"]?["text"]?.string?.isEmpty == false })

        let results = Self.list(run["results"])
        #expect(results.compactMap { $0["level"]?.string } == ["error", "warning", "note"])
        #expect(results.compactMap { $0["ruleId"]?.string } == ["V1203", "V1001", "V1203"])
        #expect(results.compactMap { $0["ruleIndex"]?.integer } == [1, 0, 1])
        #expect(results[0]["message"]?["text"]?.string == "100% wrong\u{1B}\nmend it")
        let place = try #require(Self.list(results[0]["locations"]).first?["physicalLocation"])
        #expect(place["artifactLocation"]?["uri"]?.string == "my%20app/%C3%BCber%2C1.cedar")
        #expect(Self.numbers(place["region"]) == [2, 8, 2, 12])
        let related = try #require(Self.list(results[0]["relatedLocations"]).first)
        #expect(related["message"]?["text"]?.string == "here")
        #expect(Self.numbers(related["physicalLocation"]?["region"]) == [1, 1, 1, 7])
        #expect(Self.numbers(Self.list(results[1]["locations"]).first?["physicalLocation"]?["region"]) == [1, 4, 2, 3])
        #expect(Self.list(results[2]["locations"]).isEmpty)
    }

    private static func list(_ node: JSONNode?) -> [JSONNode] { node.map { Array($0.elements) } ?? [] }

    private static func numbers(_ region: JSONNode?) -> [Int64] {
        ["startLine", "startColumn", "endLine", "endColumn"].compactMap { region?[$0]?.integer }
    }

    @Test(arguments: [
        ("a/b.cedar", "a/b.cedar"), ("/a b", "file:///a%20b"), ("c:d", "c%3Ad"), ("%", "%25"), ("\n", "%0A"),
    ])
    func references(path: String, expected: String) throws {
        let file = SourceFile(name: path, text: "x")
        let finding = Diagnostic(DiagnosticCode(1), "m", at: .init(file, SourceSpan(start: 0, end: 1)))
        let bytes = DiagnosticSARIFReport(version: "1") { _ in nil }.bytes([finding])
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"uri\": \"\(expected)\""))
    }

    @Test func github() {
        let text = DiagnosticGitHubReport.text(Self.findings) { "Policies/" + $0.name }
        #expect(
            text == """
                ::error file=Policies/my app/über%2C1.cedar,line=2,col=8,endColumn=11,title=V1203::\
                100%25 wrong\\u{1b}%0A1:1: here%0Amend it
                ::warning file=Policies/my app/über%2C1.cedar,line=1,endLine=2,title=V1001::over lines
                ::notice::nowhere
                """)
        #expect(DiagnosticGitHubReport.text([]).isEmpty)
    }

    @Test func ofManyTheErrorsAreShownFirst() {
        let findings = (0..<10).map {
            Diagnostic(DiagnosticCode($0), "m", severity: $0 % 3 == 0 ? .error : $0 == 1 ? .note : .warning)
        }
        #expect(DiagnosticTally(findings).summary == "4 errors, 5 warnings")
        #expect(DiagnosticTally([]).summary.isEmpty)
        let all = DiagnosticTally.bounded(findings, to: 10)
        #expect(all.shown.map(\.code.number) == Array(0..<10) && all.rest == nil)
        let some = DiagnosticTally.bounded(findings, to: 5)
        #expect(some.shown.map(\.code.number) == [0, 1, 3, 6, 9])
        #expect(some.rest == "and 5 more: 5 warnings not shown")
        let few = DiagnosticTally.bounded(findings, to: 2)
        #expect(few.shown.map(\.code.number) == [0, 3])
        #expect(few.rest == "and 8 more: 2 errors, 5 warnings not shown")
    }
}
