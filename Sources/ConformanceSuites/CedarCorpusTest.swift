import CedarEngine
import CedarModel
import CedarSchema
import CedarSyntax
import Foundation
import StrictJSON

/// One test of the corpus with its files: what is asked of it depends on which there are.
struct CedarCorpusTest {
    let file: CorpusTestFile
    let test: JSONNode
    let policies: [Policy]
    let policyFile: SourceFile
    let schema: Schema?
    let schemaFragment: SchemaFragment?

    /// The file of the entities, which need not be JSON in tests of what can be read.
    private let entityFile: URL?

    /// Loads a test.
    init(_ file: CorpusTestFile) throws {
        self.file = file
        test = try file.document().root
        entityFile = try test["entities"]?.string.map { try file.resolve($0) }
        if let path = test["policies"]?.string {
            policyFile = try CorpusTestFile.source(try file.resolve(path))
            let isJSON = test["policyFormat"]?.string == "json"
            let (found, findings) = isJSON ? Self.readPolicies(policyFile) : Self.parsePolicies(policyFile)
            if let error = findings.first(where: { $0.severity == .error }) {
                throw CorpusError("`\(path)` does not parse: \(error.message)")
            }
            policies = found
        } else {
            policyFile = SourceFile(name: "", bytes: [])
            policies = []
        }
        guard let path = test["schema"]?.string else {
            (schema, schemaFragment) = (nil, nil)
            return
        }
        let source = try CorpusTestFile.source(try file.resolve(path))
        let isJSON = test["schemaFormat"]?.string == "json" || source.name.hasSuffix(".json")
        let (fragment, findings) = isJSON ? SchemaJSONReader.read(source) : SchemaTextParser.parse(source)
        let resolved = SchemaResolver.resolve([fragment])
        if let error = (findings + resolved.diagnostics).first(where: { $0.severity == .error }) {
            throw CorpusError("`\(path)` is no valid schema: \(error.message)")
        }
        schema = resolved.schema
        schemaFragment = fragment
    }

    private static func parsePolicies(_ file: SourceFile) -> ([Policy], [Diagnostic]) {
        let parsed = PolicyParser.parse(file)
        return (parsed.policies, parsed.diagnostics)
    }

    private static func readPolicies(_ file: SourceFile) -> ([Policy], [Diagnostic]) {
        let parsed = PolicyJSONReader.parse(file)
        return (parsed.collection?.policies ?? [], parsed.diagnostics)
    }

    /// Asks all that the test has an answer for.
    func ask(_ outcome: inout CorpusOutcome) throws {
        if file.set.statesDecisions {
            try askRequests(&outcome)
            try askWhetherValid(&outcome)
        }
        try askVerdicts(&outcome)
        try askTranslation(&outcome)
        if !file.set.statesDecisions { outcome.addSummary(of: file) }
    }

    // MARK: - Data

    /// The JSON text of the entities.
    func entityDocument() throws -> JSONDocument {
        guard let entityFile else { throw CorpusError("`\(file.id)` names no entities") }
        return try CorpusTestFile.document(entityFile)
    }

    private func entityStore() throws -> EntityStore {
        let root = try entityDocument().root
        guard let schema else { return try EntityReader(.reference).readStore(root) }
        return try SchemaEntityReader(schema: schema, dialect: .reference).readStore(root)
    }

    /// Reads a request, by the schema where there is one.
    func request(_ node: JSONNode) throws -> Request {
        let reader = EntityReader(.reference)
        guard let principal = node["principal"], let action = node["action"], let resource = node["resource"] else {
            throw CorpusError("a request of `\(file.id)` is incomplete")
        }
        let actionUID = try reader.readUID(action)
        var context = Record.empty
        if let contextNode = node["context"] {
            if let schema {
                context = try SchemaContextReader(schema: schema, dialect: .reference).read(contextNode, for: actionUID)
            } else {
                context = try ValueReader(.reference).readRecord(contextNode, what: "`context`")
            }
        }
        return Request(
            principal: try reader.readUID(principal), action: actionUID, resource: try reader.readUID(resource),
            context: context)
    }

    var requests: [JSONNode] {
        guard let requests = test["requests"], requests.kind == .array else { return [] }
        return Array(requests.elements)
    }

    // MARK: - Requests

    private func askRequests(_ outcome: inout CorpusOutcome) throws {
        let policySet = try PolicySet(policies)
        let entities = try entityStore()
        var compiler = PolicyCompiler()
        let compiled = compiler.compile(policySet, entities: compiler.compile(entities: entities))
        for (index, node) in requests.enumerated() {
            let request = try request(node)
            let response = Authorizer(errorHandling: .skip).authorize(request, policies: policySet, entities: entities)
            let expected = CaseResult.Values(
                decision: node["decision"]?.string ?? "", policies: Self.strings(node["reason"]),
                errors: Self.strings(node["errors"]))
            let actual = CaseResult.Values(
                decision: response.decision.rawValue, policies: response.determiningPolicies.map(\.text).sorted(),
                errors: response.errors.map(\.policy.text).sorted())
            var differing: Set<CorpusQuestion> = []
            var texts: [String] = []
            if expected.decision != actual.decision {
                differing.insert(.decisions)
                texts.append("decision `\(actual.decision)`, expected `\(expected.decision)`")
            }
            if expected.policies != actual.policies {
                differing.insert(.determiningPolicies)
                texts.append("policies \(actual.policies), expected \(expected.policies)")
            }
            if expected.errors != actual.errors {
                differing.insert(.errors)
                texts.append("errors \(actual.errors), expected \(expected.errors)")
            }
            let other = try Self.decide(request, by: compiled)
            if other.line != response.line {
                differing.insert(.decisions)
                texts.append("compiled engine: \(other.line), not \(response.line)")
            }
            outcome.add(
                CaseResult(
                    set: file.set.rawValue, id: "\(file.id)#\(index)", expected: expected.decision,
                    actual: actual.decision, code: "", values: actual, isMatch: differing.isEmpty,
                    difference: texts.joined(separator: "; ")),
                differing: differing)
        }
    }

    /// The answer of the compiled engine, which has to be that of the reference evaluator.
    private static func decide(_ request: Request, by compiled: CompiledPolicies) throws -> AuthorizationOutcome {
        let loaded = CompiledRequest(for: compiled)
        let scratch = DecisionScratch()
        try loaded.load(request)
        let decision = compiled.decide(loaded, in: scratch)
        var outcome = compiled.outcome(of: loaded, in: scratch)
        // The bare decision and the whole answer are made in two ways; both count.
        if decision != outcome.decision { outcome.determiningPolicies = [PolicyID("<\(decision)>")] }
        return outcome
    }

    private static func strings(_ node: JSONNode?) -> [String] {
        guard let node else { return [] }
        return node.elements.compactMap(\.string).sorted()
    }
}

extension AuthorizationOutcome {
    /// All that the corpus looks at, and the texts of the errors.
    fileprivate var line: String {
        "\(decision) \(determiningPolicies.map(\.text)) \(errors.map { "\($0.policy) \($0.error.code) \($0.error)" })"
    }
}
