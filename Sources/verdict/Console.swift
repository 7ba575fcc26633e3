import CedarSyntax
import Foundation

/// Text for people and programs on the two output streams.
enum Console {
    /// Writes a line to standard output.
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// Writes bytes and a line end to standard output.
    static func print(_ bytes: [UInt8]) { try? FileHandle.standardOutput.write(contentsOf: Data(bytes + [0x0A])) }

    /// Writes bytes to standard output as they are.
    static func write(_ bytes: [UInt8]) { try? FileHandle.standardOutput.write(contentsOf: Data(bytes)) }

    /// Writes a line to standard error.
    static func error(_ text: String) { write(text + "\n", to: .standardError) }

    /// Shows findings on standard error and says how many there are.
    static func show(_ diagnostics: [Diagnostic]) {
        if !diagnostics.isEmpty {
            error(DiagnosticRenderer(usesColour: usesColour(STDERR_FILENO)).render(diagnostics))
        }
        let summary = DiagnosticTally(diagnostics).summary
        if !summary.isEmpty { error(summary) }
    }

    /// Whether to write colours to a stream: it is a terminal that shows them, and nobody objects with `NO_COLOR`.
    static func usesColour(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return environment["NO_COLOR"] == nil && environment["TERM"] != "dumb" && isatty(descriptor) != 0
    }

    private static func write(_ text: String, to stream: FileHandle) {
        // A closed pipe is the reader's choice, not an error of ours.
        try? stream.write(contentsOf: Data(text.utf8))
    }
}
