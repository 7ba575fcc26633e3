import Foundation
import Testing

/// `verdict check` and `verdict explain-code`, as people and pipelines run them.
@Suite struct CheckCommandTests {
    /// A folder that is gone after the test.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "check-\(UUID().uuidString)")

        init(_ files: [String: String]) throws {
            for (name, text) in files {
                let file = url.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func check(_ arguments: String...) throws -> VerdictProgram.Outcome {
            try VerdictProgram.run(["check"] + arguments, in: url)
        }
    }

    static let schema = """
        entity User { age: Long, manager?: User };
        entity Doc;
        action read appliesTo { principal: User, resource: Doc };
        """

    static let valid = "@id(\"a\") permit (principal is User, action, resource);\n"
    static let warned = "permit (principal is User, action, resource);\n"
    static let invalid = "@id(\"a\") permit (principal is User, action, resource) when { principal.aeg > 1 };\n"

    @Test func exitCodes() throws {
        let folder = try Folder([
            "s.cedarschema": Self.schema, "valid.cedar": Self.valid, "warned.cedar": Self.warned,
            "invalid.cedar": Self.invalid,
        ])
        #expect(try folder.check("s.cedarschema", "valid.cedar").status == 0)
        #expect(try folder.check("s.cedarschema", "valid.cedar", "--deny-warnings").status == 0)
        #expect(try folder.check("s.cedarschema", "warned.cedar").status == 0)
        #expect(try folder.check("s.cedarschema", "warned.cedar", "--deny-warnings").status == 1)
        #expect(try folder.check("s.cedarschema", "invalid.cedar", "--deny-warnings").status == 3)
        // Without a schema nobody knows what a user has.
        #expect(try folder.check("invalid.cedar").status == 0)
        #expect(try folder.check("gone.cedar").status == 3)
        #expect(try folder.check("valid.cedar", "--format", "pdf").status == 2)
        #expect(try folder.check("valid.cedar", "--level", "-1").status == 2)
        #expect(try folder.check("valid.cedar", "--level", "33").status == 2)
        #expect(try folder.check("valid.cedar", "--limit", "0").status == 2)
        #expect(try folder.check(".").status == 3)
    }

    @Test func textHasTheLineTheHelpAndASummary() throws {
        let folder = try Folder(["s.cedarschema": Self.schema, "p.cedar": Self.invalid + Self.warned])
        let outcome = try folder.check("s.cedarschema", "p.cedar")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.contains("error[V1210]: `User` has no attribute `aeg`"))
        #expect(outcome.output.contains("^^^^^^^^^^^^^"))
        #expect(outcome.output.contains("did you mean `age`?"))
        #expect(outcome.output.contains("warning[V1406]"))
        #expect(outcome.output.hasSuffix("1 error, 1 warning\n"))
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test func levels() throws {
        let policy =
            "@id(\"a\") permit (principal is User, action, resource)"
            + " when { principal has manager && principal.manager.age > 1 };"
        let folder = try Folder([
            "app/s.cedarschema": Self.schema, "app/policies/p.cedar": policy, "app/bundle.yaml": "name: app\n",
        ])
        #expect(try folder.check("app/s.cedarschema", "app/policies").status == 0)
        #expect(try folder.check("app/s.cedarschema", "app/policies", "--level", "2").status == 0)
        let outcome = try folder.check("app/s.cedarschema", "app/policies", "--level", "1")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("V1240"))
    }

    @Test func thousandsOfFindingsAreBounded() throws {
        let policies = String(repeating: Self.warned, count: 5_000) + "permit"
        let folder = try Folder(["p.cedar": policies])
        let text = try folder.check("p.cedar")
        #expect(text.status == 3)
        #expect(text.output.contains("error[V10"))
        #expect(text.output.contains("and 4901 more: 4901 warnings not shown\n1 error, 5000 warnings\n"))
        #expect(text.output.utf8.count < 100_000)
        let github = try folder.check("p.cedar", "--format", "github", "--limit", "7")
        #expect(github.output.split(separator: "\n").count == 9)
        let json = try folder.check("p.cedar", "--format", "json")
        let all = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(all.count == 5_001)
    }

    @Test func machinesGetPathsFromWhereTheyStand() throws {
        let folder = try Folder([
            "my/Policies/app/bundle.yaml": "name: app\n", "my/Policies/app/policies/p.cedar": "permit (principal);\n",
        ])
        let github = try folder.check("--policies", "my/Policies/", "--format", "github")
        #expect(github.status == 3)
        #expect(github.output.hasPrefix("::error file=my/Policies/app/policies/p.cedar,line=1,col=8,"))
        let bundle = try folder.check("--bundle", "my/Policies/app", "--format", "github")
        #expect(bundle.output == github.output)
        let sarif = try folder.check("--policies", "my/Policies", "--format", "sarif")
        let log = try #require(try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any])
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let result = try #require((run["results"] as? [[String: Any]])?.first)
        #expect(result["ruleId"] as? String == "V1024")
        #expect(sarif.output.contains("\"uri\": \"my/Policies/app/policies/p.cedar\""))
        #expect(sarif.output.contains("a scope without one of its variables"))
    }

    @Test func jsonHasTheWholePlace() throws {
        let folder = try Folder(["s.cedarschema": Self.schema, "p.cedar": Self.invalid])
        let outcome = try folder.check("s.cedarschema", "p.cedar", "--format", "json")
        let findings = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
        let finding = try #require(findings.first)
        #expect(finding["code"] as? String == "V1210")
        #expect(["line", "column", "end_line", "end_column"].map { finding[$0] as? Int } == [1, 62, 1, 75])
        let label = try #require((finding["labels"] as? [[String: Any]])?.first)
        #expect(label["column"] as? Int == 10)
        #expect((label["message"] as? String)?.contains("action `Action::\"read\"`") == true)
    }

    @Test func theRepositorysPoliciesHaveNoWarnings() throws {
        #expect(try VerdictProgram.run(["check", "--deny-warnings"]).status == 0)
        let outcome = try VerdictProgram.run(["check", "--deny-warnings", "Policies/traceo"])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    // MARK: - Codes

    @Test(arguments: ["V1203", "v1203", "1203"])
    func aCodeIsExplained(code: String) throws {
        let outcome = try VerdictProgram.run(["explain-code", code])
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("# V1203: "))
        #expect(outcome.output.contains("## Right"))
    }

    @Test func unknownCodesGetASuggestion() throws {
        let close = try VerdictProgram.run(["explain-code", "V1205"])
        #expect(close.status == 2)
        #expect(close.errors.contains("there is no code `V1205`"))
        #expect(close.errors.contains("did you mean `V120"))
        let far = try VerdictProgram.run(["explain-code", "nonsense"])
        #expect(far.status == 2)
        #expect(far.errors.contains("--list"))
    }

    @Test func allCodesAreListed() throws {
        let list = try VerdictProgram.run(["explain-code", "--list"])
        #expect(list.status == 0)
        #expect(list.output == (try VerdictProgram.run(["explain-code"]).output))
        let lines = list.output.split(separator: "\n")
        #expect(lines.count > 200)
        #expect(lines.contains("V1012  `=` in place of `==`"))
    }
}
