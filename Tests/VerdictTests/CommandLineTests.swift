import Foundation
import Testing

@Suite struct CommandLineTests {
    static let allowed = """
        {"tenant": "acme", "principal": {"type": "User", "id": "ada", "roles": ["viewer"]}, "action": {"id": "metrics:read"},
         "resource": {"type": "Metric", "id": "cpu", "attributes": {"tenant": "acme", "sensitivity": "internal"}}}
        """

    @Test func versionNamesTheLanguage() throws {
        let text = try VerdictProgram.run(["version"])
        #expect(text.status == 0)
        #expect(text.output.contains("Cedar language 4.5"))
        let json = try VerdictProgram.run(["version", "--format", "json"])
        #expect(json.output.contains(#""cedar_language":"4.5""#))
    }

    @Test(
        "exit codes of decide",
        arguments: [
            (allowed, 0, "allow"),
            (allowed.replacingOccurrences(of: "metrics:read", with: "metrics:write"), 1, "MISSING_PERMISSION"),
            (allowed.replacingOccurrences(of: "metrics:read", with: "metrics:explode"), 1, "UNKNOWN_ACTION"),
            (allowed.replacingOccurrences(of: "acme", with: "nobody"), 3, "UNKNOWN_TENANT"),
            (allowed.replacingOccurrences(of: "\"id\": \"ada\"", with: "\"id\": 7"), 3, "$.principal.id"),
            ("{", 3, "JSON_"),
        ])
    func decide(request: String, status: Int32, output: String) throws {
        let outcome = try VerdictProgram.run(["decide", "--policies", "Policies", "--request", "-"], input: request)
        #expect(outcome.status == status)
        #expect((outcome.output + outcome.errors).contains(output))
    }

    @Test func decideInJSONHasTheShapeOfTheAPI() throws {
        let outcome = try VerdictProgram.run(
            ["decide", "--request", "-", "--format", "json", "--now", "2026-11-21T10:00:00Z"], input: Self.allowed)
        let answer = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(answer["decision"] as? String == "allow")
        #expect((answer["policy_version"] as? String)?.hasPrefix("sha256:") == true)
        #expect((answer["decision_id"] as? String)?.count == 26)
        let reason = try #require((answer["reasons"] as? [[String: Any]])?.first)
        #expect(reason["policy"] as? String == "roles.registry.viewer")
        #expect((reason["source"] as? [String: Any])?["file"] as? String == "traceo/roles.yaml")
    }

    @Test func textShowsObligations() throws {
        let outcome = try VerdictProgram.run(
            ["decide", "--request", "-", "--now", "2026-11-21T10:00:00+01:00"],
            input: Self.allowed.replacingOccurrences(of: "metrics:read", with: "dashboard:share")
                .replacingOccurrences(of: "viewer", with: "admin").replacingOccurrences(of: "Metric", with: "Dashboard")
                .replacingOccurrences(
                    of: "\"principal\"", with: "\"context\": {\"network_zone\": \"vpn\"}, \"principal\""))
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("obligation `audit_privileged`"))
    }

    @Test(
        "usage errors exit with 2",
        arguments: [
            ["decide"], ["nonsense"], ["serve", "--port", "many"], ["decide", "--request", "-", "--now", "noon"],
            ["check", "--policies", "a", "--bundle", "b"], ["serve", "--max-body-depth", "500"],
            ["serve", "--threads", "0"], ["serve", "--threads=-1"], ["serve", "--threads", "100000"],
            ["serve", "--port", "99999"], ["serve", "--operations-port=-1"], ["bench", "listener", "--port", "70000"],
        ])
    func usage(arguments: [String]) throws {
        let outcome = try VerdictProgram.run(arguments)
        #expect(outcome.status == 2)
        #expect(!outcome.errors.isEmpty)
    }

    @Test func helpExitsWith0() throws {
        #expect(try VerdictProgram.run(["--help"]).status == 0)
        #expect(try VerdictProgram.run(["serve", "--help"]).output.contains("--max-body-bytes"))
    }

    @Test func checkPointsAtEveryMistakeOfAFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "broken-\(UUID().uuidString).cedar")
        try Data(
            "permit (principal, action, resource) when { principal = 1 };\nallow (principal, action, resource);\n".utf8
        )
        .write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let text = try VerdictProgram.run(["check", file.path])
        #expect(text.status == 3)
        #expect(text.output.contains(":1:55"))
        #expect(text.output.contains(":2:1"))
        #expect(text.output.contains("^"))
        #expect(text.output.contains("2 errors"))
        let json = try VerdictProgram.run(["check", "--format", "json", file.path])
        let findings = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(findings.count == 2)
        #expect(findings.allSatisfy { $0["line"] is Int && ($0["code"] as? String)?.hasPrefix("V1") == true })
    }

    @Test func checkAcceptsTheRepositorysPolicies() throws {
        let outcome = try VerdictProgram.run(["check"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("traceo"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func theRepositorysPoliciesAreFormatted() throws {
        let outcome = try VerdictProgram.run(["format", "--check", "--width", "120", "Policies"])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test func conformanceSaysWhenThereIsNothingToRun() throws {
        let missing = try VerdictProgram.run(["conformance", "cedar", "--vectors", "/nonexistent"])
        #expect(missing.status == 3)
        let empty = FileManager.default.temporaryDirectory.appending(path: "empty-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: empty) }
        #expect(try VerdictProgram.run(["conformance", "cedar", "--vectors", empty.path]).status == 3)
    }
}
