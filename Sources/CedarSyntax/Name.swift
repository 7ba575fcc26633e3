/// A qualified Cedar name such as `Traceo::User`: identifiers joined by `::`, in normalized form (no spaces).
///
/// Cedar RFC 9 wants names in data normalized; identifiers are ASCII (`[_a-zA-Z][_a-zA-Z0-9]*`).
public struct Name: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The whole name, as in `A::B::C`.
    public let path: String

    /// Wraps a path that is already known to be a normalized name, as the parser's output is.
    public init(unchecked path: String) {
        self.path = path
    }

    /// Reads a normalized name; `nil` when it is not one, uses a reserved word, or has a `__cedar` component (RFC 52).
    public init?(normalized text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        while true {
            let start = index
            guard index < bytes.count, Identifier.isStart(bytes[index]) else { return nil }
            while index < bytes.count, Identifier.isContinuation(bytes[index]) { index += 1 }
            let component = String(decoding: bytes[start..<index], as: UTF8.self)
            if Identifier.isReserved(component) || component == "__cedar" { return nil }
            if index == bytes.count { break }
            guard index + 1 < bytes.count, bytes[index] == 0x3A, bytes[index + 1] == 0x3A else { return nil }
            index += 2
        }
        self.path = text
    }

    /// The last component: `C` of `A::B::C`.
    public var basename: Substring {
        guard let separator = path.utf8.lastIndex(of: 0x3A) else { return path[...] }
        return path[path.utf8.index(after: separator)...]
    }

    /// The components before the last, joined; `nil` for an unqualified name.
    public var namespace: Name? {
        guard let separator = path.utf8.lastIndex(of: 0x3A) else { return nil }
        return Name(unchecked: String(path[..<path.utf8.index(before: separator)]))
    }

    /// The name itself.
    public var description: String { path }

    /// Order of the UTF-8 bytes.
    public static func < (left: Name, right: Name) -> Bool {
        left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }
}

/// The lexical rules of Cedar identifiers.
public enum Identifier {
    /// Words that cannot be identifiers: `true false if then else in is like has`.
    public static func isReserved(_ word: String) -> Bool {
        switch word {
        case "true", "false", "if", "then", "else", "in", "is", "like", "has": true
        default: false
        }
    }

    /// Whether a byte may begin an identifier.
    public static func isStart(_ byte: UInt8) -> Bool {
        byte == 0x5F || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// Whether a byte may follow in an identifier.
    public static func isContinuation(_ byte: UInt8) -> Bool {
        isStart(byte) || (0x30...0x39).contains(byte)
    }

    /// Whether a text has the form of an identifier; reserved words have it too.
    public static func isWellFormed(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, isStart(first) else { return false }
        return text.utf8.dropFirst().allSatisfy(isContinuation)
    }
}
