import Foundation
import Testing

/// The vectors of the AuthZEN certification suite and of the interop scenarios, when `VERDICT_VECTORS` names a folder
/// with them, replayed against a running server.
@Suite(.enabled(if: replayScript != nil, "VERDICT_VECTORS is not set"))
struct AuthZENConformanceTests {
    @Test(
        arguments: [
            "--set scenarios --plan evaluation --plan evaluations", "--set todo00", "--set todo01", "--set todo02",
            "--set gateway",
        ])
    func everyModulePasses(selection: String) throws {
        let script = try #require(replayScript)
        let server = try ServerProcess(["--bundle", "Tests/GatewaysTests/Fixtures/authzen"])
        let outcome = try VerdictProgram.shell(
            "python3 '\(script)' http://127.0.0.1:\(server.port) \(selection)")
        print("AuthZENConformanceTests: \(selection): \(outcome.output.split(separator: "\n").last ?? "")")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("failed 0"))
        #expect(!outcome.output.contains("passed 0"))
    }
}

/// The tool that replays the vectors.
private var replayScript: String? {
    guard let place = ProcessInfo.processInfo.environment["VERDICT_VECTORS"] else { return nil }
    let script = place + "/authzen/tools/replay.py"
    return FileManager.default.fileExists(atPath: script) ? script : nil
}
