import CedarSyntax

/// The kinds of request in which the conditions of a policy must be checked.
///
/// Those that the scope excludes are left out, and of those that differ only in what the conditions do not mention,
/// one stands for all.
struct EnvironmentSelection {
    /// The kinds of request.
    private(set) var kinds: [RequestEnvironment] = []

    /// Whether there are more than the limit.
    private(set) var isCutOff = false

    /// How many kinds of request are kept for a policy.
    static let limit = 1_000_000

    /// What two kinds of request have in common when one stands for both.
    private struct Key: Hashable {
        var principal: Name?
        var resource: Name?
        var action: EntityUID?
        var context: RecordType?
    }

    init(_ actions: [Schema.Action], _ filter: inout ScopeFilter, _ mentions: CheckedExpression.Mentions) {
        var seen: Set<Key> = []
        for action in actions where filter.admits(action: action.uid) {
            var principals = action.principalTypes.filter { filter.admits(principal: $0) }
            var resources = action.resourceTypes.filter { filter.admits(resource: $0) }
            if !mentions.principal { principals = Array(principals.prefix(1)) }
            if !mentions.resource { resources = Array(resources.prefix(1)) }
            var key = Key()
            key.action = mentions.action ? action.uid : nil
            key.context = mentions.context && !mentions.action ? action.context : nil
            for principal in principals {
                key.principal = mentions.principal ? principal : nil
                for resource in resources {
                    key.resource = mentions.resource ? resource : nil
                    guard seen.insert(key).inserted else { continue }
                    if kinds.count == Self.limit {
                        isCutOff = true
                        return
                    }
                    kinds.append(RequestEnvironment(principal: principal, action: action.uid, resource: resource))
                }
            }
        }
    }
}
