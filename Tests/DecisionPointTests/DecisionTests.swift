import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Identity
import PolicyBundles
import Testing

@Suite("Decisions")
struct DecisionTests {
    static let permitAll = "@id(\"all\") permit(principal, action, resource);"

    // MARK: - Actions and types

    @Test(
        "an action that nobody declared is denied whatever policies say",
        arguments: ["write", "", "Read", "read ", #"App::Action::"read""#, "docs:"])
    func unknownAction(name: String) throws {
        let application = Application(policies: Self.permitAll)
        #expect(try application.decide(ask("read")).decision == .allow)
        let decision = try application.decide(ask(name))
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map(\.code) == ["UNKNOWN_ACTION"])
        #expect(decision.reasons[0].policy == nil)
        #expect(decision.policyVersion == "sha256:00")
    }

    @Test(
        "a type that is no Cedar name is denied",
        arguments: [
            "", "user@example", "1User", "App::", "::User", "if", "User::\"x\"", "Us er", "__cedar::User", "Üser",
        ])
    func invalidType(type: String) throws {
        let application = Application(policies: Self.permitAll)
        let parties: [DecisionRequest] = [
            ask(principal: .init(type: type, id: "u")), ask(resource: .init(type: type, id: "d")),
            ask(principal: .init(type: "User", id: "u", parents: [(type, "t")])),
            ask(resource: .init(type: "Doc", id: "d", parents: [(type, "t")])),
        ]
        for request in parties {
            let decision = try application.decide(request)
            #expect(decision.decision == .deny)
            #expect(decision.reasons.map(\.code) == ["REQUEST_INVALID"])
        }
    }

    @Test(
        "types are understood in the namespace, qualified ones as they are, mapped ones as mapped",
        arguments: [("User", true), ("App::User", true), ("e-mail", true), ("Other::User", false), ("user", false)])
    func namespaces(type: String, isUser: Bool) throws {
        let application = Application(policies: "permit(principal is App::User, action, resource is App::Doc);")
        let decision = try application.decide(ask(principal: .init(type: type, id: "u")))
        #expect(decision.decision == (isUser ? .allow : .deny))
    }

    @Test("action attributes are `context.action`, and it is absent without them")
    func actionAttributes() throws {
        let application = Application(
            policies: "permit(principal, action, resource) when { context has action.soft && context.action.soft };")
        var request = ask()
        #expect(try application.decide(request).decision == .deny)
        #expect(try application.decide(request).errors.isEmpty)
        request.actionAttributes = ["soft": .bool(true)]
        #expect(try application.decide(request).decision == .allow)
    }

    @Test("policies see the tenant that the request is addressed to")
    func tenantContext() throws {
        let application = Application(
            policies: #"permit(principal, action, resource) when { context.tenant.id == "acme" };"#)
        var request = ask(context: ["other": .long(1), "zone": .long(2)])
        #expect(try application.decide(request).decision == .deny)
        request.tenant = "acme"
        #expect(try application.decide(request).decision == .allow)
    }

    // MARK: - Credentials

    @Test("a credential that nobody can verify denies, even where callers may name principals")
    func credentials() throws {
        var request = ask()
        request.credentials = ["jwt", "dpop"].map { SubjectCredential(type: $0, value: []) }
        let decision = try Application(policies: Self.permitAll).decide(request)
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map(\.code) == ["credential.unsupported"])
        #expect(decision.reasons[0].message.contains("`jwt`"))
    }

    @Test("without a credential only trusting applications decide")
    func noCredential() throws {
        var application = Application(policies: Self.permitAll)
        #expect(try application.decide(ask()).decision == .allow)
        application.settings.assertedPrincipals = false
        let decision = try application.decide(ask())
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map(\.code) == ["credential.missing"])
    }

    // MARK: - Reasons

    @Test("a permit's reason is the policy with its place")
    func permitReason() throws {
        let decision = try Application(
            policies: "\n  @code(\"FINE\") @reason(\"all is well\")\n  permit(principal, action, resource);"
        )
        .decide(ask())
        #expect(decision.decision == .allow)
        let reason = try #require(decision.reasons.first)
        #expect(decision.reasons.count == 1)
        #expect(reason.policy == "policy0")
        #expect(reason.effect == .permit)
        #expect(reason.code == "FINE")
        #expect(reason.message == "all is well")
        #expect(reason.source?.file == "app/policies/test.cedar")
        #expect(reason.source?.position == SourcePosition(line: 2, column: 3))
    }

    @Test("reasons are in the order of policy ids, and permits are no reasons of a denial")
    func order() throws {
        let permits = #"@id("b") permit(principal, action, resource); @id("a") permit(principal, action, resource);"#
        let forbids = #"@id("z") forbid(principal, action, resource); @id("c") forbid(principal, action, resource);"#
        let allowed = try Application(policies: permits).decide(ask())
        #expect(allowed.reasons.map { $0.policy } == ["a", "b"])
        let denied = try Application(policies: permits + forbids).decide(ask())
        #expect(denied.decision == .deny)
        #expect(denied.reasons.map { $0.policy } == ["c", "z"])
        #expect(denied.reasons.map(\.code) == ["FORBIDDEN", "FORBIDDEN"])
    }

