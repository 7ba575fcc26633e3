public import CedarModel
import CedarSyntax

/// A request in the form in which compiled policies read it.
///
/// Load it from the model with ``load(_:overlaying:)``, or piece by piece with a ``CompiledRequest/Builder`` straight
/// from a parser. Strings that the policies know get their ids; all others get ids of this request, so that comparing
/// is comparing numbers. Used again for the next request it allocates nothing once it is warm. Not thread safe.
public final class CompiledRequest {
    /// The policies that the request is for.
    private(set) var policies: CompiledPolicies

    /// What decisions read.
    private(set) var content: Content

    /// The memory of the request.
    let arena = Arena()

    private var strings = LocalStrings()
    private var entities = LocalEntities()
    private var overlay = ArenaList<OverlayEntity>()
    private var ancestors = AncestorMemory()

    /// What decisions read of a request.
    struct Content: BitwiseCopyable {
        var principal = CompiledValue.entity(-1, type: -1)
        var action = CompiledValue.entity(-1, type: -1)
        var resource = CompiledValue.entity(-1, type: -1)
        var context = CompiledValue.record(Cells())
        var hierarchy: Hierarchy
        var texts = Cells<Cells<UInt8>>()
        /// Whether the request changes what its action is in, so that the index does not hold.
        var needsScan = false
        /// The constant that the context has under a key, by its index; -1 without one.
        var fixedConstant: Int32 = -1
        var fixedKey: Int32 = -1
    }

    /// Makes an empty request for some policies.
    public init(for policies: CompiledPolicies) {
        self.policies = policies
        content = Content(hierarchy: Hierarchy(rows: policies.entities.rows))
    }

    /// Forgets the request, and takes the next one for some policies, which may be newer ones.
    public func reset(for policies: CompiledPolicies) {
        if self.policies !== policies {
            self.policies = policies
            ancestors.removeAll()
        }
        arena.reset()
        strings = LocalStrings()
        entities = LocalEntities()
        overlay = ArenaList()
        content = Content(hierarchy: Hierarchy(rows: policies.entities.rows))
    }

    /// Loads a request, with entities that take the place of stored ones with the same id.
    ///
    /// Of several entities with one id, the first counts, as in `EntityStore.overlaid(with:)`.
    /// - Throws: `EntityStoreError.cycle` when the entities make one its own ancestor.
    public func load(_ request: Request, overlaying entities: [Entity] = []) throws(EntityStoreError) {
        reset(for: policies)
        content.principal = entity(request.principal)
        content.action = entity(request.action)
        content.resource = entity(request.resource)
        var this = RequestEncoder(request: self)
        content.context = .record(this.encode(request.context))
        for entity in entities {
            let parents = arena.cells(entity.parents.count, of: Int32.self)
            for (index, parent) in entity.parents.enumerated() { parents[index] = self.entity(parent).id }
            add(
                self.entity(entity.uid), attributes: this.encode(entity.attributes), tags: this.encode(entity.tags),
                parents: parents)
        }
        try finish()
    }

    /// How much memory the request holds, in bytes; what is used again for the next request is included.
    public var memorySize: Int { arena.size + ancestors.size }

    // MARK: - Parts

    func setPrincipal(_ value: CompiledValue) { content.principal = value }

    func setAction(_ value: CompiledValue) { content.action = value }

    func setResource(_ value: CompiledValue) { content.resource = value }

    func setContext(_ value: CompiledValue) { content.context = value }

    func fix(_ key: Int32, constant: Int32) {
        content.fixedKey = key
        content.fixedConstant = constant
    }

    /// Adds an entity of the request; a second one with the same id is ignored.
    func add(
        _ entity: CompiledValue, attributes: Cells<CompiledField>, tags: Cells<CompiledField>, parents: Cells<Int32>
    ) {
        // What calls out while it changes works on a copy: such lists are a few words, and checking that nobody else
        // changes them meanwhile costs more.
        var list = overlay
        for index in 0..<list.count where list[index].id == entity.id { return }
        parents.sort { $0 < $1 }
        list.append(OverlayEntity(id: entity.id, attributes: attributes, tags: tags, parents: parents), in: arena)
        overlay = list
    }

