/// One entry of the tape: a value, or the name of a member, which stands just before its value.
///
/// There is no field for the kind: the byte at `start` tells it.
struct JSONToken: Sendable {
    /// The offset of the first byte.
    var start: UInt32
    /// The offset after the last byte.
    var end: UInt32
    /// The index of the first token after this value and all it holds; while a container is still open, the index of
    /// the container around it, or `JSONToken.none`.
    var next: UInt32
    /// Of a container, the number of its elements or members; of a string, 1 if it has escapes; of a number, 1 if it
    /// is an integer literal; otherwise 0.
    var detail: UInt32

    /// An index that no token has: the limit on bytes keeps tapes shorter.
    static let none = UInt32.max
}

/// A text and the tokens found in it, shared by all nodes of a document.
final class JSONTape: Sendable {
    let bytes: [UInt8]
    /// The tokens in document order, the root at index 0.
    let tokens: [JSONToken]

    init(bytes: [UInt8], tokens: [JSONToken]) {
        self.bytes = bytes
        self.tokens = tokens
    }

    /// The contents of a string token after unescaping.
    func unescaped(_ token: JSONToken) -> [UInt8] {
        let bytes = bytes
        return JSONEscape.unescaped(bytes.span, Int(token.start) + 1..<Int(token.end) - 1)
    }
}
