/// One entry of the tape of a text: a value, or the name of a member, which stands just before its value.
///
/// There is no field for the kind: the byte at `start` tells it. The children of a container begin at the next index;
/// of an object, names and values alternate.
public struct JSONToken: BitwiseCopyable, Sendable {
    /// The offset of the first byte.
    public internal(set) var start: UInt32

    /// The offset after the last byte.
    public internal(set) var end: UInt32

    /// The index of the first token after this value and all it holds; while a container is still open, the index of
    /// the container around it, or `JSONToken.none`.
    public internal(set) var next: UInt32

    /// Of a container, the number of its elements or members; of a string, 1 if it has escapes; of a number, 1 if it
    /// is an integer literal; otherwise 0.
    public internal(set) var detail: UInt32

    /// An index that no token has: the limit on bytes keeps tapes shorter.
    static let none = UInt32.max

    /// The bytes between the quotes of a string.
    @inlinable public var contents: Range<Int> { Int(start) + 1..<Int(end) - 1 }

    /// The UTF-8 form of a string after unescaping.
    public func unescaped(in text: Span<UInt8>) -> [UInt8] { JSONEscape.unescaped(text, contents) }

    /// The number, if it is an integer literal within the range of `Int64`; as ``JSONNode/integer``.
    public func integer(in text: Span<UInt8>) -> Int64? {
        guard detail == 1 else { return nil }
        let isNegative = text[Int(start)] == ASCII.minus
        guard isNegative || ASCII.isDigit(text[Int(start)]) else { return nil }
        var value: Int64 = 0
        for offset in Int(start) + (isNegative ? 1 : 0)..<Int(end) {
            let digit = Int64(text[offset] &- ASCII.zero)
            let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            // Going below zero from the start reaches the least value, which has no positive counterpart.
            let (sum, isOutOfRange) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !isTooLarge, !isOutOfRange else { return nil }
            value = sum
        }
        return value
    }
}
