public import CedarSyntax
public import StrictJSON

/// Reads entities and entity ids from JSON without a schema.
public struct EntityReader: Sendable {
    private let values: ValueReader

    /// Makes a reader.
    public init(_ dialect: ValueReader.Dialect) {
        values = ValueReader(dialect)
    }

    /// Reads an array of `{uid, attrs, parents, tags?}` into a store with its transitive closure.
    /// - Throws: ``DataError``; duplicates and cycles have the path of the offending entity.
    public func readStore(_ node: JSONNode) throws(DataError) -> EntityStore {
        let entities = try readEntities(node)
        do {
            return try EntityStore(entities.lazy.map(\.entity))
        } catch {
            let (code, uid): (DataError.Code, EntityUID) =
                switch error {
                case .duplicate(let uid): (.duplicateEntity, uid)
                case .cycle(let uid): (.cycle, uid)
                }
            let place = entities.last { $0.entity.uid == uid }?.node ?? node
            throw place.error(code, "\(error)")
        }
    }

    /// Reads an array of entities, each with its place.
    /// - Throws: ``DataError``.
    public func readEntities(_ node: JSONNode) throws(DataError) -> [(entity: Entity, node: JSONNode)] {
        guard node.kind == .array else { throw node.error(.wrongType, "entities must be an array") }
        var entities: [(Entity, JSONNode)] = []
        entities.reserveCapacity(node.count)
        for element in node.elements {
            entities.append((try readEntity(element), element))
        }
        return entities
    }

    /// Reads one entity, an object of `uid`, `attrs`, `parents` and perhaps `tags`.
    ///
    /// Other members are ignored, as the reference does.
    /// - Throws: ``DataError``.
    public func readEntity(_ node: JSONNode) throws(DataError) -> Entity {
        guard node.kind == .object else { throw node.error(.wrongType, "an entity must be an object") }
        let uid = try readUID(try member("uid", of: node))
        let attributes = try values.readRecord(try member("attrs", of: node), what: "`attrs`")
        let parentList = try member("parents", of: node)
        guard parentList.kind == .array else { throw parentList.error(.wrongType, "`parents` must be an array") }
        var parents: Set<EntityUID> = []
        for parent in parentList.elements {
            let parentUID = try readUID(parent)
            if uid.isAction, !parentUID.isAction {
                let message = "action `\(uid.excerpt)` has the parent `\(parentUID.excerpt)`, which is no action"
                throw parent.error(.invalidParent, message)
            }
            parents.insert(parentUID)
        }
        var tags = Record.empty
        if let tagNode = node["tags"] { tags = try values.readRecord(tagNode, what: "`tags`") }
        return Entity(uid: uid, attributes: attributes, tags: tags, parents: parents)
    }

    /// Reads `{"type", "id"}` or `{"__entity": {"type", "id"}}`.
    /// - Throws: ``DataError``.
    public func readUID(_ node: JSONNode) throws(DataError) -> EntityUID {
        guard node.kind == .object else {
            throw node.error(.wrongType, "an entity id must be an object with `type` and `id`")
        }
        let body = node["__entity"] ?? node
        guard body.kind == .object else { throw body.error(.wrongType, "`__entity` must be an object") }
        let type = try member("type", of: body)
        let id = try member("id", of: body)
        guard let typeText = type.string else { throw type.error(.wrongType, "`type` must be a string") }
        guard let idText = id.string else { throw id.error(.wrongType, "`id` must be a string") }
        guard let name = Name(normalized: typeText) else {
            throw type.error(.invalidName, "`\(typeText.excerpt)` is not an entity type")
        }
        return EntityUID(type: name, id: CedarString(idText))
    }

    private func member(_ key: String, of node: JSONNode) throws(DataError) -> JSONNode {
        guard let value = node[key] else { throw node.error(.missingMember, "`\(key)` is missing") }
        return value
    }
}

extension EntityUID {
    /// Whether it names an action, which a type called `Action` in any namespace says.
    fileprivate var isAction: Bool { type.basename == "Action" }
}
