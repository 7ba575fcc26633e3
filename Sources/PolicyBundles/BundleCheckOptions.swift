/// How bundles are checked beyond what they ask for themselves.
package struct BundleCheckOptions: Sendable {
    /// The level of validation in place of the bundles' own (Cedar RFC 76); `nil` for theirs.
    package var level: Int?

    /// Makes options.
    package init(level: Int? = nil) {
        self.level = level
    }
}
