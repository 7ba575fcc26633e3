import CedarSyntax

/// A bound on the work that a YAML file can cause, counted on its bytes before it is read.
///
/// Yams compares the keys of a mapping by content, so that a value costs once for every key it lies within: a mapping
/// in a key of a mapping in a key, a thousand levels deep, makes 1 MiB cost minutes. Keys of ours are texts, but that
/// is only seen afterwards. So both factors are bounded from above: how many values there can be, and how many lists
/// and mappings can stand where a key stands. Block style has none of the latter, however long the file is.
enum YAMLComplexity {
    /// The greatest product of both factors.
    static let limit = 50_000_000

    /// Levels beyond which the reader refuses on its own.
    private static let readerDepth = 1_000

    /// The finding about a file that may cost too much.
    static func finding(_ file: SourceFile) -> Diagnostic? {
        let bytes = file.bytes
        var values = 2
        var keys = 0
        var firstKey = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"):
                values += 2
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "?"):
                values += 2
            default:
                continue
            }
            guard byte == UInt8(ascii: "?") || !isValue(bytes, index) else { continue }
            if keys == 0 { firstKey = index }
            keys += 1
        }
        guard min(keys, readerDepth).multipliedReportingOverflow(by: values).partialValue > limit else { return nil }
        return Diagnostic(
            .documentTooDeep, "the document has too many lists and mappings that may belong to keys",
            at: .init(file, SourceSpan(start: firstKey, end: firstKey + 1)),
            help: "write one key or list element to a line, without `{`, `[` and `?`")
    }

    /// Whether an opening bracket certainly begins no key, because a `:` or `-` stands before it on its line.
    ///
    /// A tag may end in `:` and precede a key, so a word with `!` proves nothing.
    private static func isValue(_ bytes: [UInt8], _ bracket: Int) -> Bool {
        var index = bracket - 1
        while index >= 0, bytes[index] == 0x20 || bytes[index] == 0x09 { index -= 1 }
        guard index >= 0 else { return false }
        if bytes[index] == UInt8(ascii: "-") { return true }
        guard bytes[index] == UInt8(ascii: ":") else { return false }
        // Tags are short; what precedes a longer word is not looked at, so that the cost stays linear.
        let wordLimit = max(0, index - 256)
        while index >= wordLimit, bytes[index] > 0x20 {
            if bytes[index] == UInt8(ascii: "!") { return false }
            index -= 1
        }
        return index < 0 || bytes[index] <= 0x20
    }
}
