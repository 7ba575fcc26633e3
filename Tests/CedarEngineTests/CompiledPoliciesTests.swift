import CedarEngine
import CedarModel
import CedarSyntax
import Testing

/// What the compiled engine does beyond agreeing with the reference evaluator.
@Suite struct CompiledPoliciesTests {
    private static let user = EntityUID.of("User", "ada")
    private static let view = EntityUID.of("Action", "view")
    private static let file = EntityUID.of("File", "f1")

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a request built piece by piece equals one loaded from the model")
    func building() throws {
        let policies = try PolicySet(
            parse(
                """
                permit(principal in Team::"red", action, resource) when { resource.owner == principal };
                permit(principal, action, resource) when { context.device.trusted && context.tags.contains("new") };
                permit(principal, action, resource) when { resource.size > 10 && resource.name like "*.txt" };
                forbid(principal, action, resource) when { context.gone };
                permit(principal, action, resource) when { context.when == datetime("1970-01-01") };
                permit(principal, action, resource) when { principal in Team::"unknown" };
                permit(principal, action, resource) when { context.device == {trusted: true, id: "unheard"} };
                """))
        let stored = Entity(
            uid: Self.file, attributes: ["size": .long(1), "name": .string("a.txt")], parents: [.of("Folder", "top")])
        let store = try EntityStore([stored])
        var compiler = PolicyCompiler()
        let compiled = compiler.compile(policies, entities: compiler.compile(entities: store))
        let request = CompiledRequest(for: compiled)
        let scratch = DecisionScratch()
        for _ in 0..<2 {
            var build = CompiledRequest.Builder(request, for: compiled)
            let user = build.entity(Self.user)
            let file = build.entity(type: Self.bytes("File").span, id: Self.bytes("f1").span)
            build.setPrincipal(user)
            build.setAction(build.entity(Self.view))
            build.setResource(file)
            build.beginRecord()
            build.endRecord()
            build.addEntity(user, parents: [build.entity(.of("Team", "red")), build.entity(.of("Team", "other"))])
            build.beginRecord()
            build.includeStored(file)
            build.key(Self.bytes("owner").span)
            build.push(user)
            build.key(Self.bytes("size").span)
            build.long(5)
            build.key(Self.bytes("size").span)
            build.long(11)
            build.endRecord()
            build.addEntity(file, includingStored: true)
            build.beginRecord()
            build.key(Self.bytes("device").span)
            build.beginRecord()
            build.key(Self.bytes("trusted").span)
            build.bool(true)
            build.key(Self.bytes("id").span)
            build.string(Self.bytes("unheard").span)
            build.endRecord()
            build.key(Self.bytes("tags").span)
            build.beginSet()
            build.string(Self.bytes("old").span)
            build.string(Self.bytes("new").span)
            build.string(Self.bytes("new").span)
            build.endSet()
            build.key(Self.bytes("when").span)
            build.push(.datetime(Datetime(milliseconds: 0)))
            build.endRecord()
            build.setContext()
            try build.finish()
            #expect(compiled.decide(request, in: scratch) == .allow)
            let built = compiled.outcome(of: request, in: scratch)

            let model = Request(
                principal: Self.user, action: Self.view, resource: Self.file,
                context: [
                    "device": .record(["trusted": .bool(true), "id": .string("unheard")]),
                    "tags": .set(ValueSet([.string("old"), .string("new")])),
                    "when": .datetime(Datetime(milliseconds: 0)),
                ])
            let entities = try store.overlaid(with: [
                Entity(uid: Self.user, parents: [.of("Team", "red"), .of("Team", "other")]),
                Entity(
                    uid: Self.file,
                    attributes: ["size": .long(11), "name": .string("a.txt"), "owner": .entity(Self.user)],
                    parents: [.of("Folder", "top")]),
            ])
            let expected = Authorizer(errorHandling: .skip).authorize(model, policies: policies, entities: entities)
            #expect(built.details == expected.details)
            #expect(built.determiningPolicies.count == 5)
        }
    }

