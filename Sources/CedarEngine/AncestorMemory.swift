/// Remembers what the entities of the last request were in, because those of the next likely have the same roles.
///
/// For one set of policies: what it knows comes from their stored entities alone.
struct AncestorMemory {
    private struct Entry: BitwiseCopyable {
        var parents = Cells<Int32>()
        var ancestors = Ancestors()
    }

    /// The entities of a request that are remembered: the principal and the resource.
    private static let count = 2

    private var entries = InlineArray<2, Entry>(repeating: Entry())
    /// One for each entry, because an entry gives up its memory alone.
    private let arenas = (Arena(firstSize: 1 << 10), Arena(firstSize: 1 << 10))

    /// How many bytes it holds.
    var size: Int { arenas.0.size + arenas.1.size }

    /// Forgets everything.
    mutating func removeAll() { entries = InlineArray(repeating: Entry()) }

    /// The ancestors of the entity that a request added at a place; `nil` where stored rows do not tell all of them.
    mutating func ancestors(of parents: Cells<Int32>, at place: Int, in hierarchy: Hierarchy, _ arena: Arena)
        -> Ancestors?
    {
        // One parent costs nothing, and hardly anybody has very many.
        guard place < Self.count, parents.count > 1, parents.count <= 4, !hierarchy.isMoved else {
            return hierarchy.mergedAncestors(of: parents, arena: arena)
        }
        let known = entries[place]
        if known.parents.count == parents.count, known.parents.hasSameElements(as: parents) {
            // The entities of the request stand in the place of stored ones, whose ancestors would be others.
            for index in 0..<hierarchy.overlay.count where known.ancestors.contains(hierarchy.overlay[index].id) {
                return hierarchy.mergedAncestors(of: parents, arena: arena)
            }
            return known.ancestors
        }
        guard let found = hierarchy.mergedAncestors(of: parents, arena: arena) else { return nil }
        let memory = place == 0 ? arenas.0 : arenas.1
        memory.reset()
        var entry = Entry(parents: memory.cells(parents.count), ancestors: found)
        entry.parents.copy(parents, count: parents.count)
        entry.ancestors.ids = memory.cells(found.ids.count)
        entry.ancestors.ids.copy(found.ids, count: found.ids.count)
        entries[place] = entry
        return found
    }
}

extension Cells where Element == Int32 {
    /// Whether other cells, of which there are as many, hold the same.
    fileprivate func hasSameElements(as other: Cells<Int32>) -> Bool {
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
