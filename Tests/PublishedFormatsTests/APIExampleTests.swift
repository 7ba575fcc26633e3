import CedarEngine
import CedarModel
import DecisionPoint
import DecisionWire
import Foundation
import OpenIDConnect
import PolicyBundles
import StrictJSON
import Testing

/// The examples of the OpenAPI document, put to the example application: questions are read by the readers of the
/// endpoints, and the answers of the same names are what comes out.
@Suite struct APIExampleTests {
    private static func examples(_ part: String, _ name: String) throws -> [String: JSONNode] {
        let examples = try openAPI().at("components", part, name, "content", "application/json", "examples")
        return Dictionary(
            try examples.members.map { ($0.key, try $0.value.at("value")) }, uniquingKeysWith: { first, _ in first })
    }

    private static func decisionPoint() throws -> PolicyDecisionPoint {
        let loaded = BundleLoader.loadApplication(at: repository.appending(path: "Policies/traceo").path)
        return PolicyDecisionPoint(applications: try #require(loaded.applications), verifier: TokenVerifier())
    }

    private static func now() throws -> Datetime { try Datetime(parsing: "2026-11-21T10:00:00Z") }

    private static func address() throws -> Address {
        var address = Address()
        try address.addTenant("acme", at: "the path")
        return address
    }

    /// Every question has an answer under its name, which is the answer that the question gets.
    private static func check(_ name: String, answer: String, _ ask: (JSONNode) throws -> [UInt8]) throws {
        let questions = try examples("requestBodies", name)
        let answers = try examples("responses", answer)
        #expect(!questions.isEmpty && Set(questions.keys) == Set(answers.keys))
        for (key, question) in questions {
            let given = try JSONDocument(parsing: try ask(question), limits: .bundle).root
            #expect(try comparable(given) == comparable(try #require(answers[key])), "\(name) \(key)")
        }
    }

    @Test func decide() throws {
        let decisionPoint = try Self.decisionPoint()
        try Self.check("Decide", answer: "Decision") { question in
            let request = try NativeRequestReader.read(question.text, limits: .request)
            let decision = try decisionPoint.decide(request, at: try Self.now())
            return NativeResponseWriter.body(decision, decisionID: DecisionIdentifier().text)
        }
    }

    @Test func route() throws {
        let decisionPoint = try Self.decisionPoint()
        try Self.check("Route", answer: "Route") { question in
            let request = try RoutingBodyReader.read(question.text, limits: .request)
            let route = try decisionPoint.route(request, at: try Self.now())
            return RoutingResponseWriter.body(route, decisionID: DecisionIdentifier().text)
        }
    }

    @Test func evaluation() throws {
        let decisionPoint = try Self.decisionPoint()
        try Self.check("Evaluation", answer: "Evaluation") { question in
            let request = try AuthZENRequestReader.readEvaluation(
                question.text, limits: .request, address: try Self.address())
            return AuthZENResponseWriter.body(try decisionPoint.decide(request, at: try Self.now()))
        }
    }

    @Test func evaluations() throws {
        let decisionPoint = try Self.decisionPoint()
        try Self.check("Evaluations", answer: "Evaluations") { question in
            let evaluations = try AuthZENRequestReader.readEvaluations(
                question.text, limits: .request, maximumEvaluations: 1000, address: try Self.address())
            switch evaluations {
            case .single(let request):
                return AuthZENResponseWriter.body(try decisionPoint.decide(request, at: try Self.now()))
            case .several(let requests, let semantic):
                var answers: [Result<Decision, ProblemDetails>] = []
                for request in requests {
                    switch request {
                    case .success(let request):
                        let decision = try decisionPoint.decide(request, at: try Self.now())
                        answers.append(.success(decision))
                        if semantic.stops(after: decision.decision == .allow) {
                            return AuthZENResponseWriter.body(answers)
                        }
                    case .failure(let problem): answers.append(.failure(problem))
                    }
                }
                return AuthZENResponseWriter.body(answers)
            }
        }
    }

    @Test func credentialsAreRead() throws {
        let credentials = Array(try openAPI().at("components", "schemas", "Credential", "examples").elements)
        #expect(credentials.count >= 2)
        for credential in credentials {
            let body =
                #"{"principal": {"type": "User", "id": "u1"}, "action": {"id": "read"}, "#
                + #""resource": {"type": "Doc", "id": "d1"}, "credentials": ["#
                + String(decoding: credential.text, as: UTF8.self) + "]}"
            #expect(try NativeRequestReader.read(Array(body.utf8), limits: .request).credentials.count == 1)
        }
    }
}
