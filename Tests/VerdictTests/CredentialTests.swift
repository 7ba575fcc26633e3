import Foundation
import JOSE
import Testing

/// Tokens on their way through the server: from an issuer that it finds by discovery to the decision.
@Suite(.serialized) struct CredentialTests {
    static let token = "correct-horse-battery"

    /// An application whose tenants trust issuers on this machine, and a server of it.
    private final class Setup {
        let issuer: LocalIssuer
        let folder: URL
        private(set) var server: ServerProcess
        private let arguments: [String]

        init(_ issuer: LocalIssuer, claims: String = Setup.claims, state: Bool = true, oidc: String = "") throws {
            self.issuer = issuer
            folder = FileManager.default.temporaryDirectory.appending(path: "orders-\(UUID().uuidString)")
            var files = [
                "orders/bundle.yaml": "name: orders\nnamespace: Orders\n",
                "orders/roles.yaml": """
                permissions:
                  order:read: {description: Read an order}
                  order:approve: {description: Approve an order}
                models:
                  standard:
                    roles:
                      reader: {permissions: [order:read]}
                      approver: {inherits: [reader], permissions: [order:approve]}
                      admin: {inherits: [approver]}

                """,
                "orders/policies/orders.cedar": """
                @id("orders.second_factor")
                @code("SECOND_FACTOR")
                forbid (principal, action == Orders::Action::"order:approve", resource)
                unless { context has credential && context.credential.second_factor };

                """,
                "token": CredentialTests.token,
            ]
            for tenant in ["acme", "globex"] {
                files["orders/tenants/\(tenant).yaml"] = Setup.tenant(tenant, issuer, oidc, claims)
            }
            for (path, text) in files {
                let file = folder.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            arguments =
                ["--bundle", folder.appending(path: "orders").path, "--allow-loopback-issuers"]
                + ["--admin-token-file", folder.appending(path: "token").path]
                + (state ? ["--state-dir", folder.appending(path: "state").path] : [])
            server = try ServerProcess(arguments)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        static let claims = """
            claims:
              attributes: {department: department}
              roles: {from: groups, map: {g-approvers: approver, g-staff: reader}}

            """

        static func tenant(_ name: String, _ issuer: LocalIssuer, _ oidc: String, _ claims: String) -> String {
            """
            id: \(name)
            oidc:
              issuers:
                - {issuer: "\(issuer.name(name))", audiences: [orders]}
            \(oidc)
            \(claims)
            """
        }

        func restart(_ signal: Int32 = SIGTERM) throws {
            _ = server.stop(signal)
            server = try ServerProcess(arguments)
        }

        func ask(
            _ action: String, _ token: String, tenant: String = "acme", principal: String = "", headers: [String] = []
        ) throws -> (status: Int, body: String) {
            let credentials = token.isEmpty ? "[]" : #"[{"type": "jwt", "value": "\#(token)"}]"#
            return try server.post(
                "/t/\(tenant)/v1/decide",
                #"{\#(principal) "action": {"id": "\#(action)"}, "resource": {"type": "Order", "id": "o1"}, "#
                    + #""credentials": \#(credentials)}"#, headers: headers)
        }

        /// Waits until the keys are there, which start-up does not do.
        func waitForKeys(_ tenant: String = "acme") throws {
            for _ in 0..<200 {
                if try ask("order:read", try issuer.token(of: tenant), tenant: tenant).status == 200 { return }
                usleep(50_000)
            }
        }

        func administer(_ body: String, token: String? = CredentialTests.token) throws -> (status: Int, body: String) {
            try server.revoke(body, token: token)
        }
    }

    private static let approver = ["groups": #"["g-approvers"]"#, "amr": #"["pwd","otp"]"#]

    @Test func rolesAreMappedAndOthersDropped() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        let issuer = setup.issuer
        let allowed = try setup.ask("order:approve", try issuer.token(Self.approver))
        #expect(allowed.status == 200 && allowed.body.contains(#""decision":"allow""#), "\(allowed.body)")
        #expect(allowed.body.contains("roles.standard.approver"))
        let weak = try setup.ask("order:approve", try issuer.token(["groups": #"["g-approvers"]"#]))
        #expect(weak.body.contains("SECOND_FACTOR"))
        let staff = try setup.ask("order:approve", try issuer.token(["groups": #"["g-staff"]"#, "amr": #"["mfa"]"#]))
        #expect(staff.body.contains("MISSING_PERMISSION"))
        // A group by the name of a role is no role.
        for group in ["admin", "approver", "standard/admin"] {
            let answer = try setup.ask("order:read", try issuer.token(["groups": "[\"\(group)\"]"]))
            #expect(answer.body.contains("MISSING_PERMISSION"), "\(answer.body)")
        }
    }

    @Test func aTokenIsGoodForItsTenantOnly() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        try setup.waitForKeys("globex")
        let token = try setup.issuer.token(Self.approver)
        #expect(try setup.ask("order:read", token).body.contains(#""decision":"allow""#))
        let foreign = try setup.ask("order:read", token, tenant: "globex")
        #expect(foreign.status == 200)
        #expect(foreign.body.contains(#""code":"claims.issuer""#))
        #expect(try setup.ask("order:read", token).body.contains(#""decision":"allow""#))
    }

    @Test(
        "refusals are decisions with a typed reason",
        arguments: [
            (["aud": "\"other\""], "claims.audience"), (["exp": "1"], "claims.expired"),
            (["nbf": "99999999999"], "claims.not_yet_valid"), (["sub": "\"\""], "claims.subject"),
            (["iss": "\"https://elsewhere.example\""], "claims.issuer"),
            (["cnf": #"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#], "binding.missing"),
        ])
    func refusals(changes: [String: String], code: String) throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        let token = try setup.issuer.token(changes)
        let answer = try setup.ask("order:read", token)
        #expect(answer.status == 200)
        #expect(answer.body.contains("\"code\":\"\(code)\""), "\(answer.body)")
        #expect(!answer.body.contains(token) && !setup.server.logText.contains(token))
    }

    @Test func callersAndCredentialsDoNotMix() throws {
        let setup = try Setup(try LocalIssuer(), oidc: "  caller_may_add: [posture]")
        try setup.waitForKeys()
        let token = try setup.issuer.token(Self.approver)
        func ask(_ principal: String) throws -> (status: Int, body: String) {
            try setup.ask("order:read", token, principal: "\"principal\": \(principal),")
        }
        #expect(try ask(#"{"type": "User", "id": "ada"}"#).body.contains(#""decision":"allow""#))
        #expect(try ask(#"{"type": "User", "id": "eve"}"#).body.contains(#""code":"credential.principal""#))
        for assertion in [
            #""roles": ["admin"]"#, #""attributes": {"department": "x"}"#, #""parents": [{"type": "Team", "id": "t"}]"#,
        ] {
            let answer = try ask(#"{"type": "User", "id": "ada", \#(assertion)}"#)
            #expect(answer.status == 400 && answer.body.contains("ASSERTION_NOT_ALLOWED"))
        }
        #expect(
            try ask(#"{"type": "User", "id": "ada", "attributes": {"posture": "good"}}"#).body
                .contains(#""decision":"allow""#))
        // The header is the gateway's own: it names no subject.
        let header = try setup.ask(
            "order:read", "", principal: #""principal": {"type": "User", "id": "ada"},"#,
            headers: ["Authorization: Bearer \(token)"])
        #expect(header.body.contains(#""code":"credential.missing""#))
    }

    @Test func authZENTakesCredentialsOfTheSubject() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        func item(_ token: String) -> String {
            #""subject": {"type": "User", "id": "ada", "properties": {"credentials": [{"type": "jwt", "value": "\#(token)"}]}}"#
        }
        let rest = #""action": {"name": "order:read"}, "resource": {"type": "Order", "id": "o1"}"#
        let good = try setup.server.post(
            "/t/acme/access/v1/evaluation", "{\(item(try setup.issuer.token(Self.approver))), \(rest)}")
        #expect(good.status == 200 && good.body.contains(#""decision":true"#), "\(good.body)")
        let unknown = try setup.server.post(
            "/t/acme/access/v1/evaluation", "{\(item(try setup.issuer.token(kid: "zz"))), \(rest)}")
        #expect(unknown.status == 503 && unknown.body.contains(#""code":"INDETERMINATE""#))
        let batch = try setup.server.post(
            "/t/acme/access/v1/evaluations",
            "{\(rest), \"evaluations\": [{\(item(try setup.issuer.token(Self.approver)))}, "
                + "{\(item(try setup.issuer.token(["exp": "1"])))}]}")
        #expect(batch.status == 200)
        #expect(batch.body.contains(#""decision":true"#) && batch.body.contains("claims.expired"))
    }

    @Test func aFloodOfUnknownKeysIsOneFetch() throws {
        let setup = try Setup(try LocalIssuer(.ed25519))
        try setup.waitForKeys()
        let fetches = setup.issuer.fetches("acme")
        for round in 0..<5 {
            let items = try (0..<500).map { number in
                #"{"subject": {"type": "User", "id": "ada", "properties": {"credentials": [{"type": "jwt", "value": "\#(try setup.issuer.token(kid: "\(round)-\(number)"))"}]}}}"#
            }
            let answer = try setup.server.post(
                "/t/acme/access/v1/evaluations",
                #"{"action": {"name": "order:read"}, "resource": {"type": "Order", "id": "o1"}, "evaluations": [\#(items.joined(separator: ","))]}"#
            )
            #expect(answer.status == 200)
            #expect(!answer.body.contains(#""decision":true"#))
            #expect(
                try setup.ask("order:read", try setup.issuer.token(Self.approver)).body.contains(#""decision":"allow""#)
            )
        }
        #expect(setup.issuer.fetches("acme") - fetches <= 1)
    }

    @Test func anOutageOfTheIssuerChangesNothing() throws {
        let setup = try Setup(try LocalIssuer(), state: false)
        try setup.waitForKeys()
        let token = try setup.issuer.token(Self.approver)
        setup.issuer.stop()
        for _ in 0..<20 {
            #expect(try setup.ask("order:read", token).body.contains(#""decision":"allow""#))
            let fresh = try setup.issuer.token(Self.approver)
            #expect(try setup.ask("order:read", fresh).body.contains(#""decision":"allow""#))
        }
        // A server that starts now is ready at once; tokens cannot be judged, which is no refusal.
        try setup.restart()
        #expect(try setup.server.health("/health/ready").status == 200)
        let answer = try setup.ask("order:read", token)
        #expect(answer.status == 503)
        #expect(answer.body.contains(#""code":"INDETERMINATE""#) && answer.body.contains("keys.unavailable"))
        #expect(try setup.server.health("/v1/issuers").body.contains("last_error"))
        #expect(try setup.ask("order:read", try setup.issuer.token(["iss": "\"x\""])).body.contains("claims.issuer"))
    }

    @Test func keysOutliveTheServer() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        let folder = setup.folder.appending(path: "state/issuer-keys")
        func files() throws -> [URL] {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        }
        // Only this tenant was asked about, and both are kept.
        for _ in 0..<200 where try files().count < 2 { usleep(50_000) }
        setup.issuer.stop()
        // An orderly end, and a crash.
        for signal in [SIGTERM, SIGKILL] {
            try setup.restart(signal)
            #expect(setup.server.logText.contains("took up keys of 2 issuers from the state directory"))
            for tenant in ["acme", "globex"] {
                let token = try setup.issuer.token(Self.approver, of: tenant)
                let answer = try setup.ask("order:read", token, tenant: tenant)
                #expect(answer.status == 200 && answer.body.contains(#""decision":"allow""#), "\(answer.body)")
            }
        }
        let forged = try setup.issuer.token(Self.approver)
        try setup.issuer.rotate(to: "k1")
        #expect(try setup.ask("order:read", try setup.issuer.token(Self.approver)).body.contains("sig.invalid"))
        for file in try files() {
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try Data(try Data(contentsOf: file).dropLast()).write(to: file)
        }
        try setup.restart(SIGKILL)
        #expect(setup.server.logText.contains("are ignored: it is torn, changed, or another place's"))
        #expect(try setup.ask("order:read", forged).status == 503)
    }

    @Test func keptKeysAreNoOtherIssuers() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        try setup.waitForKeys("globex")
        let token = try setup.issuer.token(Self.approver)
        setup.issuer.stop()
        // The tenant names the place of the keys now: what was kept of discovery is another place's.
        let file = setup.folder.appending(path: "orders/tenants/acme.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacing("audiences: [orders]}", with: "audiences: [orders], keys: {url: \"\(setup.issuer.base)/x\"}}")
        try Data(text.utf8).write(to: file)
        try setup.restart()
        #expect(try setup.ask("order:read", token).status == 503)
        let other = try setup.issuer.token(Self.approver, of: "globex")
        #expect(try setup.ask("order:read", other, tenant: "globex").body.contains(#""decision":"allow""#))
    }

    @Test func aRevocationOutlivesTheServer() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        let issuer = setup.issuer.name("acme")
        let token = try setup.issuer.token(Self.approver.merging(["jti": "\"t1\""]) { $1 })
        let other = try setup.issuer.token(Self.approver)
        #expect(try setup.ask("order:read", token).body.contains(#""decision":"allow""#))
        #expect(try setup.administer(#"{"iss": "\#(issuer)", "jti": "t1"}"#, token: nil).status == 401)
        #expect(try setup.ask("order:read", token).body.contains(#""decision":"allow""#))
        let done = try setup.administer(#"{"iss": "\#(issuer)", "jti": "t1", "expires": "2100-01-01T00:00:00Z"}"#)
        #expect(done.status == 200 && done.body == #"{"result":"revoked"}"#)
        #expect(try setup.ask("order:read", token).body.contains(#""code":"revocation.token""#))
        #expect(try setup.ask("order:read", other).body.contains(#""decision":"allow""#))
        try setup.restart()
        try setup.waitForKeys()
        #expect(try setup.ask("order:read", token).body.contains(#""code":"revocation.token""#))
        #expect(try setup.administer(#"{"iss": "\#(issuer)", "sub": "ada"}"#).status == 200)
        #expect(try setup.ask("order:read", other).body.contains(#""code":"revocation.subject""#))
        #expect(try setup.server.health("/metrics").body.contains(#"verdict_revocations{kind="subject"} 1"#))
    }

    @Test(
        "what is no revocation",
        arguments: [
            "", "[]", "{}", #"{"iss": "a"}"#, #"{"jti": "a"}"#, #"{"iss": "a", "jti": "b", "sub": "c"}"#,
            #"{"iss": "a", "jti": ""}"#, #"{"iss": "a", "jti": 7}"#, #"{"iss": "a", "jti": "b", "expires": "soon"}"#,
            #"{"iss": "a", "sub": "b", "expires": 7}"#, #"{"iss": "a", "jti": "b", "issued_before": 7}"#,
            #"{"iss": "a", "jti": "b", "reason": "c"}"#,
        ])
    func malformedRevocations(body: String) throws {
        let answer = try Setup(try LocalIssuer()).administer(body)
        #expect(answer.status == 400, "\(answer.body)")
    }

    @Test func revokingNeedsAStateDirectory() throws {
        let setup = try Setup(try LocalIssuer(), state: false)
        let answer = try setup.administer(#"{"iss": "a", "jti": "b"}"#)
        #expect(answer.status == 403 && answer.body.contains("REVOCATION_DISABLED"))
    }

    @Test func aKeyThatIsUsedAtOnceIsIndeterminateAndThenAccepted() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        try setup.issuer.rotate(to: "k2")
        let token = try setup.issuer.token(Self.approver)
        var statuses: [Int] = []
        for _ in 0..<900 {
            let answer = try setup.ask("order:read", token)
            statuses.append(answer.status)
            #expect(answer.status == 503 || answer.body.contains(#""decision":"allow""#), "\(answer.body)")
            if answer.status == 200 { break }
            usleep(50_000)
        }
        #expect(statuses.first == 503 && statuses.last == 200)
    }

    @Test func anIssuerThatIsAddedCountsAfterAReload() throws {
        let setup = try Setup(try LocalIssuer())
        try setup.waitForKeys()
        let token = try setup.issuer.token(Self.approver, of: "late")
        #expect(try setup.ask("order:read", token).body.contains("claims.issuer"))
        let file = setup.folder.appending(path: "orders/tenants/acme.yaml")
        let text = Setup.tenant(
            "acme", setup.issuer, "    - {issuer: \"\(setup.issuer.name("late"))\", audiences: [orders]}", Setup.claims)
        try Data(text.utf8).write(to: file)
        #expect(try setup.server.administer("/v1/admin/reload", token: Self.token).body == #"{"result":"replaced"}"#)
        for _ in 0..<200 {
            if try setup.ask("order:read", token).status == 200 { break }
            usleep(50_000)
        }
        #expect(try setup.ask("order:read", token).body.contains(#""decision":"allow""#))
    }

    @Test func commandsVerifyAsTheServerDoes() throws {
        let setup = try Setup(try LocalIssuer())
        let bundle = ["--bundle", setup.folder.appending(path: "orders").path]
        let token = try setup.issuer.token(Self.approver)
        let question =
            #"{"tenant": "acme", "action": {"id": "order:read"}, "resource": {"type": "Order", "id": "o1"}, "#
            + #""credentials": [{"type": "jwt", "value": "\#(token)"}]}"#
        let decided = try VerdictProgram.run(
            ["decide", "--request", "-", "--allow-loopback-issuers"] + bundle, input: question)
        #expect(decided.status == 0, "\(decided.errors)")
        let closed = try VerdictProgram.run(["decide", "--request", "-"] + bundle, input: question)
        #expect(closed.status == 3 && closed.errors.contains("INDETERMINATE"))
        let verified = try VerdictProgram.run(
            ["token", "verify", "-", "--tenant", "acme", "--allow-loopback-issuers"] + bundle, input: token)
        #expect(verified.status == 0 && verified.output.contains("roles: approver"))
        let refused = try VerdictProgram.run(
            ["token", "verify", "-", "--tenant", "globex", "--allow-loopback-issuers"] + bundle, input: token)
        #expect(refused.status == 1 && refused.output.contains("claims.issuer"))
        for outcome in [decided, closed, verified, refused] {
            #expect(!outcome.output.contains(token) && !outcome.errors.contains(token))
        }
        let inspected = try VerdictProgram.run(["token", "inspect", "-"], input: token)
        #expect(inspected.status == 0 && inspected.output.contains("not verified"))
        #expect(!inspected.output.contains(String(token.split(separator: ".")[2])))
    }
}
