import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Identity
import PolicyBundles
import StrictJSON
import Synchronization
import Testing

/// The short way for subjects of credentials and for tenants that assign roles, against the general way.
@Suite("Subjects by plan") struct PlannedSubjectsTests {
    private static let schema = """
        namespace App {
          entity Permission;
          entity Role in [Permission];
          entity Team in [Team, Role] { region?: String };
          entity Doc { owner?: String };
          entity User in [Team, Role] { level?: Long, email?: String, tags?: Set<String>, joined?: datetime };
          action "doc:read", "doc:write" appliesTo {
            principal: User, resource: Doc,
            context: {
              permission: Permission, tenant?: { id: String }, now?: { hour: Long }, mfa?: Bool,
              credential?: { issuer: String, second_factor: Bool, methods: Set<String>, actor?: { subject: String } }
            }
          };
        }
        """

    private static let roles = """
        permissions:
          doc:read: {description: Read.}
          doc:write: {description: Write., aliases: [doc:edit]}
        models:
          plain:
            roles:
              reader: {permissions: [doc:read]}
              writer: {inherits: [reader], permissions: [doc:write]}
        """

    private static let policies = """
        @id("role") permit (principal, action, resource) when { principal in context.permission };
        @id("actor") forbid (principal, action, resource)
        when { context has credential && context.credential has actor && context.credential.actor.subject == "robot" };
        @id("factor") forbid (principal, action == App::Action::"doc:write", resource)
        when { context has credential && !context.credential.second_factor };
        @id("level") permit (principal, action, resource) when { principal has level && principal.level > 5 };
        @id("tags") forbid (principal, action, resource) when { principal has tags && principal.tags.contains("bad") };
        """

    private static let entities = """
        [{"uid": {"type": "App::User", "id": "bob"}, "attrs": {"level": 3}, "parents": [{"type": "App::Team", "id": "sre"}]},
         {"uid": {"type": "App::Team", "id": "sre"}, "attrs": {}, "parents": [{"type": "App::Team", "id": "all"}]},
         {"uid": {"type": "App::Team", "id": "all"}, "attrs": {}, "parents": []}]
        """

    private static func applications(asserted: Bool) throws -> Applications {
        let tenants = [
            "one": "", "two": "role_model: plain",
            "assigning": """
            role_assignments:
              - principal: {type: User, id: ada}
                roles: [writer]
              - principal: {type: Team, id: all}
                roles: [reader]
              - principal: {type: Team, id: ops}
                roles: [writer]
            """,
        ]
        var texts = [
            "bundle.yaml": "name: app\nnamespace: App\nasserted_principals: \(asserted)\n",
            "app.cedarschema": schema, "roles.yaml": roles, "policies/p.cedar": policies, "entities.json": entities,
        ]
        for (id, more) in tenants {
            texts["tenants/\(id).yaml"] =
                "id: \(id)\noidc:\n  issuers:\n    - {issuer: \"https://\(id).example\", audiences: [docs]}\n\(more)\n"
        }
        let loaded = BundleLoader.loadApplication(from: BundleFiles(application: "app", texts: texts))
        return try #require(loaded.applications, "\(loaded.diagnostics.map(\.message))")
    }

    /// Knows tokens by their text.
    private struct TokenList: CredentialVerifier {
        var subjects: [String: VerifiedSubject]

        func verify(
            _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
        ) throws(VerificationFailure) -> VerifiedSubject {
            let text = String(decoding: credentials.credential.value, as: UTF8.self)
            guard let subject = subjects[text] else { throw VerificationFailure(.unsupported, "no such token") }
            return subject
        }
    }

    private static func subject(
        _ id: CedarString, type: String = "User", attributes: Record = .empty, roles: [CedarString] = [],
        groups: [CedarString] = [], groupType: String? = "Team", secondFactor: Bool = true,
        actors: [VerifiedSubject.Actor] = []
    ) -> VerifiedSubject {
        var sign = VerifiedSubject.SignIn()
        sign.hasSecondFactor = secondFactor
        sign.methods = ["pwd", "otp"]
        var facts = VerifiedSubject.TokenFacts(expiry: morning)
        facts.actors = actors
        return VerifiedSubject(
            tenant: "one", issuer: "https://one.example", subject: id,
            mapped: MappedClaims(
                principalType: type, principalID: id, attributes: attributes, roles: .known(roles),
                groups: .known(groups), groupType: groupType),
            sign: sign, token: facts)
    }

