import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import PolicyBundles
import Testing

@Suite("Roles and entities of requests")
struct QuestionTests {
    // MARK: - Roles

    static let roleNames: [(names: [String], tenant: String, isAllowed: Bool)] = [
        ([], "default", false),
        (["viewer"], "default", true),
        (["Viewer"], "default", true),
        (["VIEWER"], "default", true),
        (["nosuch", "viewer"], "default", true),
        (["viewer", "viewer"], "default", true),
        (["admin"], "default", true),
        (["nosuch"], "default", false),
        ([""], "default", false),
        (["viewer "], "default", false),
        (["registry/viewer"], "default", false),
        // Only ASCII letters are lowered: these are other names.
        (["v\u{130}ewer"], "default", false),
        (["v\u{131}ewer"], "default", false),
        (["view\u{435}r"], "default", false),
        // Of another tenant's model, or of no model.
        (["auditor"], "default", false),
        (["viewer"], "acme", false),
        (["viewer"], "bare", false),
    ]

    @Test("role names are matched in lower case against the tenant's model", arguments: roleNames)
    func roles(names: [String], tenant: String, isAllowed: Bool) throws {
        var request = ask("docs:read", roles: names)
        request.tenant = tenant
        let decision = try Application(policies: Application.roles).decide(request)
        #expect(decision.decision == (isAllowed ? .allow : .deny))
    }

    @Test("roles inherit, and one role does not grant another's permissions")
    func inheritance() throws {
        let application = Application(policies: Application.roles)
        #expect(try application.decide(ask("docs:delete", roles: ["admin"])).decision == .allow)
        #expect(try application.decide(ask("docs:read", roles: ["admin"])).decision == .allow)
        #expect(try application.decide(ask("docs:delete", roles: ["viewer"])).decision == .deny)
    }

    @Test(
        "a role entity is neither a principal nor a parent of anything",
        arguments: ["Role", "App::Role"], ["registry/viewer", "registry/admin", "other"])
    func roleEntities(type: String, id: String) throws {
        let application = Application(policies: Application.roles)
        let requests = [
            ask("docs:read", principal: .init(type: type, id: id)),
            ask("docs:read", principal: .init(type: "User", id: "u", parents: [(type, id)])),
            ask("docs:read", resource: .init(type: "Doc", id: "d", parents: [(type, id)])),
            // The resource is a group of the principal, and the group a member of a role.
            ask(
                "docs:read", principal: .init(type: "User", id: "u", parents: [("Team", "t")]),
                resource: .init(type: "Team", id: "t", parents: [(type, id)])),
        ]
        for request in requests {
            let decision = try application.decide(request)
            #expect(decision.decision == .deny)
            #expect(decision.reasons.map(\.code) == ["REQUEST_INVALID"])
        }
    }

    @Test("a name that stands for the type of roles does not get around this")
    func mappedRoleType() throws {
        var application = Application(policies: Application.roles)
        application.typeNames["group"] = Name(unchecked: "App::Role")
        let requests = [
            ask("docs:read", principal: .init(type: "group", id: "registry/viewer")),
            ask("docs:read", principal: .init(type: "User", id: "u", parents: [("group", "registry/viewer")])),
        ]
        for request in requests {
            #expect(try application.decide(request).reasons.map(\.code) == ["REQUEST_INVALID"])
        }
    }

