import CedarModel
import CedarSchema
import CedarSyntax
import StrictJSON

/// What holds of JSON, and of entities and contexts in it.
enum DataProperties {
    /// Accepted JSON survives writing; values that can be read survive writing; whatever is read with a schema conforms
    /// to it.
    ///
    /// A zero, which no JSON has, stands between two texts: what is found in the second does not depend on the first.
    static func check(_ bytes: [UInt8]) throws(BrokenProperty) {
        if let zero = bytes.firstIndex(of: 0) {
            try checkLikeness(Array(bytes[..<zero]), Array(bytes[(zero + 1)...]))
        }
        guard let root = try checkJSON(bytes) else { return }
        for dialect in [ValueReader.Dialect.reference, .strict, .exchange] {
            if let value = try? ValueReader(dialect).read(root) { try checkValue(value) }
            _ = try? ValueReader(dialect).readRecord(root, what: "the context")
            if let store = try? EntityReader(dialect).readStore(root) { try checkClosure(store) }
        }
        for dialect in [ValueReader.Dialect.reference, .strict] {
            try checkTyped(root, dialect)
        }
    }

    private static func checkLikeness(_ first: [UInt8], _ second: [UInt8]) throws(BrokenProperty) {
        let buffer = JSONBuffer(limits: .request)
        _ = tokens(first, in: buffer)
        let (found, wanted) = (tokens(second, in: buffer), tokens(second, in: JSONBuffer(limits: .request)))
        try require(found == wanted, "a text has the same tokens whatever was read before it")
    }

    /// The numbers of all tokens; `nil` for a text that is refused.
    private static func tokens(_ bytes: [UInt8], in buffer: JSONBuffer) -> [UInt32]? {
        try? buffer.read(bytes.span) { tokens, _ in
            tokens.indices.flatMap { [tokens[$0].start, tokens[$0].end, tokens[$0].next, tokens[$0].detail] }
        }
    }

    private static func checkJSON(_ bytes: [UInt8]) throws(BrokenProperty) -> JSONNode? {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, limits: .request)
        } catch {
            try require(error.offset >= 0 && error.offset <= bytes.count, "a JSON error points into its text")
            return nil
        }
        try require(String(validating: bytes, as: UTF8.self) != nil, "accepted JSON is UTF-8")
        for isPretty in [false, true] {
            var first = JSONWriter(pretty: isPretty)
            first.value(document.root)
            guard let again = try? JSONDocument(parsing: first.bytes, limits: .bundle) else {
                throw BrokenProperty("written JSON is valid: \(first.text)")
            }
            var second = JSONWriter(pretty: isPretty)
            second.value(again.root)
            try require(first.bytes == second.bytes, "written JSON is stable: \(first.text)")
        }
        return document.root
    }

    private static func checkValue(_ value: Value) throws(BrokenProperty) {
        guard value.unreadablePart == nil, !hasEscape(value) else { return }
        var writer = JSONWriter()
        writer.value(value)
        guard let document = try? JSONDocument(parsing: writer.bytes, limits: .bundle),
            let again = try? ValueReader(.strict).read(document.root)
        else { throw BrokenProperty("a written value can be read: \(writer.text)") }
        try require(again == value, "a value survives JSON: \(writer.text)")
    }

    /// Whether a record looks like an escape, for which JSON has no form.
    private static func hasEscape(_ value: Value) -> Bool {
        switch value {
        case .set(let set): set.elements.contains(where: hasEscape)
        case .record(let record):
            record.fields.contains { ["__entity", "__extn", "__expr"].contains($0.key.text) || hasEscape($0.value) }
        default: false
        }
    }

    private static func checkClosure(_ store: EntityStore) throws(BrokenProperty) {
        for entity in store.entities {
            try require(store.isMember(entity.uid, of: entity.uid), "an entity is in itself")
            for parent in entity.parents {
                try require(store.isMember(entity.uid, of: parent), "an entity is in its parents")
            }
        }
    }

    // MARK: With a schema

    private static func checkTyped(_ root: JSONNode, _ dialect: ValueReader.Dialect) throws(BrokenProperty) {
        guard let schema = FixedWorld.schema else { throw BrokenProperty("the schema is valid") }
        if let entities = try? SchemaEntityReader(schema: schema, dialect: dialect).readEntities(root) {
            _ = EntityValidator(schema: schema).problems(of: entities.map(\.entity))
        }
        if (try? SchemaEntityReader(schema: schema, dialect: dialect).readStore(root)) != nil {
            for node in root.elements {
                guard let entity = try? SchemaEntityReader(schema: schema, dialect: dialect).readEntity(node) else {
                    throw BrokenProperty("every entity of a store can be read")
                }
                let problems = EntityValidator(schema: schema).problems(of: entity)
                try require(problems.isEmpty, "an entity of a store conforms: \(problems)")
            }
        }
        let action = FixedWorld.action
        if let context = try? SchemaContextReader(schema: schema, dialect: dialect).read(root, for: action) {
            let request = Request(
                principal: FixedWorld.principal, action: action, resource: FixedWorld.resource, context: context)
            let problems = RequestValidator(schema: schema).problems(of: request)
            try require(problems.isEmpty, "a context that was read conforms: \(problems)")
        }
    }
}