    private static let verifier = TokenList(subjects: [
        "plain": subject("ada"), "reader": subject("ada", roles: ["Reader", "emperor"]),
        "bob": subject("bob", attributes: ["level": .long(9)], groups: ["ops"]),
        "groups": subject("eve", groups: ["sre", "ops"]), "other": subject("eve", groups: ["sre"], groupType: nil),
        "single": subject("ada", roles: ["writer"], secondFactor: false),
        "robot": subject("ada", roles: ["writer"], actors: [.init(issuer: nil, subject: "robot")]),
        "bad": subject(
            "ada", attributes: ["tags": .set(ValueSet([.string("good"), .string("bad")]))], roles: ["writer"]),
        "text": subject("ada", attributes: ["joined": .string("2026-01-01")], roles: ["writer"]),
        "undeclared": subject("ada", attributes: ["shoe": .long(43)], roles: ["writer"]),
        "role": subject("x", type: "Role"), "nobody": subject("x", type: "Ghost"), "doc": subject("d", type: "Doc"),
    ])

    private struct Ways {
        let applications: Applications
        var planned = PlannedDecisions(limits: .request, verifier: PlannedSubjectsTests.verifier)
        let id = DecisionIdentifier()

        func short(_ body: String, _ tenant: String) -> [UInt8]? {
            guard let plan = applications.plan(for: nil),
                planned.read(
                    Array(body.utf8), .native, tenant: tenant, by: plan, at: morning, where: { _ in true }),
                let decision = planned.decide()
            else { return nil }
            return planned.answer(decision, .native, decisionID: id)
        }

        func general(_ body: String, _ tenant: String) -> [UInt8]? {
            do {
                var address = Address()
                try address.addTenant(tenant, at: "the path")
                let request = try NativeRequestReader.read(Array(body.utf8), limits: .request, address: address)
                let decision = try PolicyDecisionPoint(applications: applications, verifier: verifier)
                    .decide(request, at: morning)
                return NativeResponseWriter.body(decision, decisionID: id.text)
            } catch {
                return nil
            }
        }

