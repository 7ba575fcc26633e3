import CedarModel
import CedarSyntax
import JOSE
import Residency
import SigningKeys
import Testing

/// Statements of evidence that a signer of the tenant has signed.
@Suite struct SignedEvidenceTests {
    private static let key = Result { try SigningKey.make(.es256) }
    private static let other = Result { try SigningKey.make(.ed25519) }
    private static let header = #"{"alg":"ES256","kid":"k","typ":"verdict-evidence+jwt"}"#
    private static let assessment = """
        {"destination": "US", "transfer": {"mechanism": "scc",
          "tia": {"from": "DE", "to": "US", "assessment_date": "2026-10-01", "risk": "low"}}}
        """

    /// 2026-11-21T00:00:00Z in seconds.
    private static let now: Int64 = 1_795_219_200

    private static func profile(scope: [String] = EvidenceSigner.scopes) throws -> TenantProfile {
        var profile = TenantProfile()
        profile.id = "acme"
        profile.isKnown = true
        profile.signers = [
            EvidenceSigner(issuer: "https://other.example", keys: try other.get().set()),
            EvidenceSigner(issuer: "https://grc.example", keys: try key.get().set(), scope: scope),
        ]
        return profile
    }

    private static func statement(
        _ changes: [String: String?] = [:], header: String = header, key: SigningKey? = nil
    ) throws -> String {
        var claims: [String: String] = [
            "iss": #""https://grc.example""#, "aud": #""acme""#, "iat": "\(now - 100)", "exp": "\(now + 3_600)",
            "evidence": "[\(assessment)]",
        ]
        for (name, value) in changes { claims[name] = value }
        let payload = "{" + claims.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        let signing = try key ?? Self.key.get()
        return String(decoding: try signing.token(header: header, payload: payload), as: UTF8.self)
    }

    private static func route(
        _ statements: [String], to country: String = "US", profile: TenantProfile
    ) throws -> RoutingDecision {
        let list = statements.map { "\"\($0)\"" }.joined(separator: ",")
        return try Installation.route(
            """
            {"operation": "transfer", "data": {"subject_countries": ["DE"], "category": "personal"},
             "source": {"country": "DE"}, "destination": {"country": "\(country)"}, "evidence": [\(list)]}
            """, profile: profile)
    }

    @Test func aStatementCounts() throws {
        let route = try Self.route([try Self.statement()], profile: try Self.profile())
        #expect(route.isAllowed)
        #expect(route.mechanism == "scc")
        #expect(route.evidence.contains { $0.path == "transfer.tia.risk" && $0.origin == .signed })
        #expect(route.statements.map(\.signer.issuer) == ["https://grc.example"])
        #expect(route.validUntil == Datetime(milliseconds: (Self.now + 3_600) * 1_000))
    }

    @Test func itCountsForItsDestinationOnly() throws {
        let route = try Self.route([try Self.statement()], to: "IN", profile: try Self.profile())
        #expect(!route.isAllowed)
        #expect(!route.codes.contains("EVIDENCE_REFUSED"))
    }

    @Test func theTenantsFileStandsOverItsSigners() throws {
        var profile = try Self.profile()
        profile.evidence = try Installation.profile(
            """
            evidence:
              - transfer:
                  tia: {risk: high}
            """
        ).evidence
        let route = try Self.route([try Self.statement()], profile: profile)
        #expect(route.evidence.contains { $0.path == "transfer.tia.risk" && $0.origin == .tenant })
        #expect(route.evidence.contains { $0.path == "transfer.mechanism" && $0.origin == .signed })
    }

