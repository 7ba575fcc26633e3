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
        let isTerminal = isatty(STDERR_FILENO) != 0
        if !diagnostics.isEmpty { error(DiagnosticRenderer(usesColour: isTerminal).render(diagnostics)) }
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        if !parts.isEmpty { error(parts.joined(separator: ", ")) }
    }

    private static func write(_ text: String, to stream: FileHandle) {
        // A closed pipe is the reader's choice, not an error of ours.
        try? stream.write(contentsOf: Data(text.utf8))
    }
}
