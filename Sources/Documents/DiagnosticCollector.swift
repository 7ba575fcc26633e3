package import CedarSyntax

/// The findings of one run over some files, in the order they were made, and a bounded number per file.
///
/// A class, so that readers of nested mappings share one; it stays within the task that made it.
package final class DiagnosticCollector {
    /// The findings.
    package private(set) var diagnostics: [Diagnostic] = []

    private var countByFile: [String: Int] = [:]

    /// Whether there were more findings than are shown.
    package private(set) var isTruncated = false

    /// How many findings of one file are shown.
    ///
    /// A hostile file must not make the report, or its cost, large.
    package static let limitPerFile = 100

    private let isUnlimited: Bool

    /// Starts without findings.
    ///
    /// - Parameter isUnlimited: whether the findings are handed to another collector, which bounds their number.
    package init(isUnlimited: Bool = false) {
        self.isUnlimited = isUnlimited
    }

    /// Whether an error was found, so that the files must not be used.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Adds a finding.
    ///
    /// The suggestion is only computed when the finding is shown.
    package func report(
        _ code: DiagnosticCode, _ message: String, severity: Diagnostic.Severity = .error,
        at location: Diagnostic.Location?, labels: [Diagnostic.Label] = [], help: @autoclosure () -> String? = nil
    ) {
        let file = location?.file.name ?? ""
        let count = countByFile[file, default: 0] + 1
        countByFile[file] = count
        if count < Self.limitPerFile || isUnlimited {
            diagnostics.append(
                Diagnostic(code, message, severity: severity, at: location, labels: labels, help: help()))
            return
        }
        isTruncated = true
        if count == Self.limitPerFile {
            // An error whatever the findings were: some that are not shown may be errors.
            diagnostics.append(
                Diagnostic(.tooManyFindings, "there are more findings in this file than are shown", at: location))
        }
    }

    /// Adds findings that something else made.
    package func append(_ findings: [Diagnostic]) {
        for finding in findings {
            report(
                finding.code, finding.message, severity: finding.severity, at: finding.location,
                labels: finding.labels, help: finding.help)
        }
    }
}
