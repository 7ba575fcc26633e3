public import CedarModel
public import CedarSyntax

extension CompiledRequest {
    /// Builds a request piece by piece, for instance straight from the tape of a JSON parser.
    ///
    /// Values are pushed in order. Within a record each follows its key; a closed set or record is itself a value of
    /// what is around it. At the end, ``finish()`` makes the request ready. Nothing is allocated once the request is
    /// warm. Nesting costs no stack; whoever feeds a builder bounds the size and the nesting of the data.
    ///
    /// A misuse, such as a record that is never closed, is a mistake in the program and stops it.
    public struct Builder {
        private let request: CompiledRequest
        private let arena: Arena
        private var fields = ArenaList<CompiledField>()
        private var starts = ArenaList<Int32>()
        private var parentIDs = ArenaList<Int32>()
        private var key: Int32 = 0

        /// An entity of a request.
        public struct EntityReference: BitwiseCopyable, Sendable {
            let value: CompiledValue

            /// The number of the entity; negative for one that only the request knows.
            public var number: Int32 { value.id }

            /// Whether two references are to one entity, of the same request or of the policies.
            public func isSame(as other: EntityReference) -> Bool { value.id == other.value.id }
        }

        /// Forgets what the request was and begins it anew for some policies.
        public init(_ request: CompiledRequest, for policies: CompiledPolicies) {
            request.reset(for: policies)
            self.request = request
            arena = request.arena
        }

        // MARK: - Entities

        /// The entity with a type and an id, which are UTF-8; the type is a normalized name.
        public func entity(type: Span<UInt8>, id: Span<UInt8>) -> EntityReference {
            EntityReference(value: request.entity(type: request.string(type), name: request.string(id)))
        }

        /// The entity with the number of a type, see ``CompiledPolicies/symbol(of:)``, and an id.
        public func entity(typeSymbol: Int32, id: Span<UInt8>) -> EntityReference {
            EntityReference(value: request.entity(type: typeSymbol, name: request.string(id)))
        }

        /// The entity with the numbers of a type and an id, see ``CompiledPolicies/symbol(of:)``.
        public func entity(typeSymbol: Int32, idSymbol: Int32) -> EntityReference {
            EntityReference(value: request.entity(type: typeSymbol, name: idSymbol))
        }

        /// The entity with the number of a type, and an id that has no number.
        public func entity(typeSymbol: Int32, unknownID: Span<UInt8>) -> EntityReference {
            EntityReference(value: request.entity(type: typeSymbol, name: request.localString(unknownID)))
        }

        /// The entity with an id.
        public func entity(_ uid: EntityUID) -> EntityReference {
            entity(type: uid.type.path.utf8.span, id: uid.id.utf8.span)
        }

        /// Sets who asks.
        public func setPrincipal(_ entity: EntityReference) { request.setPrincipal(entity.value) }

        /// Sets what is to be done.
        public func setAction(_ entity: EntityReference) { request.setAction(entity.value) }

        /// Sets on what.
        public func setResource(_ entity: EntityReference) { request.setResource(entity.value) }

        /// Sets the circumstances to the record that was closed last.
        public mutating func setContext() { request.setContext(.record(takeRecord())) }

        /// The same, where the context has a constant under a key, see ``push(_:at:)``.
        ///
        /// The constants are always those of the same list, and nothing replaced the field afterwards.
        public mutating func setContext(fixing key: Int32, at index: Int) {
            setContext()
            request.fix(key, constant: Int32(clamping: index))
        }

        /// Adds an entity with the record that was closed last as its attributes.
        ///
        /// It takes the place of a stored one with the same id: begin its record with ``includeStored(_:)`` to add
        /// to what is stored.
        public mutating func addEntity(
            _ entity: EntityReference, parents: [EntityReference] = [], includingStored: Bool = false
        ) {
            for parent in parents { addParent(parent) }
            let attributes = takeRecord()
            let hierarchy = request.content.hierarchy
            if includingStored {
                let stored = hierarchy.parents(of: entity.value.id)
                for index in 0..<stored.count { addParent(stored[index]) }
            }
            let all = parentIDs.elements
            parentIDs = ArenaList()
            request.add(
                entity.value, attributes: attributes,
                tags: includingStored ? hierarchy.tags(of: entity.value.id) ?? Cells() : Cells(), parents: all)
        }

        /// Gives the entity that is added next a parent.
        public mutating func addParent(_ parent: EntityReference) { addParent(parent.value.id) }

        /// A parent given twice counts once; long lists are kept as they are, because the search takes time.
        private mutating func addParent(_ id: Int32) {
            if parentIDs.count < 32 {
                for index in 0..<parentIDs.count where parentIDs[index] == id { return }
            }
            parentIDs.append(id, in: arena)
        }

        /// Hands over the numbers of what an entity will be in by the parents that it was given and those that are
        /// stored, some perhaps several times; `false` when the stored ancestors do not tell all of it.
        ///
        /// - Parameter other: the other entity that the request adds.
        public func forEachMembership(
            of entity: EntityReference, besides other: EntityReference, _ body: (Int32) -> Void
        ) -> Bool {
            let hierarchy = request.content.hierarchy
            guard !hierarchy.isContainer(other.value.id), !hierarchy.isContainer(entity.value.id) else { return false }
            let stored = hierarchy.parents(of: entity.value.id)
            for index in 0..<parentIDs.count + stored.count {
                let parent = index < parentIDs.count ? parentIDs[index] : stored[index - parentIDs.count]
                guard parent != other.value.id, let ancestors = hierarchy.storedAncestors(of: parent) else {
                    return false
                }
                body(parent)
                for place in 0..<ancestors.count { body(ancestors[place]) }
            }
            return true
        }

