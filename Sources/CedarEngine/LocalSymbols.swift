/// The strings of a request that the symbol table does not have, each once.
struct LocalStrings {
    private var list = ArenaList<Cells<UInt8>>()
    private var hashes = ArenaList<UInt64>()
    private var slots = Cells<Int32>()

    /// The key of all requests of this process; each process draws its own.
    private static let hashing = KeyedHash()

    /// The texts by id: -1 is the first.
    var texts: Cells<Cells<UInt8>> { list.elements }

    /// The id of a string, which is added if need be.
    mutating func id(of bytes: Span<UInt8>, in arena: Arena) -> Int32 {
        let hash = Self.hashing.hash(bytes)
        if list.count < 8 {
            for index in 0..<list.count where hashes[index] == hash && list[index].equals(bytes) {
                return ~Int32(index)
            }
            return append(bytes, hash, in: arena)
        }
        if list.count * 2 >= slots.count {
            slots = arena.cells(max(32, slots.count * 2), repeating: -1)
            for index in 0..<list.count { slots[slot(of: hashes[index], nil)] = Int32(index) }
        }
        let place = slot(of: hash, bytes)
        if slots[place] >= 0 { return ~slots[place] }
        slots[place] = Int32(list.count)
        return append(bytes, hash, in: arena)
    }

    private mutating func append(_ bytes: Span<UInt8>, _ hash: UInt64, in arena: Arena) -> Int32 {
        list.append(arena.cells(copying: bytes), in: arena)
        hashes.append(hash, in: arena)
        return ~Int32(list.count - 1)
    }

    /// The slot of a string, or the free one where it belongs; without bytes, the free one for a hash.
    private func slot(of hash: UInt64, _ bytes: Span<UInt8>?) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] >= 0 {
            let index = Int(slots[place])
            if let bytes, hashes[index] == hash, list[index].equals(bytes) { return place }
            place = (place + 1) & mask
        }
        return place
    }
}

/// The entities of a request that the symbol table does not have, each once.
struct LocalEntities {
    private struct Entry: BitwiseCopyable {
        var type: Int32
        var name: Int32
    }

    private var list = ArenaList<Entry>()
    private var slots = Cells<Int32>()

    /// The key of all requests of this process; each process draws its own.
    private static let hashing = KeyedHash()

    /// The type and the id within the type, both as strings.
    subscript(id: Int32) -> (type: Int32, name: Int32) {
        let entry = list[Int(~id)]
        return (entry.type, entry.name)
    }

    /// The id of an entity, which is added if need be.
    mutating func id(type: Int32, name: Int32, in arena: Arena) -> Int32 {
        if list.count < 8 {
            for index in 0..<list.count where list[index].name == name && list[index].type == type {
                return ~Int32(index)
            }
            list.append(Entry(type: type, name: name), in: arena)
            return ~Int32(list.count - 1)
        }
        if list.count * 2 >= slots.count {
            slots = arena.cells(max(32, slots.count * 2), repeating: -1)
            for index in 0..<list.count { slots[slot(of: list[index])] = Int32(index) }
        }
        let entry = Entry(type: type, name: name)
        let place = slot(of: entry)
        if slots[place] >= 0 { return ~slots[place] }
        slots[place] = Int32(list.count)
        list.append(entry, in: arena)
        return ~Int32(list.count - 1)
    }

    private func slot(of entry: Entry) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: Self.hashing.hash(entry.type, entry.name)) & mask
        while slots[place] >= 0 {
            let found = list[Int(slots[place])]
            if found.name == entry.name, found.type == entry.type { break }
            place = (place + 1) & mask
        }
        return place
    }
}
