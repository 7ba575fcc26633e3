import Residency
import StrictJSON

extension Datum {
    /// Takes the value of a token; whoever read the text bounded its size and depth.
    init(_ token: JSONToken, at index: Int, of tokens: Span<JSONToken>, in text: Span<UInt8>) {
        switch text[Int(token.start)] {
        case UInt8(ascii: "{"):
            var members: [(key: String, value: Datum)] = []
            members.reserveCapacity(Int(token.detail))
            var key = index + 1
            for _ in 0..<Int(token.detail) {
                let value = tokens[key + 1]
                members.append((tokens[key].string(in: text), Datum(value, at: key + 1, of: tokens, in: text)))
                key = Int(value.next)
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var elements: [Datum] = []
            elements.reserveCapacity(Int(token.detail))
            var element = index + 1
            for _ in 0..<Int(token.detail) {
                elements.append(Datum(tokens[element], at: element, of: tokens, in: text))
                element = Int(tokens[element].next)
            }
            self = .list(elements)
        case UInt8(ascii: "\""): self = .string(token.string(in: text))
        case UInt8(ascii: "t"): self = .bool(true)
        case UInt8(ascii: "f"): self = .bool(false)
        case UInt8(ascii: "n"): self = .null
        default: self = token.integer(in: text).map { .integer($0) } ?? .number
        }
    }
}

extension JSONToken {
    /// The text of a string.
    func string(in text: Span<UInt8>) -> String {
        guard detail == 0 else { return String(decoding: unescaped(in: text), as: UTF8.self) }
        // Safe: the buffer is only read while the closure runs.
        return unsafe text.extracting(contents).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
