import CedarSyntax
import ConformanceSuites
import Foundation
import StrictJSON
import Testing

/// The formats of reports.
@Suite struct SuiteReportTests {
    private func text(_ report: SuiteReport, usesTerminal: Bool = false, sources: Bool = true) throws -> String {
        let lookup = PolicySourceLookup(root: sources ? try Desk.folder("Policies") : nil)
        return SuiteTextReport(usesTerminal: usesTerminal, sources: lookup).text(report)
    }

    // MARK: - Text

    @Test func aPassIsATable() async throws {
        let text = try text(try await Desk.run(try Desk.suites("desk"), filter: "desk / roles"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.dropLast() == [
                "ok    desk: 10 passed, 0 failed  (desk.yaml)",
                "",
                "    roles, on ticket",
                "                     reader                 agent     admin",
                "      ticket:read    ok allow               ok allow  ok allow",
                "      ticket:delete  ok MISSING_PERMISSION  -         ok allow",
                "",
                "    roles, on locked",
                "                     reader                 agent     admin",
                "      ticket:read    ok allow               ok allow  ok allow",
                "      ticket:delete  ok MISSING_PERMISSION  -         ok allow",
                "10 passed, 0 failed",
            ])
        #expect(try #require(lines.last).contains(" cases per second, 1 worker"))
    }

    @Test func aSurpriseShowsTheLineOfThePolicy() async throws {
        let report = try await Desk.run(try Desk.suites("broken"), filter: "W1")
        let text = try text(report)
        #expect(
            text.contains(
                """
                FAIL  broken & <wrong> / decision "#1"  [W1]
                      at broken.yaml:13:5
                      asked: agent, ticket:close, locked, tenant default, now 2026-11-21T10:00:00Z
                      - decision: allow
                      + decision: deny
                      because
                        TICKET_LOCKED: the ticket is locked (forbid `guard.locked`)
                          --> desk/policies/guards.cedar:7:1
                           |
                         7 | @id("guard.locked")
                           | ^
                """))
        #expect(
            try self.text(report, sources: false).contains("         --> desk/policies/guards.cedar:7:1\n\n0 passed"))
        #expect(text.contains("\n0 passed, 1 failed\n"))
        #expect(!text.unicodeScalars.contains { !$0.isASCII || $0 == "\u{1B}" })
    }

    @Test func terminalsGetSignsAndColours() async throws {
        let text = try text(try await Desk.run(try Desk.suites("broken")), usesTerminal: true)
        #expect(text.contains("\u{1B}[31m\u{2717} allow\u{1B}[0m"))
        #expect(text.contains("\u{1B}[32m\u{2713} allow\u{1B}[0m"))
    }

    @Test func controlCharactersOfSuitesAreNotSentToTerminals() async throws {
        let suites = try Desk.parse([
            SourceFile(
                name: "s.yaml",
                text: """
                    suite: s
                    bundle: desk
                    principals: {agent: {type: User, id: a}}
                    resources: {ticket: {type: Ticket, id: t}}
                    cases:
                      - name: "one\\e[2J\\u202E\\ntwo"
                        principal: agent
                        action: ticket:read
                        resource: ticket
                        expect: {decision: allow}
                    """)
        ])
        let report = try await Desk.run(suites)
        #expect(try text(report).contains("s / one\\u{1b}[2J\\u{202e}\\u{a}two"))
        #expect(SuiteTAPReport.text(report).contains("not ok 1 - s / one\\\\u{1b}[2J\\\\u{202e}\\\\u{a}two\n"))
        #expect(SuiteGitHubReport.text(report).contains("title=s / one\u{1B}[2J\u{202E}%0Atwo::"))
        #expect(SuiteJUnitReport.text(report).contains("name=\"one\u{FFFD}[2J\u{202E}&#10;two\""))
    }

    // MARK: - Programs

    @Test func junitIsXML() async throws {
        let text = SuiteJUnitReport.text(try await Desk.run(try Desk.suites("desk", "broken")))
        let names = try Self.elements(ofXML: text)
        #expect(names.count { $0 == "testsuite" } == 2)
        #expect(names.count { $0 == "testcase" } == 45)
        #expect(names.count { $0 == "failure" } == 12)
        #expect(
            text.contains(
                "<testsuite name=\"broken &amp; &lt;wrong&gt;\" file=\"broken.yaml\" tests=\"13\" failures=\"12\""))
        #expect(text.contains("classname=\"desk\" name=\"deleting is recorded\" file=\"desk.yaml\" line=\"42\""))
        #expect(text.contains("<property name=\"ref\" value=\"W1\"/>"))
        #expect(text.contains("name=\"decision &quot;#1&quot;\""))
    }

    /// The names of the elements of a text that must be well-formed as far as we write it: elements nest, attributes
    /// are in double quotes, and special characters are escaped.
    private static func elements(ofXML text: String) throws -> [String] {
        let tag = try Regex(#"<(/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(/?)>"#)
        var rest = text[...]
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        try #require(rest.hasPrefix(head))
        rest = rest.dropFirst(head.count)
        var open: [String] = []
        var names: [String] = []
        let entity = try Regex("&(amp|lt|gt|quot|#[0-9]+);")
        try #require(!text.replacing(entity, with: "").contains("&"))
        while let match = try tag.firstMatch(in: rest) {
            try #require(!rest[..<match.range.lowerBound].contains { $0 == "<" || $0 == ">" })
            let name = String(try #require(match.output[2].substring))
            if match.output[1].substring == "/" {
                try #require(open.popLast() == name)
            } else {
                names.append(name)
                if match.output[4].substring != "/" { open.append(name) }
            }
            rest = rest[match.range.upperBound...]
        }
        try #require(open.isEmpty && rest.isEmpty)
        return names
    }

    @Test func tapCountsAndExplains() async throws {
        let text = SuiteTAPReport.text(try await Desk.run(try Desk.suites("desk", "broken")))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["TAP version 14", "1..45"])
        #expect(lines.count { $0.hasPrefix("ok ") } == 33)
        #expect(lines.count { $0.hasPrefix("not ok ") } == 12)
        #expect(
            text.contains(
                """
                not ok 33 - broken & <wrong> / decision "\\#1"
                  ---
                  message: "decision: expected allow, but the answer has deny"
                  severity: fail
                  at: {file: "broken.yaml", line: 13, column: 5}
                  ref: ["W1"]
                  expected:
                    decision: ["allow"]
                  actual:
                    decision: ["deny"]
                  reasons:
                    - "TICKET_LOCKED: the ticket is locked"
                  ...
                not ok 34
                """))
        let none = SuiteTAPReport.text(try await Desk.run([]))
        #expect(none == "TAP version 14\n1..0\nBail out! no case was run")
    }

    @Test func jsonTellsEverything() async throws {
        let bytes = SuiteJSONReport.bytes(try await Desk.run(try Desk.suites("desk", "broken")))
        let root = try JSONDocument(parsing: bytes, limits: .bundle).root
        #expect(root["passed"]?.integer == 33)
        #expect(root["failed"]?.integer == 12)
        #expect(root["success"]?.bool == false)
        let suites = try #require(root["suites"]).elements.map { $0 }
        #expect(suites.map { $0["suite"]?.string } == ["desk", "broken & <wrong>"])
        let first = try #require(suites[1]["cases"]?.elements.first { _ in true })
        #expect(first["name"]?.string == "decision \"#1\"")
        #expect(first["passed"]?.bool == false)
        #expect(first["line"]?.integer == 13)
        #expect(first["expected"]?["decision"]?.string == "allow")
        #expect(first["actual"]?["decision"]?.string == "deny")
        #expect(first["actual"]?["policies"]?.elements.compactMap(\.string) == ["guard.locked"])
        #expect(
            first["differences"]?.elements.compactMap(\.string) == ["decision: expected allow, but the answer has deny"]
        )
    }

    @Test func githubGetsOneAnnotationForEachSurprise() async throws {
        let lines = SuiteGitHubReport.text(try await Desk.run(try Desk.suites("desk", "broken")))
            .split(separator: "\n").map(String.init)
        #expect(lines.count == 13)
        #expect(
            lines[0] == "::error file=broken.yaml,line=13,col=5,title=broken & <wrong> / decision \"#1\"::"
                + "decision: expected allow, but the answer has deny%0ATICKET_LOCKED: the ticket is locked")
        #expect(
            lines[9].hasPrefix(
                "::error file=broken.yaml,line=65,col=22,title=broken & <wrong> / cells (agent%2C ticket%3Aclose)::"))
        #expect(lines[12] == "33 passed, 12 failed")
    }

    @Test func githubGetsTheFindingsAboutSuites() {
        let file = SourceFile(name: "a,b.yaml", text: "x\ny")
        let findings = [
            Diagnostic(
                DiagnosticCode(4010), "100% unknown", at: .init(file, SourceSpan(start: 2, end: 3)), help: "look again"),
            Diagnostic(DiagnosticCode(4001), "gone", severity: .warning),
        ]
        #expect(
            SuiteGitHubReport.text(findings) == """
                ::error file=a%2Cb.yaml,line=2,col=1,endColumn=1,title=V4010::100%25 unknown%0Alook again
                ::warning::gone
                """)
    }
}
