package import CedarSyntax

/// A value in a YAML or JSON document, with its place.
package struct DocumentNode: Sendable {
    /// The value.
    package let value: Value

    /// Where it stands.
    ///
    /// A mapping or list covers its first to its last value; the span of a block text is its header.
    package let span: SourceSpan

    /// The file it stands in.
    package let file: SourceFile

    /// Whether a text was quoted or written as a block, so that it could not have been anything but a text.
    package let wasQuoted: Bool

    /// Makes a value.
    package init(_ value: Value, at span: SourceSpan, in file: SourceFile, wasQuoted: Bool = false) {
        self.value = value
        self.span = span
        self.file = file
        self.wasQuoted = wasQuoted
    }

    /// What a document can say, after the YAML 1.2 core schema.
    package enum Value: Sendable {
        /// Nothing, `~` or `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A whole number of 64 bits.
        case integer(Int64)
        /// Any other number, as it was written.
        case number(String)
        /// A text.
        case string(String)
        /// A list.
        case sequence([DocumentNode])
        /// Keys and values in the order of the file; no key occurs twice.
        case mapping([DocumentMember])
    }

    /// The place, for diagnostics.
    package var location: Diagnostic.Location { .init(file, span) }

    /// The members, when this is a mapping.
    package var members: [DocumentMember]? {
        if case .mapping(let members) = value { members } else { nil }
    }

    /// The elements, when this is a list.
    package var elements: [DocumentNode]? {
        if case .sequence(let elements) = value { elements } else { nil }
    }

    /// The kind of value in words: "a list".
    package var kindInWords: String {
        switch value {
        case .null: "nothing"
        case .bool: "a truth value"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A key of a mapping and its value.
package struct DocumentMember: Sendable {
    /// The key.
    ///
    /// Compare it as a ``CedarString``.
    package let key: Spanned<String>

    /// The value.
    package let value: DocumentNode

    /// Joins a key and a value.
    package init(key: Spanned<String>, value: DocumentNode) {
        self.key = key
        self.value = value
    }
}