    @Test("requests with many strings, entities and fields") func manyNames() throws {
        let policies = try PolicySet(parse("permit(principal, action, resource) when { context.k77 == context.copy };"))
        var compiler = PolicyCompiler()
        let compiled = compiler.compile(policies, entities: compiler.compile(entities: .empty))
        let request = CompiledRequest(for: compiled)
        let scratch = DecisionScratch()
        var fields = (0..<300).map {
            Record.Field(key: CedarString("k\($0)"), value: .string(CedarString("text \($0)")))
        }
        fields.append(Record.Field(key: "copy", value: .string("text 77")))
        fields += (0..<50).map { Record.Field(key: CedarString("e\($0)"), value: .entity(.of("T", "\($0 / 2)"))) }
        let model = Request(
            principal: Self.user, action: Self.view, resource: Self.file, context: Record(fields))
        for _ in 0..<3 {
            try request.load(model)
            #expect(compiled.decide(request, in: scratch) == .allow)
        }
    }

    @Test("only what changed is compiled again") func reuse() throws {
        var compiler = PolicyCompiler()
        let entities = compiler.compile(entities: .empty)
        func text(_ changed: Int?) -> String {
            (0..<100).map { number in
                "permit(principal, action, resource) when { context.n == \(number)\(number == changed ? "00" : "") };"
            }.joined(separator: "\n")
        }
        _ = compiler.compile(try PolicySet(parse(text(nil))), entities: entities)
        #expect(compiler.statistics.compiled == 100)
        let changed = compiler.compile(try PolicySet(parse(text(42))), entities: entities)
        #expect(compiler.statistics.compiled == 101)
        #expect(compiler.statistics.reused == 99)
        let request = CompiledRequest(for: changed)
        for (number, decision) in [(42, AuthorizationDecision.deny), (4200, .allow), (7, .allow)] {
            try request.load(
                Request(
                    principal: Self.user, action: Self.view, resource: Self.file,
                    context: ["n": .long(Int64(number))]))
            #expect(changed.decide(request, in: DecisionScratch()) == decision)
        }
        // Forgetting everything changes no answer, and entities from before are taken.
        compiler.reset()
        let again = compiler.compile(try PolicySet(parse(text(42))), entities: entities)
        #expect(again.description == changed.description)
    }

    @Test("a program reads like its policy") func text() throws {
        let policies = try PolicySet(
            parse(
                """
                permit(principal is User in Team::"red", action in [Action::"view", Action::"edit"], resource == File::"f1")
                when { resource.owner == principal && context.path like "/a*\\*" }
                unless { [1, 1 + 1, 3].contains(context.level - 1) };
                forbid(principal, action, resource);
                """))
        var compiler = PolicyCompiler()
        let compiled = compiler.compile(policies, entities: compiler.compile(entities: .empty))
        #expect(
            compiled.description == #"""
                permit "policy0" principal is User in Team::"red" action in [Action::"view", Action::"edit"] resource == File::"f1"
                   0  r4 = resource.owner
                   1  if not r4 == principal go to 8
                   2  r4 = context.path
                   3  if not r4 like "/a*\*" go to 8
                   4  r4 = context.level
                   5  r4 = r4 - 1
                   6  if [1, 2, 3].contains(r4) go to 8
                   7  satisfied
                   8  not satisfied
                forbid "policy1"
                   0  satisfied

                """#)
    }

    @Test("many policies, one of which can match", arguments: ["==", "in"])
    func index(form: String) throws {
        let text = (0..<2000).map { number in
            number.isMultiple(of: 2)
                ? #"permit(principal \#(form) User::"u\#(number)", action == Action::"view", resource);"#
                : #"permit(principal, action in [Action::"view", Action::"x\#(number)"], resource \#(form) File::"f\#(number)");"#
        }
        let policies = try PolicySet(parse(text.joined(separator: "\n")))
        let groups = try EntityStore([
            Entity(uid: .of("User", "leaf"), parents: [.of("User", "u10"), .of("User", "u12")])
        ])
        var compiler = PolicyCompiler()
        let compiled = compiler.compile(policies, entities: compiler.compile(entities: groups))
        let request = CompiledRequest(for: compiled)
        let scratch = DecisionScratch()
        func reasons(_ user: String, _ action: String, _ file: String) throws -> [String] {
            try request.load(
                Request(principal: .of("User", user), action: .of("Action", action), resource: .of("File", file)))
            _ = compiled.decide(request, in: scratch)
            return compiled.outcome(of: request, in: scratch).determiningPolicies.map(\.text)
        }
        #expect(try reasons("u1998", "view", "f1") == ["policy1", "policy1998"])
        #expect(try reasons("u1998", "x1", "f1") == ["policy1"])
        #expect(try reasons("u1998", "x3", "f1") == [])
        #expect(try reasons("leaf", "view", "f0") == (form == "in" ? ["policy10", "policy12"] : []))
    }
}
