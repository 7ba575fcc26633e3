import JOSE
import SigningKeys
import Testing

@Suite struct SignatureTests {
    @Test("what is signed verifies, and nothing else", arguments: SignatureAlgorithm.allCases)
    func signatures(algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.make(algorithm)
        let token = try key.token(payload: "{\"sub\":\"ada\"}")
        let set = try key.set()
        _ = try set.verify(try CompactJWS(parsing: token), allowing: .all)
        #expect(throws: JOSEError(.algorithm, "")) {
            try set.verify(
                try CompactJWS(parsing: token), allowing: SignatureAlgorithmSet.all.subtracting(.init([algorithm])))
        }
        let other = try SigningKey.make(algorithm).set()
        #expect(throws: JOSEError(.signature, "")) {
            try other.verify(try CompactJWS(parsing: token), allowing: .all)
        }
    }

    @Test("slow and rare algorithms are off unless asked for") func standard() {
        #expect(SignatureAlgorithmSet.standard.algorithms == [.rs256, .ps256, .es256, .ed25519])
    }

    /// A token with any one character changed is another token, and not accepted.
    @Test("no mutation is accepted", arguments: [SignatureAlgorithm.es256, .ed25519, .rs256])
    func mutations(algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.make(algorithm)
        let token = try key.token(payload: "{\"sub\":\"ada\",\"exp\":1}")
        let set = try key.set()
        var accepted: [Int] = []
        for place in token.indices {
            for replacement in [UInt8(ascii: "A"), UInt8(ascii: "_"), UInt8(ascii: "."), token[place] ^ 1] {
                guard token[place] != replacement else { continue }
                var mutated = token
                mutated[place] = replacement
                if (try? set.verify(try CompactJWS(parsing: mutated), allowing: .all)) != nil { accepted.append(place) }
            }
            var shorter = token
            shorter.remove(at: place)
            if (try? set.verify(try CompactJWS(parsing: shorter), allowing: .all)) != nil { accepted.append(place) }
        }
        #expect(accepted.isEmpty)
    }

    @Test("random bytes never crash and never verify") func noise() throws {
        let set = try SigningKey.make(.es256).set()
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcXYZ019-_.{}\":,=+/ \u{0}é".utf8)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<80, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            #expect((try? set.verify(try CompactJWS(parsing: bytes), allowing: .all)) == nil)
        }
    }

    // MARK: - Keys and headers

    @Test("an algorithm in the key binds it") func binding() throws {
        let key = try SigningKey.make(.rs256)
        let token = try CompactJWS(parsing: try key.token(payload: "{}"))
        #expect(throws: JOSEError(.keyMismatch, "")) {
            try key.set(alg: "PS256").verify(token, allowing: .all)
        }
        #expect(throws: Never.self) { try key.set(alg: "RS256").verify(token, allowing: .all) }
    }

    @Test("without a key id, only one key may fit") func withoutKeyID() throws {
        let key = try SigningKey.make(.es256)
        let other = try SigningKey.make(.es256)
        let token = try CompactJWS(parsing: try key.token(header: "{\"alg\":\"ES256\"}", payload: "{}"))
        #expect(throws: Never.self) { try key.set().verify(token, allowing: .all) }
        let both = try JSONWebKeySet(parsing: Array("{\"keys\":[\(key.jwk()),\(other.jwk(kid: "o"))]}".utf8))
        #expect(throws: JOSEError(.keyAmbiguous, "")) { try both.verify(token, allowing: .all) }
    }

    @Test("keys that share an id are all tried") func sharedKeyID() throws {
        let first = try SigningKey.make(.es256)
        let second = try SigningKey.make(.es256)
        let set = try JSONWebKeySet(parsing: Array("{\"keys\":[\(first.jwk()),\(second.jwk())]}".utf8))
        for key in [first, second] {
            #expect(throws: Never.self) {
                try set.verify(try CompactJWS(parsing: try key.token(payload: "{}")), allowing: .all)
            }
        }
    }

    @Test(
        "headers that are refused",
        arguments: [
            (#"{"kid":"k"}"#, "header.algorithm"),
            (#"{"alg":1}"#, "header.algorithm"),
            (#"{"alg":null}"#, "header.algorithm"),
            (#"{"alg":"ES256","alg":"ES256"}"#, "header.malformed"),
            (#"{"alg":"ES256","\u0061lg":"none"}"#, "header.malformed"),
            (#"["ES256"]"#, "header.malformed"),
            (#"{"alg":"ES256","crit":[]}"#, "header.critical"),
            (#"{"alg":"ES256","crit":["exp"],"exp":1}"#, "header.critical"),
            (#"{"alg":"ES256","b64":true}"#, "header.unencoded_payload"),
            (#"{"alg":"ES256","cty":"JWT"}"#, "header.unsupported"),
            (#"{"alg":"ES256","zip":"DEF"}"#, "header.unsupported"),
            (#"{"alg":"ES256","typ":1}"#, "header.type"),
            (#"{"alg":"ES256","kid":7}"#, "header.kid"),
            (#"{"alg":"ES256","x":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}"#, "header.malformed"),
            ("{\"alg\":\"ES256\",\"x\":\(String(repeating: "9", count: 33))}", "header.malformed"),
        ])
    func headers(header: String, code: String) throws {
        let token = Array("\(Base64URL.encode(Array(header.utf8))).e30.AAAA".utf8)
        #expect(throws: JOSEError(.init(rawValue: code), "")) { try CompactJWS(parsing: token) }
    }

    @Test("what injects keys is ignored") func injection() throws {
        let key = try SigningKey.make(.es256)
        let attacker = try SigningKey.make(.es256)
        let header = "{\"alg\":\"ES256\",\"kid\":\"k\",\"jwk\":\(attacker.jwk()),\"jku\":\"https://evil.example/\"}"
        let token = try CompactJWS(parsing: try attacker.token(header: header, payload: "{}"))
        #expect(throws: JOSEError(.signature, "")) { try key.set().verify(token, allowing: .all) }
    }

    @Test("five parts are an encrypted token") func encrypted() {
        #expect(throws: JOSEError(.encrypted, "")) { try CompactJWS(parsing: Array("a.b.c.d.e".utf8)) }
    }

    @Test("too long is refused before it is read") func tooLong() {
        let token = [UInt8](repeating: UInt8(ascii: "."), count: 1 << 20)
        #expect(throws: JOSEError(.tooLarge, "")) { try CompactJWS(parsing: token) }
    }

    @Test("details hold nothing of the token but names") func details() throws {
        let key = try SigningKey.make(.es256)
        let token = try key.token(
            header: "{\"alg\":\"ES256\",\"kid\":\"`\\u001b[31m\(String(repeating: "x", count: 200))\"}", payload: "{}")
        do {
            _ = try key.set().verify(try CompactJWS(parsing: token), allowing: .all)
            Issue.record("accepted")
        } catch let error as JOSEError {
            #expect(error == JOSEError(.keyUnknown, ""))
            #expect(error.detail.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(error.detail.utf8.count < 100)
        }
    }
}
