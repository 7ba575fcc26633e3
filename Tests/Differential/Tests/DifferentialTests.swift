import Foundation
import Testing

/// A short run of `differential.py` against the Rust engine; `make differential` is the long one.
///
/// The Python interpreter is that of the environment variable `VERDICT_PYTHON`, which has `Tests/requirements.txt`
/// installed.
@Suite struct DifferentialTests {
    static let python = ProcessInfo.processInfo.environment["VERDICT_PYTHON"]

    /// The top of the repository.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The program that answers for this engine: it lies beside the running tests.
    static let peer: URL = {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: link).deletingLastPathComponent().appending(path: "DifferentialPeer")
    }()

    @Test(
        "500 random cases give the same answers as the Rust engine",
        .enabled(if: python != nil, "VERDICT_PYTHON names no Python interpreter; `make test` sets it"))
    func agreement() throws {
        let (status, output) = try run(peer: Self.peer.path, cases: 500)
        #expect(status == 0, "\(output)")
        #expect(output.contains("500 cases in"))
    }

    @Test(
        "a peer that answers wrongly is found out",
        .enabled(if: python != nil, "VERDICT_PYTHON names no Python interpreter; `make test` sets it"),
        arguments: [
            (#"s/"decision":"allow"/"decision":"deny"/"#, "decision"),
            (#"s/"reasons":\["[a-z0-9]*"/"reasons":["policy99"/"#, "reasons"),
            (#"s/"strict":{"policy0":false/"strict":{"policy0":true/"#, "strict validation"),
            (#"s/"code":"TYPE_MISMATCH"/"code":"MISSING_ENTITY"/"#, "errors"),
            (#"s/"formatted":"permit/"formatted":"forbid/"#, "formatted text"),
            (#"s/"op":"is"/"op":"in"/"#, "policy in JSON"),
            (#"s/"compiled":true/"compiled":false/"#, "compiled engine"),
        ])
    func mistakes(script: String, kind: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "differential-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let liar = folder.appending(path: "peer.sh")
        try Data("#!/bin/sh\n'\(Self.peer.path)' | sed -u '\(script)'\n".utf8).write(to: liar)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: liar.path)
        let (status, output) = try run(peer: liar.path, cases: 60)
        #expect(status == 1)
        #expect(output.contains("DISAGREEMENT about \(kind)"), "\(output)")
    }

    private func run(peer: String, cases: Int) throws -> (status: Int32, output: String) {
        let process = Process()
        // A relative path is relative to the top of the repository, wherever the tests run.
        process.executableURL = URL(fileURLWithPath: try #require(Self.python), relativeTo: Self.repository)
        process.arguments = [
            Self.repository.appending(path: "Tests/Differential/differential.py").path,
            "--peer", peer, "--cases", "\(cases)", "--seed", "1", "--shrink", "2",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
