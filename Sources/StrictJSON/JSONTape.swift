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
