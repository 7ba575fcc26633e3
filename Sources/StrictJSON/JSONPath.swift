/// Spells the paths shown in errors: `$`, `.name`, `["a name"]` and `[3]`.
enum JSONPath {
    static let root = "$"

    /// Names longer than this many bytes are cut and marked with `…`, so that a path stays short whatever is sent.
    private static let longestName = 128

    /// The step to the element at an index.
    static func step(index: Int) -> String {
        "[\(index)]"
    }

    /// The step to the member of a name, given as UTF-8.
    static func step(name: [UInt8]) -> String {
        if isIdentifier(name) {
            return "." + String(decoding: name, as: UTF8.self)
        }
        var text = String(decoding: name.prefix(longestName), as: UTF8.self)
        if name.count > longestName {
            var cut = longestName
            while cut > 0, name[cut] & 0xC0 == 0x80 {
                cut -= 1
            }
            text = String(decoding: name[..<cut], as: UTF8.self) + "…"
        }
        var writer = JSONWriter()
        writer.string(text)
        return "[" + writer.text + "]"
    }

    private static func isIdentifier(_ name: [UInt8]) -> Bool {
        guard let first = name.first, !ASCII.isDigit(first), name.count <= longestName else { return false }
        return name.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") }
    }
}
