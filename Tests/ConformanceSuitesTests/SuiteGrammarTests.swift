import CedarSyntax
import ConformanceSuites
import Foundation
import Testing

/// What a suite file may say, and where mistakes are reported.
@Suite struct SuiteGrammarTests {
    /// A suite with parts to be replaced: every test breaks one thing.
    private static let sound = """
        suite: s
        bundle: desk
        tenant: tokyo
        now: "2026-11-21T10:00:00Z"
        context: {a: 1}
        principals:
          agent: {type: User, id: a, roles: [agent], attributes: {n: 1}, parents: [{type: Team, id: t}]}
          admin: {type: User, id: x, roles: [admin]}
        resources:
          ticket: {type: Ticket, id: t, attributes: {priority: 1}}
        groups:
          principals: {staff: [agent, admin]}
          actions: {reads: [ticket:read]}
          resources: {all: [ticket]}
        cases:
          - name: one
            ref: R1
            principal: staff
            action: reads
            resource: all
            expect: {decision: allow, codes: [PERMITTED]}
        matrices:
          - name: two
            resource: ticket
            columns: [agent, admin]
            rows:
              ticket:read: [allow, allow]
              ticket:delete: [MISSING_PERMISSION, -]
        """

    @Test func aSoundSuiteHasNoFindings() throws {
        #expect(try Desk.findings(Self.sound).map(summary) == [])
    }

    struct Mistake: CustomTestStringConvertible {
        var old: String
        var new: String
        var findings: [String]
        var help: String?

        init(_ old: String, _ new: String, _ findings: String..., help: String? = nil) {
            (self.old, self.new, self.findings, self.help) = (old, new, findings, help)
        }

        var testDescription: String { new }
    }