        /// Whether the store has an entity.
        public func isStored(_ entity: EntityReference) -> Bool {
            request.content.hierarchy.attributes(of: entity.value.id) != nil
        }

        /// Whether the stored entity has an attribute, by its number.
        public func hasStored(_ attribute: Int32, of entity: EntityReference) -> Bool {
            guard let stored = request.content.hierarchy.attributes(of: entity.value.id) else { return false }
            for index in 0..<stored.count where stored[index].key == attribute { return true }
            return false
        }

        /// Puts the stored attributes of an entity into the open record; later fields with the same keys replace them.
        public mutating func includeStored(_ entity: EntityReference) {
            guard let stored = request.content.hierarchy.attributes(of: entity.value.id) else { return }
            for index in 0..<stored.count { fields.append(stored[index], in: arena) }
        }

        /// Finds the ancestors of the entities; the request is ready afterwards.
        /// - Throws: `EntityStoreError.cycle` when the entities make one its own ancestor.
        public func finish() throws(EntityStoreError) {
            precondition(starts.count == 0 && fields.count == 0, "a value of a request was not used")
            try request.finish()
        }

        // MARK: - Values

        /// Names the next value of the open record.
        public mutating func key(_ text: Span<UInt8>) { key = request.string(text) }

        /// Names the next value by the number of its name; see ``CompiledPolicies/symbol(of:)``.
        public mutating func key(symbol: Int32) { key = symbol }

        /// Pushes the string with a number.
        public mutating func string(symbol: Int32) { append(.string(symbol)) }

        /// Pushes a datetime, in milliseconds since the epoch.
        public mutating func datetime(milliseconds: Int64) { append(.number(.datetime, milliseconds)) }

        /// Pushes a constant.
        public mutating func push(_ constants: CompiledConstants, at index: Int) { append(constants.records[index]) }

        /// Pushes a string.
        public mutating func string(_ text: Span<UInt8>) { append(.string(request.string(text))) }

        /// Pushes a string that has no number, see ``CompiledPolicies/symbol(of:)``.
        public mutating func string(unknown text: Span<UInt8>) { append(.string(request.localString(text))) }

        /// Pushes an integer.
        public mutating func long(_ value: Int64) { append(.number(.long, value)) }

        /// Pushes a boolean.
        public mutating func bool(_ value: Bool) { append(.bool(value)) }

        /// Pushes an entity.
        public mutating func push(_ entity: EntityReference) { append(entity.value) }

        /// Pushes a value of the model, such as a timestamp.
        public mutating func push(_ value: Value) {
            var encoder = RequestEncoder(request: request)
            append(encoder.encode(value))
        }

        /// Opens a set.
        public mutating func beginSet() { begin() }

        /// Closes the set.
        public mutating func endSet() {
            let start = end()
            let elements = arena.cells(fields.count - start, of: CompiledValue.self)
            for index in 0..<elements.count { elements[index] = fields[start + index].value }
            fields.truncate(to: start)
            restoreKey()
            append(.set(sorting: elements))
        }

        /// Opens a record.
        public mutating func beginRecord() { begin() }

        /// Closes the record; of several fields with one key, the last counts.
        public mutating func endRecord() {
            let start = end()
            let open = fields.elements.suffix(from: start, count: fields.count - start)
            let record = arena.cells(open.count, of: CompiledField.self)
            record.copy(open, count: open.count)
            let kept = Self.sort(record)
            fields.truncate(to: start)
            restoreKey()
            append(.record(record.prefix(kept)))
        }

        private mutating func append(_ value: CompiledValue) {
            fields.append(CompiledField(key: key, value: value), in: arena)
        }

        /// The key of the value that is opened is kept below its elements.
        private mutating func begin() {
            append(.bool(false))
            starts.append(Int32(fields.count), in: arena)
        }

        private mutating func end() -> Int {
            precondition(starts.count > 0, "nothing is open")
            let start = Int(starts[starts.count - 1])
            starts.truncate(to: starts.count - 1)
            return start
        }

        private mutating func restoreKey() {
            key = fields[fields.count - 1].key
            fields.truncate(to: fields.count - 1)
        }

        private mutating func takeRecord() -> Cells<CompiledField> {
            precondition(
                starts.count == 0 && fields.count == 1 && fields[0].value.kind == .record, "no record is closed")
            let record = fields[0].value.fields
            fields.truncate(to: 0)
            return record
        }

        /// Sorts fields by key and leaves the last of each key; says how many are left.
        private static func sort(_ fields: Cells<CompiledField>) -> Int {
            let count = fields.count
            guard count > 1 else { return count }
            // Fields of one key have to stay in order, which a heap does not care for: their places decide.
            guard count <= 32 else {
                let ordered = (0..<count).map { fields[$0] }.enumerated()
                    .sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
                for (index, field) in ordered.enumerated() { fields[index] = field.element }
                return leaveLast(fields)
            }
            var hasRepeats = false
            var last = fields[0].key
            for next in 1..<count {
                let key = fields[next].key
                if key > last {
                    last = key
                    continue
                }
                let field = fields[next]
                var place = next
                while place > 0, fields[place - 1].key > key {
                    fields[place] = fields[place - 1]
                    place -= 1
                }
                fields[place] = field
                if place > 0, fields[place - 1].key == key { hasRepeats = true }
                last = fields[next].key
            }
            return hasRepeats ? leaveLast(fields) : count
        }

        /// Leaves the last of each key in sorted fields; says how many are left.
        private static func leaveLast(_ fields: Cells<CompiledField>) -> Int {
            var kept = 0
            for index in 0..<fields.count {
                if kept > 0, fields[kept - 1].key == fields[index].key { kept -= 1 }
                fields[kept] = fields[index]
                kept += 1
            }
            return kept
        }
    }
}
