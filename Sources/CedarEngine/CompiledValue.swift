/// A Cedar value in 16 bytes without references.
///
/// Strings and entities are ids: equal ids mean equal strings, because whoever makes ids gives one to each string. Sets
/// and records are addresses of sorted cells in an ``Arena`` that outlives the value. Ids from the symbol table are not
/// negative, ids that one request gave out are.
struct CompiledValue: BitwiseCopyable {
    /// The type of a value; the raw values order values of different types in sets.
    enum Kind: UInt8 {
        case bool, long, string, entity, set, record, decimal, ip, datetime, duration, unreadable
    }

    /// The type.
    var kind: Kind

    /// Whether a part, at any depth, cannot be read.
    var isTainted: Bool

    /// The count of a set or record, the type of an entity, the family and prefix of an IP address; else 0.
    var detail: UInt32

    /// The number, the id, or the address.
    var bits: UInt64

    @inline(__always)
    init(_ kind: Kind, bits: UInt64, detail: UInt32 = 0, isTainted: Bool = false) {
        self.kind = kind
        self.isTainted = isTainted
        self.detail = detail
        self.bits = bits
    }

    /// A boolean.
    @inline(__always) static func bool(_ value: Bool) -> CompiledValue { CompiledValue(.bool, bits: value ? 1 : 0) }

    /// A number of one of the types that are one.
    @inline(__always) static func number(_ kind: Kind, _ value: Int64) -> CompiledValue {
        CompiledValue(kind, bits: UInt64(bitPattern: value))
    }

    /// A string.
    @inline(__always) static func string(_ id: Int32) -> CompiledValue {
        CompiledValue(.string, bits: UInt64(UInt32(bitPattern: id)))
    }

    /// An entity.
    @inline(__always) static func entity(_ id: Int32, type: Int32) -> CompiledValue {
        CompiledValue(.entity, bits: UInt64(UInt32(bitPattern: id)), detail: UInt32(bitPattern: type))
    }

    /// A set of sorted and distinct elements.
    static func set(_ elements: Cells<CompiledValue>) -> CompiledValue {
        var isTainted = false
        for index in 0..<elements.count where elements[index].isTainted { isTainted = true }
        return CompiledValue(
            .set, bits: elements.address, detail: UInt32(elements.count), isTainted: isTainted)
    }

    /// A record of fields sorted by the ids of their distinct keys.
    static func record(_ fields: Cells<CompiledField>) -> CompiledValue {
        var isTainted = false
        for index in 0..<fields.count where fields[index].value.isTainted { isTainted = true }
        return CompiledValue(.record, bits: fields.address, detail: UInt32(fields.count), isTainted: isTainted)
    }

    /// Whether it is true; for booleans.
    @inline(__always) var isTrue: Bool { bits != 0 }

    /// The number; for types that are one.
    @inline(__always) var number: Int64 { Int64(bitPattern: bits) }

    /// The id; for strings and entities.
    @inline(__always) var id: Int32 { Int32(truncatingIfNeeded: bits) }

    /// The id of the type; for entities.
    @inline(__always) var type: Int32 { Int32(bitPattern: detail) }

    /// The elements; for sets.
    @inline(__always) var elements: Cells<CompiledValue> { Cells(address: bits, count: Int(detail)) }

    /// The fields; for records.
    @inline(__always) var fields: Cells<CompiledField> { Cells(address: bits, count: Int(detail)) }
}

/// A field of a record, or an attribute or tag of an entity.
struct CompiledField: BitwiseCopyable {
    /// The id of the key.
    var key: Int32

    /// The value.
    var value: CompiledValue
}

extension Cells where Element == CompiledField {
    /// The value of a key in sorted fields.
    @inline(__always)
    func value(of key: Int32) -> CompiledValue? {
        if count > 12 { return search(key) }
        for index in 0..<count where self[index].key == key { return self[index].value }
        return nil
    }

    @inline(never)
    private func search(_ key: Int32) -> CompiledValue? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let candidate = self[middle].key
            if candidate == key { return self[middle].value }
            if candidate < key { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}

extension Cells where Element == Int32 {
    /// Whether sorted ids contain one.
    @inline(__always)
    func containsSorted(_ id: Int32) -> Bool {
        var low = 0
        var high = count
        while high - low > 8 {
            let middle = (low + high) / 2
            if self[middle] <= id { low = middle } else { high = middle }
        }
        while low < high {
            if self[low] == id { return true }
            low += 1
        }
        return false
    }
}
