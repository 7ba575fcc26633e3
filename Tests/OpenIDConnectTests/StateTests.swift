import CedarModel
import CedarSyntax
import Identity
import JOSE
import OpenIDConnect
import SigningKeys
import Synchronization
import Testing

/// Keys that a test changes while a verifier uses them.
final class ChangingKeys: KeySource {
    private let state: Mutex<KeySetState>
    private let result = Mutex<KeySearch>(.pending)
    let searches = Atomic<Int>(0)

    init(_ state: KeySetState) { self.state = Mutex(state) }

    func set(_ new: KeySetState) { state.withLock { $0 = new } }
    func answer(_ new: KeySearch) { result.withLock { $0 = new } }

    func keys(of issuer: TrustedIssuer) -> KeySetState { state.withLock { $0 } }

    func search(for keyID: [UInt8]?, of issuer: TrustedIssuer, beyond snapshot: KeySetSnapshot) -> KeySearch {
        searches.add(1, ordering: .relaxed)
        return result.withLock { $0 }
    }
}

@Suite struct StateTests {
    private func discovered(_ minting: Minting) throws -> TenantTrust {
        try minting.trust { $0.keys = .discovery }
    }

    // MARK: - Cache

    @Test("a remembered token expires") func expiry() throws {
        let minting = try Minting()
        let (verifier, trust, token) = (TokenVerifier(), try minting.trust(), try minting.token())
        #expect(verifier.code(token, trust) == nil)
        #expect(verifier.code(token, trust, at: Datetime(milliseconds: (Minting.now + 360) * 1_000 - 1)) == nil)
        #expect(
            verifier.code(token, trust, at: Datetime(milliseconds: (Minting.now + 360) * 1_000)) == "claims.expired")
    }

    @Test("a key that is gone ends its tokens at once") func keyRemoval() throws {
        let minting = try Minting()
        let trust = try discovered(minting)
        let keys = ChangingKeys(.available(KeySetSnapshot(try minting.key.set())))
        let verifier = TokenVerifier(keySource: keys)
        let token = try minting.token()
        #expect(verifier.code(token, trust) == nil)
        keys.set(.available(KeySetSnapshot(try SigningKey.make(.es256).set(kid: "other"))))
        keys.answer(.absent)
        #expect(verifier.code(token, trust) == "sig.key_unknown")
        keys.answer(.pending)
        #expect(verifier.code(token, trust) == "keys.pending")
        keys.set(.unavailable(reason: "outage"))
        #expect(verifier.code(token, trust) == "keys.unavailable")
    }

    @Test("what cannot be judged is indeterminate, not refused") func indeterminate() throws {
        let minting = try Minting()
        let verifier = TokenVerifier(keySource: ChangingKeys(.unavailable(reason: "outage")))
        do {
            _ = try verifier.verify(
                Minting.credentials(try minting.token()), for: try discovered(minting), at: Minting.at)
            Issue.record("accepted")
        } catch {
            #expect((error as? VerificationFailure)?.disposition == .indeterminate)
        }
    }

    @Test("a bad signature asks for no keys") func noSearch() throws {
        let minting = try Minting()
        let keys = ChangingKeys(.available(KeySetSnapshot(try SigningKey.make(.es256).set())))
        #expect(TokenVerifier(keySource: keys).code(try minting.token(), try discovered(minting)) == "sig.invalid")
        #expect(keys.searches.load(ordering: .relaxed) == 0)
    }

    @Test("the cache is bounded") func bounded() throws {
        let minting = try Minting(.ed25519)
        let cache = VerifiedTokenCache(capacity: 64)
        let verifier = TokenVerifier(cache: cache)
        let trust = try minting.trust()
        for number in 0..<300 { #expect(verifier.code(try minting.token(["n": "\(number)"]), trust) == nil) }
        #expect(cache.count <= 64)
        #expect(cache.count > 0)
    }

    @Test("a changed trust forgets what the old one accepted") func changedTrust() throws {
        let minting = try Minting()
        let verifier = TokenVerifier()
        let token = try minting.token()
        #expect(verifier.code(token, try minting.trust()) == nil)
        #expect(verifier.code(token, try minting.trust { $0.audiences = ["other"] }) == "claims.audience")
    }

    // MARK: - Revocation

    @Test func revocation() throws {
        let minting = try Minting()
        let list = RevocationList()
        let verifier = TokenVerifier(revocations: list)
        let trust = try minting.trust()
        let token = try minting.token()
        let other = try minting.token(["jti": "\"j2\""])
        #expect(verifier.code(token, trust) == nil)
        try list.revoke(.init(issuer: Minting.name, id: "j1"), expiry: Minting.at)
        #expect(verifier.code(token, trust) == "revocation.token")
        #expect(verifier.code(other, trust) == nil)
        try list.revoke(.init(issuer: Minting.name, subject: "ada"), issuedUntil: Minting.at)
        #expect(verifier.code(other, trust) == "revocation.subject")
        #expect(verifier.code(try minting.token(["iat": "", "jti": ""]), trust) == "revocation.subject")
        #expect(verifier.code(try minting.token(["iat": "\(Minting.now + 1)", "jti": ""]), trust) == nil)
        #expect(verifier.code(try minting.token(["sub": "\"eve\"", "jti": ""]), trust) == nil)
    }

    @Test("a restart does not un-revoke") func persistence() throws {
        let list = RevocationList()
        try list.revoke(.init(issuer: "https://a.example", id: "x\"\u{1F511}"), expiry: Minting.at)
        try list.revoke(.init(issuer: "https://a.example", subject: "ada"), issuedUntil: Minting.at)
        let copy = try RevocationList.Content(parsing: list.current.encoded)
        #expect(copy.tokens == list.current.tokens && copy.subjects == list.current.subjects)
        #expect(copy.tokens.count == 1 && copy.subjects.count == 1)
    }

    @Test(
        "a file that cannot be read is an error",
        arguments: [
            "", "{}\n", "{\"version\":2}\n", "{\"version\":1}\n{}\n", "{\"version\":1}\n{\"iss\":\"a\"}\n",
        ])
    func unreadable(text: String) {
        #expect(throws: RevocationList.Content.Unreadable.self) {
            try RevocationList.Content(parsing: Array(text.utf8))
        }
    }

    @Test("a full list says so") func full() throws {
        let list = RevocationList(capacity: 1)
        try list.revoke(.init(issuer: "a", id: "1"), expiry: Minting.at)
        #expect(throws: RevocationList.Full.self) { try list.revoke(.init(issuer: "a", id: "2"), expiry: Minting.at) }
        list.prune(at: Datetime(milliseconds: Minting.at.milliseconds + 86_400_001))
        #expect(throws: Never.self) { try list.revoke(.init(issuer: "a", id: "2"), expiry: Minting.at) }
    }
}
