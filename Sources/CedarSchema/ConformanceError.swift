public import CedarModel
public import CedarSyntax
public import StrictJSON

/// Why an entity, a request or JSON data does not fit a schema.
///
/// Errors are equal when their codes are.
public struct ConformanceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The code, V21xx.
    public let code: DiagnosticCode

    /// The fact, as a lowercase sentence with user input in backticks.
    public let message: String

    /// How to mend it, where that is known.
    public let help: String?

    /// The place in the JSON text; `nil` for values that were not read from one.
    public let place: Place?

    /// A place in a JSON text.
    public struct Place: Sendable {
        /// The place as a JSONPath.
        public let path: String

        /// The bytes.
        public let span: SourceSpan
    }

    /// Makes an error about values.
    public init(_ code: DiagnosticCode, _ message: String, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
        place = nil
    }

    /// Makes an error about a JSON value.
    public init(_ code: DiagnosticCode, _ message: String, at node: JSONNode, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
        place = Place(path: node.path, span: SourceSpan(start: node.start, end: node.end))
    }

    /// The error of a reader that knows no schema.
    public init(_ error: DataError) {
        code = .malformedData
        message = error.message
        help = nil
        place = Place(path: error.path, span: SourceSpan(start: error.start, end: error.end))
    }

    /// The message with its place.
    public var description: String { place.map { "\(message) at \($0.path)" } ?? message }

    /// The error as a finding about the file that the JSON text is.
    public func diagnostic(in file: SourceFile?) -> Diagnostic {
        let location: Diagnostic.Location? =
            if let file, let place { .init(file, place.span) } else { nil }
        return Diagnostic(code, location == nil ? description : message, at: location, help: help)
    }

    /// Equality on the code.
    public static func == (left: ConformanceError, right: ConformanceError) -> Bool { left.code == right.code }
}
