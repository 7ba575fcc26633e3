import Foundation

/// A running `verdict serve` on free ports, stopped when the test is done with it.
final class ServerProcess: Sendable {
    private let process: Process
    private let log: URL

    /// The port of the decision listener.
    let port: Int

    /// The port of the operations listener.
    let operationsPort: Int

    /// Starts a server in a folder, with more in its environment, and waits until it listens.
    init(
        _ arguments: [String], in directory: URL = VerdictProgram.repository, environment: [String: String] = [:]
    ) throws {
        process = Process()
        log = FileManager.default.temporaryDirectory.appending(path: "verdict-serve-\(UUID().uuidString).log")
        try Data().write(to: log)
        process.executableURL = VerdictProgram.folder.appending(path: "verdict")
        process.arguments = ["serve", "--port", "0", "--operations-port", "0"] + arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<600 {
            let text = try String(contentsOf: log, encoding: .utf8)
            if let decisions = Self.port(behind: "decisions on http://127.0.0.1:", in: text),
                let operations = Self.port(behind: "operations on http://127.0.0.1:", in: text)
            {
                (port, operationsPort) = (decisions, operations)
                return
            }
            guard process.isRunning else { break }
            usleep(50_000)
        }
        process.terminate()
        throw StartFailure(log: try String(contentsOf: log, encoding: .utf8))
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: log)
    }

    /// What the server logged so far.
    var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Sends a signal that ends the process and waits for the exit status.
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Sends a request with curl; gives the status and the body.
    func post(
        _ path: String, _ body: String, contentType: String = "application/json", headers: [String] = []
    ) throws -> (status: Int, body: String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "verdict-body-\(UUID().uuidString)")
        try Data(body.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let all = (["Content-Type: \(contentType)"] + headers).map { "-H '\($0)'" }.joined(separator: " ")
        let outcome = try VerdictProgram.shell(
            "curl -s -w '\\n%{http_code}' \(all) --data-binary @\(file.path) 'http://127.0.0.1:\(port)\(path)'")
        return Self.split(outcome.output)
    }

    /// Fetches a path of the operations listener.
    func health(_ path: String) throws -> (status: Int, body: String) {
        Self.split(
            try VerdictProgram.shell("curl -s -w '\\n%{http_code}' 'http://127.0.0.1:\(operationsPort)\(path)'").output)
    }

    /// Makes a changing call on the operations listener.
    func administer(_ path: String, token: String?) throws -> (status: Int, body: String) {
        let header = token.map { "-H 'Authorization: Bearer \($0)'" } ?? ""
        return Self.split(
            try VerdictProgram.shell(
                "curl -s -X POST -w '\\n%{http_code}' \(header) 'http://127.0.0.1:\(operationsPort)\(path)'"
            ).output)
    }

    /// Asks for a revocation on the operations listener.
    func revoke(_ body: String, token: String?) throws -> (status: Int, body: String) {
        let header = token.map { "-H 'Authorization: Bearer \($0)'" } ?? ""
        return Self.split(
            try VerdictProgram.shell(
                "curl -s -w '\\n%{http_code}' \(header) --data-binary '\(body)' "
                    + "'http://127.0.0.1:\(operationsPort)/v1/admin/revocations'"
            ).output)
    }

    /// Sends a signal.
    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    struct StartFailure: Error {
        var log: String
    }

    private static func split(_ output: String) -> (Int, String) {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    private static func port(behind prefix: String, in text: String) -> Int? {
        guard let range = text.range(of: prefix) else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isNumber })
    }
}
