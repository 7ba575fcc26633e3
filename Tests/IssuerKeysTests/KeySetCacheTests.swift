import CedarSyntax
import Identity
import IssuerKeys
import JOSE
import OpenIDConnect
import SigningKeys
import Synchronization
import Testing

@Suite struct KeySetCacheTests {
    private static let url = "https://idp.example/keys"

    private struct Setting {
        let fetcher = ManualFetcher()
        let clock = ManualClock()
        let cache: KeySetCache
        let issuer = TrustedIssuer(issuer: "https://idp.example", keys: .address(KeySetCacheTests.url))

        init() {
            let clock = self.clock
            cache = KeySetCache(fetcher: fetcher, clock: { clock.now })
            cache.retain([TenantTrust(tenant: "a", issuers: [issuer]), TenantTrust(tenant: "b", issuers: [issuer])])
        }

        var snapshot: KeySetSnapshot? {
            if case .available(let snapshot) = cache.keys(of: issuer) { snapshot } else { nil }
        }

        func publish(_ keys: String..., age: Int64? = nil) {
            fetcher.set(KeySetCacheTests.url, "{\"keys\":[\(keys.joined(separator: ","))]}", maximumAge: age)
        }

        func search(_ kid: String) -> String {
            guard let snapshot else { return "no keys" }
            return "\(cache.search(for: Array(kid.utf8), of: issuer, beyond: snapshot))"
        }

        func pass(_ time: Int64) async {
            clock.advance(time)
            await cache.refreshDue()
        }

        var fetches: Int { fetcher.count(KeySetCacheTests.url) }
    }

    @Test("tenants share the keys of an issuer") func shared() async throws {
        let setting = Setting()
        #expect(setting.snapshot == nil)
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        #expect(setting.snapshot?.keys.keys.count == 1)
        #expect(setting.fetches == 1)
    }

    @Test("what a token waits for is fetched first") func awaited() async throws {
        let fetcher = ManualFetcher()
        var policy = KeyFetchPolicy()
        policy.maximumConcurrency = 1
        let cache = KeySetCache(fetcher: fetcher, policy: policy, clock: { 0 })
        let issuers = (0..<50).map {
            TrustedIssuer(issuer: CedarString("https://i\($0).example"), keys: .address("https://i\($0).example/keys"))
        }
        cache.retain([TenantTrust(tenant: "a", issuers: issuers)])
        for number in [17, 42] {
            _ = cache.keys(of: issuers[number])
            await cache.refreshDue()
            #expect(fetcher.count("https://i\(number).example/keys") == 1)
        }
    }

