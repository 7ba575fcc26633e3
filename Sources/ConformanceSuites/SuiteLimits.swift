/// How much the suites of one run may hold.
package struct SuiteLimits: Sendable {
    /// The greatest length of a file in bytes.
    package var maximumFileBytes = 1 << 20

    /// The greatest number of files.
    package var maximumFiles = 10_000

    /// The greatest number of cases that one suite stands for; lists multiply.
    package var maximumCases = 100_000

    /// The bounds that are not set otherwise.
    package static let standard = SuiteLimits()

    package init() {}
}
