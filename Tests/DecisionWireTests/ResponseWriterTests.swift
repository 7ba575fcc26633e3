import CedarEngine
import CedarSyntax
import DecisionPoint
import DecisionWire
import StrictJSON
import Testing

@Suite("Response bodies")
struct ResponseWriterTests {
    static let allowed = Decision(
        decision: .allow,
        reasons: [
            Decision.Reason(
                policy: "roles.registry.viewer", effect: .permit, code: "PERMITTED", message: "because",
                source: Decision.Source(file: "traceo/roles.yaml", position: SourcePosition(line: 12, column: 5)))
        ], errors: [], policyVersion: "sha256:00")

    static let denied = Decision(
        decision: .deny,
        reasons: [
            Decision.Reason(code: "MISSING_PERMISSION", message: "say \"please\"\n", permission: "data:read")
        ],
        errors: [
            Decision.PolicyFailure(policy: "p1", code: "MISSING_ATTRIBUTE", message: "none", path: "context.mfa"),
            Decision.PolicyFailure(policy: "p2", code: "TYPE_MISMATCH", message: "no"),
        ], policyVersion: "sha256:00")

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("a native answer has its members in the order of the contract")
    func native() {
        #expect(
            text(NativeResponseWriter.body(Self.allowed, decisionID: "abc")) == #"""
                {"decision":"allow","reasons":[{"policy":"roles.registry.viewer","effect":"permit","code":"PERMITTED",\#
                "message":"because","source":{"file":"traceo/roles.yaml","line":12,"column":5}}],\#
                "policy_version":"sha256:00","decision_id":"abc"}
                """#)
        #expect(
            text(NativeResponseWriter.body(Self.denied, decisionID: "abc")) == #"""
                {"decision":"deny","reasons":[{"code":"MISSING_PERMISSION","message":"say \"please\"\n",\#
                "permission":"data:read"}],"errors":[{"policy":"p1","code":"MISSING_ATTRIBUTE","message":"none",\#
                "path":"context.mfa"},{"policy":"p2","code":"TYPE_MISMATCH","message":"no"}],\#
                "policy_version":"sha256:00","decision_id":"abc"}
                """#)
    }

    @Test("an AuthZEN answer is a truth value with a context, without ids and times")
    func authZEN() {
        #expect(
            text(AuthZENResponseWriter.body(Self.allowed)) == #"""
                {"decision":true,"context":{"reasons":[{"policy":"roles.registry.viewer","effect":"permit",\#
                "code":"PERMITTED","message":"because","source":{"file":"traceo/roles.yaml","line":12,"column":5}}],\#
                "policy_version":"sha256:00"}}
                """#)
        let denied = text(AuthZENResponseWriter.body(Self.denied))
        #expect(denied.hasPrefix(#"{"decision":false,"context":{"reasons":["#))
        #expect(!denied.contains("decision_id"))
    }

    @Test("several AuthZEN answers keep their order and have no decision of their own")
    func several() throws {
        let fault = ProblemDetails(status: 400, code: "MISSING_MEMBER", detail: "`subject` is missing", path: "$.x")
        let body = AuthZENResponseWriter.body([.success(Self.denied), .failure(fault), .success(Self.allowed)])
        let root = try JSONDocument(parsing: body, limits: .request).root
        #expect(root.members.map(\.key) == ["evaluations"])
        let answers = try #require(root["evaluations"]).elements.map { $0 }
        #expect(answers.map { $0["decision"]?.bool } == [false, false, true])
        for answer in answers { #expect(answer.members.map(\.key) == ["decision", "context"]) }
        let context = try #require(answers[1]["context"])
        #expect(
            text(Array(context.rawBytes)) == #"""
                {"error":{"status":400,"code":"MISSING_MEMBER","message":"`subject` is missing","path":"$.x"}}
                """#)
    }

    @Test("no answers at all are an empty list")
    func none() {
        #expect(text(AuthZENResponseWriter.body([])) == #"{"evaluations":[]}"#)
    }

    @Test("any text of a reason is written as strict JSON")
    func hostileText() throws {
        let hostile = "\"\\\u{0}\u{1F}\u{7F}\u{2028}</script>\u{1F600}\r\n"
        var decision = Self.allowed
        decision.reasons[0].message = hostile
        decision.reasons[0].policy = PolicyID(hostile)
        for body in [NativeResponseWriter.body(decision, decisionID: "a"), AuthZENResponseWriter.body(decision)] {
            let root = try JSONDocument(parsing: body, limits: .request).root
            let reasons = root["reasons"] ?? root["context"]?["reasons"]
            let reason = try #require(reasons?.elements.first { _ in true })
            #expect(reason["message"]?.stringEquals(hostile) == true)
            #expect(reason["policy"]?.stringEquals(hostile) == true)
        }
    }

    // MARK: - Problems

    @Test("a problem has the members of RFC 9457 and our code and path")
    func problem() {
        let problem = ProblemDetails(status: 400, code: "WRONG_TYPE", detail: "`id` must be a string", path: "$.a[0]")
        #expect(
            text(problem.body) == #"""
                {"type":"about:blank","title":"Bad Request","status":400,"detail":"`id` must be a string",\#
                "code":"WRONG_TYPE","path":"$.a[0]"}
                """#)
        #expect(
            text(ProblemDetails(status: 404, code: "NOT_FOUND", detail: "nothing here").body) == #"""
                {"type":"about:blank","title":"Not Found","status":404,"detail":"nothing here","code":"NOT_FOUND"}
                """#)
        #expect(ProblemDetails.mediaType == "application/problem+json")
    }

    @Test(
        "the title is the phrase of the status (RFC 9457 section 4.2.1)",
        arguments: [
            (400, "Bad Request"), (401, "Unauthorized"), (404, "Not Found"), (405, "Method Not Allowed"),
            (413, "Content Too Large"), (415, "Unsupported Media Type"), (431, "Request Header Fields Too Large"),
            (500, "Internal Server Error"), (503, "Service Unavailable"),
        ])
    func title(status: Int, title: String) throws {
        let body = ProblemDetails(status: status, code: "X", detail: "x").body
        #expect(try JSONDocument(parsing: body, limits: .request).root["title"]?.string == title)
    }

    @Test("an error of the call has the place in the words of the format")
    func callErrors() {
        let expected: [(CallError.Code, String?, String?)] = [
            (.unknownApplication, "$.application", nil), (.unknownTenant, "$.tenant", nil),
            (.assertionNotAllowed, "$.principal", "$.subject.properties"),
            (.assertionNotAllowed, "$.resource", "$.resource.properties"),
            (.assertionNotAllowed, "$.context", "$.context"), (.reservedContext, "$.context.now", "$.context.now"),
            (.reservedContext, nil, nil),
        ]
        for (code, native, authZEN) in expected {
            let error = CallError(code, "a fact", path: native)
            #expect(ProblemDetails(error).path == native)
            #expect(ProblemDetails(authZEN: error).path == authZEN)
            #expect(ProblemDetails(error).status == 400)
            #expect(ProblemDetails(authZEN: error).code == code.rawValue)
        }
    }
}