    @Test("what no policy permits is denied for that, or for the permission that is missing")
    func defaultDeny() throws {
        let application = Application(policies: Application.roles)
        let plain = try application.decide(ask("read"))
        #expect(plain.decision == .deny)
        #expect(plain.reasons.map(\.code) == ["NO_MATCHING_PERMIT"])
        #expect(plain.reasons[0].permission == nil)

        let permission = try application.decide(ask("docs:delete", roles: ["viewer"]))
        #expect(permission.decision == .deny)
        #expect(permission.reasons.map(\.code) == ["MISSING_PERMISSION"])
        #expect(permission.reasons[0].permission == "docs:delete")
        #expect(permission.reasons[0].message.contains("`docs:delete`"))
        #expect(permission.reasons[0].policy == nil)
    }

    @Test("a prohibition is the reason even where the permission is missing too")
    func forbidWithoutPermission() throws {
        let decision = try Application(policies: Application.roles + #"@id("no") forbid(principal, action, resource);"#)
            .decide(ask("docs:delete"))
        #expect(decision.reasons.map(\.code) == ["FORBIDDEN"])
    }

    // MARK: - Errors

    static let guarded = """
        @id("all") permit(principal, action, resource);
        @id("mfa") forbid(principal, action, resource) unless { context.mfa };
        """

    @Test("a prohibition that cannot be evaluated denies by default")
    func erringForbid() throws {
        let decision = try Application(policies: Self.guarded).decide(ask())
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map { $0.policy } == ["mfa"])
        #expect(decision.reasons.map(\.code) == ["POLICY_ERROR"])
        #expect(decision.errors.map(\.policy) == ["mfa"])
        #expect(decision.errors.map(\.code) == ["MISSING_ATTRIBUTE"])
        #expect(decision.errors[0].path == "context.mfa")
    }

    @Test("with `skip` it is left out, and still reported")
    func skippedForbid() throws {
        var application = Application(policies: Self.guarded)
        application.settings.errorHandling = .skip
        let decision = try application.decide(ask())
        #expect(decision.decision == .allow)
        #expect(decision.reasons.map { $0.policy } == ["all"])
        #expect(decision.errors.map(\.policy) == ["mfa"])
    }

    @Test("outside its scope it neither denies nor errs", arguments: [ErrorHandling.deny, .skip])
    func forbidOutOfScope(handling: ErrorHandling) throws {
        var application = Application(
            policies: Self.permitAll
                + #"forbid(principal, action == App::Action::"docs:delete", resource) unless { context.mfa };"#)
        application.settings.errorHandling = handling
        let decision = try application.decide(ask("read"))
        #expect(decision.decision == .allow)
        #expect(decision.errors.isEmpty)
    }

    @Test("a permit that cannot be evaluated grants nothing and is listed", arguments: [ErrorHandling.deny, .skip])
    func erringPermit(handling: ErrorHandling) throws {
        var application = Application(
            policies: #"@id("p") permit(principal, action, resource) when { resource.open };"#)
        application.settings.errorHandling = handling
        let decision = try application.decide(ask())
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map(\.code) == ["NO_MATCHING_PERMIT"])
        #expect(decision.errors.map(\.policy) == ["p"])
        let allowed = try application.decide(
            ask(resource: .init(type: "Doc", id: "d", attributes: ["open": .bool(true)])))
        #expect(allowed.decision == .allow)
        #expect(allowed.errors.isEmpty)
    }

    @Test("a value that has no Cedar form fails the policies that read it, and no others")
    func unreadable() throws {
        let application = Application(
            policies: """
                @id("all") permit(principal, action, resource);
                @id("limit") forbid(principal, action == App::Action::"read", resource) when { context.amount > 100 };
                """)
        let context: Record = ["amount": .unreadable(UnreadableValue(reason: "the number is too long"))]
        let read = try application.decide(ask("read", context: context))
        #expect(read.decision == .deny)
        #expect(read.errors.map(\.code) == ["UNREADABLE_VALUE"])
        #expect(try application.decide(ask("docs:read", context: context)).decision == .allow)
    }

    // MARK: - Ids

    @Test("decision ids are 26 characters, differ, and use all of their 128 bits")
    func identifiers() {
        let ids = (0..<4000).map { _ in DecisionIdentifier().text }
        #expect(Set(ids).count == ids.count)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        // Every bit is a fair coin: in 4000 throws, 1600 to 2400 heads is more than twelve deviations wide.
        var ones = [Int](repeating: 0, count: 130)
        for id in ids {
            #expect(id.utf8.count == 26)
            for (place, byte) in id.utf8.enumerated() {
                guard let digit = alphabet.firstIndex(of: byte) else {
                    Issue.record("`\(id)` is not base32")
                    return
                }
                for bit in 0..<5 where digit & (16 >> bit) != 0 { ones[place * 5 + bit] += 1 }
            }
        }
        #expect(ones[..<2].allSatisfy { $0 == 0 }, "130 bits hold a number of 128")
        #expect(ones[2...].allSatisfy { (1600...2400).contains($0) }, "\(ones)")
    }
}
