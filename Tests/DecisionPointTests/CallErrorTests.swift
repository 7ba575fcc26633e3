import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Identity
import PolicyBundles
import Testing

@Suite("Calls that are not a question")
struct CallErrorTests {
    // MARK: - Addresses

    @Test("an application that is not loaded")
    func unknownApplication() throws {
        var request = ask()
        request.application = "nosuch"
        #expect(try Application().refusal(request)?.code == .unknownApplication)
        for name in ["APP", "app ", "", "ap\u{70}\u{301}"] {
            request.application = name
            #expect(try Application().refusal(request)?.code == .unknownApplication)
        }
        request.application = "app"
        #expect(try Application().refusal(request) == nil)
    }

    @Test("one loaded application is the default, of several one must be named")
    func defaultApplication() throws {
        let (first, second) = (try Application(name: "a").snapshot(), try Application(name: "b").snapshot())
        #expect(throws: CallError(.unknownApplication, "")) {
            try PolicyDecisionPoint(applications: Applications([first, second])).decide(ask(), at: noon)
        }
        #expect(throws: CallError(.unknownApplication, "")) {
            try PolicyDecisionPoint(applications: Applications([])).decide(ask(), at: noon)
        }
        let named = PolicyDecisionPoint(applications: Applications([first, second], defaultName: "b"))
        #expect(try named.address(ask()).0.application == "b")
        var request = ask()
        request.application = "a"
        #expect(try named.address(request).0.application == "a")
    }

    @Test("a tenant that the application does not have", arguments: ["nosuch", "", "ACME", "acme\0", "acme "])
    func unknownTenant(name: String) throws {
        var request = ask()
        request.tenant = name
        let error = try #require(try Application().refusal(request))
        #expect(error.code == .unknownTenant)
        #expect(error.path == "$.tenant")
    }

    @Test("without a name the tenant is `default`")
    func defaultTenant() throws {
        #expect(try Application().decisionPoint().address(ask()).1.id == "default")
        var request = ask()
        request.tenant = "acme"
        #expect(try Application().decisionPoint().address(request).1.id == "acme")
    }

    // MARK: - Assertions

    static let descriptions: [DecisionRequest] = [
        ask(principal: .init(type: "User", id: "u", attributes: ["a": .long(1)])),
        ask(principal: .init(type: "User", id: "u", parents: [("Team", "t")])),
        ask(roles: ["viewer"]),
        // A resource that is the principal is described for the principal.
        ask(resource: .init(type: "User", id: "u", attributes: ["a": .long(1)])),
        ask(resource: .init(type: "User", id: "u", parents: [("Team", "t")])),
        ask(resource: .init(type: "App::User", id: "u", attributes: ["a": .long(1)])),
        ask(resource: .init(type: "e-mail", id: "u", attributes: ["a": .long(1)])),
    ]

    @Test("principals are described by credentials, or by callers that may", arguments: 0..<descriptions.count)
    func principalAssertions(index: Int) throws {
        var request = Self.descriptions[index]
        #expect(try Application().refusal(request) == nil)

        var closed = Application()
        closed.settings.assertedPrincipals = false
        let error = try #require(try closed.refusal(request))
        #expect(error.code == .assertionNotAllowed)
        #expect(error.path == "$.principal")

        request.credentials = [SubjectCredential(type: "jwt", value: [])]
        #expect(try Application().refusal(request)?.code == .assertionNotAllowed)
        #expect(try closed.refusal(request)?.code == .assertionNotAllowed)
    }

    @Test("callers describe resources and the context only where they may")
    func callerMayAssert() throws {
        var noResource = Application()
        noResource.settings.callerMayAssert = [.context]
        var noContext = Application()
        noContext.settings.callerMayAssert = [.resource]

        let resources = [
            ask(resource: .init(type: "Doc", id: "d", attributes: ["a": .long(1)])),
            ask(resource: .init(type: "Doc", id: "d", parents: [("Folder", "f")])),
        ]
        for request in resources {
            let error = try #require(try noResource.refusal(request))
            #expect(error.code == .assertionNotAllowed)
            #expect(error.path == "$.resource")
            #expect(try noContext.refusal(request) == nil)
        }
        var action = ask()
        action.actionAttributes = ["soft": .bool(true)]
        for request in [ask(context: ["a": .long(1)]), action] {
            let error = try #require(try noContext.refusal(request))
            #expect(error.code == .assertionNotAllowed)
            #expect(error.path == "$.context")
            #expect(try noResource.refusal(request) == nil)
        }
        #expect(try noResource.refusal(ask()) == nil)
        #expect(try noContext.refusal(ask()) == nil)
    }

    // MARK: - Reserved context

    @Test("the server's own context cannot be set", arguments: ["tenant", "action", "now"])
    func reserved(key: String) throws {
        for value: Value in [.string("2026-11-21T10:00:00Z"), .record(["id": .string("acme")]), .bool(true)] {
            let error = try #require(try Application().refusal(ask(context: [CedarString(key): value])))
            #expect(error.code == .reservedContext)
            #expect(error.path == "$.context.\(key)")
        }
    }

    @Test("the clock may be set where the operator allows it, and to a time only")
    func requestClock() throws {
        let application = Application(
            policies: """
                permit(principal, action, resource)
                when { context.now.instant == datetime("2030-01-02T03:04:05Z") && context.now.hour == 3 };
                """)
        let request = ask(context: ["now": .string("2030-01-02T03:04:05Z")])
        #expect(try application.refusal(request)?.code == .reservedContext)
        #expect(try application.decide(request, allowsRequestClock: true).decision == .allow)
        #expect(try application.decide(ask(), allowsRequestClock: true).decision == .deny)

        let others: [Value] = [
            .string(""), .string("now"), .string("2026-11-21T10:00:00"), .string("2026-02-30T00:00:00Z"), .long(0),
            .record(["hour": .long(3)]), .datetime(noon), .unreadable(UnreadableValue(reason: "x")),
        ]
        for value in others {
            let error = try #require(try application.refusal(ask(context: ["now": value]), allowsRequestClock: true))
            #expect(error.code == .reservedContext)
            #expect(error.path == "$.context.now")
        }
        for key: CedarString in ["tenant", "action"] {
            let error = try application.refusal(ask(context: [key: .record(.empty)]), allowsRequestClock: true)
            #expect(error?.code == .reservedContext)
        }
    }

    @Test("no message repeats more than the beginning of what was sent")
    func messages() throws {
        let long = String(repeating: "x", count: 100_000)
        var application = ask()
        application.application = long
        var tenant = ask()
        tenant.tenant = long
        for request in [application, tenant] {
            #expect(try #require(try Application().refusal(request)).message.utf8.count < 600)
        }
        var credential = ask()
        credential.credentials = [SubjectCredential(type: long, value: [])]
        let failing = Application(
            policies: """
                forbid(principal, action, resource) when { principal.missing };
                forbid(principal, action, resource) when { decimal(context.text) == decimal("1.0") };
                """)
        let requests = [
            ask(long), ask(principal: .init(type: long + "!", id: "u")), credential,
            ask(principal: .init(type: "User", id: long), context: ["text": .string(CedarString(long))]),
        ]
        for request in requests {
            let decision = try failing.decide(request)
            #expect(decision.decision == .deny)
            for message in decision.reasons.map(\.message) + decision.errors.map(\.message) {
                #expect(message.utf8.count < 600)
            }
        }
    }
}
