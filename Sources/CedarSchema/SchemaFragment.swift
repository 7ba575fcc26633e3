public import CedarSyntax

/// The declarations of one schema file as they were written, with their places and with names as yet unresolved.
///
/// Both forms of a schema, Cedar syntax and JSON, are read into it. Names of declarations are unique within each
/// namespace of a fragment; ``SchemaResolver`` makes a ``Schema`` of one or several fragments.
public struct SchemaFragment: Sendable {
    /// The file, which all spans of the fragment count in.
    public var file: SourceFile

    /// The namespaces in the order of the file.
    ///
    /// Each name is there once, also that of the empty namespace.
    public var namespaces: [SchemaNamespace]

    /// Whether all declarations of the file are in it.
    ///
    /// Not so behind errors that hide what was meant to be declared; to resolve such a fragment would give errors that
    /// follow from those.
    public var isComplete: Bool

    /// Makes a fragment.
    public init(file: SourceFile, namespaces: [SchemaNamespace] = [], isComplete: Bool = true) {
        self.file = file
        self.namespaces = namespaces
        self.isComplete = isComplete
    }
}

/// A namespace of a schema fragment.
public struct SchemaNamespace: Sendable {
    /// Its name; `nil` for the empty namespace.
    public var name: Spanned<Name>?

    /// Its annotations, without duplicates.
    public var annotations: [Annotation]

    /// The common types it declares.
    public var commonTypes: [CommonTypeDeclaration]

    /// The entity types it declares.
    public var entityTypes: [EntityTypeDeclaration]

    /// The actions it declares.
    public var actions: [ActionDeclaration]

    /// Makes a namespace.
    public init(
        name: Spanned<Name>?, annotations: [Annotation] = [], commonTypes: [CommonTypeDeclaration] = [],
        entityTypes: [EntityTypeDeclaration] = [], actions: [ActionDeclaration] = []
    ) {
        self.name = name
        self.annotations = annotations
        self.commonTypes = commonTypes
        self.entityTypes = entityTypes
        self.actions = actions
    }
}

/// A name for a type.
public struct CommonTypeDeclaration: Sendable {
    /// The name, an identifier.
    public var name: Spanned<String>

    /// The annotations, without duplicates.
    public var annotations: [Annotation]

    /// What it stands for.
    public var type: DeclaredType

    /// Makes a declaration.
    public init(name: Spanned<String>, annotations: [Annotation] = [], type: DeclaredType) {
        self.name = name
        self.annotations = annotations
        self.type = type
    }
}

/// An entity type.
public struct EntityTypeDeclaration: Sendable {
    /// What it consists of.
    public enum Body: Sendable {
        /// The parent types, the attributes (none when `nil`) and the type of the tags.
        case standard(parents: [Spanned<Name>], shape: DeclaredType?, tags: DeclaredType?)

        /// The ids that exist (Cedar RFC 53), in the order written.
        case enumeration([Spanned<CedarString>])
    }

    /// The name, an identifier.
    public var name: Spanned<String>

    /// The annotations, without duplicates.
    public var annotations: [Annotation]

    /// What it consists of.
    public var body: Body

    /// Makes a declaration.
    public init(name: Spanned<String>, annotations: [Annotation] = [], body: Body) {
        self.name = name
        self.annotations = annotations
        self.body = body
    }
}

/// An action or action group.
public struct ActionDeclaration: Sendable {
    /// What requests with the action can be about.
    public struct AppliesTo: Sendable {
        /// The types of the principals.
        ///
        /// Only JSON can leave them empty.
        public var principalTypes: [Spanned<Name>]

        /// The types of the resources.
        ///
        /// Only JSON can leave them empty.
        public var resourceTypes: [Spanned<Name>]

        /// The type of the context; the empty record when `nil`.
        public var context: DeclaredType?

        /// Makes it of its parts.
        public init(principalTypes: [Spanned<Name>], resourceTypes: [Spanned<Name>], context: DeclaredType? = nil) {
            self.principalTypes = principalTypes
            self.resourceTypes = resourceTypes
            self.context = context
        }
    }

    /// The mention of an action as a group of another.
    public struct Reference: Sendable {
        /// Its type; `Action` when `nil`.
        public var type: Name?

        /// Its id.
        public var id: CedarString

        /// Makes a reference.
        public init(type: Name? = nil, id: CedarString) {
            self.type = type
            self.id = id
        }
    }

    /// The id of the action.
    public var id: Spanned<CedarString>

    /// The annotations, without duplicates.
    public var annotations: [Annotation]

    /// The groups that it is directly in.
    public var groups: [Spanned<Reference>]

    /// What requests it allows; `nil` for none at all.
    public var appliesTo: AppliesTo?

    /// Makes a declaration.
    public init(
        id: Spanned<CedarString>, annotations: [Annotation] = [], groups: [Spanned<Reference>] = [],
        appliesTo: AppliesTo? = nil
    ) {
        self.id = id
        self.annotations = annotations
        self.groups = groups
        self.appliesTo = appliesTo
    }
}
