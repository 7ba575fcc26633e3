/// An entity that a request brings along, in place of the stored one.
struct OverlayEntity: BitwiseCopyable {
    /// Its id.
    var id: Int32

    /// The attributes, sorted by key.
    var attributes = Cells<CompiledField>()

    /// The tags, sorted by key.
    var tags = Cells<CompiledField>()

    /// The parents, sorted.
    var parents = Cells<Int32>()

    /// All ancestors.
    var ancestors = Ancestors()
}

/// The ancestors of an entity.
///
/// An entity with one parent shares the ancestors of that parent, so that a role with many permissions costs its holder
/// nothing.
struct Ancestors: BitwiseCopyable {
    /// The ancestors, sorted, unless ``parent`` is another one.
    var ids = Cells<Int32>()

    /// The only parent, which is not among ``ids``; ``none`` where these are all.
    var parent = Self.none

    /// One bit for each, see ``CompiledEntities/Row/signature``.
    var signature: UInt64 = 0

    /// A number that is no entity's.
    static let none = Int32.min

    init() {}

    /// Sorted ancestors, all of them.
    init(_ ids: Cells<Int32>) {
        self.ids = ids
        signature = CompiledEntities.signature(of: ids)
    }

    /// A parent and its ancestors, sorted.
    init(parent: Int32, above ids: Cells<Int32>, _ signature: UInt64) {
        self.ids = ids
        self.parent = parent
        self.signature = signature | Self.bit(parent)
    }

    /// The bit of an entity in signatures.
    @inline(__always)
    static func bit(_ id: Int32) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: id & 63) }

    /// Whether an entity is among them.
    @inline(__always)
    func contains(_ id: Int32) -> Bool {
        signature & Self.bit(id) != 0 && (parent == id || ids.containsSorted(id))
    }
}

/// The entities of a decision: those of a request over those of the store.
struct Hierarchy: BitwiseCopyable {
    /// The stored entities.
    var rows: Cells<CompiledEntities.Row>

    /// The entities of the request.
    ///
    /// They are searched one after the other, because there are one or two.
    var overlay = Cells<OverlayEntity>()

    /// Whether the request moves an entity that has stored ones below it, so that no stored ancestors hold.
    var isMoved = false

    /// The attributes of an entity; `nil` when there is no such entity.
    @inline(__always)
    func attributes(of id: Int32) -> Cells<CompiledField>? {
        for index in 0..<overlay.count where overlay[index].id == id { return overlay[index].attributes }
        guard id >= 0, Int(id) < rows.count, rows[Int(id)].isPresent else { return nil }
        return rows[Int(id)].attributes
    }

    /// The tags of an entity; `nil` when there is no such entity.
    func tags(of id: Int32) -> Cells<CompiledField>? {
        for index in 0..<overlay.count where overlay[index].id == id { return overlay[index].tags }
        guard id >= 0, Int(id) < rows.count, rows[Int(id)].isPresent else { return nil }
        return rows[Int(id)].tags
    }

    /// Whether an entity is another one or below it.
    @inline(__always)
    func isMember(_ id: Int32, of ancestor: Int32, arena: Arena) -> Bool {
        if id == ancestor { return true }
        for index in 0..<overlay.count where overlay[index].id == id {
            return overlay[index].ancestors.contains(ancestor)
        }
        guard id >= 0, Int(id) < rows.count else { return false }
        if isMoved || !rows[Int(id)].isClosed { return walkedAncestors(of: id, arena: arena).containsSorted(ancestor) }
        return rows[Int(id)].signature & Ancestors.bit(ancestor) != 0
            && rows[Int(id)].ancestors.containsSorted(ancestor)
    }

    /// All ancestors of an entity, and its only parent where that is not among them; see ``Ancestors``.
    func ancestors(of id: Int32, arena: Arena) -> (ids: Cells<Int32>, parent: Int32) {
        for index in 0..<overlay.count where overlay[index].id == id {
            return (overlay[index].ancestors.ids, overlay[index].ancestors.parent)
        }
        guard id >= 0, Int(id) < rows.count else { return (Cells(), Ancestors.none) }
        if isMoved || !rows[Int(id)].isClosed { return (walkedAncestors(of: id, arena: arena), Ancestors.none) }
        return (rows[Int(id)].ancestors, Ancestors.none)
    }