    /// Finds the ancestors of the request's entities, when all parts are there.
    /// - Throws: `EntityStoreError.cycle`.
    func finish() throws(EntityStoreError) {
        content.texts = strings.texts
        guard overlay.count > 0 else {
            content.needsScan = !isActionIndexed
            return
        }
        let overlay = overlay
        var hierarchy = content.hierarchy
        hierarchy.overlay = overlay.elements
        for index in 0..<overlay.count where isMoved(overlay[index], hierarchy.rows) { hierarchy.isMoved = true }
        for index in 0..<overlay.count {
            let id = overlay[index].id
            let ancestors =
                self.ancestors.ancestors(of: overlay[index].parents, at: index, in: hierarchy, arena)
                ?? Ancestors(hierarchy.walkedAncestors(of: id, arena: arena))
            if ancestors.contains(id) { throw EntityStoreError.cycle(entity(at: id)) }
            var entity = overlay[index]
            entity.ancestors = ancestors
            overlay[index] = entity
        }
        content.hierarchy = hierarchy
        content.needsScan = !isActionIndexed
    }

    /// Whether stored entities are below an entity that the request puts elsewhere.
    private func isMoved(_ entity: OverlayEntity, _ rows: Cells<CompiledEntities.Row>) -> Bool {
        guard entity.id >= 0, Int(entity.id) < rows.count, rows[Int(entity.id)].isContainer else { return false }
        let stored = rows[Int(entity.id)].parents
        guard stored.count == entity.parents.count else { return true }
        for index in 0..<stored.count where stored[index] != entity.parents[index] { return true }
        return false
    }

    /// Whether what the action is in is what the index says.
    private var isActionIndexed: Bool {
        let (id, rows) = (content.action.id, content.hierarchy.rows)
        for index in 0..<overlay.count where overlay[index].id == id { return false }
        guard id >= 0, Int(id) < rows.count else { return true }
        guard rows[Int(id)].isClosed else { return false }
        for index in 0..<overlay.count where rows[Int(id)].ancestors.containsSorted(overlay[index].id) { return false }
        return true
    }

    // MARK: - Ids

    /// The id of a string.
    func string(_ bytes: Span<UInt8>) -> Int32 {
        policies.symbols.string(bytes) ?? localString(bytes)
    }

    /// The id of a string that the policies do not have.
    func localString(_ bytes: Span<UInt8>) -> Int32 {
        var strings = strings
        let id = strings.id(of: bytes, in: arena)
        self.strings = strings
        return id
    }

    /// The value of an entity.
    func entity(type: Int32, name: Int32) -> CompiledValue {
        if type >= 0, name >= 0, let known = policies.symbols.entity(type: type, name: name) {
            return .entity(known, type: type)
        }
        var entities = entities
        let id = entities.id(type: type, name: name, in: arena)
        self.entities = entities
        return .entity(id, type: type)
    }

    private func entity(_ uid: EntityUID) -> CompiledValue {
        entity(type: string(uid.type.path.utf8.span), name: string(uid.id.utf8.span))
    }
}

/// Encodes values of the model for a request.
struct RequestEncoder: ValueEncoding {
    let request: CompiledRequest

    var arena: Arena { request.arena }

    func symbol(_ string: CedarString) -> Int32 { request.string(string.utf8.span) }

    func entity(_ uid: EntityUID) -> CompiledValue {
        request.entity(type: request.string(uid.type.path.utf8.span), name: request.string(uid.id.utf8.span))
    }
}

extension CompiledRequest: ValueDecoding {
    func string(at id: Int32) -> CedarString {
        guard id < 0 else { return policies.symbols.string(at: id) }
        let text = strings.texts[Int(~id)]
        return CedarString(utf8: (0..<text.count).map { text[$0] })
    }

    func entity(at id: Int32) -> EntityUID {
        guard id < 0 else { return policies.symbols.entity(at: id) }
        let (type, name) = entities[id]
        return EntityUID(type: Name(unchecked: string(at: type).text), id: string(at: name))
    }

    /// The request as the reference evaluator takes it.
    var evaluator: Evaluator {
        let entities = (0..<overlay.count).map { index in
            let entity = overlay[index]
            let parents = (0..<entity.parents.count).map { self.entity(at: entity.parents[$0]) }
            return Entity(
                uid: self.entity(at: entity.id), attributes: decode(entity.attributes), tags: decode(entity.tags),
                parents: Set(parents))
        }
        let request = Request(
            principal: entity(at: content.principal.id), action: entity(at: content.action.id),
            resource: entity(at: content.resource.id), context: decode(content.context.fields))
        let store = policies.entities.store
        // The request was finished, which found no cycle; without its entities, reading one would be an error as well.
        return Evaluator(request: request, entities: (try? store.overlaid(with: entities)) ?? store)
    }
}
