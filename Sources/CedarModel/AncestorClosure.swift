import CedarSyntax

/// The ancestors of all entities of a graph of parents, found in one pass in topological order.
///
/// There is no recursion, because the depth of a hierarchy is data.
struct AncestorClosure {
    /// The ancestors of each entity, without itself.
    ///
    /// Entities with too many ancestors are left out: a chain of 100,000 entities has five billion pairs of descendant
    /// and ancestor, which nobody can store.
    private(set) var ancestors: [EntityUID: Set<EntityUID>] = [:]

    /// How many ancestors beyond its direct parents an entity may have to get a closure.
    static let maximumIndirectAncestors = 256

    /// Computes the closure.
    /// - Throws: ``EntityStoreError/cycle`` with the least entity of a cycle.
    init(parents: [EntityUID: Set<EntityUID>]) throws(EntityStoreError) {
        ancestors.reserveCapacity(parents.count)
        var finished: Set<EntityUID> = []
        var onPath: Set<EntityUID> = []
        for start in parents.keys {
            // The path from the start to the current entity, each step followed by its siblings still to be visited.
            var path = [start]
            while let current = path.last {
                if finished.contains(current) {
                    path.removeLast()
                    continue
                }
                let direct = parents[current] ?? []
                if onPath.insert(current).inserted {
                    let open = direct.filter { !finished.contains($0) }
                    if let repeated = open.first(where: onPath.contains) {
                        let cycle = path.suffix(from: path.lastIndex(of: repeated) ?? 0).filter(onPath.contains)
                        throw .cycle(cycle.min() ?? repeated)
                    }
                    path.append(contentsOf: open)
                } else {
                    ancestors[current] = union(of: direct)
                    finished.insert(current)
                    onPath.remove(current)
                    path.removeLast()
                }
            }
        }
    }

    /// The parents and their ancestors, which are known; `nil` when they are too many.
    private func union(of parents: Set<EntityUID>) -> Set<EntityUID>? {
        let limit = parents.count + Self.maximumIndirectAncestors
        var union = parents
        for parent in parents {
            guard let further = ancestors[parent], further.count <= limit else { return nil }
            union.formUnion(further)
            if union.count > limit { return nil }
        }
        return union
    }
}