    @Test(arguments: [
        // The head.
        Mistake("suite: s\n", "", "V3021 1:1"),
        Mistake("bundle: desk\n", "", "V3021 1:1"),
        Mistake("bundle: desk", "bundle: disk", "V4003 2:9", help: "did you mean `desk`?"),
        Mistake("tenant: tokyo", "tenant: tokio", "V4004 3:9", help: "did you mean `tokyo`?"),
        Mistake("T10:00:00Z", " 10:00", "V4005 4:6"),
        Mistake("now: ", "noww: ", "V3020 4:1", help: "did you mean `now`?"),
        Mistake("context: {a: 1}", "context: [a]", "V3022 5:10"),
        Mistake("context: {a: 1}", "context: {now: \"2026-11-21T10:00:00Z\"}", "V4007 5:11"),
        Mistake("resources: {all", "resource: {all", "V3020 14:3", "V4010 20:15"),
        // Values.
        Mistake("{n: 1}", "{n: 1.5}", "V4006 7:62"),
        Mistake("{n: 1}", "{n: null}", "V4006 7:62", help: "leave the attribute out"),
        Mistake("{n: 1}", "{n: [1, {m: ~}]}", "V4006 7:70"),
        Mistake("{n: 1}", "{n: {__entity: {type: User}}}", "V4006 7:62"),
        Mistake("{n: 1}", "{k: [1, 2], n: [a, {__extn: {fn: decimal, arg: \"x\"}}]}", "V4006 7:86"),
        Mistake("{n: 1}", "{__entity: {type: User, id: a}}", "V4006 7:59"),
        Mistake("{a: 1}", "{a: {b: .5}}", "V4006 5:18"),
        // Fixtures.
        Mistake("{type: User, id: x, roles: [admin]}", "{type: User, roles: [admin]}", "V3021 8:10"),
        Mistake("{type: User, id: x,", "{type: User, id: 7,", "V3022 8:27", help: "quote it: `\"7\"`"),
        Mistake("id: x, roles", "id: x, role", "V3020 8:30", help: "did you mean `roles`?"),
        Mistake("roles: [admin]", "roles: [admin, admin]", "V3026 8:45"),
        Mistake("{type: Team, id: t}", "{type: Team}", "V3021 7:76"),
        Mistake("id: t, attributes", "id: t, roles: [a], attributes", "V3020 10:33"),
        // Names.
        Mistake("principal: staff", "principal: stafff", "V4010 18:16", "V4012 12:16", help: "did you mean `staff`?"),
        Mistake("principal: staff", "principal: [agent, admn]", "V4010 18:24", "V4012 12:16"),
        Mistake("[agent, admin]}", "[agent, nobody]}", "V4010 12:31"),
        Mistake("staff: [agent, admin]", "staff: []", "V4014 12:23"),
        Mistake("{staff: [agent, admin]}", "{staff: [agent], agent: [admin]}", "V4013 12:32"),
        Mistake("reads: [ticket:read]", "reads: [ticket:raed]", "V4016 13:21", help: "did you mean `ticket:read`?"),
        Mistake("actions: {reads", "actions: {ticket:close: [ticket:read], reads", "V4013 13:13"),
        Mistake("action: reads", "action: red", "V4016 19:13", "V4012 13:13"),
        Mistake("resource: all", "resource: []", "V4014 20:15", "V4012 14:15"),
        Mistake("  admin: {type", "  spare: {type: User, id: s}\n  admin: {type", "V4011 8:3"),
        Mistake("[agent, admin]}", "[agent], spare: [admin]}", "V4012 12:32"),
        Mistake("resources: {all", "resources: {spare: [ticket], all", "V4012 14:15"),
        Mistake("action: reads", "action: ticket:read", "V4012 13:13"),
        // Cases.
        Mistake("name: one", "name: two", "V4015 23:11"),
        Mistake("name: one", "name: \"\"", "V4015 16:11"),
        Mistake("  - name: one\n    ref: R1", "  - ref: R1", "V3021 16:5"),
        Mistake("ref: R1", "ref: 12", "V3022 17:10", help: "quote it: `\"12\"`"),
        Mistake("    principal: staff\n", "", "V3021 16:5", "V4012 12:16"),
        Mistake("    expect: {decision: allow, codes: [PERMITTED]}\n", "", "V3021 16:5"),
        Mistake(
            "{decision: allow, codes: [PERMITTED]}", "allow", "V3022 21:13", help: "write `expect: {decision: allow}`"),
        Mistake("{decision: allow, codes: [PERMITTED]}", "{codes: [A]}", "V3021 21:13"),
        Mistake("decision: allow", "decision: alow", "V3025 21:24", help: "did you mean `allow`?"),
        Mistake("codes: [PERMITTED]", "code: [PERMITTED]", "V3020 21:31", help: "did you mean `codes`?"),
        Mistake("[PERMITTED]", "[A, A]", "V3026 21:42"),
        Mistake("[PERMITTED]", "[A], includes_codes: [A, B]", "V4030 21:63"),
        // Matrices.
        Mistake(
            "[allow, allow]\n      ticket:delete: [MISSING_PERMISSION, -]", "[-, -]", "V4021 23:5",
            help: "write a row of `rows` with an expectation for each of `columns`"),
        Mistake("[allow, allow]", "[allow]", "V4020 27:20"),
        Mistake("[allow, allow]", "[allow, allow, deny]", "V4020 27:20"),
        Mistake("[allow, allow]", "allow", "V3022 27:20"),
        Mistake("[allow, allow]", "[allow, alow]", "V4021 27:28", help: "did you mean `allow`?"),
        Mistake("[allow, allow]", "[allow, ~]", "V4021 27:28", help: "write `-` for what is not tested"),
        Mistake("[allow, allow]", "[allow, yes!]", "V4021 27:28"),
        Mistake("ticket:delete:", "reads:", "V4022 28:7"),
        Mistake("ticket:delete:", "ticket:delte:", "V4016 28:7", help: "did you mean `ticket:delete`?"),
        Mistake("columns: [agent, admin]", "columns: [agent, staff]", "V4022 25:22"),
        Mistake("columns: [agent, admin]", "columns: [agent, boss]", "V4010 25:22"),
        Mistake("    columns: [agent, admin]\n", "", "V3021 23:5", "V4020 26:20", "V4020 27:22"),
    ])
    func reports(mistake: Mistake) throws {
        let found = try #require(Self.sound.range(of: mistake.old), "the suite has no `\(mistake.old)`")
        let findings = try Desk.findings(Self.sound.replacingCharacters(in: found, with: mistake.new))
        #expect(findings.map(summary) == mistake.findings)
        if let help = mistake.help { #expect(findings.first?.help == help) }
    }

    @Test func aCaseMayTestThatAnActionDoesNotExist() throws {
        let text = Self.sound.replacing(
            "ticket:delete: [MISSING_PERMISSION, -]", with: "ticket:burn: [UNKNOWN_ACTION, -]")
        #expect(try Desk.findings(text).map(summary) == [])
    }

    @Test func aSuiteWithoutTenantNeedsTheDefaultOne() throws {
        let text = Self.sound.replacing("tenant: tokyo\n", with: "")
        #expect(try Desk.findings(text).map(summary) == [])
        let suites = try Desk.parse([SourceFile(name: "s.yaml", text: text)])
        #expect(suites[0].cases[0].question.tenant == "default")
    }

    @Test func suitesHaveDistinctNames() throws {
        let files = ["a.yaml", "b.yaml"].map { SourceFile(name: $0, text: Self.sound) }
        let loaded = SuiteLoader.read(files, applications: try Desk.applications())
        #expect(loaded.diagnostics.map(summary) == ["V4002 1:8"])
        #expect(loaded.diagnostics[0].location?.file.name == "b.yaml")
        #expect(loaded.diagnostics[0].help == "it stands in a.yaml, line 1")
        #expect(loaded.suites == nil)
    }

    @Test func combinationsAreBounded() throws {
        var limits = SuiteLimits()
        limits.maximumCases = 4
        #expect(try Desk.findings(Self.sound, limits: limits).map(summary) == ["V4008 28:23"])
    }

    @Test func withoutApplicationsOnlyTheSuiteItselfIsChecked() {
        let text = Self.sound.replacing("desk", with: "elsewhere").replacing("tokyo", with: "nowhere")
            .replacing("ticket:read", with: "thing:read")
        let loaded = SuiteLoader.read([SourceFile(name: "s.yaml", text: text)], applications: nil)
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.suites?.first?.cases.count == 5)
    }

    @Test func foldersAreReadInTheOrderOfPaths() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "suites-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for path in ["b.yaml", "a/z.yml", "a/y.yaml", "a/.hidden/x.yaml", "notes.md"] {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(Self.sound.replacing("suite: s", with: "suite: \(path)").utf8).write(to: file)
        }
        let paths = [root.path + "/b.yaml", root.path, root.path + "/./b.yaml"]
        let loaded = SuiteLoader.load(paths, applications: try Desk.applications())
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.suites?.map(\.name) == ["a/y.yaml", "a/z.yml", "b.yaml"])
        let missing = SuiteLoader.load([root.path + "/c"], applications: nil)
        #expect(missing.diagnostics.map(summary) == ["V4001"])
        #expect(missing.suites == nil)
    }
}
