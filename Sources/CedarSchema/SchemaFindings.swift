import CedarSyntax

/// The findings of a run over several files, at most so many errors and warnings as a run over one file has.
struct SchemaFindings {
    private(set) var errors: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    private var suggestions = 0

    /// Whether there is no error.
    var isClean: Bool { errors.isEmpty }

    /// Reports an error, unless there are too many already.
    mutating func report(
        _ code: DiagnosticCode, _ message: String, at location: Diagnostic.Location?, labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        let limit = DiagnosticLog.limit
        guard errors.count < limit else { return }
        if errors.count + 1 == limit {
            errors.append(
                Diagnostic(
                    .schemaTooManyErrors, "there are more than \(limit - 1) errors; the rest is not shown",
                    at: location, help: "correct the errors above first"))
        } else {
            errors.append(Diagnostic(code, message, at: location, labels: labels, help: help))
        }
    }

    /// Reports a warning, unless there are too many already.
    mutating func warn(
        _ code: DiagnosticCode, _ message: String, at location: Diagnostic.Location?, labels: [Diagnostic.Label],
        help: String
    ) {
        guard warnings.count < DiagnosticLog.limit else { return }
        warnings.append(
            Diagnostic(code, message, severity: .warning, at: location, labels: labels, help: help))
    }

    /// "did you mean", for the first errors and among so many candidates that hostile input costs nothing.
    mutating func suggestion(for word: String, among candidates: [String]) -> String? {
        guard wantsSuggestions else { return nil }
        suggestions += 1
        return Suggestion.sentence(for: word, among: Array(candidates.prefix(2_000)))
    }

    /// Whether suggestions are still made, so that collecting candidates is worth it.
    var wantsSuggestions: Bool { suggestions < 20 && errors.count < DiagnosticLog.limit }
}
