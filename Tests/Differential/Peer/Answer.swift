import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import StrictJSON

/// What this engine says about a case, as one line of JSON.
///
/// `{"schema": verdict, "policies": verdict + {"json", "written", "formatted"}, "validation": {"strict", "permissive"},
/// "entities": {"plain": verdict, "typed": verdict}, "requests": [{"plain": outcome, "typed": outcome}]}`, where a
/// verdict is `{"accepted", "finding"?}` and an outcome is a verdict with `decision`, `reasons` and `errors`. `typed`
/// reads with the schema, `plain` without. `compiled` in an outcome says whether the compiled engine agrees.
struct Answer {
    private var writer = JSONWriter()

    /// The line.
    var text: String { writer.text }

    /// Answers a question.
    mutating func write(_ question: Question) {
        writer.beginObject()
        let schema = question.schema.flatMap { write(schema: $0) }
        let collection = question.policies.flatMap { write(policies: $0, isJSON: question.isPolicyJSON) }
        if let collection {
            if let schema, let file = question.policies { write(validationOf: collection.policies, file, schema) }
            let policies = join(collection, question.links)
            writer.key("entities")
            writer.beginObject()
            let plain = write("plain") { () throws in
                try EntityReader(.reference).readStore(
                    JSONDocument(parsing: question.entities.bytes, limits: .bundle).root)
            }
            let typed = schema.flatMap { schema in
                write("typed") { () throws in
                    try SchemaEntityReader(schema: schema, dialect: .reference).readStore(
                        JSONDocument(parsing: question.entities.bytes, limits: .bundle).root)
                }
            }
            writer.endObject()
            writer.key("requests")
            writer.beginArray()
            if let policies {
                for request in question.requests {
                    writer.beginObject()
                    if let plain { write("plain", request, policies, plain, nil) }
                    if let typed, let schema { write("typed", request, policies, typed, schema) }
                    writer.endObject()
                }
            }
            writer.endArray()
        }
        writer.endObject()
    }

    // MARK: Policies

    private mutating func write(policies file: SourceFile, isJSON: Bool) -> PolicyCollection? {
        let collection: PolicyCollection?
        let diagnostics: [Diagnostic]
        if isJSON {
            let parsed = PolicyJSONReader.parse(file)
            (collection, diagnostics) = (parsed.collection, parsed.diagnostics)
        } else {
            let parsed = PolicyParser.parse(file)
            diagnostics = parsed.diagnostics
            collection = diagnostics.isEmpty ? PolicyCollection(policies: parsed.policies) : nil
        }
        writer.key("policies")
        writer.beginObject()
        verdict(collection != nil, diagnostics.first.map { "\($0.code) \($0.message)" })
        if let collection {
            writer.key("json")
            writer.beginObject()
            for policy in collection.policies {
                writer.key(policy.id.text)
                writer.policy(policy)
            }
            writer.endObject()
            writer.key("written")
            writer.beginObject()
            for policy in collection.policies { field(policy.id.text, PolicyTextWriter.text(of: [policy])) }
            writer.endObject()
            if !isJSON {
                let formatted = PolicyFormatter().format(file)
                field("formatted", formatted.bytes.map { String(decoding: $0, as: UTF8.self) } ?? "")
                writer.key("stable")
                let again = formatted.bytes.map { PolicyFormatter().format(SourceFile(name: file.name, bytes: $0)) }
                writer.bool(formatted.bytes != nil && again?.bytes == formatted.bytes)
            }
        }
        writer.endObject()
        return collection
    }

    /// The set that the policies and links make together; written as `set` when they do not fit together.
    private mutating func join(_ collection: PolicyCollection, _ links: [JSONNode]) -> PolicySet? {
        do {
            var set = try PolicySet(collection.policies)
            for link in collection.links { try set.link(template: link.template, as: link.id, slots: link.values) }
            for link in links {
                var slots: [Slot: EntityUID] = [:]
                for member in link["values"].map({ Array($0.members) }) ?? [] {
                    guard let slot = Slot(rawValue: member.key) else { continue }
                    slots[slot] = try EntityReader(.reference).readUID(member.value)
                }
                try set.link(
                    template: CedarString(link["template"]?.string ?? ""), as: CedarString(link["id"]?.string ?? ""),
                    slots: slots)
            }
            return set
        } catch {
            field("set", "\(error)")
            return nil
        }
    }

    // MARK: Schemas

