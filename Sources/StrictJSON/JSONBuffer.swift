/// Reads one text after another in the same memory, for callers that read many and keep none.
///
/// What a text says is told by its tokens, which are only lent: no value of a text outlives the reading, and nothing is
/// counted or copied on the way. A text that is like the one before it is read by the tape of that one, which is several
/// times faster and finds the same. ``JSONDocument`` is the convenient form of the same. Not thread safe.
public final class JSONBuffer {
    private var scanner: JSONScanner
    private var likeness = JSONLikeness()

    /// How many texts were read, faulty ones included.
    public private(set) var readings: UInt64 = 0

    /// The most tokens whose memory is kept for the next text: one huge text must not hold its memory for ever.
    private static let keptTokens = 1 << 14

    /// Makes a reader of texts within limits.
    public init(limits: JSONLimits) {
        scanner = JSONScanner(limits: limits)
    }

    /// Reads a text and hands its tokens to a body, the root at index 0.
    ///
    /// - Throws: ``JSONError``, the same as ``JSONDocument`` has for the text.
    public func read<Result>(
        _ bytes: Span<UInt8>, _ body: (_ tokens: Span<JSONToken>) -> Result
    ) throws(JSONError) -> Result {
        readings &+= 1
        if bytes.count > scanner.limits.maximumBytes || !likeness.read(bytes) {
            likeness.forget()
            scanner.restart(keeping: Self.keptTokens)
            try scanner.scan(bytes)
            scanner.handOver(to: &likeness, bytes)
        }
        return likeness.withTokens(body)
    }

    /// What the last text has in common with the text before it.
    public var repetition: JSONRepetition { likeness.repetition }
}
