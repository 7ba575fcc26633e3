public import CedarSyntax

/// A record, or the attributes or tags of an entity: values by key, in the byte order of the keys.
///
/// Sorted storage makes equality, hashing and printing independent of the order in which fields were given, and keeps
/// small records compact. Lookup is a binary search.
public struct Record: Hashable, Sendable {
    /// One field.
    public struct Field: Hashable, Sendable {
        /// The key.
        public let key: CedarString

        /// The value.
        public let value: Value

        /// Makes a field.
        public init(key: CedarString, value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// The fields, with unique keys, in the byte order of the keys.
    public let fields: [Field]

    /// The unreadable part of the first field that has one, found once when the record is made.
    let unreadablePart: UnreadableValue?

    /// The empty record.
    public static let empty = Record([Field]())

    /// Makes a record of fields in any order.
    ///
    /// Of several fields with one key, the last counts.
    public init(_ fields: some Sequence<Field>) {
        var ordered = Array(fields)
        let isOrdered = zip(ordered, ordered.dropFirst()).allSatisfy { $0.key < $1.key }
        if !isOrdered {
            var latest: [CedarString: Value] = [:]
            for field in ordered { latest[field.key] = field.value }
            ordered = latest.map { Field(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
        }
        self.fields = ordered
        self.unreadablePart = ordered.lazy.compactMap(\.value.unreadablePart).first
    }

    /// Whether there is no field.
    public var isEmpty: Bool { fields.isEmpty }

    /// The keys in byte order.
    ///
    /// Costs nothing; the values stay out of sight.
    public var keys: Keys { Keys(fields: fields) }

    /// The value of a key.
    public subscript(key: CedarString) -> Value? {
        var low = 0
        var high = fields.count
        while low < high {
            let middle = (low + high) / 2
            let candidate = fields[middle].key
            if candidate == key { return fields[middle].value }
            if candidate < key { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// This record with the fields of another laid over it.
    public func merging(_ other: Record) -> Record {
        if other.isEmpty { return self }
        if isEmpty { return other }
        var merged: [Field] = []
        merged.reserveCapacity(fields.count + other.fields.count)
        var next = 0
        for field in other.fields {
            while next < fields.count, fields[next].key < field.key {
                merged.append(fields[next])
                next += 1
            }
            if next < fields.count, fields[next].key == field.key { next += 1 }
            merged.append(field)
        }
        merged += fields[next...]
        return Record(merged)
    }
}

extension Record {
    /// The keys of a record, in byte order.
    public struct Keys: RandomAccessCollection, Sendable {
        fileprivate let fields: [Field]

        /// The position of the first key.
        public var startIndex: Int { fields.startIndex }

        /// The position behind the last key.
        public var endIndex: Int { fields.endIndex }

        /// The key at a position.
        public subscript(position: Int) -> CedarString { fields[position].key }
    }
}

extension Record: CustomStringConvertible {
    /// The record in Cedar syntax.
    public var description: String {
        let parts = fields.map { field in
            let isIdentifier = Identifier.isWellFormed(field.key.text) && !Identifier.isReserved(field.key.text)
            return (isIdentifier ? field.key.text : StringLiteral.quote(field.key.text)) + ": "
                + field.value.description
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

extension Record: ExpressibleByDictionaryLiteral {
    /// Makes a record of a literal; of several fields with one key, the last counts.
    public init(dictionaryLiteral elements: (CedarString, Value)...) {
        self.init(elements.map { Field(key: $0.0, value: $0.1) })
    }
}
