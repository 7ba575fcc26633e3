import Foundation
import Testing

/// The README's shell commands, run as they stand against a server of the example application.
@Suite struct ReadmeTests {
    static func readme() throws -> String {
        try String(contentsOf: VerdictProgram.repository.appending(path: "README.md"), encoding: .utf8)
    }

    /// The contents of the fenced blocks of a language.
    static func blocks(_ language: String, in text: String) -> [String] {
        text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test func everyCommandWorks() throws {
        let server = try ServerProcess(["--policies", "Policies"])
        var ran = 0
        for block in Self.blocks("sh", in: try Self.readme()) where !block.hasPrefix("make ") {
            let command = block.replacingOccurrences(of: "127.0.0.1:8180", with: "127.0.0.1:\(server.port)")
                .replacingOccurrences(of: "127.0.0.1:8181", with: "127.0.0.1:\(server.operationsPort)")
            let outcome = try VerdictProgram.shell(command)
            #expect(outcome.status == 0, "\(command)\n\(outcome.output)\(outcome.errors)")
            ran += 1
        }
        #expect(ran >= 6)
    }

    @Test func theFirstAnswersAreWhatTheReadmeSays() throws {
        let server = try ServerProcess(["--policies", "Policies"])
        let commands = Self.blocks("sh", in: try Self.readme()).filter { $0.contains("/v1/decide") }
        let answers = try commands.map { command in
            try VerdictProgram.shell(
                command.replacingOccurrences(of: "127.0.0.1:8180", with: "127.0.0.1:\(server.port)")
            ).output
        }
        try #require(answers.count == 2)
        let example = try #require(Self.blocks("json", in: try Self.readme()).first)
        let shown = try #require(try JSONSerialization.jsonObject(with: Data(example.utf8)) as? [String: Any])
        let first = try #require(try JSONSerialization.jsonObject(with: Data(answers[0].utf8)) as? [String: Any])
        #expect(first["decision"] as? String == shown["decision"] as? String)
        let shownReason = try #require((shown["reasons"] as? [[String: String]])?.first)
        let reason = try #require((first["reasons"] as? [[String: Any]])?.first)
        for (key, value) in shownReason { #expect(reason[key] as? String == value) }
        #expect(answers[1].contains("\"decision\":\"deny\""))
        #expect(answers[1].contains("MFA_REQUIRED"))
        #expect(answers[1].contains("sign in with a second factor and try again"))
    }

    @Test func theExampleSuitePasses() throws {
        let suites = Self.blocks("yaml", in: try Self.readme()).filter { $0.hasPrefix("suite:") }
        #expect(!suites.isEmpty)
        for suite in suites {
            let file = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString).yaml")
            try Data(suite.utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let outcome = try VerdictProgram.run(["test", file.path])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }
    }

    @Test func linksToFilesLeadSomewhere() throws {
        let links = try Self.readme().matches(of: /\]\(([^):]+)\)/).map { String($0.output.1) }
        #expect(!links.isEmpty)
        for link in links {
            let file = VerdictProgram.repository.appending(path: link)
            #expect(FileManager.default.fileExists(atPath: file.path), "there is no \(link)")
        }
    }

    @Test func theExamplePolicyIsValid() throws {
        let policies = Self.blocks("cedar", in: try Self.readme())
        #expect(!policies.isEmpty)
        for policy in policies {
            let file = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString).cedar")
            try Data(policy.utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            #expect(try VerdictProgram.run(["check", file.path]).status == 0)
        }
    }
}
