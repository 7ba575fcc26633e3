import Foundation
import Testing

@Suite struct ServeTests {
    static let question = """
        {"principal": {"type": "User", "id": "ada", "roles": ["viewer"]}, "action": {"id": "metrics:read"},
         "resource": {"type": "Metric", "id": "cpu", "attributes": {"tenant": "acme", "sensitivity": "internal"}}}
        """

    @Test func answersAndDrainsOnSIGTERM() throws {
        let server = try ServerProcess(["--policies", "Policies"])
        let answer = try server.post("/t/acme/v1/decide", Self.question)
        #expect(answer.status == 200)
        #expect(answer.body.contains(#""decision":"allow""#))
        #expect(try server.health("/health/live").status == 200)
        let ready = try server.health("/health/ready")
        #expect(ready.status == 200)
        #expect(ready.body.contains("sha256:"))
        #expect(server.logText.contains("asserted_principals"))
        #expect(server.stop() == 0)
        #expect(server.logText.contains("draining"))
    }

    @Test(
        "errors of the call are problems, never decisions",
        arguments: [
            ("/t/acme/v1/decide", "{", 400, "JSON_UNEXPECTED_END"),
            ("/t/acme/v1/decide", #"{"principal": 1, "principal": 2}"#, 400, "JSON_DUPLICATE_MEMBER"),
            ("/t/acme/v1/decide", "[]", 400, "WRONG_TYPE"),
            ("/t/acme/v1/decide", String(repeating: "[", count: 100_000), 400, "JSON_TOO_DEEP"),
            ("/t/nobody/v1/decide", question, 400, "UNKNOWN_TENANT"),
            ("/t/acme/nothing/v1/decide", question, 400, "UNKNOWN_APPLICATION"),
            ("/v2/decide", question, 404, "NOT_FOUND"),
            ("/t/acme/v1/decide", String(repeating: " ", count: 1 << 20) + question, 413, "BODY_TOO_LARGE"),
        ])
    func problems(path: String, body: String, status: Int, code: String) throws {
        let answer = try ServerProcess(["--policies", "Policies"]).post(path, body)
        #expect(answer.status == status)
        #expect(answer.body.contains("\"code\":\"\(code)\""))
        #expect(!answer.body.contains("\"decision\""))
    }

    @Test func theTenantMustBeTheSameEverywhere() throws {
        let answer = try ServerProcess(["--policies", "Policies"])
            .post("/t/acme/v1/decide", Self.question, headers: ["X-Scope-OrgID: globex"])
        #expect(answer.status == 400)
        #expect(answer.body.contains("ADDRESS_CONFLICT"))
        let twice = try ServerProcess(["--policies", "Policies"]).post(
            "/v1/decide", Self.question, headers: ["X-Scope-OrgID: acme", "X-Scope-OrgID: globex"])
        #expect(twice.status == 400)
    }

    @Test(arguments: [("/t/acme/v1/decide", 415), ("/t/acme/access/v1/evaluation", 400)])
    func anotherContentTypeIsRefused(path: String, status: Int) throws {
        let server = try ServerProcess(["--policies", "Policies"])
        #expect(try server.post(path, Self.question, contentType: "text/plain").status == status)
        #expect(try server.post(path, Self.question, headers: ["Content-Type: text/plain"]).status == status)
    }

    @Test func brokenPoliciesDoNotStart() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bundle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "policies"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("name: broken\nnamspace: Broken\n".utf8).write(to: folder.appending(path: "bundle.yaml"))
        try Data("permit (principal, action, resource) when { 1 + };".utf8)
            .write(to: folder.appending(path: "policies/a.cedar"))
        let outcome = try VerdictProgram.run(["serve", "--bundle", folder.path, "--port", "0"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("namspace"))
        #expect(outcome.errors.contains("a.cedar:1:"))
    }

    @Test func anAddressThatOthersReachNeedsInsecure() throws {
        let outcome = try VerdictProgram.run(["serve", "--host", "0.0.0.0", "--port", "0", "--operations-port", "0"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("--insecure"))
    }
}