    /// The ancestors of an entity with a few parents that stored rows tell all about; `nil` where that is not so.
    func mergedAncestors(of parents: Cells<Int32>, arena: Arena) -> Ancestors? {
        guard !isMoved, parents.count <= 4 else { return nil }
        var all = Ancestors()
        for index in 0..<parents.count {
            let parent = parents[index]
            guard !isInOverlay(parent) else { return nil }
            var (ancestors, signature): (Cells<Int32>, UInt64) = (Cells(), 0)
            if parent >= 0, Int(parent) < rows.count {
                guard rows[Int(parent)].isClosed else { return nil }
                ancestors = rows[Int(parent)].ancestors
                signature = rows[Int(parent)].signature
            }
            for place in 0..<overlay.count where ancestors.containsSorted(overlay[place].id) { return nil }
            if parents.count == 1 { return Ancestors(parent: parent, above: ancestors, signature) }
            all.ids = Self.union(all.ids, ancestors, and: parent, arena)
            all.signature |= signature | Ancestors.bit(parent)
        }
        return all
    }

    /// Two sorted runs and one more id as one run.
    private static func union(
        _ left: Cells<Int32>, _ right: Cells<Int32>, and other: Int32, _ arena: Arena
    ) -> Cells<Int32> {
        let all = arena.cells(left.count + right.count + 1, of: Int32.self)
        var count = right.count
        if left.count == 0 {
            all.copy(right, count: count)
        } else {
            var (first, second) = (0, 0)
            count = 0
            while first < left.count, second < right.count {
                let (one, two) = (left[first], right[second])
                all[count] = min(one, two)
                count += 1
                first += one <= two ? 1 : 0
                second += two <= one ? 1 : 0
            }
            while first < left.count {
                all[count] = left[first]
                (first, count) = (first + 1, count + 1)
            }
            while second < right.count {
                all[count] = right[second]
                (second, count) = (second + 1, count + 1)
            }
        }
        if all.prefix(count).containsSorted(other) { return all.prefix(count) }
        var place = count
        while place > 0, all[place - 1] > other {
            all[place] = all[place - 1]
            place -= 1
        }
        all[place] = other
        return all.prefix(count + 1)
    }

    /// The ancestors of an entity, found by going from parent to parent.
    ///
    /// Ids are unique in the result, which contains the entity itself only if it is its own ancestor.
    @inline(never)
    func walkedAncestors(of id: Int32, arena: Arena) -> Cells<Int32> {
        var reached = IDSet()
        var next = 0
        add(parents(of: id), to: &reached, arena)
        while next < reached.ids.count {
            let current = reached.ids[next]
            next += 1
            let isStored = current >= 0 && Int(current) < rows.count && !isInOverlay(current)
            if isStored, !isMoved, rows[Int(current)].isClosed {
                add(rows[Int(current)].ancestors, to: &reached, arena)
            } else {
                add(parents(of: current), to: &reached, arena)
            }
        }
        let all = reached.ids.elements
        all.sort { $0 < $1 }
        return all
    }

    /// Whether a stored entity has an entity as a parent.
    func isContainer(_ id: Int32) -> Bool { id >= 0 && Int(id) < rows.count && rows[Int(id)].isContainer }

    /// The ancestors of an entity as far as the store goes; `nil` where its row does not have them all.
    func storedAncestors(of id: Int32) -> Cells<Int32>? {
        guard id >= 0, Int(id) < rows.count else { return Cells() }
        return rows[Int(id)].isClosed ? rows[Int(id)].ancestors : nil
    }

    /// The direct parents of an entity.
    func parents(of id: Int32) -> Cells<Int32> {
        for index in 0..<overlay.count where overlay[index].id == id { return overlay[index].parents }
        return id >= 0 && Int(id) < rows.count ? rows[Int(id)].parents : Cells()
    }

    private func isInOverlay(_ id: Int32) -> Bool {
        for index in 0..<overlay.count where overlay[index].id == id { return true }
        return false
    }

    private func add(_ ids: Cells<Int32>, to reached: inout IDSet, _ arena: Arena) {
        for index in 0..<ids.count { reached.insert(ids[index], in: arena) }
    }
}

/// A set of ids in an arena that remembers the order of insertion.
private struct IDSet {
    private(set) var ids = ArenaList<Int32>()
    private var slots = Cells<Int32>()

    /// Adds an id unless it is there.
    mutating func insert(_ id: Int32, in arena: Arena) {
        if ids.count * 2 >= slots.count {
            slots = arena.cells(max(32, slots.count * 2), repeating: -1)
            for index in 0..<ids.count { slots[slot(of: ids[index])] = Int32(index) }
        }
        let place = slot(of: id)
        guard slots[place] < 0 else { return }
        slots[place] = Int32(ids.count)
        ids.append(id, in: arena)
    }

    private func slot(of id: Int32) -> Int {
        let mask = slots.count - 1
        // Ids are dense and not chosen by clients, so that any spreading will do.
        var place = Int(truncatingIfNeeded: UInt64(UInt32(bitPattern: id)) &* 0x9E37_79B9_7F4A_7C15 >> 32) & mask
        while slots[place] >= 0, ids[Int(slots[place])] != id { place = (place + 1) & mask }
        return place
    }
}
