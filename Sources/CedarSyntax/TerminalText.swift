/// Text that is safe to write to a terminal.
enum TerminalText {
    /// The text with escapes in place of everything that could change how the rest is shown.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars { escaped += shown(scalar) }
        return escaped
    }

    /// How a scalar is shown: itself, or `\u{...}` for control, formatting and other invisible characters.
    static func shown(_ scalar: Unicode.Scalar) -> String {
        if scalar.isASCII, scalar.value >= 0x20, scalar.value != 0x7F { return String(scalar) }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            return "\\u{" + String(scalar.value, radix: 16) + "}"
        case .spaceSeparator where scalar != " ":
            return "\\u{" + String(scalar.value, radix: 16) + "}"
        default:
            return String(scalar)
        }
    }

    /// How many columns a terminal uses for a scalar that is shown as itself.
    static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

/// The part of a line of a file that an excerpt shows, and where its bytes appear.
struct LineView {
    /// What is shown.
    private(set) var text = ""

    /// The shown bytes: where each piece begins, and its column.
    ///
    /// Closed by the end of the line.
    private var pieces: [(offset: Int, column: Int)] = []

    /// Lays out a line.
    ///
    /// `place` is the byte offset that must be visible; `width` is how many columns there are.
    init(file: SourceFile, line: Int, around place: Int, width: Int) {
        let bytes = file.bytes
        let start = file.startOfLine(line) ?? bytes.count
        var end = file.startOfLine(line + 1) ?? bytes.count
        while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }

        // A third of the width is for what comes before the place.
        var first = start
        if place - start > width * 2 / 3 {
            first = place - width / 3
            while first < end, first < place, bytes[first] & 0xC0 == 0x80 { first += 1 }
        }
        var column = 0
        if first > start {
            text = "..."
            column = 3
        }
        var offset = first
        while offset < end {
            // Characters without a width must not make the excerpt endless.
            if offset > place, column >= width || pieces.count >= width * 4 {
                pieces.append((offset, column))
                text += "..."
                return
            }
            pieces.append((offset, column))
            let length: Int
            let shown: String
            if bytes[offset] == 0x09 {
                (shown, length) = ("    ", 1)
                column += 4
            } else if let (scalar, bytesOfScalar) = UTF8Decoding.scalar(in: bytes, at: offset) {
                shown = TerminalText.shown(scalar)
                length = bytesOfScalar
                column += shown.unicodeScalars.count == 1 ? TerminalText.columns(of: scalar) : shown.utf8.count
            } else {
                let digits = String(bytes[offset], radix: 16)
                (shown, length) = ("\\x" + digits, 1)
                column += shown.utf8.count
            }
            text += shown
            offset += length
        }
        pieces.append((end, column))
    }

    /// The columns of a span, at least one; the part of the span that is not shown is left out.
    func columns(of span: SourceSpan) -> Range<Int> {
        let lower = column(of: span.start)
        return lower..<max(column(of: span.end), lower + 1)
    }

    private func column(of offset: Int) -> Int {
        pieces.first { $0.offset >= offset }?.column ?? pieces.last?.column ?? 0
    }
}
