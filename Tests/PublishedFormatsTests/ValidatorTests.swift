import Foundation
import Testing

/// Validation by programs that are not ours: `validate.py`, with the Python interpreter of the environment variable
/// `VERDICT_PYTHON`, which has `Tests/requirements.txt` installed.
@Suite struct ValidatorTests {
    static let python = ProcessInfo.processInfo.environment["VERDICT_PYTHON"]

    @Test(
        "documents, examples and files are valid",
        .enabled(if: python != nil, "VERDICT_PYTHON names no Python interpreter; `make test` sets it"))
    func validators() throws {
        let process = Process()
        // A relative path is relative to the top of the repository, wherever the tests run.
        process.executableURL = URL(fileURLWithPath: try #require(Self.python), relativeTo: repository)
        process.arguments = [
            repository.appending(path: "Tests/PublishedFormatsTests/validate.py").path, repository.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
