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

    private var stringSlots: [Int32] = []
    private var entitySlots: [Int32] = []

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
        let found = stringSlots[stringSlot(of: bytes)]
        return found < 0 ? nil : found
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
        let slot = stringSlot(of: bytes)
        if stringSlots[slot] >= 0 { return stringSlots[slot] }
        for index in bytes.indices { text.append(bytes[index]) }
        ends.append(text.count)
        stringSlots[slot] = Int32(ends.count - 1)
        return stringSlots[slot]
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

    /// The slot in which a string is, or the free one in which it belongs.
    private func stringSlot(of bytes: Span<UInt8>) -> Int {
        let mask = stringSlots.count - 1
        var slot = Int(truncatingIfNeeded: hashing.hash(bytes)) & mask
        while stringSlots[slot] >= 0, !isText(of: stringSlots[slot], bytes) { slot = (slot + 1) & mask }
        return slot
    }

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

    private func isText(of string: Int32, _ bytes: Span<UInt8>) -> Bool {
        let range = self.range(of: string)
        guard range.count == bytes.count else { return false }
        // Safe: bytes have no padding.
        let (known, other) = unsafe (text.span.bytes, bytes.bytes)
        var index = 0
        while bytes.count - index >= 8 {
            // Safe: eight bytes are left in both, whose lengths are the same.
            let (left, right) = unsafe (
                known.unsafeLoadUnaligned(fromByteOffset: range.lowerBound + index, as: UInt64.self),
                other.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            if left != right { return false }
            index += 8
        }
        while index < bytes.count {
            if text[range.lowerBound + index] != bytes[index] { return false }
            index += 1
        }
        return true
    }

    private mutating func growStrings() {
        stringSlots = [Int32](repeating: -1, count: max(64, stringSlots.count * 2))
        let all = text
        for id in ends.indices {
            stringSlots[stringSlot(of: all.span.extracting(range(of: Int32(id))))] = Int32(id)
        }
    }

    private mutating func growEntities() {
        entitySlots = [Int32](repeating: -1, count: max(64, entitySlots.count * 2))
        for id in entityTypes.indices {
            entitySlots[entitySlot(of: entityTypes[id], entityNames[id])] = Int32(id)
        }
    }
}
