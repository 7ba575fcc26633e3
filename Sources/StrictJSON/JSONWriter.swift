/// Writes a JSON text, value by value.
///
/// Commas and, on demand, line breaks come by themselves; that names and values alternate and that brackets match is
/// the caller's part. Strings are escaped only where RFC 8259 section 7 demands it, all else stays UTF-8.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0
    /// Whether the next value or name follows another one of the same container.
    private var needsComma = false
    private var followsKey = false

    /// Starts an empty text, compact or with line breaks and an indent of two spaces per level.
    public init(pretty: Bool = false) {
        self.isPretty = pretty
    }

    /// What has been written so far, as a string.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - Containers

    /// Opens an object.
    public mutating func beginObject() {
        begin(ASCII.openBrace)
    }

    /// Closes the object opened last.
    public mutating func endObject() {
        end(ASCII.closeBrace)
    }

    /// Opens an array.
    public mutating func beginArray() {
        begin(ASCII.openBracket)
    }

    /// Closes the array opened last.
    public mutating func endArray() {
        end(ASCII.closeBracket)
    }

    /// Writes the name of a member; its value must follow.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(ASCII.colon)
        if isPretty {
            bytes.append(ASCII.space)
        }
        followsKey = true
    }

    // MARK: - Scalars

    /// Writes a string.
    public mutating func string(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int64) {
        raw(String(value).utf8)
    }

    /// Writes a truth value.
    public mutating func bool(_ value: Bool) {
        raw((value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func null() {
        raw("null".utf8)
    }

    /// Writes a value that is JSON already, unchanged and unchecked.
    public mutating func raw(_ value: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    /// Writes a value that is JSON already, unchanged and unchecked.
    public mutating func raw(_ value: [UInt8]) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    // MARK: - Layout

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        assert(depth > 0 && !followsKey, "a bracket closes that is not open, or a name has no value")
        depth = max(0, depth - 1)
        if needsComma {
            breakLine()
        }
        bytes.append(bracket)
        needsComma = true
    }

    /// Writes what stands between the last value and the next value or name.
    private mutating func separate() {
        if followsKey {
            followsKey = false
            return
        }
        if needsComma {
            bytes.append(ASCII.comma)
        }
        if depth > 0 {
            breakLine()
        }
    }

    private mutating func breakLine() {
        guard isPretty else { return }
        bytes.append(ASCII.lineFeed)
        bytes.append(contentsOf: repeatElement(ASCII.space, count: 2 * depth))
    }

    // MARK: - Strings

    private mutating func quote(_ text: String) {
        bytes.append(ASCII.quote)
        let source = text.utf8.span
        var start = 0
        while start < source.count {
            let end = source.plainRunEnd(from: start)
            // Safe: the buffer is only read while the closure runs.
            unsafe source.extracting(start..<end).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            if end < source.count {
                let byte = source[end]
                if byte >= 0x80 { bytes.append(byte) } else { escape(byte) }
            }
            start = end + 1
        }
        bytes.append(ASCII.quote)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(ASCII.backslash)
        switch byte {
        case ASCII.quote, ASCII.backslash:
            bytes.append(byte)
        case 0x08:
            bytes.append(UInt8(ascii: "b"))
        case ASCII.tab:
            bytes.append(UInt8(ascii: "t"))
        case ASCII.lineFeed:
            bytes.append(UInt8(ascii: "n"))
        case 0x0C:
            bytes.append(UInt8(ascii: "f"))
        case ASCII.carriageReturn:
            bytes.append(UInt8(ascii: "r"))
        default:
            let digit = byte & 0x0F
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(ASCII.zero + byte >> 4)
            bytes.append(digit < 10 ? ASCII.zero + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