    @Test(
        "a statement that does not count makes the question undecidable",
        arguments: [
            (["iss": #""https://nobody.example""#], "the tenant has no such signer"),
            (["iss": nil], "the tenant has no such signer"),
            (["iss": #""https://other.example""#], "there is no key"),
            (["aud": #""globex""#], "its `aud` is not the tenant"),
            (["aud": #"["acme"]"#], "its `aud` is not the tenant"),
            (["aud": nil], "its `aud` is not the tenant"),
            (["exp": "\(now)"], "it has expired"),
            (["exp": nil], "it has no `iat` or no `exp`"),
            (["iat": nil], "it has no `iat` or no `exp`"),
            (["exp": "1e12"], "its `exp` is not a time in seconds"),
            (["exp": "-1"], "its `exp` is not a time in seconds"),
            (["exp": "9223372036854775807"], "its `exp` is not a time in seconds"),
            (["iat": "\(now + 61)"], "it does not count yet"),
            (["nbf": "\(now + 61)"], "it does not count yet"),
            (["evidence": nil], "its `evidence` is not a list"),
            (["evidence": "{}"], "its `evidence` is not a list"),
            (["evidence": "[7]"], "an item of its `evidence` is not an object"),
            (["evidence": #"[{"tenant": {}}]"#], "a member that is not known"),
            (["evidence": #"[{"destination": 7}]"#], "the `destination` of an item is not a country"),
            (["evidence": #"[{"data": {"category": "public"}}]"#], "may not state anything about `data.category`"),
        ] as [([String: String?], String)])
    func refusals(changes: [String: String?], message: String) throws {
        // The key of the second signer has the same id, so that only the algorithm tells that it is not its own.
        let route = try Self.route([try Self.statement(changes)], profile: try Self.profile())
        #expect(!route.isAllowed)
        let reason = try #require(route.reasons.first { $0.code == "EVIDENCE_REFUSED" })
        #expect(reason.message.contains(message) || message == "there is no key", "\(reason.message)")
    }

    @Test("the clock of a signer may be a minute ahead", arguments: ["iat", "nbf"])
    func skew(claim: String) throws {
        let statement = try Self.statement([claim: "\(Self.now + 60)"])
        #expect(try Self.route([statement], profile: try Self.profile()).isAllowed)
    }

    @Test(
        "other tokens of the signer are no evidence",
        arguments: [
            #"{"alg":"ES256","kid":"k"}"#, #"{"alg":"ES256","kid":"k","typ":"JWT"}"#,
            #"{"alg":"ES256","kid":"k","typ":"at+jwt"}"#, #"{"alg":"none","typ":"verdict-evidence+jwt"}"#,
            #"{"alg":"HS256","kid":"k","typ":"verdict-evidence+jwt"}"#,
        ])
    func types(header: String) throws {
        let route = try Self.route([try Self.statement(header: header)], profile: try Self.profile())
        #expect(route.codes.contains("EVIDENCE_REFUSED"))
    }

    @Test func theSignatureCounts() throws {
        let forged = try Self.statement(key: try SigningKey.make(.es256))
        #expect(try Self.route([forged], profile: try Self.profile()).codes.contains("EVIDENCE_REFUSED"))
        let good = try Self.statement()
        for damaged in [String(good.dropLast(4)), good + "A", "", "a.b.c", String(repeating: "a", count: 100_000)] {
            let route = try Self.route([damaged], profile: try Self.profile())
            #expect(route.codes.contains("EVIDENCE_REFUSED"))
            #expect(!route.reasons.contains { $0.message.contains(good.prefix(40)) })
        }
    }

    @Test func oneBadStatementAmongGoodOnesIsEnough() throws {
        let route = try Self.route(
            [try Self.statement(), try Self.statement(["aud": #""globex""#])], profile: try Self.profile())
        #expect(!route.isAllowed)
    }

    @Test func statementsAreCounted() throws {
        let statement = try Self.statement()
        let profile = try Self.profile()
        #expect(try Self.route(Array(repeating: statement, count: 8), profile: profile).isAllowed)
        let route = try Self.route(Array(repeating: statement, count: 9), profile: profile)
        #expect(route.codes.contains("INVALID_VALUE:evidence"))
    }

    @Test func whoKnowsNoSignersTakesNoStatements() throws {
        var profile = try Self.profile()
        profile.signers = []
        #expect(try Self.route([try Self.statement()], profile: profile).codes.contains("EVIDENCE_REFUSED"))
    }

    @Test("a signer states what it may", arguments: [("transfer.tia", false), ("transfer", true)])
    func scopes(scope: String, isAllowed: Bool) throws {
        // The statement is also about `transfer.mechanism`.
        let route = try Self.route([try Self.statement()], profile: try Self.profile(scope: [scope]))
        #expect(route.isAllowed == isAllowed)
        #expect(route.codes.contains("EVIDENCE_REFUSED") == !isAllowed)
    }

    @Test func signersAreReadFromTheTenantsFile() throws {
        let set = "{\"keys\":[\(try Self.key.get().jwk())]}"
        let yaml = """
            evidence_signers:
              - issuer: https://grc.example
                keys: {file: keys/grc.json}
              - issuer: https://meter.example
                keys: {inline: '\(set)'}
                may_state: [data.volume]
            """
        let (profile, findings) = try Installation.read(
            yaml, keyFile: { $0 == "keys/grc.json" ? Array(set.utf8) : nil })
        #expect(findings.isEmpty)
        #expect(profile.signers.map(\.issuer) == ["https://grc.example", "https://meter.example"])
        #expect(try Self.route([try Self.statement()], profile: profile).isAllowed)
        let meter = try Self.statement(["iss": #""https://meter.example""#])
        #expect(try Self.route([meter], profile: profile).codes.contains("EVIDENCE_REFUSED"))
    }

    @Test(
        "mistakes in signers have places",
        arguments: [
            ("- {keys: {file: keys/grc.json}}", "V3021 2:5"), ("- {issuer: a}", "V3021 2:5"),
            ("- {issuer: a, keys: discovery}", "V3608 2:23"),
            ("- {issuer: a, keys: {url: 'https://a.example/keys'}}", "V3608 2:23"),
            ("- {issuer: a, keys: {file: keys/none.json}}", "V3406 2:30"),
            ("- {issuer: a, keys: {file: keys/grc.json}, may_state: [data.category]}", "V3608 2:58"),
            ("- {issuer: a, keys: {file: keys/grc.json}, may_state: [data]}", "V3608 2:58"),
        ])
    func mistakes(item: String, expected: String) throws {
        let set = "{\"keys\":[\(try Self.key.get().jwk())]}"
        let (_, findings) = try Installation.read(
            "evidence_signers:\n  \(item)", keyFile: { $0 == "keys/grc.json" ? Array(set.utf8) : nil })
        let places = findings.map { finding in
            let position = finding.location?.position
            return "\(finding.code) \(position.map { "\($0.line):\($0.column)" } ?? "")"
        }
        #expect(places == [expected])
    }

    @Test func aSignerIsNamedOnce() throws {
        let set = "{\"keys\":[\(try Self.key.get().jwk())]}"
        let item = "  - {issuer: a, keys: {inline: '\(set)'}}\n"
        #expect(try Installation.read("evidence_signers:\n\(item)\(item)").findings.map(\.code) == [.residencyEvidence])
        let many = (0...16).map { "  - {issuer: a\($0), keys: {inline: '\(set)'}}\n" }.joined()
        #expect(try Installation.read("evidence_signers:\n\(many)").findings.map(\.code) == [.residencyEvidence])
    }
}
