import CedarModel
import CedarSyntax
import Foundation
import Identity
import IssuerKeys
import OpenIDConnect
import SAML
import SAMLMessages
import Synchronization
import Testing

/// Metadata that is fetched: when it counts, when it is asked for again, and what never takes the place of a good one.
@Suite struct MetadataCacheTests {
    private static let url = "https://idp.example/metadata"

    private struct Setting {
        let fetcher = ManualFetcher()
        let clock = ManualClock()
        let wall = ManualClock()
        let cache: KeySetCache
        let origin: MetadataOrigin
        let trust: SAMLTrust
        var forge = MessageForge()

        init(signers: [Signer]? = [.p256], schedule: KeyRefreshSchedule = KeyRefreshSchedule()) throws {
            let (clock, wall) = (self.clock, self.wall)
            wall.advance(MessageForge.now)
            cache = KeySetCache(fetcher: fetcher, schedule: schedule, clock: { clock.now }, wallClock: { wall.now })
            let keys = try signers?.map { try #require(PublicKey(certificate: $0.certificate)) }
            origin = MetadataOrigin(address: CedarString(MetadataCacheTests.url), signers: keys)
            var provider = IdentityProvider(entityID: CedarString(forge.provider), keys: [])
            provider.metadata = origin
            let service = ServiceIdentity(
                audiences: [CedarString(forge.audience)], recipients: [CedarString(forge.recipient)])
            trust = SAMLTrust(tenant: "acme", service: service, providers: [provider], responseReplay: .allow)
            cache.retain([TenantTrust(tenant: "acme", issuers: [], saml: trust)])
            forge.requestID = nil
        }

        /// Publishes metadata with the keys of some signers, signed by the publisher.
        func publish(
            _ signers: Signer..., by publisher: Signer? = .p256, end: Int64? = nil, cacheDuration: String? = nil,
            of provider: String? = nil, age: Int64? = nil
        ) {
            var forge = self.forge
            if let publisher { forge.signer = publisher }
            if let provider { forge.provider = provider }
            let text = forge.metadata(
                signers.map(\.certificate), end: end, cacheDuration: cacheDuration, isSigned: publisher != nil)
            fetcher.set(MetadataCacheTests.url, text, maximumAge: age)
        }

        func pass(_ time: Int64) async {
            clock.advance(time)
            wall.advance(time)
            await cache.refreshDue()
        }

        /// What a message of a signer comes to; empty for acceptance.
        func code(_ signer: Signer = .rsa, _ verifier: SAMLVerifier? = nil, message: String? = nil) -> String {
            var forge = self.forge
            forge.signer = signer
            forge.end = wall.now + 60_000
            forge.confirmationEnd = wall.now + 60_000
            forge.issued = wall.now
            let value = Array(SAMLBase64.encode(Array((message ?? forge.message).utf8)).utf8)
            do throws(VerificationFailure) {
                _ = try (verifier ?? self.verifier).verify(
                    PresentedCredentials(.init(type: "saml_response", value: value)), for: trust,
                    at: Datetime(milliseconds: wall.now))
                return ""
            } catch {
                return error.disposition == .indeterminate ? "\(error.code.rawValue)?" : error.code.rawValue
            }
        }

        var verifier: SAMLVerifier {
            SAMLVerifier(replays: LocalAssertionReplays(since: Datetime(milliseconds: 0)), metadata: cache)
        }

        var fetches: Int { fetcher.count(MetadataCacheTests.url) }
        var lastError: String { cache.reports.first?.lastError ?? "" }
    }

    @Test("until metadata is there, nothing is known") func unknown() async throws {
        let setting = try Setting()
        #expect(setting.code() == "keys.unavailable?")
        await setting.pass(0)
        #expect(setting.code() == "keys.unavailable?")
        #expect(setting.lastError.contains("no document"))
        setting.publish(.rsa)
        await setting.pass(20_000)
        #expect(setting.code() == "")
        #expect(setting.code(.stranger) == "sig.value_invalid")
    }

    @Test("a verifier without a source knows nothing either") func noSource() throws {
        let setting = try Setting()
        let verifier = SAMLVerifier(replays: LocalAssertionReplays(since: Datetime(milliseconds: 0)))
        #expect(setting.code(.rsa, verifier) == "keys.unavailable?")
    }

