public import CedarModel
import CedarSyntax
public import StrictJSON

/// Reads entities by the types that the schema gives their attributes and tags, and checks them against it.
public struct SchemaEntityReader: Sendable {
    private let schema: Schema
    private let values: SchemaValueReader
    private let entities: EntityReader
    private let validator: EntityValidator

    /// Makes a reader.
    public init(schema: Schema, dialect: ValueReader.Dialect = .strict) {
        self.schema = schema
        values = SchemaValueReader(schema: schema, dialect: dialect)
        entities = EntityReader(dialect)
        validator = EntityValidator(schema: schema)
    }

    /// Reads an array of `{uid, attrs, parents, tags?}` into a store, to which the actions of the schema are added.
    /// - Throws: ``ConformanceError`` with the place of the first mistake.
    public func readStore(_ node: JSONNode) throws(ConformanceError) -> EntityStore {
        let found = try readEntities(node)
        let actions = Set(found.lazy.map(\.entity.uid).filter(\.isAction))
        do {
            // The actions of the file were found to be as the schema has them.
            let declared = schema.actionEntities.filter { !actions.contains($0.uid) }
            return try EntityStore(found.map(\.entity) + declared)
        } catch {
            let uid =
                switch error {
                case .duplicate(let uid), .cycle(let uid): uid
                }
            let place = found.last { $0.entity.uid == uid }?.node ?? node
            throw ConformanceError(.invalidHierarchy, "\(error)", at: place)
        }
    }

    /// Reads an array of entities, each with its place, without asking whether they make a hierarchy.
    /// - Throws: ``ConformanceError`` with the place of the first mistake.
    public func readEntities(_ node: JSONNode) throws(ConformanceError) -> [(entity: Entity, node: JSONNode)] {
        guard node.kind == .array else { throw ConformanceError(.malformedData, "entities must be an array", at: node) }
        var found: [(entity: Entity, node: JSONNode)] = []
        found.reserveCapacity(node.count)
        for element in node.elements { found.append((try read(element), element)) }
        let places = found
        for problem in validator.problems(of: found.map(\.entity), isReadBySchema: true) {
            guard let first = problem.problems.first else { continue }
            throw first.at(places.last { $0.entity.uid == problem.uid }?.node ?? node)
        }
        return found
    }

    /// Reads one entity, an object of `uid`, `attrs`, `parents` and perhaps `tags`, and checks it.
    ///
    /// Other members are ignored, as the reference does. An action must list all groups that it is in.
    /// - Throws: ``ConformanceError`` with the place of the first mistake.
    public func readEntity(_ node: JSONNode) throws(ConformanceError) -> Entity {
        let entity = try read(node)
        if let problem = validator.problems(of: [entity], isReadBySchema: true).first?.problems.first {
            throw problem.at(node)
        }
        return entity
    }

    private func read(_ node: JSONNode) throws(ConformanceError) -> Entity {
        guard node.kind == .object else {
            throw ConformanceError(.malformedData, "an entity must be an object", at: node)
        }
        let uidNode = try member("uid", of: node)
        let attributeNode = try member("attrs", of: node)
        let uid = try values.readUID(uidNode)
        if uid.isAction { return try readAction(node) }
        let parentNode = try member("parents", of: node)
        guard parentNode.kind == .array else {
            throw ConformanceError(.malformedData, "`parents` must be an array", at: parentNode)
        }
        var entity = Entity(uid: uid)
        for parent in parentNode.elements { entity.parents.insert(try values.readUID(parent)) }
        guard let type = schema.entityTypes[uid.type] else { throw validator.undeclaredType(of: uid).at(uidNode) }
        let owner = "`\(uid.excerpt)`"
        entity.attributes = try values.readRecord(attributeNode, as: type.attributes, owner: owner)
        if let tagNode = node["tags"] { entity.tags = try readTags(tagNode, of: uid, type, owner) }
        return entity
    }

    /// An action has no attributes that a schema could describe.
    private func readAction(_ node: JSONNode) throws(ConformanceError) -> Entity {
        do {
            return try entities.readEntity(node)
        } catch {
            throw ConformanceError(error)
        }
    }

    private func readTags(
        _ node: JSONNode, of uid: EntityUID, _ type: Schema.EntityType, _ owner: String
    ) throws(ConformanceError) -> Record {
        guard node.kind == .object else { throw ConformanceError(.malformedData, "`tags` must be an object", at: node) }
        var fields: [Record.Field] = []
        for member in node.members {
            let key = CedarString(member.key)
            guard let tagType = type.tags else { throw validator.unexpectedTag(key, of: uid).at(member.keyNode) }
            let tagOwner = "tag `\(key.fieldName)` of \(owner)"
            fields.append(
                Record.Field(key: key, value: try values.read(member.value, as: tagType, owner: tagOwner, path: "")))
        }
        return Record(fields)
    }

    private func member(_ key: String, of node: JSONNode) throws(ConformanceError) -> JSONNode {
        guard let value = node[key] else {
            throw ConformanceError(.malformedData, "`\(key)` is missing", at: node)
        }
        return value
    }
}
