/// What the check of an environment found out about nodes, for the level check that follows it.
struct TypeTrace {
    /// Whether dereferencing an expression reaches into entity data.
    private(set) var isEntity: [Bool]

    /// For `&&` and `||` the last operand that can run; for `if` 1 or 2 when only that branch can, else 0; for
    /// `is ... in` 1 when the second part can run.
    private(set) var branch: [Int]

    /// Whether the receiver of a step of a member chain is an entity, by node and step.
    private(set) var receivers: [Int: [Bool]] = [:]

    init(nodes: Int) {
        isEntity = Array(repeating: false, count: nodes)
        branch = Array(repeating: 0, count: nodes)
    }

    mutating func note(_ node: Int, _ type: ValidationType?) {
        if !isEntity.isEmpty { isEntity[node] = type?.isEntity ?? false }
    }

    mutating func noteBranch(_ node: Int, _ value: Int) {
        if !branch.isEmpty { branch[node] = value }
    }

    mutating func noteReceiver(_ node: Int, _ step: Int, _ type: ValidationType?) {
        guard !isEntity.isEmpty else { return }
        if step == 0 { receivers[node] = [] }
        receivers[node]?.append(type?.isEntity ?? false)
    }
}
