import Foundation

/// The built `verdict` program, run as users run it.
struct VerdictProgram {
    /// What a finished run left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The folder that holds the program: the one of the running tests.
    static let folder: URL = {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: link).deletingLastPathComponent()
    }()

    /// The top of the repository, where the README's commands are run.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs the program with arguments.
    static func run(_ arguments: [String], input: String = "", in directory: URL = repository) throws -> Outcome {
        try run(folder.appending(path: "verdict"), arguments, input: input, in: directory)
    }

    /// Runs a shell command with the program on the path.
    static func shell(_ command: String, in directory: URL = repository) throws -> Outcome {
        try run(URL(fileURLWithPath: "/bin/bash"), ["-c", "set -e\n" + command], input: "", in: directory)
    }

    private static func run(
        _ executable: URL, _ arguments: [String], input: String, in directory: URL
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = environment
        // Files rather than pipes: a pipe that nobody drains blocks the program.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "verdict-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["input", "output", "errors"].map { scratch.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
            errors: try String(contentsOf: files[2], encoding: .utf8))
    }

    static var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = folder.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        return environment
    }
}
