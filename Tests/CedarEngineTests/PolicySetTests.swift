import CedarEngine
import CedarModel
import CedarSyntax
import Testing

@Suite struct PolicySetTests {
    private static let alice = EntityUID.of("User", "alice")
    private static let plan = EntityUID.of("Doc", "plan")
    private static let top = EntityUID.of("Folder", "top")

    @Test("templates are evaluated only through links, under the link's id")
    func links() throws {
        var set = try PolicySet(
            parse("permit(principal == ?principal, action, resource in ?resource) when { context.n == 1 };"))
        #expect(set.policies.isEmpty)
        #expect(set.templates.keys.map(\.text) == ["policy0"])
        let world = try World()
        #expect(try world.authorize(set).line == "deny []")
        try set.link(template: "policy0", as: "bob", slots: [.principal: .of("User", "bob"), .resource: Self.top])
        #expect(try world.authorize(set).line == "deny []")
        try set.link(template: "policy0", as: "alice", slots: [.principal: Self.alice, .resource: Self.top])
        try set.link(template: "policy0", as: "both", slots: [.principal: Self.alice, .resource: Self.plan])
        #expect(try world.authorize(set).line == "allow [alice, both]")
        #expect(set["bob"]?.slots == [.principal: .of("User", "bob"), .resource: Self.top])
        #expect(set["policy0"] == nil)
        #expect(set.policies.map(\.id) == ["bob", "alice", "both"])
    }

    @Test(
        "slots stand for entities in every form of scope",
        arguments: [
            ("principal == ?principal", "User", "alice", true), ("principal == ?principal", "Team", "red", false),
            ("principal in ?principal", "Org", "acme", true), ("principal in ?principal", "User", "alice", true),
            ("principal in ?principal", "Team", "blue", false),
            ("principal is User in ?principal", "Team", "red", true),
            ("principal is Team in ?principal", "Org", "acme", false),
        ])
    func slots(scope: String, type: String, id: String, isMatch: Bool) throws {
        for effect in ["permit", "forbid"] {
            var set = try PolicySet(
                parse("permit(principal, action, resource); \(effect)(\(scope), action, resource);"))
            try set.link(template: "policy1", as: "link", slots: [.principal: .of(type, id)])
            let expected = !isMatch ? "allow [policy0]" : effect == "forbid" ? "deny [link]" : "allow [policy0, link]"
            #expect(try World().authorize(set).line == expected)
        }
    }

    @Test("the errors of a link are reported under its id")
    func linkErrors() throws {
        var set = try PolicySet(parse("forbid(principal, action, resource == ?resource) when { context.gone };"))
        try set.link(template: "policy0", as: "a", slots: [.resource: Self.plan])
        try set.link(template: "policy0", as: "b", slots: [.resource: Self.top])
        #expect(try World().authorize(set, .skip).line == "deny [] errors [a MISSING_ATTRIBUTE]")
        #expect(try World().authorize(set, .deny).line == "deny [a] errors [a MISSING_ATTRIBUTE]")
    }

    @Test("links fill exactly the slots, with an id of their own")
    func badLinks() throws {
        var set = try PolicySet(
            parse("permit(principal == ?principal, action, resource); permit(principal, action, resource);"))
        #expect(throws: PolicySetError.wrongSlots("policy0")) { try set.link(template: "policy0", as: "x", slots: [:]) }
        #expect(throws: PolicySetError.wrongSlots("policy0")) {
            try set.link(template: "policy0", as: "x", slots: [.resource: Self.plan])
        }
        #expect(throws: PolicySetError.wrongSlots("policy0")) {
            try set.link(template: "policy0", as: "x", slots: [.principal: Self.alice, .resource: Self.plan])
        }
        #expect(throws: PolicySetError.unknownTemplate("policy1")) {
            try set.link(template: "policy1", as: "x", slots: [:])
        }
        #expect(throws: PolicySetError.unknownTemplate("x")) { try set.link(template: "x", as: "y", slots: [:]) }
        for taken: PolicyID in ["policy0", "policy1"] {
            #expect(throws: PolicySetError.duplicateID(taken)) {
                try set.link(template: "policy0", as: taken, slots: [.principal: Self.alice])
            }
        }
        #expect(set.policies.count == 1)
        try set.link(template: "policy0", as: "x", slots: [.principal: Self.alice])
        #expect(throws: PolicySetError.duplicateID("x")) {
            try set.link(template: "policy0", as: "x", slots: [.principal: Self.alice])
        }
    }

    @Test("ids are unique, and compare by scalars")
    func ids() throws {
        let policies = try parse(
            "permit(principal, action, resource); permit(principal == ?principal, action, resource);")
        var set = try PolicySet(policies)
        for policy in policies { #expect(throws: PolicySetError.duplicateID(policy.id)) { try set.add(policy) } }
        for id: PolicyID in ["\u{E9}", "e\u{301}"] {
            var policy = policies[0]
            policy.id = id
            try set.add(policy)
            #expect(set[id]?.id == id)
        }
        #expect(set.policies.count == 3)
    }
}
