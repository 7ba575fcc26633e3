public import CedarSyntax

/// The entities that a decision can see: a shared base with few entities of the request laid over it.
///
/// Membership is answered from transitive closures. The base computes its closure once; laying request entities over
/// it costs only their own ancestors and never touches the base.
public struct EntityStore: Sendable {
    private struct Stored: Sendable {
        var entity: Entity
        /// All ancestors, without the entity itself; `nil` when they are so many that they are found by walking.
        var ancestors: Set<EntityUID>?
    }

    private var base: [EntityUID: Stored] = [:]

    /// Stands for the base, which never changes: stores with the same one have the same base.
    private let identity = Identity()

    private final class Identity: Sendable {}

    /// All entities that are a parent of one in the base, whether or not they are in it themselves.
    private var containers: Set<EntityUID> = []

    /// The entities of the request.
    ///
    /// They are searched one after the other, because there are one or two.
    private var overlay: [Stored] = []

    /// Whether any base entity lies below one of the request.
    private var isOverlayAboveBase = false

    /// The store without entities.
    public static let empty = EntityStore()

    private init() {}

    /// Builds a store and its transitive closure.
    ///
    /// Time and memory are linear in the entities, their parents and their ancestors, of which at most 256 beyond the
    /// direct parents are kept for each.
    /// - Throws: ``EntityStoreError`` for two different entities with one id, or a cycle of parents.
    public init(_ entities: some Sequence<Entity>) throws(EntityStoreError) {
        var byID: [EntityUID: Entity] = [:]
        for entity in entities {
            if let earlier = byID[entity.uid], !earlier.hasSameContent(as: entity) {
                throw EntityStoreError.duplicate(entity.uid)
            }
            byID[entity.uid] = entity
        }
        let closure = try AncestorClosure(parents: byID.mapValues(\.parents))
        base.reserveCapacity(byID.count)
        for (uid, entity) in byID {
            base[uid] = Stored(entity: entity, ancestors: closure.ancestors[uid])
            containers.formUnion(entity.parents)
        }
    }

    /// Whether another store is this one or was made by laying entities over the same base; `false` says nothing.
    public func hasSameBase(as other: EntityStore) -> Bool { identity === other.identity }

    /// The entities of the base, in no particular order.
    public var entities: some Sequence<Entity> { base.values.lazy.map(\.entity) }

    /// An entity by its id; entities of the request hide those of the base.
    public subscript(uid: EntityUID) -> Entity? {
        for stored in overlay where stored.entity.uid == uid { return stored.entity }
        return base[uid]?.entity
    }

    /// Whether an entity is another one or a member of it, at any distance.
    ///
    /// Every entity is in itself, also one that is not in the store.
    public func isMember(_ uid: EntityUID, of ancestor: EntityUID) -> Bool {
        uid == ancestor || ancestors(of: uid).contains(ancestor)
    }

    /// What an entity is a member of, at any distance, without itself.
    public func ancestors(of uid: EntityUID) -> Set<EntityUID> {
        guard let stored = stored(uid) else { return [] }
        return stored.ancestors ?? walkedAncestors(of: stored.entity)
    }

    /// What is known of an entity, its closure only where it holds for the whole store.
    private func stored(_ uid: EntityUID) -> Stored? {
        for stored in overlay where stored.entity.uid == uid { return stored }
        guard var stored = base[uid] else { return nil }
        if isOverlayAboveBase, let ancestors = stored.ancestors,
            overlay.contains(where: { ancestors.contains($0.entity.uid) })
        {
            // No closure of the base knows what this request puts above its own entities, or takes away there.
            stored.ancestors = nil
        }
        return stored
    }

    /// This store with the entities of a request laid over its base, in place of any laid over it before.
    ///
    /// Each replaces an entity of the base with the same id as a whole; merging is the caller's decision. Of several
    /// with one id, the first counts. Lookups become slower with each, so they should be few.
    /// - Throws: ``EntityStoreError/cycle(_:)`` when the request's parents make an entity its own ancestor.
    public func overlaid(with entities: [Entity]) throws(EntityStoreError) -> EntityStore {
        var result = self
        result.overlay = entities.map { Stored(entity: $0, ancestors: nil) }
        result.isOverlayAboveBase = entities.contains { containers.contains($0.uid) }
        for index in result.overlay.indices {
            let entity = result.overlay[index].entity
            let ancestors = result.walkedAncestors(of: entity)
            if ancestors.contains(entity.uid) { throw EntityStoreError.cycle(entity.uid) }
            result.overlay[index].ancestors = ancestors
        }
        return result
    }

    /// All ancestors of an entity as the whole store knows them, found by going from parent to parent.
    private func walkedAncestors(of entity: Entity) -> Set<EntityUID> {
        var reached: Set<EntityUID> = []
        var pending = Array(entity.parents)
        while let next = pending.popLast() {
            guard reached.insert(next).inserted, let stored = stored(next) else { continue }
            if let ancestors = stored.ancestors {
                reached.formUnion(ancestors)
            } else {
                pending.append(contentsOf: stored.entity.parents)
            }
        }
        return reached
    }
}

/// Why entities do not make a store.
public enum EntityStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Two entities have this id and differ.
    case duplicate(EntityUID)
    /// This entity is an ancestor of itself.
    case cycle(EntityUID)

    /// The error as a lowercase sentence.
    public var description: String {
        switch self {
        case .duplicate(let uid): "entity `\(uid.excerpt)` is given twice with different content"
        case .cycle(let uid): "entity `\(uid.excerpt)` is an ancestor of itself"
        }
    }
}
