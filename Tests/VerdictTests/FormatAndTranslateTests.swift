import Foundation
import Testing

@Suite("verdict format and verdict translate") struct FormatAndTranslateTests {
    private static let loose = "permit(principal,action,resource)when{true}; // a\n"
    private static let formatted = "permit (principal, action, resource)\nwhen { true }; // a\n"
    private static let broken = "permit(principal, action);\n"

    /// Runs in a folder with `a.cedar` (loose), `sub/b.cedar` (formatted) and `broken.cedar`.
    private func run(
        _ arguments: [String], input: String = "", check: (VerdictProgram.Outcome, URL) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "format-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [("a.cedar", Self.loose), ("sub/b.cedar", Self.formatted), ("broken.cedar", Self.broken)] {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try check(try VerdictProgram.run(arguments, input: input, in: folder), folder)
    }

    private func text(_ name: String, in folder: URL) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test func printsByDefault() throws {
        try run(["format", "a.cedar", "sub"]) { outcome, folder in
            #expect(outcome.status == 0)
            #expect(outcome.output == Self.formatted + Self.formatted)
            try #expect(text("a.cedar", in: folder) == Self.loose)
        }
        try run(["format", "-", "--width", "20", "--indent", "4"], input: Self.loose) { outcome, _ in
            #expect(outcome.output == "permit\n(principal, action, resource)\nwhen { true }; // a\n")
        }
    }

    @Test func checksWithoutWriting() throws {
        try run(["format", "--check", "a.cedar", "sub"]) { outcome, folder in
            #expect(outcome.status == 1)
            #expect(outcome.output == "a.cedar\n")
            try #expect(text("a.cedar", in: folder) == Self.loose)
        }
        try run(["format", "--check", "sub/"]) { outcome, _ in
            #expect(outcome.status == 0)
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func writesWhatItCan() throws {
        try run(["format", "--write", "."]) { outcome, folder in
            #expect(outcome.status == 3)
            #expect(outcome.output == "./a.cedar\n")
            #expect(outcome.errors.contains("./broken.cedar:1:"))
            try #expect(text("a.cedar", in: folder) == Self.formatted)
            try #expect(text("broken.cedar", in: folder) == Self.broken)
        }
    }

    /// Arguments that fail, with the exit code.
    static let failures: [(arguments: String, status: Int32)] = [
        ("format", 2), ("format --check --write a.cedar", 2), ("format --write -", 2), ("format --width 0 a.cedar", 2),
        ("format --indent 17 a.cedar", 2), ("format missing.cedar", 3), ("translate --from json --to json a.cedar", 2),
        ("translate --from cedar --to json broken.cedar", 3), ("translate --from json --to cedar a.cedar", 3),
        ("translate --from cedar --to json missing.cedar", 3),
    ]

    @Test(arguments: failures)
    func exitCodes(_ arguments: String, _ status: Int32) throws {
        try run(arguments.split(separator: " ").map(String.init)) { outcome, _ in
            #expect(outcome.status == status)
            #expect(outcome.output.isEmpty)
            #expect(!outcome.errors.isEmpty)
        }
    }

    @Test func translatesPoliciesBothWays() throws {
        var json = ""
        try run(["translate", "--from", "cedar", "--to", "json", "--kind", "policies", "a.cedar"]) { outcome, _ in
            #expect(outcome.status == 0)
            #expect(outcome.output.contains(#""staticPolicies":{"policy0":{"effect":"permit""#))
            json = outcome.output
        }
        try run(["translate", "--from", "json", "--to", "cedar", "-"], input: json) { outcome, _ in
            #expect(outcome.status == 0)
            #expect(outcome.output == "permit (principal, action, resource)\nwhen { true };\n")
        }
    }
}

/// `verdict translate --kind schema`.
@Suite struct TranslateSchemaTests {
    @Test func goesBothWays() throws {
        let schema =
            "entity User in [Team] { age?: Long };\nentity Team;\n"
            + "action view appliesTo { principal: User, resource: Team };\n"
        let json = try VerdictProgram.run(
            ["translate", "--kind", "schema", "--from", "cedar", "--to", "json", "-"], input: schema)
        #expect(json.status == 0, "\(json.errors)")
        #expect(json.output.contains("\"memberOfTypes\""))
        let text = try VerdictProgram.run(
            ["translate", "--kind", "schema", "--from", "json", "--to", "cedar", "-"], input: json.output)
        #expect(text.status == 0, "\(text.errors)")
        let again = try VerdictProgram.run(
            ["translate", "--kind", "schema", "--from", "cedar", "--to", "json", "-"], input: text.output)
        #expect(again.output == json.output)
    }

    @Test func mistakesHaveTheirPlace() throws {
        let outcome = try VerdictProgram.run(
            ["translate", "--kind", "schema", "--from", "cedar", "--to", "json", "-"],
            input: "entity User {\n  age Long\n};")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains(":2:"))
    }
}