    @Test("keys roll over with and without overlap") func rollover() async throws {
        let setting = try Setting()
        setting.publish(.rsa)
        await setting.pass(0)
        setting.publish(.rsa, .rsaNext)
        await setting.pass(3_600_000)
        #expect(setting.fetches == 2)
        #expect(setting.code(.rsa) == "" && setting.code(.rsaNext) == "")
        setting.publish(.rsaNext)
        await setting.pass(3_600_000)
        #expect(setting.code(.rsa) == "sig.value_invalid" && setting.code(.rsaNext) == "")
    }

    @Test("what was verified with a key that is gone does not count any more") func cached() async throws {
        let setting = try Setting()
        let verifier = setting.verifier
        setting.publish(.rsa)
        await setting.pass(0)
        var forge = setting.forge
        forge.end = setting.wall.now + 86_400_000
        forge.confirmationEnd = forge.end
        let message = forge.message
        #expect(setting.code(.rsa, verifier, message: message) == "")
        setting.publish(.rsaNext)
        await setting.pass(3_600_000)
        #expect(setting.code(.rsa, verifier, message: message) == "sig.value_invalid")
    }

    @Test("a good document stays when a worse one comes") func worse() async throws {
        let setting = try Setting()
        setting.publish(.rsa)
        await setting.pass(0)
        let worse: [(String, (Setting) -> Void)] = [
            ("sig.missing", { $0.publish(.rsaNext, by: nil) }),
            ("sig.key_type", { $0.publish(.rsaNext, by: .stranger) }),
            ("no identity provider with a key", { $0.publish() }),
            ("no identity provider with a key", { $0.publish(.rsaNext, end: MessageForge.now - 1_000) }),
            ("none of the providers", { $0.publish(.rsaNext, of: "https://other.example") }),
            ("xml.malformed", { $0.fetcher.set(MetadataCacheTests.url, "<md:EntityDescriptor") }),
            ("xml.malformed", { $0.fetcher.set(MetadataCacheTests.url, "") }),
            ("sig.missing", { $0.fetcher.set(MetadataCacheTests.url, "<html/>") }),
            ("no document", { $0.fetcher.set(MetadataCacheTests.url, .success(.absent)) }),
            ("down", { $0.fetcher.set(MetadataCacheTests.url, .failure(KeyFetchError("down"))) }),
        ]
        for (reason, publish) in worse {
            publish(setting)
            await setting.pass(3_600_000)
            #expect(setting.code() == "", "\(reason)")
            #expect(setting.code(.rsaNext) == "sig.value_invalid", "\(reason)")
            #expect(setting.lastError.contains(reason), "\(setting.lastError)")
        }
        #expect(setting.cache.reports.first?.failures == worse.count)
        // Not for ever: what nobody can confirm for a day does not count.
        await setting.pass(86_400_000)
        #expect(setting.code() == "keys.unavailable?")
    }

    @Test("unsigned metadata counts where the tenant says so, and only there") func unsigned() async throws {
        let setting = try Setting(signers: nil)
        setting.publish(.rsa, by: nil)
        await setting.pass(0)
        #expect(setting.code() == "")
        let strict = try Setting()
        strict.publish(.rsa, by: nil)
        await strict.pass(0)
        #expect(strict.code() == "keys.unavailable?")
    }

    @Test("metadata that has ended does not count, whatever the fetches do") func ended() async throws {
        let setting = try Setting()
        setting.publish(.rsa, end: MessageForge.now + 1_000_000)
        await setting.pass(0)
        #expect(setting.code() == "")
        setting.fetcher.set(Self.url, .failure(KeyFetchError("down")))
        await setting.pass(1_000_000)
        #expect(setting.code() == "keys.unavailable?")
        #expect(setting.cache.reports.first?.validUntil == (MessageForge.now + 1_000_000) / 1_000 * 1_000)
    }

