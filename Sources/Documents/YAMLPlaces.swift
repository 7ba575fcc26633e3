import CedarSyntax
import Yams

/// Turns the marks of Yams, which are lines and columns, into byte offsets, and finds where values end.
///
/// Lines and columns count from 1, columns in Unicode scalars. Nodes come in the order of the file, so that a cursor
/// makes the cost linear also where a file is one long line.
struct YAMLPlaces {
    private let file: SourceFile
    private var line = 1
    private var column = 1
    private var offset = 0

    init(_ file: SourceFile) {
        self.file = file
    }

    /// The byte offset of a mark; the end of the file where there is none.
    mutating func offset(of mark: Mark?) -> Int {
        guard let mark, let start = file.startOfLine(mark.line) else { return file.bytes.count }
        if mark.line != line || mark.column < column {
            (line, column, offset) = (mark.line, 1, start)
        }
        let bytes = file.bytes
        while column < mark.column, offset < bytes.count, !Self.isBreak(bytes[offset]) {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            column += 1
        }
        return offset
    }

    /// Where a scalar ends.
    ///
    /// A plain text of several lines is taken to end with its first line, a block text with its header.
    func endOfScalar(_ scalar: Node.Scalar, from start: Int) -> Int {
        let bytes = file.bytes
        switch scalar.style {
        case .singleQuoted, .doubleQuoted:
            guard start < bytes.count else { return start }
            let quote = bytes[start]
            var index = start + 1
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                    index += 2
                } else if bytes[index] == quote {
                    if quote == UInt8(ascii: "'"), index + 1 < bytes.count, bytes[index + 1] == quote {
                        index += 2
                    } else {
                        return index + 1
                    }
                } else {
                    index += 1
                }
            }
            return bytes.count
        case .literal, .folded:
            return endOfLine(from: start)
        case .plain, .any:
            let text = scalar.string.utf8
            return bytes[min(start, bytes.count)...].starts(with: text) ? start + text.count : endOfLine(from: start)
        }
    }

    /// Where a list or mapping ends: with its bracket, or with its last value.
    func endOfCollection(from start: Int, lastChild: Int?) -> Int {
        let bytes = file.bytes
        guard start < bytes.count else { return start }
        let closing: UInt8
        switch bytes[start] {
        case UInt8(ascii: "["): closing = UInt8(ascii: "]")
        case UInt8(ascii: "{"): closing = UInt8(ascii: "}")
        default: return max(start, lastChild ?? start)
        }
        var index = max(start + 1, lastChild ?? 0)
        while index < bytes.count {
            switch bytes[index] {
            case closing: return index + 1
            case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","): index += 1
            case UInt8(ascii: "#"): index = endOfLine(from: index)
            default: return max(start + 1, lastChild ?? 0)
            }
        }
        return index
    }

    static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private func endOfLine(from start: Int) -> Int {
        var index = start
        while index < file.bytes.count, !Self.isBreak(file.bytes[index]) { index += 1 }
        return index
    }
}
