/// One thing that can be wrong with policy text: its code, the fact and the help.
///
/// The extensions hold the table of all of them, one static member each. Their parameters are texts of the file as
/// people wrote them.
package struct PolicyProblem {
    /// The code.
    package var code: DiagnosticCode

    /// The fact.
    package var message: String

    /// How to mend it.
    package var help: String?

    /// Makes a problem.
    package init(_ code: DiagnosticCode, _ message: String, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
    }

    /// A text of the file in backticks, shortened to 40 characters of its first line.
    package static func found(_ text: String) -> String {
        let line = text.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }
        let isWhole = line.endIndex == text.unicodeScalars.endIndex && line.count <= 40
        return "`" + String(String.UnicodeScalarView(line.prefix(40))) + (isWhole ? "`" : "...`")
    }
}
