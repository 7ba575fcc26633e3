import CedarModel
import CedarSyntax
import Identity
import JOSE
import OpenIDConnect
import SigningKeys
import Testing

@Suite struct TokenVerifierTests {
    private static let minting = try? Minting()

    @Test func subject() throws {
        let minting = try Minting()
        let token = try minting.token([
            "amr": #"["pwd","otp"]"#, "acr": #""high""#, "auth_time": "\(Minting.now - 5)",
            "act": #"{"sub":"bot","act":{"sub":"root","iss":"https://other.example"}}"#,
        ])
        let subject = try TokenVerifier().verify(
            Minting.credentials(token), for: try minting.trust(), at: Minting.at)
        #expect(subject.tenant == "acme" && subject.issuer == Minting.name && subject.subject == "ada")
        #expect(subject.principalType == "User" && subject.principalID == "ada")
        #expect(subject.hasSecondFactor && subject.methods == ["pwd", "otp"] && subject.authenticationClass == "high")
        #expect(subject.authenticationTime == Datetime(milliseconds: (Minting.now - 5) * 1_000))
        #expect(subject.tokenID == "j1" && subject.client == "web")
        #expect(
            subject.actors == [
                .init(issuer: nil, subject: "bot"), .init(issuer: "https://other.example", subject: "root"),
            ])
        #expect(subject.contextValue["second_factor"] == .bool(true))
        #expect(subject.contextValue["is_delegated"] == .bool(true))
    }

    /// One line per attack or mistake: the claims that differ from a good access token, and the code.
    static let attacks: [([String: String], String?)] = [
        ([:], nil),
        (["exp": ""], "claims.missing"), (["exp": "null"], "claims.time"), (["exp": "\"1\""], "claims.time"),
        (["exp": "true"], "claims.time"), (["exp": "1e300"], "claims.time"), (["exp": "1e400"], "claims.time"),
        (["exp": "9007199254740992"], "claims.time"), (["exp": "1790000300000"], "claims.lifetime"),
        (["exp": "\(Minting.now - 59)"], nil), (["exp": "\(Minting.now - 60)"], "claims.expired"),
        (["exp": "-1"], "claims.expired"), (["exp": "\(Minting.now + 300).5"], nil),
        (["exp": "\(Minting.now + 86_400)"], nil), (["exp": "\(Minting.now + 86_461)"], "claims.lifetime"),
        (["nbf": "\(Minting.now + 60)"], nil), (["nbf": "\(Minting.now + 61)"], "claims.not_yet_valid"),
        (["nbf": "\"x\""], "claims.time"), (["iat": "\(Minting.now + 61)"], "claims.issued_in_future"),
        (["iat": "\(Minting.now - 90_000)"], "claims.lifetime"), (["iat": "[]"], "claims.time"), (["iat": ""], nil),
        (["iss": ""], "claims.missing"), (["iss": "7"], "claims.missing"),
        (["iss": "\"https://idp.example/t/acme/\""], "claims.issuer"),
        (["iss": "\"https://IDP.example/t/acme\""], "claims.issuer"),
        (["aud": ""], "claims.audience"), (["aud": "[]"], "claims.audience"), (["aud": "null"], "claims.audience"),
        (["aud": "\"ap\""], "claims.audience"), (["aud": "\"api other\""], "claims.audience"),
        (["aud": "[\"other\",\"api\"]"], nil), (["aud": "[\"api\",7]"], "claims.audience"),
        (["aud": "{\"api\":1}"], "claims.audience"),
        (["sub": ""], "claims.subject"), (["sub": "\"\""], "claims.subject"), (["sub": "7"], "claims.subject"),
        (["sub": "\"\(String(repeating: "a", count: 256))\""], "claims.subject"),
        (["sub": "\"a\\u0000b\""], "claims.subject"),
        (["events": "{}"], "claims.token_kind"), (["token_use": "\"id\""], "claims.token_kind"),
        (["token_use": "\"access\""], nil), (["typ": "\"Refresh\""], "claims.token_kind"), (["typ": "\"Bearer\""], nil),
        (["nonce": "\"n\"", "client_id": ""], "claims.token_kind"), (["nonce": "\"n\""], nil),
        (["status_list": "{}"], "claims.token_kind"), (["token_introspection": "{}"], "claims.token_kind"),
        (["htm": "\"GET\""], "claims.token_kind"),
        (["jti": "7"], "claims.kind"), (["azp": "[]"], "claims.kind"),
        (["act": "\"bot\""], "claims.act"), (["act": "{}"], "claims.act"),
        (
            ["act": String(repeating: "{\"sub\":\"a\",\"act\":", count: 9) + "1" + String(repeating: "}", count: 9)],
            "claims.act"
        ),
        (["cnf": "{}"], "binding.unsupported"), (["cnf": "\"x\""], "binding.unsupported"),
        (["cnf": "{\"jwk\":{}}"], "binding.unsupported"), (["cnf": "{\"jkt\":\"AAAA\"}"], "binding.unsupported"),
        (["x": String(repeating: "[", count: 16) + String(repeating: "]", count: 16)], "claims.malformed"),
        (["x": String(repeating: "1", count: 33)], "claims.malformed"), (["x": "01"], "claims.malformed"),
        (["sub\":\"eve\",\"sub": "\"ada\""], "claims.malformed"),
    ]

    @Test("claims", arguments: attacks)
    func claims(changes: [String: String], code: String?) throws {
        let minting = try #require(Self.minting)
        #expect(TokenVerifier().code(try minting.token(changes), try minting.trust()) == code)
    }

    @Test(
        "types of tokens",
        arguments: [
            ("at+jwt", nil), ("AT+JWT", nil), ("application/at+jwt", nil), ("JWT", nil), ("jwt", nil),
            ("JOSE", "claims.token_kind"), ("logout+jwt", "claims.token_kind"), ("dpop+jwt", "claims.token_kind"),
            ("secevent+jwt", "claims.token_kind"), ("statuslist+jwt", "claims.token_kind"), ("", "claims.token_kind"),
        ] as [(String, String?)])
    func types(type: String, code: String?) throws {
        let minting = try #require(Self.minting)
        #expect(TokenVerifier().code(try minting.token(type: type), try minting.trust()) == code)
    }

    // MARK: - Profiles

    @Test("RFC 9068 wants all its claims") func strictAccess() throws {
        let minting = try Minting()
        let trust = try minting.trust { $0.tokens = [.rfc9068] }
        let verifier = TokenVerifier()
        #expect(verifier.code(try minting.token(), trust) == nil)
        #expect(verifier.code(try minting.token(type: "JWT"), trust) == "claims.token_kind")
        for claim in ["client_id", "jti", "iat"] {
            #expect(verifier.code(try minting.token([claim: ""]), trust) == "claims.missing")
        }
    }

    @Test func identityTokens() throws {
        let minting = try Minting()
        let trust = try minting.trust { $0.tokens = [.id] }
        let verifier = TokenVerifier()
        func code(
            _ changes: [String: String], _ change: (inout PresentedCredentials) -> Void = { _ in }
        ) throws -> String? {
            let base = ["aud": "\"web\"", "client_id": "", "nonce": "\"n\""].merging(changes) { $1 }
            return verifier.code(try minting.token(base, type: "JWT"), trust, change)
        }
        #expect(try code([:]) == nil)
        #expect(try code(["aud": "[\"web\",\"other\"]"]) == "claims.audience")
        #expect(try code(["aud": "\"api\""]) == "claims.audience")
        #expect(try code(["azp": "\"other\""]) == "claims.authorized_party")
        #expect(try code(["iat": ""]) == "claims.missing")
        #expect(try code(["token_use": "\"access\""]) == "claims.token_kind")
        #expect(try code([:]) { $0.expectations.nonce = "n" } == nil)
        #expect(try code([:]) { $0.expectations.nonce = "m" } == "claims.nonce")
        #expect(try code(["nonce": ""]) { $0.expectations.nonce = "n" } == "claims.nonce")
        let hash = "\"wfgvmE9VxjAudsl9lc6TqA\""
        let access = Array("dNZX1hEZ9wBCzNL40Upu646bdzQA".utf8)
        #expect(try code(["at_hash": hash]) { $0.expectations.accessToken = access } == nil)
        #expect(try code(["at_hash": hash]) { $0.expectations.accessToken = [1] } == "claims.at_hash")
        #expect(try code([:]) { $0.expectations.maximumAge = 60 } == "claims.auth_time")
        let old = ["auth_time": "\(Minting.now - 200)"]
        #expect(try code(old) { $0.expectations.maximumAge = 60 } == "claims.auth_time")
        #expect(try code(old) { $0.expectations.maximumAge = 150 } == nil)
        #expect(verifier.code(try minting.token(), trust) == "claims.token_kind")
    }

    @Test("both kinds at once do not mix") func bothKinds() throws {
        let minting = try Minting()
        let trust = try minting.trust { $0.tokens = [.access, .id] }
        let verifier = TokenVerifier()
        let identity = ["nonce": "\"n\"", "client_id": ""]
        #expect(verifier.code(try minting.token(identity, type: "JWT"), trust) == "claims.audience")
        #expect(
            verifier.code(try minting.token(identity.merging(["aud": "\"web\""]) { $1 }, type: "JWT"), trust) == nil)
        #expect(verifier.code(try minting.token(["aud": "\"web\""]), trust) == "claims.audience")
    }

    // MARK: - Trust

    @Test("a tenant accepts its own issuers only") func tenants() throws {
        let ours = try Minting()
        let theirs = try Minting()
        let verifier = TokenVerifier()
        #expect(verifier.code(try theirs.token(), try ours.trust()) == "sig.invalid")
        #expect(verifier.code(try ours.token(), TenantTrust(tenant: "b", issuers: [])) == "claims.issuer")
    }

    @Test("a shared issuer is told apart by a claim") func shared() throws {
        let minting = try Minting()
        let verifier = TokenVerifier()
        let one = try minting.trust { $0.required = [ClaimCondition(claim: "tid", values: [.text("one")])] }
        let two = try minting.trust { $0.required = [ClaimCondition(claim: "tid", values: [.text("two")])] }
        let token = try minting.token(["tid": "\"one\""])
        #expect(verifier.code(token, one) == nil)
        #expect(verifier.code(token, two) == "claims.tenant")
        #expect(verifier.code(try minting.token(["tid": "[\"one\"]"]), one) == "claims.tenant")
        #expect(verifier.code(try minting.token(), one) == "claims.tenant")
        // What one tenant accepted is no answer for the other, also when it is remembered.
        #expect(verifier.code(token, one) == nil)
        #expect(verifier.code(token, two) == "claims.tenant")
    }

    @Test func withoutAudience() throws {
        let minting = try Minting()
        let trust = try minting.trust {
            $0.audiences = []
            $0.withoutAudience = [
                ClaimCondition(claim: "client_id", values: [.text("web")]),
                ClaimCondition(claim: "token_use", values: [.text("access")]),
            ]
        }
        let verifier = TokenVerifier()
        #expect(verifier.code(try minting.token(["aud": "", "token_use": "\"access\""]), trust) == nil)
        #expect(verifier.code(try minting.token(["aud": ""]), trust) == "claims.audience")
        #expect(
            verifier.code(try minting.token(["token_use": "\"access\"", "client_id": "\"x\""]), trust)
                == "claims.audience")
    }

    @Test func authorizedParties() throws {
        let minting = try Minting()
        let trust = try minting.trust { $0.authorizedParties = ["web"] }
        let verifier = TokenVerifier()
        #expect(verifier.code(try minting.token(), trust) == nil)
        #expect(verifier.code(try minting.token(["client_id": "\"x\""]), trust) == "claims.authorized_party")
        #expect(verifier.code(try minting.token(["client_id": ""]), trust) == "claims.authorized_party")
        #expect(verifier.code(try minting.token(["azp": "\"x\""]), trust) == "claims.authorized_party")
    }

    @Test("a key published for one organization signs for no other") func keyIssuer() throws {
        let minting = try Minting()
        func trust(_ template: String) throws -> TenantTrust {
            let jwk = minting.key.jwk(adding: ",\"issuer\":\"\(template)\"")
            let set = try JSONWebKeySet(parsing: Array("{\"keys\":[\(jwk)]}".utf8))
            return try minting.trust { $0.keys = .fixed(FixedKeySet(set)) }
        }
        let verifier = TokenVerifier()
        let token = try minting.token(["tid": "\"acme\""])
        #expect(verifier.code(token, try trust("https://idp.example/t/{tenantid}")) == nil)
        #expect(verifier.code(try minting.token(), try trust("https://idp.example/t/{tenantid}")) == "claims.issuer")
        #expect(verifier.code(token, try trust("https://idp.example/t/other")) == "claims.issuer")
    }

    @Test("algorithms that an issuer does not list") func algorithms() throws {
        let minting = try Minting(.es384)
        #expect(TokenVerifier().code(try minting.token(), try minting.trust()) == "sig.algorithm")
        #expect(
            TokenVerifier().code(try minting.token(), try minting.trust { $0.algorithms = [.init([.es384])] }) == nil)
    }

    @Test("other credentials have no verifier here") func otherCredentials() throws {
        let credentials = PresentedCredentials(.init(type: "saml_response", value: []))
        #expect(throws: VerificationFailure(.unsupported, "")) {
            try TokenVerifier().verify(credentials, for: TenantTrust(tenant: "a", issuers: []), at: Minting.at)
        }
    }

    // MARK: - Trace

    @Test("a trace says where verification ended") func trace() throws {
        let minting = try Minting()
        let good = VerificationTrace()
        _ = try TokenVerifier().verify(
            Minting.credentials(try minting.token()), for: try minting.trust(), at: Minting.at, trace: good)
        #expect(good.passed == VerificationTrace.Check.allCases)
        #expect(good.failed == nil)
        let bad = VerificationTrace()
        #expect(throws: VerificationFailure.self) {
            try TokenVerifier().verify(
                Minting.credentials(try minting.token(["aud": "\"x\""])), for: try minting.trust(), at: Minting.at,
                trace: bad)
        }
        #expect(bad.failed == .audience)
    }

    @Test("texts for callers hold nothing of the token") func texts() throws {
        let minting = try Minting()
        for (changes, _) in Self.attacks {
            do {
                _ = try TokenVerifier().verify(
                    Minting.credentials(try minting.token(changes)), for: try minting.trust(), at: Minting.at)
            } catch {
                let failure = try #require(error as? VerificationFailure)
                #expect(!failure.callerText.contains("idp.example") && !failure.callerText.contains("ada"))
            }
        }
    }
}
