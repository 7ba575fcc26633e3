public import CedarSyntax

/// A policy or template with the file that it stands in.
///
/// A reference, because lists of thousands are made again whenever one policy changes.
public final class PolicySource: Sendable {
    /// The policy.
    public let policy: Policy

    /// The file.
    public let file: SourceFile

    /// Joins a policy and its file.
    public init(policy: Policy, file: SourceFile) {
        self.policy = policy
        self.file = file
    }
}
