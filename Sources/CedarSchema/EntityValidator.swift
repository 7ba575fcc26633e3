public import CedarModel
public import CedarSyntax

/// Checks entities against a schema: declared types, attributes, tags, parents and enumerated ids; actions as the
/// schema has them (Cedar entity validation).
public struct EntityValidator: Sendable {
    /// The schema.
    public let schema: Schema

    private let names: SchemaNames

    /// Makes a validator.
    public init(schema: Schema) {
        self.schema = schema
        names = SchemaNames(schema)
    }

    /// How many entities with problems are found at most, and how many problems of each.
    static let maximumEntities = 100
    static let maximumProblems = 20

    /// What is wrong with each of several entities that belong together; those that conform are left out.
    ///
    /// Stops after 100 entities with problems; of each entity, at most 20 problems are told.
    public func problems(of entities: [Entity]) -> [(uid: EntityUID, problems: [ConformanceError])] {
        problems(of: entities, isReadBySchema: false)
    }

    /// What is wrong with each of several entities.
    ///
    /// Attributes and tags that were read by the schema conform.
    func problems(
        of entities: [Entity], isReadBySchema: Bool
    ) -> [(uid: EntityUID, problems: [ConformanceError])] {
        var parents: [EntityUID: Set<EntityUID>] = [:]
        for entity in entities where entity.uid.isAction { parents[entity.uid] = entity.parents }
        var run = Run(self, checksValues: !isReadBySchema)
        var found: [(EntityUID, [ConformanceError])] = []
        for entity in entities {
            let problems = run.problems(of: entity) { parents[$0] ?? [] }
            if !problems.isEmpty { found.append((entity.uid, problems)) }
            if found.count == Self.maximumEntities { break }
        }
        return found
    }

    /// What is wrong with an entity; empty when it conforms.
    ///
    /// The groups of an action must all be listed as its parents, because nothing else is known of them.
    public func problems(of entity: Entity) -> [ConformanceError] {
        var run = Run(self, checksValues: true)
        return run.problems(of: entity) { _ in [] }
    }

    /// The checks of several entities, which share what is computed of types.
    private struct Run {
        let validator: EntityValidator
        let conformance: ValueConformance
        let checksValues: Bool
        var relations: SchemaRelations

        init(_ validator: EntityValidator, checksValues: Bool) {
            self.validator = validator
            self.checksValues = checksValues
            conformance = ValueConformance(schema: validator.schema, names: validator.names)
            relations = SchemaRelations(validator.schema)
        }

        mutating func problems(
            of entity: Entity, parents: (EntityUID) -> Set<EntityUID>
        ) -> [ConformanceError] {
            if entity.uid.isAction {
                return validator.actionProblem(of: entity, parents: parents).map { [$0] } ?? []
            }
            guard let type = validator.schema.entityTypes[entity.uid.type] else {
                return [validator.undeclaredType(of: entity.uid)]
            }
            var problems: [ConformanceError] = []
            if let problem = conformance.enumerationProblem(of: entity.uid) { problems.append(problem) }
            if checksValues { problems += valueProblems(of: entity, type) }
            for parent in entity.parents.sorted() {
                if problems.count >= EntityValidator.maximumProblems { break }
                if let problem = parentProblem(of: entity.uid, parent) { problems.append(problem) }
            }
            return problems
        }

        private func valueProblems(of entity: Entity, _ type: Schema.EntityType) -> [ConformanceError] {
            var problems: [ConformanceError] = []
            let owner = { "`\(entity.uid.excerpt)`" }
            if let problem = conformance.problem(of: entity.attributes, as: type.attributes, owner: owner()) {
                problems.append(problem)
            }
            for tag in entity.tags.fields {
                if problems.count >= EntityValidator.maximumProblems { break }
                guard let tagType = type.tags else {
                    problems.append(validator.unexpectedTag(tag.key, of: entity.uid))
                    break
                }
                let problem = conformance.problem(
                    of: tag.value, as: tagType, owner: "tag `\(tag.key.fieldName)` of \(owner())")
                if let problem { problems.append(problem) }
            }
            return problems
        }

        /// A type is a possible parent at any distance, as entities may list all their ancestors.
        mutating func parentProblem(of uid: EntityUID, _ parent: EntityUID) -> ConformanceError? {
            let allowed = validator.schema.entityTypes[uid.type]?.parents ?? []
            let isOwnType = uid.type == parent.type
            let isAllowed =
                isOwnType
                ? validator.schema.ancestorTypes(of: uid.type).contains(uid.type)
                : relations.canBeMember(uid.type, of: parent.type)
            guard isAllowed else {
                let list = allowed.sorted().prefix(6).map { "`\($0.path.excerpt)`" }.joined(separator: ", ")
                return ConformanceError(
                    .parentNotAllowed,
                    "`\(uid.excerpt)` has the parent `\(parent.excerpt)`, whose type the schema does not allow",
                    help: allowed.isEmpty
                        ? "entities of type `\(uid.type.path.excerpt)` are members of nothing"
                        : "entities of type `\(uid.type.path.excerpt)` are members of \(list)")
            }
            return conformance.enumerationProblem(of: parent)
        }
    }

    // MARK: - Problems

    /// An action must be exactly as the schema says, with all groups that it is in at any distance.
    func actionProblem(of entity: Entity, parents: (EntityUID) -> Set<EntityUID>) -> ConformanceError? {
        guard schema.actions[entity.uid] != nil else {
            return ConformanceError(
                .undeclaredAction, "the schema declares no action `\(entity.uid.excerpt)`",
                help: names.suggestion(for: entity.uid))
        }
        var ancestors: Set<EntityUID> = []
        var pending = Array(entity.parents)
        while let next = pending.popLast() {
            if ancestors.insert(next).inserted { pending.append(contentsOf: parents(next)) }
        }
        let declared = schema.groups(of: entity.uid)
        if entity.attributes.isEmpty, entity.tags.isEmpty, ancestors == declared { return nil }
        let fact =
            if !entity.attributes.isEmpty || !entity.tags.isEmpty {
                "it has attributes, which actions cannot have"
            } else if let extra = ancestors.subtracting(declared).min() {
                "it is in `\(extra.excerpt)`"
            } else if let absent = declared.subtracting(ancestors).min() {
                "it is not in `\(absent.excerpt)`"
            } else { "it differs" }
        return ConformanceError(
            .actionMismatch, "action `\(entity.uid.excerpt)` is not as the schema declares it: \(fact)",
            help: "leave actions out of the entities; they come from the schema")
    }

    func undeclaredType(of uid: EntityUID) -> ConformanceError {
        ConformanceError(
            .undeclaredEntityType,
            "`\(uid.excerpt)` is of type `\(uid.type.path.excerpt)`, which the schema does not declare",
            help: names.suggestion(for: uid.type))
    }

    func unexpectedTag(_ key: CedarString, of uid: EntityUID) -> ConformanceError {
        ConformanceError(
            .unexpectedTag,
            "`\(uid.excerpt)` has the tag `\(key.fieldName)`, but `\(uid.type.path.excerpt)` declares no tags"
        )
    }
}

extension Schema {
    /// The actions as entities, each with all groups that it is in, in the order of their ids.
    public var actionEntities: [Entity] {
        actions.keys.sorted().map { Entity(uid: $0, parents: groups(of: $0)) }
    }
}