    @Test("issuers that are down do not keep others from staying fresh") func starvation() async throws {
        let (fetcher, clock) = (ManualFetcher(), ManualClock())
        var policy = KeyFetchPolicy()
        policy.maximumConcurrencyPerHost = 1
        let cache = KeySetCache(fetcher: fetcher, policy: policy, clock: { clock.now })
        let issuers = (0..<40).map {
            TrustedIssuer(
                issuer: CedarString("https://a.example/\($0)"), keys: .address("https://a.example/\($0)/keys"))
        }
        let key = try SigningKey.make(.es256).jwk()
        for number in 0..<40 { fetcher.set("https://a.example/\(number)/keys", "{\"keys\":[\(key)]}") }
        cache.retain([TenantTrust(tenant: "a", issuers: issuers)])
        for _ in issuers { await cache.refreshDue() }
        for number in 0..<30 {
            fetcher.set("https://a.example/\(number)/keys", .failure(KeyFetchError("down")))
        }
        // One fetch in a while: when all are due again, those that are well come before those that failed.
        clock.advance(900_000)
        for _ in issuers { await cache.refreshDue() }
        clock.advance(900_000)
        for _ in 0..<10 { await cache.refreshDue() }
        for number in 30..<40 { #expect(fetcher.count("https://a.example/\(number)/keys") == 3) }
    }

    @Test("refreshes come ahead of the end of the interval, within bounds") func refresh() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk(), age: 1)
        await setting.pass(0)
        await setting.pass(180_000)
        #expect(setting.fetches == 1)
        await setting.pass(120_000)
        #expect(setting.fetches == 2)
    }

    @Test("an unchanged set keeps its number, a changed one gets another") func generations() async throws {
        let setting = Setting()
        let key = try SigningKey.make(.es256).jwk()
        setting.publish(key)
        await setting.pass(0)
        let first = try #require(setting.snapshot?.generation)
        await setting.pass(900_000)
        #expect(setting.fetches == 2 && setting.snapshot?.generation == first)
        setting.fetcher.set(Self.url, .success(.unchanged(maximumAge: nil)))
        await setting.pass(900_000)
        #expect(setting.fetches == 3 && setting.snapshot?.generation == first)
        setting.publish(try SigningKey.make(.es256).jwk(kid: "other"))
        await setting.pass(900_000)
        #expect(setting.snapshot?.generation != first)
    }

    @Test(
        "a good set is never replaced by a bad one",
        arguments: [
            "", "[]", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}", "<html>login</html>",
            "{\"keys\":[" + [String](repeating: "{}", count: 101).joined(separator: ",") + "]}",
        ])
    func badSets(text: String) async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        let generation = setting.snapshot?.generation
        setting.fetcher.set(Self.url, text)
        for _ in 0..<20 {
            await setting.pass(600_000)
            #expect(setting.snapshot?.generation == generation)
        }
        #expect(setting.cache.reports.first.map { $0.failures > 1 && $0.lastError != nil } == true)
    }

    @Test("an outage changes nothing for a day, then keys are too old") func outage() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        setting.fetcher.set(Self.url, .failure(KeyFetchError("down")))
        for _ in 0..<143 {
            await setting.pass(600_000)
            #expect(setting.snapshot != nil)
        }
        await setting.pass(1_200_000)
        #expect(setting.snapshot == nil)
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(600_000)
        #expect(setting.snapshot != nil)
    }

    @Test("failures are retried with longer and longer waits") func retries() async {
        let setting = Setting()
        setting.fetcher.set(Self.url, .failure(KeyFetchError("down")))
        for _ in 0..<3_600 { await setting.pass(1_000) }
        #expect((10...30).contains(setting.fetches))
    }

    // MARK: - Unknown keys

    @Test("a new key is found by the first fetch after it is asked for") func rotation() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk(kid: "old"))
        await setting.pass(0)
        await setting.pass(40_000)
        #expect(setting.fetches == 1)
        setting.publish(try SigningKey.make(.es256).jwk(kid: "new"))
        #expect(setting.search("new") == "pending")
        await setting.pass(0)
        #expect(setting.fetches == 2)
        #expect(setting.snapshot?.keys.keys.first?.keyID == Array("new".utf8))
    }

    @Test("a million unknown keys are one fetch per half minute, in bounded memory") func flood() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        var outcomes: Set<String> = []
        for second in 0..<100 {
            for number in 0..<10_000 { outcomes.insert(setting.search("\(second)-\(number)")) }
            await setting.pass(1_000)
        }
        #expect(outcomes == ["pending"])
        #expect(setting.fetches <= 1 + 100 / 30)
        #expect(setting.fetches > 1)
    }

    @Test("a key that the issuer does not have is refused, for a while") func absent() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        #expect(setting.search("x") == "pending")
        await setting.pass(30_000)
        #expect(setting.search("x") == "absent")
        #expect(setting.search("y") == "pending")
        await setting.pass(61_000)
        #expect(setting.search("x") == "pending")
    }

    @Test("a key that is asked for while a fetch is under way is not taken for absent") func overtaken() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk(kid: "old"))
        await setting.pass(0)
        // The answer is on its way when the issuer begins to sign with another key.
        let outcomes = Mutex<[String]>([])
        setting.fetcher.onFetch { outcomes.withLock { $0.append(setting.search("new")) } }
        await setting.pass(900_000)
        #expect(setting.fetches == 2 && outcomes.withLock { $0 } == ["pending"])
        setting.fetcher.onFetch(nil)
        setting.publish(try SigningKey.make(.es256).jwk(kid: "new"))
        #expect(setting.search("new") == "pending")
        await setting.pass(30_000)
        #expect(setting.fetches == 3)
        #expect(setting.snapshot?.keys.keys.first?.keyID == Array("new".utf8))
    }

    @Test("while fetches fail, an unknown key stays pending") func failingSearch() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        setting.fetcher.set(Self.url, .failure(KeyFetchError("down")))
        var fetches: [Int] = []
        for _ in 0..<10 {
            #expect(setting.search("x") == "pending")
            await setting.pass(10_000)
            fetches.append(setting.fetches)
        }
        #expect(setting.fetches <= 5)
    }

    // MARK: - Discovery

    private func discovering(_ issuer: CedarString) -> (ManualFetcher, ManualClock, KeySetCache, TrustedIssuer) {
        let (fetcher, clock) = (ManualFetcher(), ManualClock())
        let cache = KeySetCache(fetcher: fetcher, clock: { clock.now })
        let trusted = TrustedIssuer(issuer: issuer, keys: .discovery)
        cache.retain([TenantTrust(tenant: "a", issuers: [trusted])])
        return (fetcher, clock, cache, trusted)
    }

    private func isAvailable(_ cache: KeySetCache, _ issuer: TrustedIssuer) -> Bool {
        if case .available = cache.keys(of: issuer) { true } else { false }
    }

    @Test(
        "both rules of discovery",
        arguments: [
            ("https://a.example/t/1", "https://a.example/t/1/.well-known/openid-configuration"),
            ("https://a.example/t/1/", "https://a.example/t/1/.well-known/openid-configuration"),
            ("https://a.example/t/1", "https://a.example/.well-known/oauth-authorization-server/t/1"),
            ("https://a.example", "https://a.example/.well-known/oauth-authorization-server"),
        ])
    func discovery(issuer: String, address: String) async throws {
        let (fetcher, _, cache, trusted) = discovering(CedarString(issuer))
        fetcher.set(address, "{\"issuer\":\"\(issuer)\",\"jwks_uri\":\"https://keys.example/1\"}")
        fetcher.set("https://keys.example/1", "{\"keys\":[\(try SigningKey.make(.es256).jwk())]}")
        await cache.refreshDue()
        #expect(isAvailable(cache, trusted))
    }

    @Test(
        "documents of other issuers do not count",
        arguments: [
            "{\"issuer\":\"https://a.example/\",\"jwks_uri\":\"https://keys.example/1\"}",
            "{\"jwks_uri\":\"https://keys.example/1\"}", "{\"issuer\":\"https://a.example\"}", "no", "[]",
        ])
    func otherIssuer(document: String) async throws {
        let (fetcher, _, cache, trusted) = discovering("https://a.example")
        fetcher.set("https://a.example/.well-known/openid-configuration", document)
        fetcher.set("https://keys.example/1", "{\"keys\":[\(try SigningKey.make(.es256).jwk())]}")
        await cache.refreshDue()
        #expect(!isAvailable(cache, trusted))
        #expect(fetcher.count("https://keys.example/1") == 0)
    }

    @Test("discovery is asked once a day, keys more often") func discoveryInterval() async throws {
        let (fetcher, clock, cache, trusted) = discovering("https://a.example")
        let address = "https://a.example/.well-known/openid-configuration"
        fetcher.set(address, "{\"issuer\":\"https://a.example\",\"jwks_uri\":\"https://keys.example/1\"}")
        fetcher.set("https://keys.example/1", "{\"keys\":[\(try SigningKey.make(.es256).jwk())]}")
        for _ in 0..<20 {
            await cache.refreshDue()
            #expect(isAvailable(cache, trusted))
            clock.advance(600_000)
        }
        #expect(fetcher.count(address) == 1)
        #expect(fetcher.count("https://keys.example/1") > 10)
    }

    @Test("issuers that nobody trusts any more are forgotten") func retain() async throws {
        let setting = Setting()
        setting.publish(try SigningKey.make(.es256).jwk())
        await setting.pass(0)
        setting.cache.retain([TenantTrust(tenant: "a", issuers: [])])
        #expect(setting.snapshot == nil)
        #expect(setting.cache.reports.isEmpty)
    }
}
