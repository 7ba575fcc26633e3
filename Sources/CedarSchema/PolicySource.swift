public import CedarSyntax

/// A policy or template with the file that it stands in.
public struct PolicySource: Sendable {
    /// The policy.
    public var policy: Policy

    /// The file.
    public var file: SourceFile

    /// Joins a policy and its file.
    public init(policy: Policy, file: SourceFile) {
        self.policy = policy
        self.file = file
    }
}
