import CedarModel
import Crypto
import Identity
import JOSE
import OpenIDConnect
import SigningKeys
import StrictJSON
import Testing

@Suite struct PossessionTests {
    private static let url = "https://api.example/orders?x=1"

    private struct Setting {
        let minting: Minting
        let proofKey: SigningKey
        let token: [UInt8]

        init(_ algorithm: SignatureAlgorithm = .es256) throws {
            minting = try Minting()
            proofKey = try SigningKey.make(algorithm)
            let jwk = try JSONDocument(parsing: Array(proofKey.jwk(kid: nil).utf8), limits: .request).root
            let thumbprint = try VerificationKey(importing: jwk).thumbprint
            token = try minting.token(["cnf": "{\"jkt\":\"\(Base64URL.encode(thumbprint))\"}"])
        }

        func proof(_ changes: [String: String] = [:], header: String? = nil, key: SigningKey? = nil) throws -> [UInt8] {
            let key = key ?? proofKey
            let hash = Base64URL.encode(Array(SHA256.hash(data: token)))
            var claims = [
                "jti": "\"p1\"", "htm": "\"GET\"", "htu": "\"https://api.example/orders\"", "iat": "\(Minting.now)",
                "ath": "\"\(hash)\"",
            ]
            for (claim, value) in changes { claims[claim] = value.isEmpty ? nil : value }
            return try key.token(
                header: header
                    ?? "{\"typ\":\"dpop+jwt\",\"alg\":\"\(key.algorithm.name)\",\"jwk\":\(key.jwk(kid: nil))}",
                payload: "{" + claims.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}")
        }

        func code(_ proof: [UInt8]?, method: String = "GET", url: String = PossessionTests.url) throws -> String? {
            TokenVerifier().code(token, try minting.trust()) { credentials in
                credentials.proof = proof.map { .init(value: $0, method: method, url: url) }
            }
        }
    }

    @Test("proofs of every usual algorithm", arguments: [SignatureAlgorithm.es256, .ed25519, .rs256, .ps256])
    func accepted(algorithm: SignatureAlgorithm) throws {
        let setting = try Setting(algorithm)
        #expect(try setting.code(try setting.proof()) == nil)
        #expect(try setting.code(nil) == "binding.missing")
    }

    @Test(
        "proofs that are refused",
        arguments: [
            (["htm": "\"POST\""], "dpop.method"), (["htm": "\"get\""], "dpop.method"), (["htm": ""], "dpop.method"),
            (["htu": "\"https://api.example/other\""], "dpop.url"), (["htu": "\"/orders\""], "dpop.url"),
            (["htu": "\"http://api.example/orders\""], "dpop.url"), (["htu": ""], "dpop.url"),
            (["htu": "\"HTTPS://API.example:443/./orders?q#f\""], nil),
            (["htu": "\"https://api.example/%6frders\""], nil),
            (["htu": "\"https://api.example:8443/orders\""], "dpop.url"),
            (["htu": "\"https://eve@api.example/orders\""], "dpop.url"),
            (["iat": "\(Minting.now - 361)"], "dpop.time"), (["iat": "\(Minting.now - 359)"], nil),
            (["iat": "\(Minting.now + 61)"], "dpop.time"), (["iat": ""], "dpop.malformed"),
            (["jti": ""], "dpop.malformed"), (["jti": "\"\""], "dpop.malformed"), (["jti": "7"], "dpop.malformed"),
            (["ath": ""], "dpop.token_hash"), (["ath": "\"AAAA\""], "dpop.token_hash"),
        ] as [([String: String], String?)])
    func refused(changes: [String: String], code: String?) throws {
        let setting = try Setting()
        #expect(try setting.code(try setting.proof(changes)) == code)
    }

    @Test func headers() throws {
        let setting = try Setting()
        let jwk = setting.proofKey.jwk(kid: nil)
        let secret = setting.proofKey.jwk(kid: nil, adding: ",\"d\":\"AAAA\"")
        for header in [
            "{\"typ\":\"JWT\",\"alg\":\"ES256\",\"jwk\":\(jwk)}", "{\"alg\":\"ES256\",\"jwk\":\(jwk)}",
            "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\"}", "{\"typ\":\"dpop+jwt\",\"alg\":\"none\",\"jwk\":\(jwk)}",
            "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":\(secret)}",
        ] {
            #expect(try setting.code(try setting.proof(header: header)) == "dpop.malformed")
        }
        let other = try SigningKey.make(.es256)
        #expect(try setting.code(try setting.proof(key: other)) == "binding.mismatch")
        let forged = "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":\(jwk)}"
        #expect(try setting.code(try setting.proof(header: forged, key: other)) == "dpop.signature")
    }

    @Test("a proof counts once, also when the token is remembered") func replay() throws {
        let setting = try Setting()
        let verifier = TokenVerifier()
        let trust = try setting.minting.trust()
        func code(_ proof: [UInt8]) -> String? {
            verifier.code(setting.token, trust) { $0.proof = .init(value: proof, method: "GET", url: Self.url) }
        }
        let first = try setting.proof()
        #expect(code(first) == nil)
        #expect(code(first) == "dpop.replayed")
        #expect(code(try setting.proof(["jti": "\"p2\""])) == nil)
        #expect(code(try setting.proof(["iat": "\(Minting.now - 1)"])) == "dpop.replayed")
    }

    @Test("a full memory of proofs is indeterminate") func fullMemory() throws {
        let window = ReplayWindow(capacity: 16)
        var outcomes: Set<String> = []
        for number in 0..<200 {
            outcomes.insert("\(window.use(.init([UInt8(number)]), until: 1_000_000, now: 0))")
        }
        #expect(outcomes == ["first", "full"])
        #expect("\(window.use(.init([255, 1]), until: 3_000_000, now: 2_000_000))" == "first")
    }

    @Test func demandedNonce() throws {
        let setting = try Setting()
        let trust = try setting.minting.trust()
        for (claim, code) in [("", "dpop.nonce"), ("\"m\"", "dpop.nonce"), ("\"n\"", nil)] as [(String, String?)] {
            let proof = try setting.proof(["nonce": claim])
            let outcome = TokenVerifier().code(setting.token, trust) {
                $0.proof = .init(value: proof, method: "GET", url: Self.url, nonce: "n")
            }
            #expect(outcome == code)
        }
    }

    @Test("a proof beside a token that is not bound is a contradiction") func unbound() throws {
        let setting = try Setting()
        let proof = try setting.proof()
        let code = TokenVerifier().code(try setting.minting.token(), try setting.minting.trust()) {
            $0.proof = .init(value: proof, method: "GET", url: Self.url)
        }
        #expect(code == "binding.mismatch")
    }

    @Test func certificates() throws {
        let minting = try Minting()
        let certificate: [UInt8] = [0x30, 1, 2, 3]
        let thumbprint = Base64URL.encode(Array(SHA256.hash(data: certificate)))
        let token = try minting.token(["cnf": "{\"x5t#S256\":\"\(thumbprint)\"}"])
        let verifier = TokenVerifier()
        let trust = try minting.trust()
        #expect(verifier.code(token, trust) == "binding.missing")
        #expect(verifier.code(token, trust) { $0.clientCertificate = certificate } == nil)
        #expect(verifier.code(token, trust) { $0.clientCertificate = [1] } == "binding.mismatch")
    }

    @Test func tenantsThatWantBoundTokens() throws {
        let minting = try Minting()
        #expect(
            TokenVerifier().code(try minting.token(), try minting.trust { $0.requiresBinding = true })
                == "binding.missing")
    }
}
