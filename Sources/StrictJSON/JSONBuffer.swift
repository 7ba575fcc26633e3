/// Reads one text after another in the same memory, for callers that read many and keep none.
///
/// What a text says is told by its tokens, which are only lent: no value of a text outlives the reading, and nothing is
/// counted or copied on the way. A text that is like the one before it is read by the tape of that one, which is several
/// times faster and finds the same. ``JSONDocument`` is the convenient form of the same. Not thread safe.
public final class JSONBuffer {
    /// Everything in one place: each property of a class costs a check of its own that nobody else is using it.
    private var memory: Memory

    /// The most tokens whose memory is kept for the next text: one huge text must not hold its memory for ever.
    private static let keptTokens = 1 << 14

    /// Makes a reader of texts within limits.
    public init(limits: JSONLimits) {
        memory = Memory(limits: limits)
    }

    /// Reads a text and hands its tokens to a body, the root at index 0, with what they have in common with those of the
    /// text before.
    ///
    /// - Throws: ``JSONError``, the same as ``JSONDocument`` has for the text.
    public func read<Result>(
        _ bytes: Span<UInt8>, _ body: (_ tokens: Span<JSONToken>, _ repetition: JSONRepetition) -> Result
    ) throws(JSONError) -> Result {
        let repetition = try memory.read(bytes)
        return memory.likeness.withTokens { body($0, repetition) }
    }

    private struct Memory: ~Copyable {
        var scanner: JSONScanner
        var likeness = JSONLikeness()
        var readings: UInt64 = 0

        init(limits: JSONLimits) {
            scanner = JSONScanner(limits: limits)
        }

        mutating func read(_ bytes: Span<UInt8>) throws(JSONError) -> JSONRepetition {
            readings &+= 1
            if bytes.count > scanner.limits.maximumBytes || !likeness.read(bytes) {
                likeness.forget()
                scanner.restart(keeping: JSONBuffer.keptTokens)
                try scanner.scan(bytes)
                scanner.handOver(to: &likeness, bytes)
                // What came back may be the tape of a huge text.
                scanner.restart(keeping: JSONBuffer.keptTokens)
            }
            var repetition = likeness.repetition
            repetition.reading = readings
            return repetition
        }
    }
}
