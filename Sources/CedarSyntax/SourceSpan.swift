/// A half-open range of UTF-8 byte offsets in one source file.
public struct SourceSpan: Hashable, Sendable {
    /// Offset of the first byte.
    public var start: Int

    /// Offset behind the last byte.
    public var end: Int

    /// Makes a span.
    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// The smallest span that covers both.
    public func union(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(start: min(start, other.start), end: max(end, other.end))
    }
}

/// A syntactic element together with the place it was written at.
public struct Spanned<Value: Sendable>: Sendable {
    /// The element.
    public var value: Value

    /// Where it stands in its source file.
    public var span: SourceSpan

    /// Joins an element and its place.
    public init(_ value: Value, _ span: SourceSpan) {
        self.value = value
        self.span = span
    }
}