    @Test("an attribute called roles grants nothing by itself")
    func roleAttribute() throws {
        let principal = DecisionRequest.Party(
            type: "User", id: "u", attributes: ["roles": .set(ValueSet([.string("viewer")]))])
        #expect(
            try Application(policies: Application.roles).decide(ask("docs:read", principal: principal)).decision
                == .deny)
    }

    // MARK: - Entities

    static let stored = [
        Entity(
            uid: app("User", "u"), attributes: ["tenant": .string("acme"), "level": .long(1), "team": .string("sre")],
            parents: [app("Team", "sre")]),
        Entity(uid: app("Team", "sre"), parents: [app("Team", "engineering")]),
        Entity(uid: app("Doc", "d"), attributes: ["tenant": .string("acme"), "level": .long(1)]),
    ]

    private func holds(_ condition: String, _ request: DecisionRequest, authoritative: [CedarString] = []) throws
        -> Bool
    {
        var application = Application(
            policies: "permit(principal, action, resource) when { \(condition) };", entities: Self.stored)
        application.settings.authoritative = AuthoritativeAttributes(authoritative)
        let decision = try application.decide(request)
        #expect(decision.errors.isEmpty, "\(decision.errors)")
        return decision.decision == .allow
    }

    @Test("attributes of a request are laid over stored ones")
    func overlay() throws {
        let request = ask(
            principal: .init(type: "User", id: "u", attributes: ["level": .long(9), "new": .bool(true)]),
            resource: .init(type: "Doc", id: "d", attributes: ["level": .long(8)]))
        #expect(
            try holds(
                #"principal.level == 9 && principal.new && principal.team == "sre" && principal.tenant == "acme""#,
                request))
        #expect(try holds(#"resource.level == 8 && resource.tenant == "acme""#, request))
        #expect(try holds("principal.level == 1 && resource.level == 1", ask()))
    }

    @Test("stored authoritative attributes stay; what is not stored may be said")
    func authoritative() throws {
        let attributes: Record = ["tenant": .string("globex"), "level": .long(9), "owner": .string("me")]
        let request = ask(
            principal: .init(type: "User", id: "u", attributes: attributes),
            resource: .init(type: "Doc", id: "d", attributes: attributes))
        let names: [CedarString] = ["tenant", "owner"]
        #expect(
            try holds(
                #"principal.tenant == "acme" && principal.level == 9 && principal.owner == "me""#, request,
                authoritative: names))
        #expect(
            try holds(
                #"resource.tenant == "acme" && resource.level == 9 && resource.owner == "me""#, request,
                authoritative: names))
        let unknown = ask(resource: .init(type: "Doc", id: "unknown", attributes: attributes))
        #expect(try holds(#"resource.tenant == "globex""#, unknown, authoritative: names))
    }

    @Test("parents of a request add to the stored ones, and reach as far")
    func parents() throws {
        let request = ask(principal: .init(type: "User", id: "u", parents: [("Team", "b"), ("App::Team", "c")]))
        #expect(
            try holds(
                """
                principal in App::Team::"sre" && principal in App::Team::"engineering" && principal in App::Team::"b" &&
                principal in App::Team::"c" && !(principal in App::Team::"d")
                """, request))
        let new = ask(principal: .init(type: "User", id: "new", parents: [("Team", "sre")]))
        #expect(try holds(#"principal in App::Team::"engineering""#, new))
    }

    @Test("who is its own ancestor is no question")
    func cycle() throws {
        let requests = [
            ask(principal: .init(type: "User", id: "u", parents: [("User", "u")])),
            ask(
                principal: .init(type: "User", id: "a", parents: [("Doc", "b")]),
                resource: .init(type: "Doc", id: "b", parents: [("User", "a")])),
        ]
        for request in requests {
            let decision = try Application(policies: "permit(principal, action, resource);").decide(request)
            #expect(decision.decision == .deny)
            #expect(decision.reasons.map(\.code) == ["REQUEST_INVALID"])
        }
    }

    @Test("a subject that acts on itself is one entity, of which the principal's description counts")
    func itself() throws {
        let request = ask(
            principal: .init(type: "User", id: "u", attributes: ["level": .long(9)], parents: [("Team", "b")]),
            resource: .init(
                type: "App::User", id: "u", attributes: ["level": .long(7), "seen": .bool(true)],
                parents: [("Team", "c")]))
        #expect(
            try holds(
                """
                principal == resource && principal.level == 9 && resource.level == 9 && resource.seen &&
                principal.team == "sre" && principal in App::Team::"b" && resource in App::Team::"c" &&
                principal in App::Team::"sre"
                """, request))
        let onlyPrincipal = ask(
            principal: .init(type: "User", id: "u", attributes: ["level": .long(9)]),
            resource: .init(type: "User", id: "u"))
        #expect(try holds("principal.level == 9 && resource.level == 9", onlyPrincipal))
        let onlyResource = ask(
            principal: .init(type: "User", id: "u"),
            resource: .init(type: "User", id: "u", attributes: ["level": .long(7), "tenant": .string("globex")]))
        #expect(
            try holds(#"principal.level == 7 && principal.tenant == "acme""#, onlyResource, authoritative: ["tenant"]))
    }

    @Test("ids are told apart by their scalars")
    func identities() throws {
        let application = Application(
            policies: "permit(principal == App::User::\"caf\u{E9}\", action, resource);")
        #expect(try application.decide(ask(principal: .init(type: "User", id: "caf\u{E9}"))).decision == .allow)
        #expect(try application.decide(ask(principal: .init(type: "User", id: "cafe\u{301}"))).decision == .deny)
    }
}
