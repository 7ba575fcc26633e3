public import CedarSyntax

/// A type as it was written, with names as yet unresolved.
///
/// Readers make none that nests more than ``maximumNesting`` deep.
public struct DeclaredType: Sendable {
    /// How deep types may nest: at most so many sets and records are open at one place.
    public static let maximumNesting = 256

    /// The forms of types.
    public indirect enum Form: Sendable {
        /// `Long`, `String` or `Boolean` in JSON, where no declaration can take their place.
        case primitive(PrimitiveType)

        /// A set.
        case set(DeclaredType)

        /// A record, with unique names in the order of the file.
        case record([DeclaredAttribute])

        /// A name of Cedar syntax, or `EntityOrCommon` in JSON: of a common or an entity type, whichever comes first.
        case entityOrCommon(Name)

        /// `Entity` in JSON: the name of an entity type.
        case entity(Name)

        /// Any other `type` in JSON: the name of a common type.
        case common(Name)

        /// `Extension` in JSON, where no declaration can take its place.
        case `extension`(ExtensionType)
    }

    /// The form.
    public var form: Form

    /// Where it stands.
    public var span: SourceSpan

    /// Makes a type.
    public init(_ form: Form, _ span: SourceSpan) {
        self.form = form
        self.span = span
    }

    /// The attributes, if it is written as a record.
    package var recordAttributes: [DeclaredAttribute]? {
        guard case .record(let attributes) = form else { return nil }
        return attributes
    }

    /// Whether it is the record without attributes.
    package var isEmptyRecord: Bool { recordAttributes?.isEmpty == true }
}

/// The types that JSON has words for.
public enum PrimitiveType: String, CaseIterable, Sendable {
    case long = "Long"
    case string = "String"
    case bool = "Boolean"
}

/// An attribute of a record as it was written.
public struct DeclaredAttribute: Sendable {
    /// The name.
    public var name: Spanned<CedarString>

    /// The annotations, without duplicates.
    public var annotations: [Annotation]

    /// Whether every value has it.
    public var isRequired: Bool

    /// The type.
    public var type: DeclaredType

    /// Makes an attribute.
    public init(
        name: Spanned<CedarString>, annotations: [Annotation] = [], isRequired: Bool = true, type: DeclaredType
    ) {
        self.name = name
        self.annotations = annotations
        self.isRequired = isRequired
        self.type = type
    }
}
