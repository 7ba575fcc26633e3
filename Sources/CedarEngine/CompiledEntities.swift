public import CedarModel
import CedarSyntax

/// Entities in the form in which compiled policies read them: dense ids, attributes by id, ancestors as sorted ids.
///
/// Immutable and shared by all threads. Made by ``PolicyCompiler/compile(_:)-entities``.
public final class CompiledEntities: Sendable {
    /// What is known of one entity.
    struct Row: BitwiseCopyable {
        /// Whether the store has the entity.
        var isPresent = false

        /// Whether some entity of the store has it as a parent.
        var isContainer = false

        /// Whether ``ancestors`` is complete; if not, the parents have to be walked.
        var isClosed = true

        /// One bit for each ancestor, by the lowest six bits of its id: most tests of membership end here.
        var signature: UInt64 = 0

        /// All ancestors, sorted.
        var ancestors = Cells<Int32>()

        /// The parents, sorted.
        var parents = Cells<Int32>()

        /// The attributes, sorted by key.
        var attributes = Cells<CompiledField>()

        /// The tags, sorted by key.
        var tags = Cells<CompiledField>()
    }

    /// The rows by entity id; entities with greater ids are not in the store.
    let rows: Cells<Row>

    /// The store that was compiled.
    public let store: EntityStore

    /// Which compiler gave out the ids.
    let lineage: Lineage

    private let arena: SealedArena

    /// How many ancestors beyond its parents an entity may have to get them all stored.
    private static let maximumIndirectAncestors = 256

    init(_ store: EntityStore, encoder: inout TableEncoder, lineage: Lineage) {
        let arena = encoder.arena
        var ids: [Int32] = []
        var contents: [(attributes: Cells<CompiledField>, tags: Cells<CompiledField>, parents: Cells<Int32>)] = []
        for entity in store.entities {
            ids.append(encoder.entity(entity.uid).id)
            let attributes = encoder.encode(entity.attributes)
            let tags = encoder.encode(entity.tags)
            let parents = arena.cells(copying: entity.parents.map { encoder.entity($0).id })
            parents.sort { $0 < $1 }
            contents.append((attributes, tags, parents))
        }
        let rows = arena.cells(encoder.symbols.entityCount, repeating: Row())
        for (index, content) in contents.enumerated() {
            var row = Row()
            row.isPresent = true
            row.attributes = content.attributes
            row.tags = content.tags
            row.parents = content.parents
            rows[Int(ids[index])] = row
        }
        for content in contents {
            for index in 0..<content.parents.count {
                var row = rows[Int(content.parents[index])]
                row.isContainer = true
                rows[Int(content.parents[index])] = row
            }
        }
        Self.close(rows, ids, in: arena)
        self.rows = rows
        self.store = store
        self.lineage = lineage
        self.arena = SealedArena(arena)
    }

    /// Finds the ancestors of all entities, each after its parents.
    private static func close(_ rows: Cells<Row>, _ ids: [Int32], in arena: Arena) {
        var isDone = [Bool](repeating: false, count: rows.count)
        for start in ids {
            var path = [start]
            while let current = path.last {
                if isDone[Int(current)] {
                    path.removeLast()
                    continue
                }
                let parents = rows[Int(current)].parents
                let height = path.count
                for index in 0..<parents.count where !isDone[Int(parents[index])] { path.append(parents[index]) }
                // The store has refused cycles, so that every visit that adds nothing finishes an entity.
                guard path.count == height else { continue }
                close(current, rows, in: arena)
                isDone[Int(current)] = true
                path.removeLast()
            }
        }
    }

    private static func close(_ id: Int32, _ rows: Cells<Row>, in arena: Arena) {
        var row = rows[Int(id)]
        let limit = row.parents.count + maximumIndirectAncestors
        var all: [Int32] = []
        for index in 0..<row.parents.count {
            let parent = rows[Int(row.parents[index])]
            guard parent.isClosed, parent.ancestors.count <= limit, all.count <= 4 * limit else {
                row.isClosed = false
                break
            }
            all.append(row.parents[index])
            for ancestor in 0..<parent.ancestors.count { all.append(parent.ancestors[ancestor]) }
        }
        if row.isClosed {
            all.sort()
            var distinct: [Int32] = []
            for ancestor in all where distinct.last != ancestor { distinct.append(ancestor) }
            row.isClosed = distinct.count <= limit
            if row.isClosed {
                row.ancestors = arena.cells(copying: distinct)
                row.signature = signature(of: row.ancestors)
            }
        }
        rows[Int(id)] = row
    }

    /// The signature of ids, see ``Row/signature``.
    static func signature(of ids: Cells<Int32>) -> UInt64 {
        var signature: UInt64 = 0
        for index in 0..<ids.count { signature |= 1 &<< UInt64(truncatingIfNeeded: ids[index] & 63) }
        return signature
    }
}

/// The identity of a compiler: ids of different compilers mean different things.
final class Lineage: Sendable {}

/// An arena that nobody fills any more.
///
/// Safety: nothing calls the arena again; it only keeps its memory alive.
struct SealedArena: @unchecked Sendable {
    private let arena: Arena

    init(_ arena: Arena) {
        self.arena = arena
    }
}
