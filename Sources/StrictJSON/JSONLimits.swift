/// The bounds that a text must keep to be read at all.
///
/// A text beyond a bound is refused with the bound's own error code, so that an operator can tell which one to raise.
public struct JSONLimits: Sendable {
    /// The greatest length of the text, in bytes.
    ///
    /// Whatever is set here, a text of 4 GiB or more is refused.
    public var maximumBytes: Int
    /// The greatest number of arrays and objects open at once: `1` has depth 0, `[]` depth 1, `[{}]` depth 2.
    public var maximumDepth: Int
    /// The greatest number of values: every scalar, array and object counts one, member names count nothing.
    public var maximumValues: Int

    /// Sets the three bounds.
    public init(maximumBytes: Int, maximumDepth: Int, maximumValues: Int) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
    }

    /// The default for one request: 1 MiB, depth 32, 200,000 values.
    public static let request = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 32, maximumValues: 200_000)

    /// The default for files of a bundle: 64 MiB, depth 128, 10,000,000 values.
    public static let bundle = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 128, maximumValues: 10_000_000)
}
