/// How much a document may hold before it is refused.
package struct DocumentLimits: Sendable {
    /// The greatest length in bytes.
    package var maximumBytes: Int

    /// The greatest number of lists and mappings open at once: `1` has depth 0, `[]` depth 1.
    package var maximumDepth: Int

    /// The greatest number of values, keys not counted.
    package var maximumValues: Int

    /// Sets the bounds.
    package init(maximumBytes: Int, maximumDepth: Int, maximumValues: Int) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
    }

    /// The bounds of a file that people write: 1 MiB, depth 64, 100,000 values.
    package static let standard = DocumentLimits(
        maximumBytes: 1 << 20, maximumDepth: 64, maximumValues: 100_000)
}
