public import CedarSyntax

/// A resolved schema: every name is absolute, common types are replaced by what they stand for.
///
/// What the text or the JSON said is in the declarations of the fragments; validation needs only this.
public struct Schema: Sendable {
    /// The entity types by name.
    public var entityTypes: [Name: EntityType]

    /// The actions and action groups by id.
    public var actions: [EntityUID: Action]

    /// Makes a schema.
    public init(entityTypes: [Name: EntityType], actions: [EntityUID: Action]) {
        self.entityTypes = entityTypes
        self.actions = actions
    }

    /// An entity type.
    public struct EntityType: Sendable {
        /// Its name.
        public var name: Name

        /// The types that it declares as parents.
        ///
        /// Membership is transitive; see ``Schema/ancestorTypes(of:)``.
        public var parents: Set<Name>

        /// Its attributes.
        public var attributes: RecordType

        /// The type of its tags; `nil` when it has none.
        public var tags: SchemaType?

        /// The ids that exist, for an enumerated type (Cedar RFC 53); `nil` otherwise.
        public var enumeration: [CedarString]?

        /// Makes an entity type.
        public init(
            name: Name, parents: Set<Name> = [], attributes: RecordType = RecordType(), tags: SchemaType? = nil,
            enumeration: [CedarString]? = nil
        ) {
            self.name = name
            self.parents = parents
            self.attributes = attributes
            self.tags = tags
            self.enumeration = enumeration
        }
    }

    /// An action or action group.
    public struct Action: Sendable {
        /// Its id.
        public var uid: EntityUID

        /// The groups that it is directly in.
        public var groups: Set<EntityUID>

        /// The principal types it applies to.
        ///
        /// Empty for a group that applies to nothing.
        public var principalTypes: [Name]

        /// The resource types it applies to.
        public var resourceTypes: [Name]

        /// The type of the context.
        public var context: RecordType

        /// Makes an action.
        public init(
            uid: EntityUID, groups: Set<EntityUID> = [], principalTypes: [Name] = [], resourceTypes: [Name] = [],
            context: RecordType = RecordType()
        ) {
            self.uid = uid
            self.groups = groups
            self.principalTypes = principalTypes
            self.resourceTypes = resourceTypes
            self.context = context
        }
    }

    /// All entity types that entities of a type can be members of, at any distance; without the type itself unless it
    /// can contain itself.
    public func ancestorTypes(of type: Name) -> Set<Name> {
        var reached: Set<Name> = []
        var pending = Array(entityTypes[type]?.parents ?? [])
        while let next = pending.popLast() {
            if reached.insert(next).inserted { pending.append(contentsOf: entityTypes[next]?.parents ?? []) }
        }
        return reached
    }

    /// All groups that an action is in, at any distance; without itself.
    public func groups(of action: EntityUID) -> Set<EntityUID> {
        var reached: Set<EntityUID> = []
        var pending = Array(actions[action]?.groups ?? [])
        while let next = pending.popLast() {
            if reached.insert(next).inserted { pending.append(contentsOf: actions[next]?.groups ?? []) }
        }
        return reached
    }
}

/// A type as schemas declare it.
public indirect enum SchemaType: Hashable, Sendable {
    case bool, long, string
    case set(SchemaType)
    case record(RecordType)
    case entity(Name)
    case `extension`(ExtensionType)
}

/// The extension types.
public enum ExtensionType: String, CaseIterable, Hashable, Sendable {
    case ipaddr, decimal, datetime, duration
}

/// The attributes of an entity type, a record or a context.
///
/// Records are closed: what is not declared is not there.
public struct RecordType: Hashable, Sendable {
    /// An attribute.
    public struct Attribute: Hashable, Sendable {
        /// Its type.
        public var type: SchemaType

        /// Whether every value has it.
        public var isRequired: Bool

        /// Makes an attribute.
        public init(_ type: SchemaType, isRequired: Bool = true) {
            self.type = type
            self.isRequired = isRequired
        }
    }

    /// The attributes by name.
    public var attributes: [CedarString: Attribute]

    /// Makes a record type.
    public init(_ attributes: [CedarString: Attribute] = [:]) {
        self.attributes = attributes
    }
}
