/// How large the files of an application may be.
///
/// Documents have limits of their own besides.
package struct BundleLimits: Sendable {
    /// The greatest number of files.
    package var maximumFiles: Int

    /// The greatest length of one file, in bytes.
    package var maximumFileBytes: Int

    /// The greatest length of all files together, in bytes.
    package var maximumTotalBytes: Int

    /// Sets the limits.
    package init(maximumFiles: Int, maximumFileBytes: Int, maximumTotalBytes: Int) {
        self.maximumFiles = maximumFiles
        self.maximumFileBytes = maximumFileBytes
        self.maximumTotalBytes = maximumTotalBytes
    }

    /// 10,000 files, 64 MiB each, 256 MiB together.
    package static let standard = BundleLimits(
        maximumFiles: 10_000, maximumFileBytes: 64 << 20, maximumTotalBytes: 256 << 20)
}
