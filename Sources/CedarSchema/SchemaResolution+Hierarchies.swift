import CedarModel
import CedarSyntax

/// The measure of what is in what.
extension SchemaResolution {
    /// Reports hierarchies whose ancestors are too many to be computed.
    mutating func reportLargeHierarchies(_ schema: Schema) {
        let parents = schema.entityTypes.mapValues { Array($0.parents) }
        if let name = Self.firstBeyondLimit(parents.keys.sorted(), parents),
            let entry = declarations.entityTypes.first(where: { $0.name == name })?.entry
        {
            findings.report(
                .schemaHierarchyTooLarge,
                "the entity types have too many ancestors, counted up to `\(name.path.excerpt)`",
                at: entry.scope.place(entry.declaration.name.span),
                help: "ancestors count for each type anew; shorten chains of `in`")
        }
        let groups = schema.actions.mapValues { Array($0.groups) }
        if let uid = Self.firstBeyondLimit(groups.keys.sorted(), groups),
            let action = declarations.actions.first(where: { $0.uid == uid })
        {
            findings.report(
                .schemaHierarchyTooLarge, "the actions are in too many groups, counted up to `\(uid.excerpt)`",
                at: action.entry.scope.place(action.entry.declaration.id.span),
                help: "groups count for each action anew; shorten chains of `in`")
        }
    }

    /// Follows all memberships of one after the other, until they are too many.
    private static func firstBeyondLimit<Key: Hashable>(_ keys: [Key], _ parents: [Key: [Key]]) -> Key? {
        let numbers = Dictionary(uniqueKeysWithValues: zip(keys, keys.indices))
        let parents = keys.map { (parents[$0] ?? []).compactMap { numbers[$0] } }
        // The last walk that came by.
        var visits = Array(repeating: -1, count: keys.count)
        var pending: [Int] = []
        var steps = 0
        for index in keys.indices {
            pending.append(contentsOf: parents[index])
            while let next = pending.popLast() {
                steps += 1
                if steps > SchemaResolver.maximumHierarchySize { return keys[index] }
                if visits[next] == index { continue }
                visits[next] = index
                pending.append(contentsOf: parents[next])
            }
        }
        return nil
    }
}
