/// One finding about a file that people wrote: what is wrong, where, and how to mend it.
///
/// Findings of policies, schemas, bundles, suites and configuration all have this shape, so that one renderer and one
/// exit-code rule serve them all. Two diagnostics are equal when their codes are.
public struct Diagnostic: Error, Equatable, Sendable {
    /// The stable code, as `V1003`.
    public var code: DiagnosticCode

    /// How serious it is.
    ///
    /// Only errors stop a bundle from loading.
    public var severity: Severity

    /// The fact, as a lowercase sentence with user input in backticks.
    public var message: String

    /// The place; `nil` when the finding is about no file in particular.
    public var location: Location?

    /// Further places that explain the finding, all in the file of ``location``.
    public var labels: [Label]

    /// How to mend it, where that is known.
    public var help: String?

    /// Makes a diagnostic.
    public init(
        _ code: DiagnosticCode, _ message: String, severity: Severity = .error, at location: Location? = nil,
        labels: [Label] = [], help: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.location = location
        self.labels = labels
        self.help = help
    }

    /// Equality on the code.
    public static func == (left: Diagnostic, right: Diagnostic) -> Bool { left.code == right.code }

    /// How serious a finding is.
    public enum Severity: String, Sendable {
        case error, warning, note
    }

    /// A span in a file.
    public struct Location: Sendable {
        /// The file.
        public var file: SourceFile

        /// The place in it.
        public var span: SourceSpan

        /// Makes a location.
        public init(_ file: SourceFile, _ span: SourceSpan) {
            self.file = file
            self.span = span
        }

        /// The line and column at which it begins.
        public var position: SourcePosition { file.position(at: span.start) }

        /// The line and column behind its end.
        public var endPosition: SourcePosition { file.position(at: max(span.start, span.end)) }
    }

    /// A further place with a remark.
    public struct Label: Sendable {
        /// The place.
        public var span: SourceSpan

        /// The remark.
        public var text: String

        /// Makes a label.
        public init(_ span: SourceSpan, _ text: String) {
            self.span = span
            self.text = text
        }
    }
}

/// The stable code of a diagnostic: `V` and four digits.
///
/// 1xxx policies, 2xxx schemas, 3xxx bundles, roles and tenants, 4xxx suites, 5xxx configuration. Each room declares
/// its own codes as static members in an extension, one file per range.
public struct DiagnosticCode: Hashable, Sendable, CustomStringConvertible {
    /// The number behind the `V`.
    public let number: Int

    /// Makes a code.
    public init(_ number: Int) {
        self.number = number
    }

    /// The code as shown: `V1003`.
    public var description: String {
        let digits = String(number)
        return "V" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
