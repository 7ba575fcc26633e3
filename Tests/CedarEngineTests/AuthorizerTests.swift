import CedarEngine
import CedarModel
import CedarSyntax
import Testing

@Suite struct AuthorizerTests {
    private static let all = "(principal, action, resource)"

    @Test(
        "decisions and their determining policies",
        arguments: [
            ("", "deny []"),
            ("permit\(all);", "allow [policy0]"),
            ("forbid\(all);", "deny [policy0]"),
            ("permit\(all) when { false };", "deny []"),
            ("permit\(all); permit\(all) when { false }; permit\(all);", "allow [policy0, policy2]"),
            ("permit\(all); forbid\(all);", "deny [policy1]"),
            (
                "forbid\(all); permit\(all); forbid\(all) unless { false }; forbid\(all) when { false };",
                "deny [policy0, policy2]"
            ),
            ("forbid\(all) when { false }; permit\(all);", "allow [policy1]"),
            ("permit\(all) when { true } unless { false } when { true };", "allow [policy0]"),
            ("permit\(all) when { true } unless { true };", "deny []"),
            ("permit\(all) unless { false } unless { true };", "deny []"),
            // A condition behind one that does not hold is not evaluated.
            ("permit\(all) when { false } when { context.gone };", "deny []"),
            ("permit\(all) unless { true } unless { context.gone };", "deny []"),
        ])
    func decisions(policies: String, expected: String) throws {
        #expect(try World().authorize(policies, .deny).line == expected)
        #expect(try World().authorize(policies, .skip).line == expected)
    }

    @Test(
        "errors skip a policy, or deny for a forbid",
        arguments: [
            ("permit\(all) when { context.gone };", "deny [] errors [policy0 MISSING_ATTRIBUTE]", nil),
            ("permit\(all); permit\(all) when { 1 };", "allow [policy0] errors [policy1 TYPE_MISMATCH]", nil),
            ("permit\(all) unless { 1 }; permit\(all);", "allow [policy1] errors [policy0 TYPE_MISMATCH]", nil),
            (
                "permit\(all); forbid\(all) when { context.gone };",
                "allow [policy0] errors [policy1 MISSING_ATTRIBUTE]",
                "deny [policy1] errors [policy1 MISSING_ATTRIBUTE]"
            ),
            (
                "forbid\(all) unless { context.gone }; permit\(all); forbid\(all);",
                "deny [policy2] errors [policy0 MISSING_ATTRIBUTE]",
                "deny [policy0, policy2] errors [policy0 MISSING_ATTRIBUTE]"
            ),
            (
                "forbid\(all) when { context.bad == 1 }; permit\(all) when { context.n == 1 };",
                "allow [policy1] errors [policy0 UNREADABLE_VALUE]", "deny [policy0] errors [policy0 UNREADABLE_VALUE]"
            ),
            // The forbid is about another principal: its condition is never asked.
            (
                #"permit\#(all); forbid(principal == User::"bob", action, resource) when { context.gone };"#,
                "allow [policy0]", nil
            ),
            ("permit\(all); forbid\(all) when { false } when { context.gone };", "allow [policy0]", nil),
            (
                "forbid\(all) when { principal.ghost.x }; forbid\(all) when { 9223372036854775807 + 1 == 1 };",
                "deny [] errors [policy0 MISSING_ENTITY, policy1 INTEGER_OVERFLOW]",
                "deny [policy0, policy1] errors [policy0 MISSING_ENTITY, policy1 INTEGER_OVERFLOW]"
            ),
        ])
    func errors(policies: String, skip: String, deny: String?) throws {
        #expect(try World().authorize(policies, .skip).line == skip)
        #expect(try World().authorize(policies, .deny).line == deny ?? skip)
        let outcome = try World().authorize(policies)
        for error in outcome.errors { #expect(error.error.span != nil) }
    }

    @Test("denying on errors is the default")
    func defaultHandling() {
        #expect(Authorizer().errorHandling == .deny)
    }

    @Test(
        "scopes",
        arguments: [
            ("principal", true), (#"principal == User::"alice""#, true), (#"principal == User::"bob""#, false),
            (#"principal == Person::"alice""#, false),
            (#"principal in User::"alice""#, true), (#"principal in Team::"red""#, true),
            (#"principal in Org::"acme""#, true),
            (#"principal in Team::"blue""#, false), ("principal is User", true), ("principal is Team", false),
            ("principal is N::User", false),
            (#"principal is User in Org::"acme""#, true), (#"principal is User in User::"alice""#, true),
            (#"principal is User in Team::"blue""#, false),
            (#"principal is Team in Org::"acme""#, false),
        ])
    func principalScopes(scope: String, isMatch: Bool) throws {
        let expected = isMatch ? "allow [policy0]" : "deny []"
        #expect(try World().authorize("permit(\(scope), action, resource);").line == expected)
        #expect(try World().authorize("permit(\(scope), action, resource) when { true };").line == expected)
    }

    @Test(
        "scopes of actions and resources",
        arguments: [
            ("action", "resource", true), (#"action == Action::"view""#, "resource", true),
            (#"action == Action::"read""#, "resource", false),
            (#"action in Action::"view""#, "resource", true), (#"action in Action::"read""#, "resource", true),
            (#"action in Action::"all""#, "resource", true),
            (#"action in Action::"write""#, "resource", false),
            (#"action in [Action::"write", Action::"all"]"#, "resource", true),
            (#"action in [Action::"write"]"#, "resource", false), ("action in []", "resource", false),
            (#"action == N::Action::"view""#, "resource", false),
            ("action", #"resource == Doc::"plan""#, true), ("action", #"resource in Folder::"top""#, true),
            ("action", #"resource in Folder::"x""#, false),
            ("action", "resource is Doc", true), ("action", #"resource is Doc in Folder::"top""#, true),
            ("action", #"resource is Folder in Folder::"top""#, false),
        ])
    func otherScopes(action: String, resource: String, isMatch: Bool) throws {
        #expect(
            try World().authorize("permit(principal, \(action), \(resource));").line
                == (isMatch ? "allow [policy0]" : "deny []"))
    }

    @Test("entities that nobody knows match by id and type only")
    func unknownEntities() throws {
        let world = try World(principal: .of("User", "ghost"), action: .of("Action", "x"), resource: .of("Doc", "x"))
        #expect(
            try world.authorize(
                #"""
                permit(principal == User::"ghost", action == Action::"x", resource in Doc::"x");
                permit(principal is User, action in Action::"x", resource is Doc in Doc::"x");
                permit(principal in Team::"red", action, resource);
                permit(principal, action in Action::"all", resource);
                """#
            ).line == "allow [policy0, policy1]")
    }

    @Test("ids compare by scalars")
    func canonicalEquivalence() throws {
        let world = try World(principal: .of("User", "\u{E9}"))
        #expect(
            try world.authorize(
                #"""
                permit(principal == User::"e\u{301}", action, resource);
                permit(principal in User::"é", action, resource);
                """#
            ).line == "allow [policy1]")
    }

    @Test("expressions see the request's own entities")
    func overlay() throws {
        var world = try World(principal: .of("User", "new"))
        let policy = #"permit(principal in Org::"acme", action, resource) when { principal.level > 2 };"#
        #expect(try world.authorize(policy).line == "deny []")
        world.entities = try world.entities.overlaid(with: [
            Entity(uid: .of("User", "new"), attributes: ["level": .long(3)], parents: [.of("Team", "red")])
        ])
        #expect(try world.authorize(policy).line == "allow [policy0]")
    }
}
