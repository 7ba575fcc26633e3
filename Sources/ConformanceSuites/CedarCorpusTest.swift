import CedarEngine
import CedarModel
import CedarSyntax
import Foundation
import StrictJSON

/// One test file of the corpus: policies and entities, and the requests asked of them.
struct CedarCorpusTest {
    private let test: JSONNode
    private let policies: PolicySet
    private let entities: EntityStore
    private let compiled: CompiledPolicies
    private let file: URL

    /// Loads a test and the files it names, which are relative to the root of the corpus.
    init(file: URL, root: URL) throws {
        self.file = file
        test = try Self.document(file).root
        guard let policyPath = test["policies"]?.string, let entityPath = test["entities"]?.string else {
            throw CorpusError("`\(file.lastPathComponent)` names no policies or entities")
        }
        let policyFile = root.appendingPathComponent(policyPath)
        let source = SourceFile(name: policyPath, bytes: Array(try Data(contentsOf: policyFile)))
        let parsed = PolicyParser.parse(source)
        if let diagnostic = parsed.diagnostics.first(where: { $0.severity == .error }) {
            throw CorpusError("`\(policyPath)` does not parse: \(diagnostic.message)")
        }
        policies = try PolicySet(parsed.policies)
        let entityFile = try Self.document(root.appendingPathComponent(entityPath))
        entities = try EntityReader(.reference).readStore(entityFile.root)
        var compiler = PolicyCompiler()
        compiled = compiler.compile(policies, entities: compiler.compile(entities: entities))
    }

    /// Asks every request.
    func run(set: String, id: String) throws -> [CaseResult] {
        guard let requests = test["requests"], requests.kind == .array else {
            throw CorpusError("`\(file.lastPathComponent)` has no requests")
        }
        return try requests.elements.enumerated().map { index, request in
            try run(request, set: set, id: "\(id)#\(index)")
        }
    }

    private func run(_ node: JSONNode, set: String, id: String) throws -> CaseResult {
        let reader = EntityReader(.reference)
        guard let principal = node["principal"], let action = node["action"], let resource = node["resource"] else {
            throw CorpusError("request `\(id)` is incomplete")
        }
        let context = try node["context"].map { try ValueReader(.reference).readRecord($0, what: "`context`") }
        let request = Request(
            principal: try reader.readUID(principal), action: try reader.readUID(action),
            resource: try reader.readUID(resource), context: context ?? .empty)
        let outcome = Authorizer(errorHandling: .skip).authorize(request, policies: policies, entities: entities)

        let expected = CaseResult.Values(
            decision: node["decision"]?.string ?? "", policies: Self.strings(node["reason"]),
            errors: Self.strings(node["errors"]))
        let actual = CaseResult.Values(
            decision: outcome.decision.rawValue, policies: outcome.determiningPolicies.map(\.text).sorted(),
            errors: outcome.errors.map(\.policy.text).sorted())
        var differences: [String] = []
        if expected.decision != actual.decision {
            differences.append("decision `\(actual.decision)`, expected `\(expected.decision)`")
        }
        if expected.policies != actual.policies {
            differences.append("policies \(actual.policies), expected \(expected.policies)")
        }
        if expected.errors != actual.errors {
            differences.append("errors \(actual.errors), expected \(expected.errors)")
        }
        let other = try decideCompiled(request)
        if other.line != outcome.line { differences.append("compiled engine: \(other.line), not \(outcome.line)") }
        return CaseResult(
            set: set, id: id, expected: expected.decision, actual: actual.decision, code: "", values: actual,
            isMatch: differences.isEmpty, difference: differences.joined(separator: "; "))
    }

    /// The answer of the compiled engine, which has to be that of the reference evaluator.
    private func decideCompiled(_ request: Request) throws -> AuthorizationOutcome {
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

    private static func document(_ file: URL) throws -> JSONDocument {
        try JSONDocument(parsing: Array(try Data(contentsOf: file)), limits: .bundle)
    }
}

extension AuthorizationOutcome {
    /// All that the corpus looks at, and the texts of the errors.
    fileprivate var line: String {
        "\(decision) \(determiningPolicies.map(\.text)) \(errors.map { "\($0.policy) \($0.error.code) \($0.error)" })"
    }
}
