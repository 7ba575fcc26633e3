import Foundation
import Testing

/// `verdict conformance cedar` on a small corpus of our own in the published layout.
@Suite struct ConformanceCommandTests {
    @Test(arguments: [("allow", Int32(0)), ("deny", Int32(1))])
    func writesOneLinePerRequest(expected: String, status: Int32) throws {
        let folder = try corpus(decision: expected)
        defer { try? FileManager.default.removeItem(at: folder) }
        let results = folder.appending(path: "results.jsonl")
        let outcome = try VerdictProgram.run(
            ["conformance", "cedar", "--vectors", folder.path, "--results", results.path])
        #expect(outcome.status == status)
        #expect(outcome.output.contains("decisions: 1 checked, \(status) mismatches"))
        #expect(outcome.output.contains("shouldValidate: 1 checked, 0 mismatches"))
        #expect(outcome.output.contains("strict validation: 2 checked, 0 mismatches"))
        #expect(outcome.output.contains("request validation: 1 checked, 0 mismatches"))
        #expect(!outcome.output.contains("not implemented"))
        #expect(outcome.output.contains("mismatch corpus-tests one#0: decision") == (status == 1))
        let lines = try String(contentsOf: results, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let sets = lines.compactMap { $0["set"] as? String }
        #expect(
            sets == [
                "corpus-tests", "corpus-tests/should-validate", "corpus-tests/strict-validation",
                "corpus-tests/strict-validation", "corpus-tests/request-validation",
            ])
        for line in lines { #expect(Set(line.keys) == ["set", "id", "expected", "actual", "code", "values"]) }
        #expect(lines[1]["actual"] as? String == "invalid")
        #expect(lines[1]["code"] as? String == "V1210")
        #expect(lines[2]["id"] as? String == "one#policy0")
        let line = lines[0]
        #expect(line["set"] as? String == "corpus-tests")
        #expect(line["id"] as? String == "one#0")
        #expect(line["expected"] as? String == expected)
        #expect(line["actual"] as? String == "allow")
        let values = try #require(line["values"] as? [String: Any])
        #expect(values["policies"] as? [String] == ["policy1"])
        #expect(values["errors"] as? [String] == ["policy0"])
    }

    private func corpus(decision: String) throws -> URL {
        let root = FileManager.default.temporaryDirectory.appending(path: "corpus-\(UUID().uuidString)")
        let tests = root.appending(path: "corpus-tests")
        try FileManager.default.createDirectory(at: tests, withIntermediateDirectories: true)
        let files = [
            "one.cedar": """
            forbid (principal, action, resource) when { principal.missing };
            permit (principal == User::"a", action, resource);
            """,
            "one.cedarschema":
                "entity User; action view appliesTo { principal: User, resource: User, context: {} };",
            "one.entities.json": #"[{"uid": {"type": "User", "id": "a"}, "attrs": {}, "parents": []}]"#,
            "one.validation.json": """
            {"policyValidation": {"perPolicy": {"policy0": {"strict": false}, "policy1": {"strict": true}}}}
            """,
            "one.json": """
            {"policies": "corpus-tests/one.cedar", "entities": "corpus-tests/one.entities.json",
             "schema": "corpus-tests/one.cedarschema", "shouldValidate": false,
             "requests": [{"description": "r", "principal": {"type": "User", "id": "a"},
               "action": {"type": "Action", "id": "view"}, "resource": {"type": "User", "id": "a"}, "context": {},
               "validateRequest": true, "decision": "\(decision)", "reason": ["policy1"], "errors": ["policy0"]}]}
            """,
        ]
        for (name, text) in files { try Data(text.utf8).write(to: tests.appending(path: name)) }
        return root
    }
}
