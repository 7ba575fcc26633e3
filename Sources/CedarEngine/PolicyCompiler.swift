public import CedarModel
public import CedarSyntax

/// Compiles policies and entities, and remembers what it has compiled.
///
/// All that one compiler makes shares its table of strings and entities. A policy whose content it has seen is not
/// compiled again, so that after a change of one policy only that policy is. It belongs to whoever loads policies;
/// decisions never need it.
public struct PolicyCompiler {
    /// What compiling has cost so far, for metrics.
    public struct Statistics: Sendable {
        /// How many policies and templates were compiled.
        public internal(set) var compiled = 0

        /// How many were found compiled.
        public internal(set) var reused = 0
    }

    /// What compiling has cost so far.
    public private(set) var statistics = Statistics()

    private var symbols = SymbolTable()
    private var lineage = Lineage()
    private var bodies = BodyCache()

    /// The policies of the last set, which need not be looked at again.
    private var known = KnownPolicies()

    /// The entities that were compiled last.
    private var knownEntities: CompiledEntities?

    /// Makes a compiler that knows nothing yet.
    public init() {}

    /// Forgets everything, so that names and policies that are gone take no memory any more.
    ///
    /// What was compiled stays usable; entities have to be compiled again for policies that are compiled later.
    public mutating func reset() {
        symbols = SymbolTable()
        lineage = Lineage()
        bodies = BodyCache()
        known = KnownPolicies()
        knownEntities = nil
    }

    /// How many strings and entities the table holds, gone ones included.
    public var symbolCount: Int { symbols.stringCount + symbols.entityCount }

    /// Compiles the base of a store; entities that a request laid over it are not part of it.
    ///
    /// Time and memory are linear in the entities, their attributes and their ancestors. The base that was compiled last
    /// is not compiled again.
    public mutating func compile(entities store: EntityStore) -> CompiledEntities {
        if let knownEntities, knownEntities.store.hasSameBase(as: store) { return knownEntities }
        var encoder = TableEncoder(symbols: symbols, arena: Arena())
        symbols = .placeholder
        let entities = CompiledEntities(store, encoder: &encoder, lineage: lineage)
        symbols = encoder.symbols
        knownEntities = entities
        return entities
    }

    /// Gives numbers to names and entities that requests refer to.
    public mutating func learn(_ names: [CedarString], _ entities: [EntityUID]) {
        for name in names { _ = symbols.intern(name) }
        for entity in entities { _ = symbols.intern(entity) }
    }

    /// Encodes records for requests to policies that this compiler compiles from now on.
    public mutating func compile(constants: [Record]) -> CompiledConstants {
        var encoder = TableEncoder(symbols: symbols, arena: Arena())
        symbols = .placeholder
        let compiled = CompiledConstants(constants, encoder: &encoder)
        symbols = encoder.symbols
        return compiled
    }

    /// Compiles a policy set for entities that this compiler has compiled.
    ///
    /// Entities of another compiler are compiled again.
    public mutating func compile(_ policies: PolicySet, entities: CompiledEntities) -> CompiledPolicies {
        let entities = entities.lineage === lineage ? entities : compile(entities: entities.store)
        bodies.beginRound()
        known.beginRound(policies.policies.count)
        var templates: [PolicyID: BodyCache.Entry] = [:]
        let arena = Arena(firstSize: 1 << 16)
        let records = arena.cells(policies.policies.count, of: PolicyRecord.self)
        for (index, instance) in policies.policies.enumerated() {
            if let place = known.place(of: instance) {
                bodies.useAgain(known.entry(at: place), statistics: &statistics)
                records[index] = known.keep(instance, at: place, in: arena)
                continue
            }
            let isLink = !instance.slots.isEmpty
            let entry: BodyCache.Entry
            if isLink, let known = templates[instance.policy.id] {
                entry = known
            } else {
                entry = bodies.entry(for: instance.policy.conditions, symbols: &symbols, statistics: &statistics)
                if isLink { templates[instance.policy.id] = entry }
            }
            records[index] = record(of: instance, entry.body, in: arena)
            known.remember(instance, entry, records[index])
        }
        known.endRound()
        bodies.forgetUnused()
        return CompiledPolicies(
            policies, records, known.bodies, symbols: symbols, entities: entities, arena: arena)
    }

    // MARK: - Scopes

    private mutating func record(
        of instance: PolicyInstance, _ body: PolicyBody, in arena: Arena
    ) -> PolicyRecord {
        PolicyRecord(
            isForbid: instance.policy.effect == .forbid, principal: test(instance.policy.principal, instance.slots),
            resource: test(instance.policy.resource, instance.slots), action: test(instance.policy.action, in: arena),
            body: body)
    }

    private mutating func test(_ constraint: EntityConstraint, _ slots: [Slot: EntityUID]) -> ScopeTest {
        switch constraint {
        case .any: ScopeTest()
        case .equal(let operand): ScopeTest(form: .equal, entity: entity(operand, slots))
        case .within(let operand): ScopeTest(form: .within, entity: entity(operand, slots))
        case .isType(let type): ScopeTest(form: .isType, type: symbols.intern(type.value))
        case .isTypeWithin(let type, let operand):
            ScopeTest(form: .isTypeWithin, type: symbols.intern(type.value), entity: entity(operand, slots))
        }
    }

    private mutating func entity(_ operand: EntityOperand, _ slots: [Slot: EntityUID]) -> Int32 {
        switch operand {
        case .entity(let uid): symbols.intern(uid.value)
        case .slot(let slot):
            // A policy set never holds an instance with an open slot; if one did, it would match nothing.
            slots[slot.value].map { symbols.intern($0) } ?? symbols.intern(Self.nobody)
        }
    }

    private static let nobody = EntityUID(type: Name(unchecked: "?"), id: "")

    private mutating func test(_ constraint: ActionConstraint, in arena: Arena) -> ActionTest {
        switch constraint {
        case .any: ActionTest()
        case .equal(let uid): ActionTest(form: .equal, entities: arena.cells(copying: [symbols.intern(uid.value)]))
        case .within(let uid): ActionTest(form: .within, entities: arena.cells(copying: [symbols.intern(uid.value)]))
        case .withinAny(let uids):
            ActionTest(form: .within, entities: arena.cells(copying: uids.map { symbols.intern($0.value) }))
        }
    }
}
