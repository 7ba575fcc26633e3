import CedarEngine
import CedarModel
import CedarSyntax
import Testing

/// The examples of the module's documentation, as they stand there.
@Suite struct DocumentationExampleTests {
    @Test func deciding() throws {
        let text = """
            permit (principal, action == Action::"read", resource) when { resource.owner == principal };
            forbid (principal, action, resource) when { context.suspended };
            """
        let policies = try PolicySet(PolicyParser.parse(SourceFile(name: "notes.cedar", text: text)).policies)

        let ada = EntityUID(type: Name(unchecked: "User"), id: "ada")
        let note = EntityUID(type: Name(unchecked: "Note"), id: "n1")
        let read = EntityUID(type: Name(unchecked: "Action"), id: "read")
        let entities = try EntityStore([Entity(uid: note, attributes: ["owner": .entity(ada)])])

        let request = Request(principal: ada, action: read, resource: note, context: ["suspended": .bool(false)])
        let outcome = Authorizer().authorize(request, policies: policies, entities: entities)

        #expect(outcome.decision == .allow)
        #expect(outcome.determiningPolicies == ["policy0"])

        var compiler = PolicyCompiler()
        let stored = compiler.compile(entities: entities)
        let compiled = compiler.compile(policies, entities: stored)

        let scratch = DecisionScratch()
        let loaded = CompiledRequest(for: compiled)
        try loaded.load(request)
        let decision = compiled.decide(loaded, in: scratch)
        let answer = compiled.outcome(of: loaded, in: scratch)

        #expect(decision == .allow)
        #expect(answer.determiningPolicies == ["policy0"])

        let program = compiled.program(at: 0)
        // permit "policy0" action == Action::"read"
        //    0  r4 = resource.owner
        //    1  if not r4 == principal go to 3
        //    2  satisfied
        //    3  not satisfied

        #expect(
            program == """
                permit "policy0" action == Action::"read"
                   0  r4 = resource.owner
                   1  if not r4 == principal go to 3
                   2  satisfied
                   3  not satisfied

                """)

        let incomplete = Request(principal: ada, action: read, resource: note)
        let closed = Authorizer().authorize(incomplete, policies: policies, entities: entities)
        let plain = Authorizer(errorHandling: .skip).authorize(incomplete, policies: policies, entities: entities)

        #expect(closed.decision == .deny)
        #expect(plain.decision == .allow)
        #expect(closed.errors.map(\.policy) == ["policy1"])
        #expect(plain.errors.map(\.policy) == ["policy1"])
    }
}
