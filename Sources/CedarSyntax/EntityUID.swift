/// The identity of an entity: its type and an id that is unique within the type, written `User::"alice"`.
///
/// One type serves policy text, entity data and requests. The id compares by Unicode scalars.
public struct EntityUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The entity type, as in `Traceo::User`.
    public let type: Name

    /// The id within the type.
    ///
    /// Any string, also the empty one.
    public let id: CedarString

    /// Joins a type and an id.
    public init(type: Name, id: CedarString) {
        self.type = type
        self.id = id
    }

    /// The Cedar text form, with the id escaped.
    public var description: String { "\(type)::\(StringLiteral.quote(id.text))" }

    /// Order by type, then by id.
    public static func < (left: EntityUID, right: EntityUID) -> Bool {
        left.type == right.type ? left.id < right.id : left.type < right.type
    }
}
