/// How many errors and warnings there are, and which of many are worth showing.
package struct DiagnosticTally {
    /// The number of errors.
    package let errors: Int

    /// The number of warnings.
    package let warnings: Int

    /// Counts findings.
    package init(_ diagnostics: [Diagnostic]) {
        errors = diagnostics.count { $0.severity == .error }
        warnings = diagnostics.count { $0.severity == .warning }
    }

    /// The numbers in words, as `2 errors, 1 warning`; empty when there is neither.
    package var summary: String {
        [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }

    /// The findings to show of many, and a line about the others; `nil` when there are no others.
    ///
    /// Errors come before all else where not everything can be shown; the order is kept.
    package static func bounded(_ diagnostics: [Diagnostic], to limit: Int) -> (shown: [Diagnostic], rest: String?) {
        guard diagnostics.count > limit else { return (diagnostics, nil) }
        let errors = diagnostics.count { $0.severity == .error }
        var room = (errors: min(errors, limit), others: limit - min(errors, limit))
        var shown: [Diagnostic] = []
        var hidden: [Diagnostic] = []
        for diagnostic in diagnostics {
            let isError = diagnostic.severity == .error
            if isError ? room.errors > 0 : room.others > 0 {
                if isError { room.errors -= 1 } else { room.others -= 1 }
                shown.append(diagnostic)
            } else {
                hidden.append(diagnostic)
            }
        }
        let tally = DiagnosticTally(hidden).summary
        return (shown, "and \(hidden.count) more\(tally.isEmpty ? "" : ": " + tally) not shown")
    }
}
