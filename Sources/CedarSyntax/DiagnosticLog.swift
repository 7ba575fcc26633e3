/// The findings of one run over one file, at most ``DiagnosticLog/limit`` of them.
package struct DiagnosticLog: Sendable {
    /// How many findings a run reports; the last of them says that there were more.
    package static let limit = 100

    /// The file that is being read.
    package let file: SourceFile

    /// The findings in the order they were made.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Makes an empty log for a file.
    package init(file: SourceFile) {
        self.file = file
    }

    /// Whether the limit was reached, so that reading on is pointless.
    package var isFull: Bool { diagnostics.count >= Self.limit }

    /// Adds a finding, unless the log is full.
    package mutating func report(_ problem: PolicyProblem, at span: SourceSpan, labels: [Diagnostic.Label] = []) {
        guard !isFull else { return }
        let problem = diagnostics.count + 1 == Self.limit ? .tooManyErrors(Self.limit - 1) : problem
        diagnostics.append(
            Diagnostic(problem.code, problem.message, at: .init(file, span), labels: labels, help: problem.help))
    }

    /// Whether a finding points into a span.
    func hasFinding(in span: SourceSpan) -> Bool {
        diagnostics.contains { finding in
            guard let place = finding.location?.span else { return false }
            return place.start >= span.start && place.start <= span.end
        }
    }

    /// The findings in the order of the text.
    package var sorted: [Diagnostic] {
        diagnostics.enumerated().sorted { left, right in
            let (first, second) = (left.element.location?.span.start ?? 0, right.element.location?.span.start ?? 0)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }
}