        /// Whether the short way has an answer, which is then that of the general way.
        func agree(_ body: String, _ tenant: String) -> Bool {
            guard let short = short(body, tenant) else { return false }
            let general = general(body, tenant)
            #expect(
                short == general,
                """
                \(tenant): \(body)
                short:   \(String(decoding: short, as: UTF8.self))
                general: \(general.map { String(decoding: $0, as: UTF8.self) } ?? "an error")
                """)
            // However often it is asked, its token is verified again.
            for _ in 0..<3 {
                #expect(self.short(body, tenant) == short)
                #expect(!planned.isVerified || !planned.isRecalled)
            }
            return true
        }
    }

    private static func body(_ members: [String], _ action: String, context: String = "") -> String {
        let all =
            members + [
                #""action": {"id": "\#(action)"}"#, #""resource": {"type": "Doc", "id": "d"}"#,
                #""context": {\#(context)}"#,
            ]
        return "{" + all.joined(separator: ", ") + "}"
    }

    @Test("tokens, alone and with the principal that they name", arguments: [false, true])
    func tokens(isAsserted: Bool) throws {
        let ways = Ways(applications: try Self.applications(asserted: isAsserted))
        var answered: [String: Int] = [:]
        for (token, subject) in Self.verifier.subjects.sorted(by: { $0.key < $1.key }) {
            let credential = #""credentials": [{"type": "jwt", "value": "\#(token)"}]"#
            let principals = [
                [], [#""principal": {"type": "User", "id": "\#(subject.principalID)"}"#],
                [#""principal": {"type": "App::User", "id": "mallory"}"#],
                [#""principal": {"type": "User", "id": "\#(subject.principalID)", "roles": ["writer"]}"#],
                [#""principal": {"type": "User", "id": "\#(subject.principalID)", "attributes": {"level": 9}}"#],
            ]
            for tenant in ["one", "two", "assigning"] {
                for principal in principals {
                    for action in ["doc:read", "doc:edit"] {
                        for context in ["", #""mfa": true"#, #""credential": {}"#] {
                            let body = Self.body(principal + [credential], action, context: context)
                            if ways.agree(body, tenant) { answered[token, default: 0] += 1 }
                        }
                    }
                }
            }
        }
        // Without and with the name of the principal, for two actions and two contexts, for three tenants.
        for token in ["plain", "reader", "bob", "groups", "other", "single", "robot", "bad"] {
            #expect(answered[token] == 24, "\(token)")
        }
        for token in ["text", "undeclared", "role", "nobody", "doc"] { #expect(answered[token] == nil, "\(token)") }
    }

    @Test("other credentials take the general way")
    func otherCredentials() throws {
        let ways = Ways(applications: try Self.applications(asserted: true))
        for credentials in [
            "[]", #"[{"type": "jwt", "value": "unknown"}]"#, #"[{"type": "saml_response", "value": "plain"}]"#,
            #"[{"type": "jwt", "value": "plain", "nonce": "n"}]"#, #"[{"type": "jwt", "value": "pl\u0061in"}]"#,
            #"[{"type": "jwt", "value": "plain"}, {"type": "client_certificate", "value": "AA=="}]"#,
            #"[{"type": "jwt"}]"#, #"{"type": "jwt", "value": "plain"}"#, "null",
        ] {
            let body = Self.body([#""credentials": \#(credentials)"#], "doc:read")
            #expect(ways.short(body, "one") == nil, "\(credentials)")
        }
        let body = Self.body([#""credentials": [{"value": "plain", "type": "jwt"}]"#], "doc:read")
        #expect(ways.agree(body, "one"))
    }

    /// Counts what it is asked.
    private final class CountingVerifier: CredentialVerifier {
        let count = Mutex(0)

        func verify(
            _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
        ) throws(VerificationFailure) -> VerifiedSubject {
            count.withLock { $0 += 1 }
            return try PlannedSubjectsTests.verifier.verify(credentials, for: tenant, at: now)
        }
    }

    @Test("a token that is refused is verified once, and its refusal counts for nothing else")
    func refusals() throws {
        let counting = CountingVerifier()
        let applications = try Self.applications(asserted: true)
        let ways = Ways(applications: applications, planned: PlannedDecisions(limits: .request, verifier: counting))
        func ask(_ credentials: String, _ tenant: String, after refused: RefusedCredential) throws -> Decision {
            let body = Self.body([#""credentials": [\#(credentials)]"#], "doc:read")
            var address = Address()
            try address.addTenant(tenant, at: "the path")
            let request = try NativeRequestReader.read(Array(body.utf8), limits: .request, address: address)
            return try PolicyDecisionPoint(
                applications: applications, verifier: RememberingVerifier(refused, before: counting)
            ).decide(request, at: morning)
        }
        let unknown = #"{"type": "jwt", "value": "unknown"}"#
        #expect(ways.short(Self.body([#""credentials": [\#(unknown)]"#], "doc:read"), "one") == nil)
        let refused = try #require(ways.planned.takeRefused())
        #expect(ways.planned.takeRefused() == nil)
        #expect(counting.count.withLock { $0 } == 1)

        #expect(try ask(unknown, "one", after: refused).decision == .deny)
        #expect(counting.count.withLock { $0 } == 1)
        // Another tenant, another token, the same one with a certificate: other questions.
        for (credentials, tenant) in [
            (unknown, "two"), (#"{"type": "jwt", "value": "reader"}"#, "one"),
            (unknown + #", {"type": "client_certificate", "value": "AA=="}"#, "one"),
        ] {
            let before = counting.count.withLock { $0 }
            _ = try ask(credentials, tenant, after: refused)
            #expect(counting.count.withLock { $0 } == before + 1, "\(credentials)")
        }
    }

    @Test("nobody is who they say they are, unless the application trusts its callers")
    func assertions() throws {
        let body = Self.body([#""principal": {"type": "User", "id": "ada"}"#], "doc:read")
        #expect(Ways(applications: try Self.applications(asserted: false)).short(body, "one") == nil)
        #expect(Ways(applications: try Self.applications(asserted: true)).agree(body, "one"))
    }

    @Test("roles that a tenant assigns to principals, to groups that are stored and to groups of the request")
    func assignments() throws {
        let ways = Ways(applications: try Self.applications(asserted: true))
        let parties = [
            #"{"type": "User", "id": "ada"}"#, #"{"type": "User", "id": "bob"}"#, #"{"type": "User", "id": "eve"}"#,
            #"{"type": "User", "id": "eve", "roles": ["reader"]}"#,
            #"{"type": "User", "id": "eve", "parents": [{"type": "Team", "id": "sre"}]}"#,
            #"{"type": "User", "id": "eve", "parents": [{"type": "Team", "id": "ops"}, {"type": "Team", "id": "x"}]}"#,
            #"{"type": "User", "id": "bob", "parents": [{"type": "Team", "id": "ops"}], "roles": ["reader"]}"#,
        ]
        for party in parties {
            for action in ["doc:read", "doc:write"] {
                let body = Self.body([#""principal": \#(party)"#], action)
                #expect(ways.agree(body, "assigning"), "\(body)")
            }
        }
        for (id, answer) in [("eve", #""deny""#), ("bob", #""allow""#)] {
            let body = Self.body([#""principal": {"type": "User", "id": "\#(id)"}"#], "doc:read")
            let short = try #require(ways.short(body, "assigning"))
            #expect(String(decoding: short, as: UTF8.self).contains(answer))
        }
    }
}
