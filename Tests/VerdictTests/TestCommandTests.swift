import Foundation
import Testing

/// `verdict test` as users run it, on the suites of the help desk.
@Suite struct TestCommandTests {
    private static let fixtures = VerdictProgram.repository.appending(path: "Tests/ConformanceSuitesTests/Fixtures")

    private func test(_ arguments: String...) throws -> VerdictProgram.Outcome {
        try VerdictProgram.run(["test"] + arguments, in: Self.fixtures)
    }

    @Test func suitesThatHoldExitWithZero() throws {
        let outcome = try test("Suites/desk.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.contains("\n32 passed, 0 failed\n"))
    }

    @Test func aSurpriseExitsWithOneAndShowsTheLine() throws {
        let outcome = try test("Suites", "--bundle", "Policies/desk", "--filter", "W1")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("7 | @id(\"guard.locked\")"))
        #expect(outcome.output.contains("\n0 passed, 1 failed\n"))
    }

    @Test func noCaseExitsWithOne() throws {
        #expect(try test("Suites", "--filter", "nothing of the kind").status == 1)
    }

    @Test func invalidInputExitsWithThree() throws {
        let missing = try test()
        #expect(missing.status == 3)
        #expect(missing.errors.contains("error[V4001]: `Conformance` is neither a file nor a folder"))
        #expect(try test("Policies/desk/roles.yaml").status == 3)
        #expect(try test("Suites", "--policies", "Suites").status == 3)
    }

    @Test(arguments: [["--format", "xml"], ["--url", "https://127.0.0.1:1"], ["--url", "localhost"], ["--bad"]])
    func usageExitsWithTwo(arguments: [String]) throws {
        #expect(try VerdictProgram.run(["test", "Suites"] + arguments, in: Self.fixtures).status == 2)
    }

    @Test(arguments: ["text", "junit", "tap", "json", "github"])
    func reportsGoToAFile(format: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try test("Suites/desk.yaml", "--format", format, "--output", file.path)
        #expect(outcome.status == 0)
        #expect(outcome.output == "32 passed, 0 failed\n")
        #expect(try Data(contentsOf: file).last == 0x0A)
    }

    // MARK: - Servers

    @Test func aServerGivesTheSameAnswers() throws {
        let server = try ServerProcess(["--allow-request-clock"], in: Self.fixtures)
        let url = "http://127.0.0.1:\(server.port)"
        let live = try test("Suites", "--url", url, "--format", "json")
        let local = try test("Suites", "--format", "json")
        #expect(live.status == 1)
        #expect(live.output.contains("\"passed\": 33"))
        #expect(Self.withoutTimes(live.output) == Self.withoutTimes(local.output))
    }

    @Test func aServerWithoutRequestClockSaysWhatItNeeds() throws {
        let server = try ServerProcess([], in: Self.fixtures)
        let outcome = try test("Suites/desk.yaml", "--url", "http://127.0.0.1:\(server.port)/")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("start it with `--allow-request-clock`"))
        #expect(outcome.output.contains("\n0 passed, 32 failed\n"))
    }

    @Test func noServerIsAFailure() throws {
        let outcome = try test("Suites/desk.yaml", "--url", "http://127.0.0.1:1")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "error: no server answers at http://127.0.0.1:1\n")
    }

    private static func withoutTimes(_ json: String) -> [Substring] {
        json.split(separator: "\n").filter { !$0.contains("\"duration_us\"") && !$0.contains("\"cases_per_second\"") }
    }
}