    private mutating func write(schema file: SourceFile) -> Schema? {
        let (schema, diagnostics) = Schema.parse(files: [file])
        let isJSON = file.name.utf8.suffix(5).elementsEqual(".json".utf8)
        writer.key("schema")
        writer.beginObject()
        verdict(schema != nil, diagnostics.first { $0.severity == .error }.map { "\($0.code) \($0.message)" })
        if schema != nil {
            let fragment = isJSON ? SchemaJSONReader.read(file).fragment : SchemaTextParser.parse(file).fragment
            field("json", SchemaJSONWriter.json(fragment))
            if let text = SchemaTextWriter.text(fragment).text { field("text", text) }
        }
        writer.endObject()
        return schema
    }

    private mutating func write(validationOf policies: [Policy], _ file: SourceFile, _ schema: Schema) {
        writer.key("validation")
        writer.beginObject()
        for mode in [PolicyValidator.Mode.strict, .permissive] {
            let report = PolicyValidator(schema: schema, mode: mode).validate(policies, in: file)
            writer.key(mode.rawValue)
            writer.beginObject()
            for policy in policies {
                writer.key(policy.id.text)
                writer.bool(report.verdicts[policy.id] ?? false)
            }
            writer.endObject()
            guard mode == .strict else { continue }
            writer.key("findings")
            writer.beginArray()
            for finding in report.diagnostics where finding.severity == .error {
                writer.string("\(finding.code) \(finding.message)")
            }
            writer.endArray()
        }
        writer.endObject()
    }

    // MARK: Data and decisions

    /// Writes whether something can be read.
    private mutating func write<Value>(_ key: String, _ read: () throws -> Value) -> Value? {
        writer.key(key)
        writer.beginObject()
        defer { writer.endObject() }
        do {
            let value = try read()
            verdict(true, nil)
            return value
        } catch {
            verdict(false, "\(error)")
            return nil
        }
    }

    private mutating func write(
        _ key: String, _ node: JSONNode, _ policies: PolicySet, _ entities: EntityStore, _ schema: Schema?
    ) {
        writer.key(key)
        writer.beginObject()
        do {
            let request = try Self.request(node, schema)
            let problems = schema.map { RequestValidator(schema: $0).problems(of: request) } ?? []
            verdict(problems.isEmpty, problems.first?.description)
            let outcome = Authorizer(errorHandling: .skip).authorize(request, policies: policies, entities: entities)
            writer.key("compiled")
            writer.bool(try Self.isSame(outcome, request, policies, entities))
            field("decision", outcome.decision.rawValue)
            writer.key("reasons")
            writer.beginArray()
            for id in outcome.determiningPolicies { writer.string(id.text) }
            writer.endArray()
            writer.key("errors")
            writer.beginArray()
            for error in outcome.errors {
                writer.beginObject()
                field("policy", error.policy.text)
                field("code", error.error.code)
                writer.endObject()
            }
            writer.endArray()
        } catch {
            verdict(false, "\(error)")
        }
        writer.endObject()
    }

    /// Whether the compiled engine gives the same outcome.
    private static func isSame(
        _ expected: AuthorizationOutcome, _ request: Request, _ policies: PolicySet, _ entities: EntityStore
    ) throws -> Bool {
        var compiler = PolicyCompiler()
        let compiled = compiler.compile(policies, entities: compiler.compile(entities: entities))
        let loaded = CompiledRequest(for: compiled)
        try loaded.load(request)
        let scratch = DecisionScratch()
        let decision = compiled.decide(loaded, in: scratch)
        let outcome = compiled.outcome(of: loaded, in: scratch)
        let failures = compiled.failures(in: scratch).map { "\($0.policy) \($0.code)" }
        return decision == expected.decision && outcome.decision == expected.decision
            && outcome.determiningPolicies == expected.determiningPolicies
            && failures == expected.errors.map { "\($0.policy) \($0.error.code)" }
    }

    private static func request(_ node: JSONNode, _ schema: Schema?) throws -> Request {
        func uid(_ member: String) throws -> EntityUID {
            guard let value = node[member] else { throw MissingMember(name: member) }
            return try EntityReader(.reference).readUID(value)
        }
        let action = try uid("action")
        let context = try JSONDocument(parsing: Array((node["context"]?.string ?? "{}").utf8), limits: .bundle).root
        let record =
            if let schema {
                try SchemaContextReader(schema: schema, dialect: .reference).read(context, for: action)
            } else {
                try ValueReader(.reference).readRecord(context, what: "context")
            }
        return Request(principal: try uid("principal"), action: action, resource: try uid("resource"), context: record)
    }

    // MARK: Pieces

    private mutating func verdict(_ isAccepted: Bool, _ finding: String?) {
        writer.key("accepted")
        writer.bool(isAccepted)
        if let finding, !isAccepted { field("finding", finding) }
    }

    private mutating func field(_ name: String, _ text: String) {
        writer.key(name)
        writer.string(text)
    }
}

/// A request lacks one of its parts.
private struct MissingMember: Error {
    var name: String
}
