public import CedarSyntax

/// An entity as data: attributes, tags and the entities it belongs to.
public struct Entity: Sendable {
    /// Its identity.
    public var uid: EntityUID

    /// Its attributes.
    public var attributes: Record

    /// Its tags, a name space apart from the attributes (Cedar RFC 82).
    public var tags: Record

    /// The entities it is directly a member of.
    ///
    /// Listing further ancestors as well does no harm.
    public var parents: Set<EntityUID>

    /// Makes an entity.
    public init(
        uid: EntityUID, attributes: Record = .empty, tags: Record = .empty, parents: Set<EntityUID> = []
    ) {
        self.uid = uid
        self.attributes = attributes
        self.tags = tags
        self.parents = parents
    }

    /// Whether all data of two entities agree.
    public func hasSameContent(as other: Entity) -> Bool {
        uid == other.uid && attributes == other.attributes && tags == other.tags && parents == other.parents
    }
}
