import CedarModel
import CedarSyntax

/// A type as the typechecker knows it: the types of schemas, and those that only expressions have.
///
/// Booleans carry what is known of the value, so that branches that never run are left alone. Entities are of one of
/// several types only in the permissive mode.
indirect enum ValidationType: Sendable {
    /// The type of the elements of an empty set; every type includes it.
    case never
    /// A boolean; `nil` where its value is not known.
    case bool(Bool?)
    case long, string
    case set(ValidationType)
    case record(ValidationRecord)
    /// An entity of one of these types, which are sorted and at least one.
    case entity([Name])
    /// An entity of whatever type.
    case anyEntity
    case `extension`(ExtensionType)

    static let anyBool = ValidationType.bool(nil)

    /// The type that a schema declares.
    init(_ type: SchemaType) {
        switch type {
        case .bool: self = .anyBool
        case .long: self = .long
        case .string: self = .string
        case .set(let element): self = .set(ValidationType(element))
        case .record(let record): self = .record(.declared(record))
        case .entity(let name): self = .entity([name])
        case .extension(let type): self = .extension(type)
        }
    }

    var isBool: Bool { if case .bool = self { true } else { false } }
    var isTrue: Bool { if case .bool(true) = self { true } else { false } }
    var isFalse: Bool { if case .bool(false) = self { true } else { false } }
    var isLong: Bool { if case .long = self { true } else { false } }
    var isString: Bool { if case .string = self { true } else { false } }
    var isSet: Bool { if case .set = self { true } else { false } }
    var isRecord: Bool { if case .record = self { true } else { false } }
    var isNever: Bool { if case .never = self { true } else { false } }

    var isEntity: Bool {
        switch self {
        case .entity, .anyEntity: true
        default: false
        }
    }

    /// Whether `<` and its kin take it: numbers, dates and durations.
    var isOrdered: Bool {
        switch self {
        case .long, .extension(.datetime), .extension(.duration): true
        default: false
        }
    }
}

/// A record type: as a schema declares it, or put together from expressions.
enum ValidationRecord: Sendable {
    case declared(RecordType)
    /// Attributes that are known. An open record may have others besides.
    case computed([CedarString: ValidationAttribute], isOpen: Bool)

    var isOpen: Bool {
        if case .computed(_, true) = self { true } else { false }
    }

    var count: Int {
        switch self {
        case .declared(let record): record.attributes.count
        case .computed(let attributes, _): attributes.count
        }
    }

    /// The names of the known attributes, in no particular order.
    var names: [CedarString] {
        switch self {
        case .declared(let record): Array(record.attributes.keys)
        case .computed(let attributes, _): Array(attributes.keys)
        }
    }

    subscript(name: CedarString) -> ValidationAttribute? {
        switch self {
        case .declared(let record): record.attributes[name].map(ValidationAttribute.init)
        case .computed(let attributes, _): attributes[name]
        }
    }
}

/// The type of an attribute and whether it is always there.
struct ValidationAttribute: Sendable {
    var type: ValidationType
    var isRequired: Bool

    init(_ type: ValidationType, isRequired: Bool) {
        self.type = type
        self.isRequired = isRequired
    }

    init(_ attribute: RecordType.Attribute) {
        self.init(ValidationType(attribute.type), isRequired: attribute.isRequired)
    }
}

extension ValidationType: CustomStringConvertible {
    /// The type as messages name it, close to the schema syntax and cut where it is long.
    var description: String { described(depth: 3) }

    private func described(depth: Int) -> String {
        switch self {
        case .never: return "nothing"
        case .bool: return "Bool"
        case .long: return "Long"
        case .string: return "String"
        case .set(.never): return "Set"
        case .set(let element): return "Set<\(depth == 0 ? "..." : element.described(depth: depth - 1))>"
        case .entity(let names):
            return names.prefix(3).map(\.path.excerpt).joined(separator: " or ") + (names.count > 3 ? " or ..." : "")
        case .anyEntity: return "an entity"
        case .extension(let type): return type.rawValue
        case .record(let record):
            // Sorting the names of a huge record only to name four of them is not worth it.
            if depth == 0 || record.count > 1_000 { return "{...}" }
            let names = record.names.sorted()
            var parts = names.prefix(4).map { name in
                let attribute = record[name]
                let type = attribute.map { $0.type.described(depth: depth - 1) } ?? ""
                return name.fieldName + (attribute?.isRequired == false ? "?: " : ": ") + type
            }
            if names.count > 4 || record.isOpen { parts.append("...") }
            return "{" + parts.joined(separator: ", ") + "}"
        }
    }
}

extension CedarString {
    /// The text as the name of an attribute: bare where it is an identifier, quoted elsewhere, cut where it is long.
    var fieldName: String {
        Identifier.isWellFormed(text) && !Identifier.isReserved(text) ? text.excerpt : "\"\(text.excerpt)\""
    }
}
