public import CedarSyntax

/// A value of the Cedar language.
///
/// Equality never fails: values of different types are unequal, sets and records compare deeply, extension values by
/// what they denote (Cedar language, operator `==`).
public enum Value: Hashable, Sendable {
    case bool(Bool)
    case long(Int64)
    case string(CedarString)
    case entity(EntityUID)
    case set(ValueSet)
    case record(Record)
    case decimal(Decimal)
    case ip(IPAddress)
    case datetime(Datetime)
    case duration(Duration)
    /// Data of a request that has no Cedar form. Its attribute exists, but reading it is an evaluation error, so that
    /// a policy that depends on it fails closed and all others are undisturbed.
    case unreadable(UnreadableValue)

    /// The type of the value, as error messages name it.
    public var type: ValueType {
        switch self {
        case .bool: .bool
        case .long: .long
        case .string: .string
        case .entity(let uid): .entity(uid.type)
        case .set: .set
        case .record: .record
        case .decimal: .decimal
        case .ip: .ipaddr
        case .datetime: .datetime
        case .duration: .duration
        case .unreadable: .unreadable
        }
    }

    /// An unreadable part, at any depth; the same one for equal values.
    public var unreadablePart: UnreadableValue? {
        switch self {
        case .unreadable(let part): part
        case .set(let set): set.unreadablePart
        case .record(let record): record.unreadablePart
        default: nil
        }
    }
}

/// Why a piece of request data has no Cedar form.
public struct UnreadableValue: Hashable, Sendable {
    /// The reason, as a lowercase sentence.
    public let reason: String

    /// Makes a mark with its reason.
    public init(reason: String) {
        self.reason = reason
    }
}

/// A set: without order and without duplicates, its elements of any types.
public struct ValueSet: Hashable, Sendable {
    /// The distinct elements.
    public let elements: Set<Value>

    /// The unreadable part with the least reason, found once when the set is made.
    ///
    /// It depends on the elements alone, as equality of sets demands.
    let unreadablePart: UnreadableValue?

    /// Makes a set of the distinct values of a sequence.
    public init(_ elements: some Sequence<Value>) {
        let distinct = Set(elements)
        self.elements = distinct
        self.unreadablePart = distinct.lazy.compactMap(\.unreadablePart).min { $0.reason < $1.reason }
    }
}

extension ValueSet {
    /// The elements with their texts in Cedar syntax, in the byte order of the texts.
    var described: [(text: CedarString, element: Value)] {
        elements.map { (CedarString($0.description), $0) }.sorted { $0.0 < $1.0 }
    }
}

/// The types that evaluation errors speak of.
public enum ValueType: Hashable, Sendable, CustomStringConvertible {
    case bool, long, string, set, record, decimal, ipaddr, datetime, duration
    case entity(Name)
    case anyEntity
    case unreadable

    /// The name of the type in messages.
    public var description: String {
        switch self {
        case .bool: "bool"
        case .long: "long"
        case .string: "string"
        case .set: "set"
        case .record: "record"
        case .decimal: "decimal"
        case .ipaddr: "ipaddr"
        case .datetime: "datetime"
        case .duration: "duration"
        case .entity(let name): "entity of type `\(name.path.excerpt)`"
        case .anyEntity: "entity"
        case .unreadable: "unreadable value"
        }
    }
}

extension Value: CustomStringConvertible {
    /// The value in Cedar syntax; sets in the byte order of their elements' texts, so that equal values read the same.
    public var description: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .long(let value): String(value)
        case .string(let value): StringLiteral.quote(value.text)
        case .entity(let value): value.description
        case .set(let value): "[" + value.described.map(\.text.text).joined(separator: ", ") + "]"
        case .record(let value): value.description
        case .decimal(let value): "decimal(\"\(value)\")"
        case .ip(let value): "ip(\"\(value)\")"
        case .datetime(let value): "datetime(\"\(value)\")"
        case .duration(let value): "duration(\"\(value)\")"
        case .unreadable: "<unreadable>"
        }
    }
}
