import CedarSyntax
import ConformanceSuites
import Testing

/// That suites ask what they say, that answers are judged, and that mistakes in expectations are found.
@Suite struct SuiteRunnerTests {
    @Test func aSoundSuitePasses() async throws {
        let report = try await Desk.run(try Desk.suites("desk"))
        for outcome in report.outcomes { #expect(outcome.isPass, "\(outcome.testCase.name): \(outcome.message)") }
        #expect(report.summary == "32 passed, 0 failed")
        #expect(report.isSuccess)
        #expect(report.objection == nil)
    }

    @Test func combinationsComeInTheOrderOfTheFile() throws {
        let cases = try Desk.suites("desk")[0].cases
        #expect(
            cases.prefix(5).map(\.name) == [
                "everybody reads everything (reader, ticket)", "everybody reads everything (reader, locked)",
                "everybody reads everything (reader, urgent)", "everybody reads everything (reader, vague)",
                "everybody reads everything (agent, ticket)",
            ])
        #expect(
            cases[12...18].map(\.name) == [
                "nothing at night (ticket:read)", "nothing at night (ticket:close)", "nothing at night (ticket:delete)",
                "night comes earlier in Tokyo", "deleting is recorded", "a ticket without priority cannot be closed",
                "an action that does not exist",
            ])
        #expect(
            cases[19...23].map(\.name) == [
                "roles (reader, ticket:read, ticket)", "roles (agent, ticket:read, ticket)",
                "roles (admin, ticket:read, ticket)", "roles (reader, ticket:delete, ticket)",
                "roles (admin, ticket:delete, ticket)",
            ])
        #expect(cases[0].refs == ["D1", "D2"])
        #expect(cases[19].refs == ["D9"])
        #expect(cases[19].position == SourcePosition(line: 68, column: 21))
    }

    @Test func aCaseSendsWhatAGatewayWouldSend() throws {
        let text = """
            suite: s
            bundle: desk
            now: "2026-11-21T10:00:00Z"
            context: {a: 1, b: {c: [true, "x"]}}
            principals:
              agent: {type: User, id: "\\u00e9\\"", roles: [agent], attributes: {k: {__entity: {type: T, id: t}}}, parents: [{type: Team, id: t}]}
            resources: {ticket: {type: Ticket, id: t}}
            cases:
              - name: one
                principal: agent
                action: ticket:read
                resource: ticket
                tenant: tokyo
                now: "2026-11-21T12:00:00Z"
                context: {b: 2, d: 3}
                expect: {decision: allow}
            """
        let question = try Desk.parse([SourceFile(name: "s.yaml", text: text)])[0].cases[0].question
        #expect(
            String(decoding: question.body, as: UTF8.self) == """
                {"application":"desk","tenant":"tokyo","principal":{"type":"User","id":"é\\"",\
                "attributes":{"k":{"__entity":{"type":"T","id":"t"}}},"roles":["agent"],\
                "parents":[{"type":"Team","id":"t"}]},"action":{"id":"ticket:read"},\
                "resource":{"type":"Ticket","id":"t"},"context":{"a":1,"b":2,"d":3,"now":"2026-11-21T12:00:00Z"}}
                """)
        #expect(question.now == "2026-11-21T12:00:00Z")
    }

    @Test func everyWrongExpectationIsFound() async throws {
        let report = try await Desk.run(try Desk.suites("broken"))
        #expect(!report.isSuccess)
        #expect(
            report.outcomes.map { "\($0.testCase.name): \($0.isPass ? "pass" : $0.message)" } == [
                "decision \"#1\": decision: expected allow, but the answer has deny",
                "policies: policies: expected [guard.night], but the answer has [guard.locked]",
                "codes: codes: expected [DESK_CLOSED, TICKET_LOCKED], but the answer has [TICKET_LOCKED]",
                "obligations: obligations: expected [], but the answer has [record_deletion]",
                "advice: advice: expected [record_deletion], but the answer has [tell_the_owner]",
                "errors: errors: expected [], but the answer has [guard.priority]",
                "includes codes: includes_codes: expected [DESK_CLOSED], but the answer has [TICKET_LOCKED]",
                "includes policies: includes_policies: expected [guard.locked, guard.night], but the answer has "
                    + "[guard.locked]",
                "the call is refused: the call was refused: RESERVED_CONTEXT: the server sets `context.tenant` at "
                    + "$.context.tenant",
                "cells (agent, ticket:close): includes_codes: expected [DESK_CLOSED], but the answer has [TICKET_LOCKED]",
                "cells (admin, ticket:close): decision: expected allow, but the answer has deny",
                "cells (agent, ticket:read): pass",
                "cells (admin, ticket:read): decision: expected deny, but the answer has allow",
            ])
        #expect(report.summary == "1 passed, 12 failed")
    }

    @Test(arguments: [2, 3, 7, 64])
    func workersDoNotChangeTheReport(workers: Int) async throws {
        let suites = try Desk.suites("desk", "broken")
        let alone = try await Desk.run(suites)
        let together = try await Desk.run(suites, workers: workers)
        #expect(together.outcomes.map(\.testCase.fullName) == alone.outcomes.map(\.testCase.fullName))
        #expect(together.outcomes.map(\.message) == alone.outcomes.map(\.message))
        #expect(together.suites.map(\.suite.name) == ["desk", "broken & <wrong>"])
    }

    @Test(arguments: [
        ("nothing at night", 3), ("desk / night", 1), ("roles*delete*locked", 2), ("D9", 10), ("W1", 1),
        ("Roles", 0), ("", 45), ("*", 45), ("roles*roles", 0), ("broken & <wrong> / ", 13),
    ])
    func filters(pattern: String, count: Int) async throws {
        let report = try await Desk.run(try Desk.suites("desk", "broken"), filter: pattern)
        #expect(report.outcomes.count == count)
        #expect(report.suites.allSatisfy { !$0.cases.isEmpty })
    }

    @Test func noCaseIsAFailure() async throws {
        let filtered = try await Desk.run(try Desk.suites("desk"), filter: "nothing of the kind")
        #expect(!filtered.isSuccess)
        #expect(filtered.summary == "0 passed, 0 failed")
        #expect(filtered.objection == "no case was run")
        let none = try await Desk.run([])
        #expect(!none.isSuccess)
    }

    @Test func aSuiteWithoutCasesIsAFailureBesideOthers() async throws {
        let empty = try Desk.parse([SourceFile(name: "e.yaml", text: "suite: empty\nbundle: desk\n")])
        let report = try await Desk.run(try Desk.suites("desk") + empty)
        #expect(!report.isSuccess)
        #expect(report.objection == "without any case: `empty`")
    }

    // MARK: - Other sources

    /// Answers always the same.
    private struct Parrot: DecisionSource, DecisionSession {
        var words: SourceAnswer
        func open() -> any DecisionSession { self }
        func answer(_ question: SuiteQuestion) async -> SourceAnswer { words }
        func close() async {}
    }

    @Test(arguments: [
        (SourceAnswer.unavailable("it sleeps"), "there is no answer: it sleeps"),
        (.decision(Array("{}".utf8)), "the answer is not a decision"),
        (.decision(Array("{\"decision\": \"perhaps\"}".utf8)), "the answer is not a decision"),
        (.decision(Array("allow".utf8)), "the answer is not a decision"),
        (
            .refused(code: "RESERVED_CONTEXT", detail: "no", path: "$.context.now"),
            "the server refuses the time that the suite sets (RESERVED_CONTEXT); start it with `--allow-request-clock`"
        ),
        (.refused(code: "X", detail: "no", path: nil), "the call was refused: X: no"),
    ])
    func whatIsNoDecisionFails(answer: SourceAnswer, message: String) async throws {
        let report = await SuiteRunner.run(try Desk.suites("desk"), on: Parrot(words: answer), workers: 2)
        #expect(report.passed == 0)
        #expect(Set(report.outcomes.map(\.message)) == [message])
    }

    @Test func aDecisionIsReadFromItsBodyAlone() async throws {
        let body = #"{"decision":"allow","obligations":[{"id":"o"}],"advice":[{"id":"a"}],"reasons":[]}"#
        let report = await SuiteRunner.run(
            try Desk.suites("broken"), on: Parrot(words: .decision(Array(body.utf8))), workers: 1)
        let messages = Dictionary(uniqueKeysWithValues: report.outcomes.map { ($0.testCase.name, $0.message) })
        #expect(messages["obligations"] == "obligations: expected [], but the answer has [o]")
        #expect(messages["advice"] == "advice: expected [record_deletion], but the answer has [a]")
        #expect(messages["decision \"#1\""] == "")
    }
}
