/// A text that diagnostics can point into: its name as the user knows it, its UTF-8 bytes, and where its lines begin.
public struct SourceFile: Sendable {
    /// The name shown to people, usually a path relative to the bundle's parent folder.
    public let name: String

    /// The content, byte for byte.
    ///
    /// Spans count these bytes.
    public let bytes: [UInt8]

    /// Byte offset of the first byte of each line; always begins with 0.
    private let lineStarts: [Int]

    /// Makes a source file and indexes its lines.
    ///
    /// Lines end at `\n`, `\r\n` or a bare `\r`.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A {
                index += 1
                starts.append(index)
            } else if byte == 0x0A || byte == 0x0D {
                starts.append(index)
            }
        }
        self.lineStarts = starts
    }

    /// Makes a source file of a string.
    public init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    /// The line and column of a byte offset.
    ///
    /// Offsets past the end give the position behind the last character.
    public func position(at offset: Int) -> SourcePosition {
        let offset = min(max(offset, 0), bytes.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        var column = 1
        for byte in bytes[lineStarts[low]..<offset] where byte & 0xC0 != 0x80 {
            column += 1
        }
        return SourcePosition(line: low + 1, column: column)
    }

    /// The byte offset at which a line begins, or `nil` when the file has no such line.
    ///
    /// Lines count from 1.
    public func startOfLine(_ line: Int) -> Int? {
        lineStarts.indices.contains(line - 1) ? lineStarts[line - 1] : nil
    }

    /// The text of a line without its line end, or `nil` when the file has no such line.
    ///
    /// Lines count from 1.
    public func textOfLine(_ line: Int) -> String? {
        guard let start = startOfLine(line) else { return nil }
        var end = startOfLine(line + 1) ?? bytes.count
        while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D {
            end -= 1
        }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The text of a span, with malformed UTF-8 replaced.
    public func text(in span: SourceSpan) -> String {
        let start = min(max(span.start, 0), bytes.count)
        let end = min(max(span.end, start), bytes.count)
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}

/// A place in a source file for people: both count from 1, the column counts Unicode scalars.
public struct SourcePosition: Hashable, Sendable {
    /// The line, from 1.
    public var line: Int

    /// The column in Unicode scalars, from 1.
    public var column: Int

    /// Makes a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
