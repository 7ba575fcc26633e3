import CedarSyntax
import Foundation

/// Finds the lines of policy files that answers point to.
package struct PolicySourceLookup: Sendable {
    private let root: String?

    /// Looks below the folder of applications, the one that holds their folders; `nil` finds nothing.
    package init(root: String?) {
        self.root = root
    }

    /// The place as an excerpt of its file with a caret; the place alone where the file is not at hand.
    func excerpt(file: String, line: Int, column: Int) -> String {
        let place = "--> \(PrintableText.of(file)):\(line):\(column)\n"
        guard let source = source(file), let start = source.startOfLine(line) else { return " " + place }
        // Positions count characters, spans bytes.
        var offset = start
        for _ in 1..<max(1, column) where offset < source.bytes.count {
            offset += 1
            while offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        let location = Diagnostic.Location(source, SourceSpan(start: offset, end: offset + 1))
        let rendered = DiagnosticRenderer().render(Diagnostic(DiagnosticCode(0), "", severity: .note, at: location))
        // The first line is the message, of which there is none.
        guard let newline = rendered.firstIndex(of: "\n") else { return " " + place }
        return String(rendered[rendered.index(after: newline)...])
    }

    /// An answer may come from any server: only files below the folder are opened.
    private func source(_ file: String) -> SourceFile? {
        let parts = file.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let root, !parts.contains(where: { $0.isEmpty || $0.elementsEqual("..".utf8) }) else { return nil }
        guard let data = FileManager.default.contents(atPath: "\(root)/\(file)"), data.count <= 8 << 20 else {
            return nil
        }
        return SourceFile(name: file, bytes: Array(data))
    }
}

/// Text from files and servers that is safe to show on a terminal.
enum PrintableText {
    /// The text with escapes in place of control characters and of characters that cannot be seen.
    static func of(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
