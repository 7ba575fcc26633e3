import Foundation
import Testing

/// `verdict bench`: that it asks what it says, at the rate it says, and counts what came back.
@Suite struct BenchTests {
    private static let allowed = CommandLineTests.allowed
    private static let denied = allowed.replacingOccurrences(of: "viewer", with: "nobody")

    private static func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test("requests in an array or one a line, in the process", arguments: [false, true])
    func engine(isArray: Bool) throws {
        let requests = [Self.allowed, Self.denied, Self.allowed].map { $0.replacingOccurrences(of: "\n", with: "") }
        let input =
            isArray ? "[" + requests.joined(separator: ",") + "]" : requests.joined(separator: "\n") + "\n{broken\n"
        let outcome = try VerdictProgram.run(
            ["bench", "engine", "--requests", "-", "--duration", "0.2", "--format", "json"], input: input)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let figures = try Self.json(outcome.output)
        #expect(figures["outcomes"] as? [String: Int] == ["allow": 2, "deny": 1, "errors": isArray ? 0 : 1])
        let latency = try #require(figures["latency_ns"] as? [String: Int])
        #expect((latency["p50"] ?? 0) > 0 && (latency["p50"] ?? 0) <= (latency["max"] ?? 0))
    }

    @Test("a constant rate over HTTP")
    func http() throws {
        let server = try ServerProcess(["--policies", "Policies"])
        let outcome = try VerdictProgram.run(
            [
                "bench", "http", "--url", "http://127.0.0.1:\(server.port)/v1/decide", "--requests", "-", "--rate",
                "50",
                "--duration", "2", "--connections", "2", "--format", "json",
            ], input: "[\(Self.allowed), {}]")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let figures = try Self.json(outcome.output)
        // Every intended time is accounted for, however slow the machine is.
        let statuses = try #require(figures["statuses"] as? [String: Int])
        let unanswered = figures["unanswered"] as? Int ?? -1
        #expect(statuses.values.reduce(unanswered, +) == 100)
        #expect((statuses["200"] ?? 0) > 0 && (statuses["400"] ?? 0) > 0)
        #expect(figures["failures"] as? Int == 0)
    }

    @Test("nothing to measure is an error")
    func nothing() throws {
        let closed = try VerdictProgram.run(
            ["bench", "http", "--url", "http://127.0.0.1:1/", "--requests", "-", "--duration", "1"], input: "[{}]")
        #expect(closed.status == 3)
        #expect(try VerdictProgram.run(["bench", "engine", "--requests", "-"], input: "").status == 3)
        let usage = try VerdictProgram.run(["bench", "http", "--url", "ftp://a/", "--requests", "-"], input: "[{}]")
        #expect(usage.status == 2)
    }

    @Test("the access log has a line for every decision and every failed call")
    func accessLog() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: file) }
        let server = try ServerProcess(["--policies", "Policies", "--access-log", file.path])
        #expect(try server.post("/t/acme/v1/decide", ServeTests.question).status == 200)
        #expect(try server.post("/t/acme/v1/decide", "{}").status == 400)
        #expect(try server.post("/t/a%22b/v1/decide", ServeTests.question).status == 400)
        #expect(server.stop() == 0)
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try Self.json(String($0))
        }
        #expect(
            lines.map { $0["decision"] as? String ?? $0["error"] as? String }
                == ["allow", "MISSING_MEMBER", "UNKNOWN_TENANT"])
        #expect(lines.map { $0["tenant"] as? String } == ["acme", "acme", "a?b"])
        #expect((lines.first?["decision_id"] as? String)?.count == 26)
        #expect((lines.first?["time"] as? String)?.hasSuffix("Z") == true)
        // A disk that is full loses lines, which is counted, and answers go on.
        let full = try ServerProcess(["--policies", "Policies", "--access-log", "/dev/full"])
        #expect(try full.post("/t/acme/v1/decide", ServeTests.question).status == 200)
        #expect(try full.post("/t/acme/v1/decide", ServeTests.question).status == 200)
        var lost = ""
        for _ in 0..<100 where !lost.hasSuffix(" 2") {
            Thread.sleep(forTimeInterval: 0.1)
            lost =
                try full.health("/metrics").body.split(separator: "\n")
                .first { $0.hasPrefix("verdict_access_log_lost_lines_total ") }.map(String.init) ?? ""
        }
        #expect(lost.hasSuffix(" 2"), "\(lost)")
        let unwritable = try VerdictProgram.run(["serve", "--policies", "Policies", "--access-log", "/nowhere/log"])
        #expect(unwritable.status == 3)
    }
}
