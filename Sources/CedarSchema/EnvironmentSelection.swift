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

    /// How many types were looked at.
    private(set) var steps = 0

    /// What two kinds of request have in common when one stands for both.
    private struct Key: Hashable {
        var principal: Name?
        var resource: Name?
        var action: EntityUID?
        var context: Int?
    }

    /// Selects kinds of request, looking at no more than `limit` types.
    init(
        _ names: SchemaNames, _ filter: inout ScopeFilter, _ mentions: CheckedExpression.Mentions, limit: Int
    ) {
        var seen: Set<Key> = []
        for (index, action) in names.actions.enumerated() where filter.admits(action: action.uid) {
            steps += action.principalTypes.count + action.resourceTypes.count + 1
            if steps > limit {
                isCutOff = true
                return
            }
            var principals = action.principalTypes.filter { filter.admits(principal: $0) }
            var resources = action.resourceTypes.filter { filter.admits(resource: $0) }
            if !mentions.principal { principals = Array(principals.prefix(1)) }
            if !mentions.resource { resources = Array(resources.prefix(1)) }
            var key = Key()
            key.action = mentions.action ? action.uid : nil
            key.context = mentions.context && !mentions.action ? names.contexts[index] : nil
            for principal in principals {
                key.principal = mentions.principal ? principal : nil
                for resource in resources {
                    steps += 1
                    if steps > limit {
                        isCutOff = true
                        return
                    }
                    key.resource = mentions.resource ? resource : nil
                    guard seen.insert(key).inserted else { continue }
                    kinds.append(RequestEnvironment(principal: principal, action: action.uid, resource: resource))
                }
            }
        }
    }
}
