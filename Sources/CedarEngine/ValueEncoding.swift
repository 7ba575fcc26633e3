import CedarModel
import CedarSyntax

/// Something that gives ids to strings and entities and has memory for values.
protocol ValueEncoding {
    /// The id of a string.
    mutating func symbol(_ string: CedarString) -> Int32

    /// The value of an entity.
    mutating func entity(_ uid: EntityUID) -> CompiledValue

    /// Where sets, records and addresses are put.
    var arena: Arena { get }
}

extension ValueEncoding {
    /// A value of the model as a compiled value.
    ///
    /// Recursion follows the nesting of the value, which the readers of data bound.
    mutating func encode(_ value: Value) -> CompiledValue {
        switch value {
        case .bool(let value): .bool(value)
        case .long(let value): .number(.long, value)
        case .string(let value): .string(symbol(value))
        case .entity(let uid): entity(uid)
        case .set(let set): encode(set)
        case .record(let record): .record(encode(record))
        case .decimal(let value): .number(.decimal, value.units)
        case .ip(let value): .ip(value, in: arena)
        case .datetime(let value): .number(.datetime, value.milliseconds)
        case .duration(let value): .number(.duration, value.milliseconds)
        case .unreadable(let part):
            CompiledValue(
                .unreadable, bits: UInt64(UInt32(bitPattern: symbol(CedarString(part.reason)))), isTainted: true)
        }
    }

    private mutating func encode(_ set: ValueSet) -> CompiledValue {
        let elements = arena.cells(set.elements.count, of: CompiledValue.self)
        for (index, element) in set.elements.enumerated() { elements[index] = encode(element) }
        return .set(sorting: elements)
    }

    /// The fields of a record, sorted by the ids of their keys.
    mutating func encode(_ record: Record) -> Cells<CompiledField> {
        let fields = arena.cells(record.fields.count, of: CompiledField.self)
        for (index, field) in record.fields.enumerated() {
            fields[index] = CompiledField(key: symbol(field.key), value: encode(field.value))
        }
        fields.sort { $0.key < $1.key }
        return fields
    }
}

/// Encodes values against the symbol table, adding what it does not have.
struct TableEncoder: ValueEncoding {
    var symbols: SymbolTable
    let arena: Arena

    mutating func symbol(_ string: CedarString) -> Int32 { symbols.intern(string) }

    mutating func entity(_ uid: EntityUID) -> CompiledValue {
        let id = symbols.intern(uid)
        return .entity(id, type: symbols.entityTypes[Int(id)])
    }
}

/// Something that knows the texts behind ids.
protocol ValueDecoding {
    /// The text of a string.
    func string(at id: Int32) -> CedarString

    /// The entity with an id.
    func entity(at id: Int32) -> EntityUID
}

extension SymbolTable: ValueDecoding {}

extension ValueDecoding {
    /// A compiled value as a value of the model.
    func decode(_ value: CompiledValue) -> Value {
        switch value.kind {
        case .bool: .bool(value.isTrue)
        case .long: .long(value.number)
        case .string: .string(string(at: value.id))
        case .entity: .entity(entity(at: value.id))
        case .set: .set(ValueSet((0..<value.elements.count).map { decode(value.elements[$0]) }))
        case .record: .record(decode(value.fields))
        case .decimal: .decimal(Decimal(units: value.number))
        case .ip: value.ipAddress.map { .ip($0) } ?? .unreadable(UnreadableValue(reason: "not an address"))
        case .datetime: .datetime(Datetime(milliseconds: value.number))
        case .duration: .duration(Duration(milliseconds: value.number))
        case .unreadable: .unreadable(UnreadableValue(reason: string(at: value.id).text))
        }
    }

    /// Compiled fields as a record.
    func decode(_ fields: Cells<CompiledField>) -> Record {
        Record(
            (0..<fields.count).map {
                Record.Field(key: string(at: fields[$0].key), value: decode(fields[$0].value))
            })
    }
}
