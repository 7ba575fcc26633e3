import CedarEngine
import CedarModel
import CedarSyntax
import StrictJSON
import Testing

/// The entities and the request that the tests ask about, and short ways to ask.
struct World {
    var request: Request
    var entities: EntityStore

    static let entities = #"""
        [{"uid": {"type": "User", "id": "alice"}, "parents": [{"type": "Team", "id": "red"}],
          "attrs": {"name": "alice", "age": 30, "least": -9223372036854775808,
            "team": {"__entity": {"type": "Team", "id": "red"}},
            "me": {"__entity": {"type": "User", "id": "alice"}}, "ghost": {"__entity": {"type": "User", "id": "ghost"}},
            "langs": ["en", "de"], "profile": {"mail": "a@example.com", "with space": {"deep": true}}, "active": true},
          "tags": {"level": 3, "groups": ["x"], "role": "admin"}},
         {"uid": {"type": "User", "id": "bob"}, "parents": [], "attrs": {}},
         {"uid": {"type": "Team", "id": "red"}, "parents": [{"type": "Org", "id": "acme"}], "attrs": {"size": 7}},
         {"uid": {"type": "Doc", "id": "plan"}, "parents": [{"type": "Folder", "id": "top"}],
          "attrs": {"owner": {"__entity": {"type": "User", "id": "alice"}}, "public": false}},
         {"uid": {"type": "Action", "id": "view"}, "parents": [{"type": "Action", "id": "read"}], "attrs": {}},
         {"uid": {"type": "Action", "id": "read"}, "parents": [{"type": "Action", "id": "all"}], "attrs": {}}]
        """#

    /// As a client may send it, with numbers that have no Cedar form.
    static let context = #"""
        {"n": 1, "mfa": true, "text": "hello", "half": 0.5, "ip": {"__extn": {"fn": "ip", "arg": "10.1.2.3"}},
         "now": {"__extn": {"fn": "datetime", "arg": "2026-03-01T13:45:00Z"}}, "none": null,
         "bad": 0.00001, "partly": {"good": 1, "bad": 1e400, "inner": {"good": 2, "bad": 1e400}}, "badset": [1, 1e400]}
        """#

    init(
        principal: EntityUID = .of("User", "alice"), action: EntityUID = .of("Action", "view"),
        resource: EntityUID = .of("Doc", "plan"), context: String = World.context, entities: String = World.entities
    ) throws {
        self.entities = try EntityReader(.strict).readStore(try json(entities))
        request = Request(
            principal: principal, action: action, resource: resource,
            context: try ValueReader(.exchange).readRecord(try json(context), what: "`context`"))
    }

    /// The value of an expression.
    ///
    /// The compiled engine is asked, too, and has to agree.
    func evaluate(_ text: String) throws -> Value {
        let expression = try expression(text)
        do {
            let value = try Evaluator(request: request, entities: entities).evaluate(expression)
            // Very long texts are compared once only: parsing them takes seconds in a debug build.
            let isLong = text.utf8.count > 10_000
            if !isLong { try compare("permit(principal, action, resource) when { (\(text)) == (\(value)) };") }
            if case .bool = value { try compare("permit(principal, action, resource) when { \(text) };") }
            return value
        } catch let error as EvaluationError {
            try compare("permit(principal, action, resource) when { \(text) };")
            try compare("permit(principal, action, resource) unless { (\(text)) == 1 };")
            throw error
        }
    }

    /// Lets both engines decide by policies, unless these cannot be parsed.
    private func compare(_ policies: String) throws {
        let parsed = PolicyParser.parse(SourceFile(name: "comparison.cedar", text: policies))
        guard parsed.diagnostics.isEmpty else { return }
        try compare(try PolicySet(parsed.policies))
    }

    private func compare(_ policies: PolicySet) throws {
        var compiler = PolicyCompiler()
        let question = EngineCase(policies.policies, entities: Array(entities.entities), request: request)
        if let difference = try question.disagreement(&compiler) {
            Issue.record("\(difference)\n\(question.text)")
        }
    }

    /// The value of an expression as text, or the code of its error.
    func outcome(_ text: String) throws -> String {
        do {
            return try evaluate(text).description
        } catch let error as EvaluationError {
            return error.code
        }
    }

    /// The error of an expression.
    func error(_ text: String) throws -> EvaluationError {
        try #require(throws: EvaluationError.self) { try evaluate(text) }
    }

    /// The decision of policies, with determining policies and errors.
    func authorize(_ policies: String, _ errorHandling: ErrorHandling = .deny) throws -> AuthorizationOutcome {
        try authorize(try PolicySet(parse(policies)), errorHandling)
    }

    func authorize(_ policies: PolicySet, _ errorHandling: ErrorHandling = .deny) throws -> AuthorizationOutcome {
        try compare(policies)
        return Authorizer(errorHandling: errorHandling).authorize(request, policies: policies, entities: entities)
    }
}

extension EntityUID {
    static func of(_ type: String, _ id: String) -> EntityUID {
        EntityUID(type: Name(unchecked: type), id: CedarString(id))
    }
}

extension AuthorizationOutcome {
    /// The outcome on one line: `allow [policy0] errors [policy1 MISSING_ATTRIBUTE]`.
    var line: String {
        let errors = errors.map { "\($0.policy) \($0.error.code)" }.joined(separator: ", ")
        let policies = determiningPolicies.map(\.text).joined(separator: ", ")
        return "\(decision.rawValue) [\(policies)]" + (errors.isEmpty ? "" : " errors [\(errors)]")
    }
}

/// The text before the expression in the file that ``expression(_:)`` parses.
let expressionPrefix = "permit(principal, action, resource) when { "

/// The policies of a text without errors.
func parse(_ text: String) throws -> [Policy] {
    let parsed = PolicyParser.parse(SourceFile(name: "test.cedar", text: text))
    try #require(parsed.diagnostics.isEmpty, "\(parsed.diagnostics.map(\.message))")
    return parsed.policies
}

/// An expression, parsed as the condition of a policy.
func expression(_ text: String) throws -> Expression {
    try #require(try parse("\(expressionPrefix)\(text) };").first?.conditions.first?.body)
}

/// The root of a JSON text.
func json(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), limits: .bundle).root
}
