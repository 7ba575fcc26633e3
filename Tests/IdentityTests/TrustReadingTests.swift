import CedarSyntax
import Identity
import JOSE
import Testing

@Suite struct TrustReadingTests {
    private static let key =
        #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}]}"#

    @Test func everyKey() throws {
        let (trust, codes) = Reading.trust(
            """
            oidc:
              issuers:
                - issuer: https://idp.example/t/acme
                  keys: {url: "https://idp.example/keys"}
                  tokens: [access, id]
                  audiences: [https://api.example]
                  clients: [web]
                  authorized_parties: [web, cli]
                  algorithms: [RS256, Ed25519, ES384]
                  require: {tid: t-1, plan: [1, 2], verified: true}
                  require_binding: true
                  clock_skew: 10
                  max_lifetime: 3600
                  max_age: 600
                  proof_window: 60
                  max_token_bytes: 32768
                - issuer: https://second.example/
                  without_audience: {client_id: [web], token_use: access}
                  claims: {principal: {type: Service}}
                - {issuer: local, audiences: [a], keys: {file: keys/local.json}}
            claims:
              principal: {type: Person, id: "{tid}/{oid}"}
            """, files: ["keys/local.json": Self.key])
        #expect(codes == [])
        let issuer = try #require(trust?.issuers["https://idp.example/t/acme"])
        #expect(issuer.tokens == [.access, .id])
        #expect(issuer.algorithms == SignatureAlgorithmSet([.rs256, .es384, .ed25519]))
        #expect(issuer.required.count == 3)
        #expect(issuer.requiresBinding)
        #expect(issuer.clockSkew == 10 && issuer.maximumLifetime == 3_600 && issuer.maximumAge == 600)
        #expect(issuer.proofWindow == 60 && issuer.limits.maximumTokenBytes == 32_768)
        #expect(issuer.mapping.principalType.value == "Person")
        #expect(trust?.limits.maximumTokenBytes == 32_768)
        #expect(trust?.issuers["https://second.example/"]?.mapping.principalType.value == "Service")
        if case .fixed(let keys) = trust?.issuers["local"]?.keys {
            #expect(keys.keys.keys.count == 1)
        } else {
            Issue.record("the keys of the file are not there")
        }
    }

    @Test(
        "mistakes are found",
        arguments: [
            ("[{issuer: https://a.example}]", ["V3404"]),
            ("[{issuer: https://a.example, audiences: [x], algorithms: [HS256]}]", ["V3403"]),
            ("[{issuer: https://a.example, audiences: [x], algorithms: [none]}]", ["V3403"]),
            ("[{issuer: a.example, audiences: [x]}]", ["V3401"]),
            ("[{issuer: https://accounts.google.com, tokens: [id], clients: [c]}]", ["V3405"]),
            ("[{issuer: https://login.microsoftonline.com/common/v2.0, audiences: [c]}]", ["V3405"]),
            ("[{issuer: https://accounts.google.com, tokens: [id], clients: [c], require: {hd: a.example}}]", []),
            ("[{issuer: https://a.example, audiences: [x]}, {issuer: https://a.example, audiences: [y]}]", ["V3402"]),
            ("[{issuer: https://a.example, audiences: [x], clock_skew: 3600}]", ["V3408"]),
            ("[{issuer: https://a.example, without_audience: {}}]", ["V3404", "V3404"]),
            ("[{issuer: https://a.example, audiences: [x], keys: {inline: '{\"keys\":[]}'}}]", ["V3406"]),
            ("[{issuer: https://a.example, audiences: [x], keys: {inline: 'no'}}]", ["V3406"]),
            ("[{issuer: https://a.example, audiences: [x], keys: {file: missing.json}}]", ["V3406"]),
            ("[{issuer: https://a.example, audiences: [x], keys: {url: \"ftp://a.example\"}}]", ["V3401"]),
            ("[{issuer: https://a.example, audiences: [x], tokens: [id]}]", ["V3404"]),
        ])
    func mistakes(issuers: String, expected: [String]) {
        #expect(Reading.trust("oidc:\n  issuers: \(issuers)\n").codes == expected)
    }

    @Test("what a caller may add is not what a claim gives") func additions() {
        let sound = "issuers: [{issuer: https://a.example, audiences: [x]}]"
        let claims = "claims: {attributes: {level: level}}"
        let trust = Reading.trust("oidc: {\(sound), caller_may_add: [posture]}\n\(claims)\n")
        #expect(trust.codes.isEmpty)
        #expect(trust.trust?.callerMayAdd == ["posture"])
        #expect(Reading.trust("oidc: {\(sound), caller_may_add: [level]}\n\(claims)\n").codes == ["V3409"])
    }

    @Test("unknown keys are errors with a suggestion") func unknownKey() {
        #expect(Reading.trust("oidc:\n  issuers: [{issuer: https://a.example, audience: [x]}]\n").codes.count == 2)
    }

    @Test("an issuer of two tenants needs what tells them apart") func ambiguity() {
        var open = TrustedIssuer(issuer: "https://a.example", keys: .discovery)
        open.audiences = ["orders"]
        let first = TenantTrust(tenant: "one", issuers: [open])
        open.required = [ClaimCondition(claim: "org", values: [.text("two")])]
        let second = TenantTrust(tenant: "two", issuers: [open])
        let found = TenantTrust.ambiguities(among: [first, second])
        #expect(found.count == 1)
        #expect(found.first?.tenant == "one" && found.first?.other == "two")
        #expect(TenantTrust.ambiguities(among: [second, first]).first?.tenant == "one")
        open.audiences = ["invoices"]
        open.required = []
        #expect(TenantTrust.ambiguities(among: [first, TenantTrust(tenant: "three", issuers: [open])]).isEmpty)
        #expect(TenantTrust.ambiguities(among: [second]).isEmpty)
        #expect(TenantTrust.ambiguities(among: [first]).isEmpty)
    }
}