    @Test("what the publisher leaves out is refused") func removed() async throws {
        let setting = try Setting()
        let forge = setting.forge
        let other = "https://other.example"
        func entities(_ names: [String]) -> String {
            let inner = names.map { name in
                var forge = forge
                forge.provider = name
                return forge.metadata([Signer.rsa.certificate], isSigned: false)
                    .replacingOccurrences(of: " ID=\"_m\"", with: "")
                    .replacingOccurrences(of: " xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"", with: "")
            }
            let text =
                "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_all\">"
                + inner.joined() + "</md:EntitiesDescriptor>"
            var publisher = forge
            publisher.signer = .p256
            return text.replacingFirst(
                "ID=\"_all\">", with: "ID=\"_all\">" + publisher.signature(over: text, id: "_all"))
        }
        setting.fetcher.set(Self.url, entities([forge.provider, other]))
        await setting.pass(0)
        #expect(setting.code() == "")
        #expect(setting.cache.reports.first?.keys == 2)
        setting.fetcher.set(Self.url, entities([other]))
        await setting.pass(3_600_000)
        #expect(setting.lastError.isEmpty)
        #expect(setting.code() == "key.missing")
        setting.fetcher.set(Self.url, entities([other, forge.provider, forge.provider]))
        await setting.pass(3_600_000)
        #expect(setting.lastError.contains("twice"))
    }

    @Test(
        "the document says how long it is to be kept, within bounds",
        arguments: [
            ("PT1S", nil, 300), ("PT30M", nil, 1_800), ("PT30M", 86_400, 1_800), (nil, 1_800, 1_800),
            (nil, nil, 3_600), ("P30D", nil, 86_400),
        ] as [(String?, Int64?, Int64)])
    func cacheDuration(duration: String?, age: Int64?, seconds: Int64) async throws {
        var schedule = KeyRefreshSchedule()
        schedule.jitterPercent = 0
        schedule.idleAfter = .max
        let setting = try Setting(schedule: schedule)
        setting.publish(.rsa, cacheDuration: duration, age: age)
        await setting.pass(0)
        await setting.pass(seconds * 800 - 1)
        #expect(setting.fetches == 1)
        await setting.pass(1)
        #expect(setting.fetches == 2)
    }

    @Test("a signature by no known key brings the next fetch forward, once in a while") func news() async throws {
        var schedule = KeyRefreshSchedule()
        schedule.jitterPercent = 0
        let setting = try Setting(schedule: schedule)
        setting.publish(.rsa, cacheDuration: "P1D")
        await setting.pass(0)
        setting.publish(.rsaNext, cacheDuration: "P1D")
        for _ in 0..<10 { #expect(setting.code(.rsaNext) == "sig.value_invalid") }
        await setting.pass(59_999)
        #expect(setting.fetches == 1)
        await setting.pass(1)
        #expect(setting.fetches == 2)
        #expect(setting.code(.rsaNext) == "")
        // A message that is refused for another reason says nothing about keys.
        #expect(setting.code(.rsaNext, message: setting.forge.response(setting.forge.assertion)) == "sig.missing")
        await setting.pass(600_000)
        #expect(setting.fetches == 2)
    }

    @Test("tenants share what they trust alike, and nothing else") func sharing() async throws {
        let setting = try Setting()
        let stranger = try #require(PublicKey(certificate: Signer.stranger.certificate))
        func trust(_ tenant: CedarString, _ signers: [PublicKey]?) -> TenantTrust {
            var provider = IdentityProvider(entityID: CedarString(setting.forge.provider), keys: [])
            provider.metadata = MetadataOrigin(address: CedarString(Self.url), signers: signers)
            let saml = SAMLTrust(tenant: tenant, service: setting.trust.service, providers: [provider])
            return TenantTrust(tenant: tenant, issuers: [], saml: saml)
        }
        let keys = setting.origin.signers
        setting.cache.retain([trust("a", keys), trust("b", keys), trust("c", [stranger]), trust("d", nil)])
        setting.publish(.rsa)
        await setting.pass(0)
        #expect(setting.fetches == 3)
        #expect(setting.cache.reports.map(\.keys).sorted() == [0, 1, 1])
        guard
            case .unavailable = setting.cache.metadata(
                at: MetadataOrigin(address: CedarString(Self.url), signers: [stranger]))
        else {
            Issue.record("another publisher's signature counted")
            return
        }
        setting.cache.retain([trust("d", nil)])
        #expect(setting.cache.reports.count == 1)
    }

    @Test("verification goes on while metadata changes") func concurrency() async throws {
        let setting = try Setting()
        setting.publish(.rsa, .rsaNext)
        await setting.pass(0)
        let verifier = setting.verifier
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<50).count { _ in setting.code(.rsa, verifier) != "" } }
            }
            group.addTask {
                for round in 0..<40 {
                    if round % 2 == 0 { setting.publish(.rsa) } else { setting.publish(.rsa, .rsaNext) }
                    setting.clock.advance(3_600_000 * 2)
                    await setting.cache.refreshDue()
                }
                return 0
            }
            for await failures in group { #expect(failures == 0) }
        }
    }
}
