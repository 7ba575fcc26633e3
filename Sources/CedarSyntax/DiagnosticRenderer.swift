/// Renders diagnostics for people, with the lines of the file that they point into.
///
/// Safe for terminals: control characters, invisible formatting characters and malformed UTF-8 of the file are shown
/// as escapes, both in the excerpts and in the texts. Long lines are cut around the place that matters.
public struct DiagnosticRenderer: Sendable {
    /// Whether to use ANSI colours.
    public var usesColour: Bool

    /// The number of columns that no line of an excerpt exceeds by much.
    ///
    /// At least 40.
    public var width: Int

    /// Makes a renderer.
    public init(usesColour: Bool = false, width: Int = 160) {
        self.usesColour = usesColour
        self.width = max(40, width)
    }

    /// The text of several diagnostics with empty lines between them; empty when there are none.
    public func render(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(render).joined(separator: "\n")
    }

    /// The text of a diagnostic, with a line feed at its end.
    public func render(_ diagnostic: Diagnostic) -> String {
        let style = Style(severity: diagnostic.severity, isUsed: usesColour)
        var text = style.severity("\(diagnostic.severity.rawValue)[\(diagnostic.code)]")
        text += style.bold(": " + TerminalText.escaped(diagnostic.message)) + "\n"
        var margin = " "
        if let location = diagnostic.location {
            let excerpt = excerpt(of: diagnostic, in: location.file, style)
            margin = String(repeating: " ", count: excerpt.margin)
            let position = location.position
            let place = "\(TerminalText.escaped(location.file.name)):\(position.line):\(position.column)"
            text += margin + style.frame("--> ") + place + "\n" + excerpt.text
        }
        if let help = diagnostic.help {
            text += margin + " " + style.frame("=") + " " + style.bold("help") + ": "
            text += TerminalText.escaped(help) + "\n"
        }
        return text
    }

    // MARK: Excerpts

    /// A span to mark in an excerpt.
    private struct Mark {
        var span: SourceSpan
        var position: SourcePosition
        var remark: String
        var isPrimary: Bool
    }

    /// The lines of the file with their marks, and the width of the margin for line numbers.
    private func excerpt(of diagnostic: Diagnostic, in file: SourceFile, _ style: Style) -> (text: String, margin: Int)
    {
        guard let location = diagnostic.location else { return ("", 1) }
        var marks = [Mark(span: location.span, position: location.position, remark: "", isPrimary: true)]
        marks += diagnostic.labels.map {
            Mark(span: $0.span, position: file.position(at: $0.span.start), remark: $0.text, isPrimary: false)
        }
        let lines = Set(marks.map(\.position.line)).sorted()
        let margin = String(lines.last ?? 1).utf8.count + 1
        let gutter = String(repeating: " ", count: margin + 1) + style.frame("|")
        var text = gutter + "\n"
        var previous: Int?
        for line in lines {
            if let previous, line > previous + 1 { text += style.frame("...") + "\n" }
            previous = line
            let ofLine = marks.filter { $0.position.line == line }
            // The primary mark decides which part of a long line is shown.
            let view = LineView(file: file, line: line, around: (ofLine.first ?? marks[0]).span.start, width: width)
            let number = String(line)
            text += style.frame(String(repeating: " ", count: margin - number.utf8.count) + number + " |")
            text += view.text.isEmpty ? "\n" : " " + view.text + "\n"
            for mark in ofLine {
                let columns = view.columns(of: mark.span)
                let sign = String(repeating: mark.isPrimary ? "^" : "-", count: columns.count)
                let remark = mark.remark.isEmpty ? "" : " " + TerminalText.escaped(mark.remark)
                text += gutter + " " + String(repeating: " ", count: columns.lowerBound)
                text += (mark.isPrimary ? style.severity(sign + remark) : style.frame(sign + remark)) + "\n"
            }
        }
        return (text, margin)
    }

    /// The colours of a diagnostic.
    private struct Style {
        var severity: Diagnostic.Severity
        var isUsed: Bool

        func severity(_ text: String) -> String {
            switch severity {
            case .error: paint(text, "1;31")
            case .warning: paint(text, "1;33")
            case .note: paint(text, "1;36")
            }
        }

        func bold(_ text: String) -> String { paint(text, "1") }

        func frame(_ text: String) -> String { paint(text, "1;34") }

        private func paint(_ text: String, _ code: String) -> String {
            isUsed ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
        }
    }
}
