import CedarModel
import CedarSyntax

/// The ids of strings and entities that policies and stored entities mention.
///
/// Strings, attribute names and entity types share one space of ids; entities have one of their own. Ids are dense and
/// are never given back, so that a policy compiled against an earlier state of the table stays valid.
struct SymbolTable: Sendable {
    private let hashing = KeyedHash()

    /// The texts of all strings, one behind the other.
    private(set) var text: [UInt8] = []

    /// Where the text of each string ends.
    private(set) var ends: [Int] = []

    /// The type of each entity, as a string.
    private(set) var entityTypes: [Int32] = []

    /// The id of each entity within its type, as a string.
    private(set) var entityNames: [Int32] = []

    private var stringSlots: [StringSlot] = []
    private var entitySlots: [Int32] = []

    /// A place of the hash table of strings, with what tells most strings apart without a look at their texts.
    private struct StringSlot: BitwiseCopyable {
        /// The number of the string; negative in a free place.
        var id: Int32 = -1

        /// The upper half of its hash.
        var tag: UInt32 = 0

        /// Where it starts in ``text``.
        var start = 0

        /// How many bytes it has.
        var count = 0
    }

    /// How many strings there are.
    var stringCount: Int { ends.count }

    /// How many entities there are.
    var entityCount: Int { entityTypes.count }

    /// A table that stands in where another one has been taken out.
    static let placeholder = SymbolTable()

    // MARK: - Looking up

    /// The id of a string; `nil` when the table does not have it.
    func string(_ bytes: Span<UInt8>) -> Int32? {
        guard !stringSlots.isEmpty else { return nil }
        let found = stringSlots[stringSlot(of: bytes, hashing.hash(bytes))].id
        return found < 0 ? nil : found
    }

    /// Whether a string of the table is the given one.
    @inline(__always)
    func isString(_ id: Int32, _ bytes: Span<UInt8>) -> Bool {
        guard Int(id) < ends.count else { return false }
        let start = id == 0 ? 0 : ends[Int(id) - 1]
        return ends[Int(id)] - start == bytes.count && isText(from: start, bytes)
    }

    /// The id of an entity; `nil` when the table does not have it.
    func entity(type: Int32, name: Int32) -> Int32? {
        guard !entitySlots.isEmpty else { return nil }
        let found = entitySlots[entitySlot(of: type, name)]
        return found < 0 ? nil : found
    }

    /// The bytes of a string in ``text``.
    func range(of string: Int32) -> Range<Int> {
        let index = Int(string)
        return (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// The text of a string.
    func string(at id: Int32) -> CedarString { CedarString(utf8: text[range(of: id)]) }

    /// An entity by its id.
    func entity(at id: Int32) -> EntityUID {
        EntityUID(
            type: Name(unchecked: string(at: entityTypes[Int(id)]).text), id: string(at: entityNames[Int(id)]))
    }

    // MARK: - Adding

    /// The id of a string, which is added if need be.
    mutating func intern(_ string: CedarString) -> Int32 { intern(string.utf8.span) }

    /// The id of the name of a type, which is added if need be.
    mutating func intern(_ name: Name) -> Int32 { intern(name.path.utf8.span) }

    private mutating func intern(_ bytes: Span<UInt8>) -> Int32 {
        if ends.count * 2 >= stringSlots.count { growStrings() }
        let hash = hashing.hash(bytes)
        let slot = stringSlot(of: bytes, hash)
        if stringSlots[slot].id >= 0 { return stringSlots[slot].id }
        let (id, start) = (Int32(ends.count), text.count)
        for index in bytes.indices { text.append(bytes[index]) }
        ends.append(text.count)
        stringSlots[slot] = StringSlot(id: id, tag: Self.tag(hash), start: start, count: bytes.count)
        return id
    }

    /// The id of an entity, which is added if need be.
    mutating func intern(_ uid: EntityUID) -> Int32 {
        let (type, name) = (intern(uid.type), intern(uid.id))
        if entityTypes.count * 2 >= entitySlots.count { growEntities() }
        let slot = entitySlot(of: type, name)
        if entitySlots[slot] >= 0 { return entitySlots[slot] }
        entityTypes.append(type)
        entityNames.append(name)
        entitySlots[slot] = Int32(entityTypes.count - 1)
        return entitySlots[slot]
    }

    // MARK: - Slots

    /// The slot in which a string with a hash is, or the free one in which it belongs.
    @inline(__always)
    private func stringSlot(of bytes: Span<UInt8>, _ hash: UInt64) -> Int {
        let slots = stringSlots.span
        let (mask, tag) = (slots.count - 1, Self.tag(hash))
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry.id < 0 { return slot }
            if entry.tag == tag, entry.count == bytes.count, isText(from: entry.start, bytes) { return slot }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    private func entitySlot(of type: Int32, _ name: Int32) -> Int {
        let mask = entitySlots.count - 1
        var slot = Int(truncatingIfNeeded: hashing.hash(type, name)) & mask
        while entitySlots[slot] >= 0 {
            let index = Int(entitySlots[slot])
            if entityNames[index] == name, entityTypes[index] == type { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Whether the text from a place on is the given one; so many bytes are there.
    @inline(__always)
    private func isText(from start: Int, _ bytes: Span<UInt8>) -> Bool {
        // Safe: bytes have no padding.
        let (known, other) = unsafe (text.span.bytes, bytes.bytes)
        let count = other.byteCount
        guard count >= 4 else {
            for index in 0..<count where text[start + index] != bytes[index] { return false }
            return true
        }
        precondition(start >= 0 && start <= known.byteCount - count)
        var index = 0
        while count - index >= 8 {
            // Safe: eight bytes are left in both.
            let (left, right) = unsafe (
                known.unsafeLoadUnaligned(fromByteOffset: start + index, as: UInt64.self),
                other.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            if left != right { return false }
            index += 8
        }
        if count >= 8 {
            // Safe: both have eight bytes before the end; some of them are compared again.
            return unsafe known.unsafeLoadUnaligned(fromByteOffset: start + count - 8, as: UInt64.self)
                == other.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        }
        // Safe: both have four bytes at the start and before the end.
        let (first, last) = unsafe (
            known.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)
                == other.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self),
            known.unsafeLoadUnaligned(fromByteOffset: start + count - 4, as: UInt32.self)
                == other.unsafeLoadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        )
        return first && last
    }

    private mutating func growStrings() {
        stringSlots = [StringSlot](repeating: StringSlot(), count: max(64, stringSlots.count * 2))
        let (mask, all) = (stringSlots.count - 1, text)
        for id in ends.indices {
            let range = range(of: Int32(id))
            let hash = hashing.hash(all.span.extracting(range))
            // All strings are different, so that the first free place is the right one.
            var slot = Int(truncatingIfNeeded: hash) & mask
            while stringSlots[slot].id >= 0 { slot = (slot + 1) & mask }
            stringSlots[slot] = StringSlot(
                id: Int32(id), tag: Self.tag(hash), start: range.lowerBound, count: range.count)
        }
    }

    private mutating func growEntities() {
        entitySlots = [Int32](repeating: -1, count: max(64, entitySlots.count * 2))
        for id in entityTypes.indices {
            entitySlots[entitySlot(of: entityTypes[id], entityNames[id])] = Int32(id)
        }
    }
}
