import ArgumentParser
import Identity
import IssuerKeys
import OpenIDConnect

/// Where the keys of issuers may be fetched from.
struct IssuerOptions: ParsableArguments {
    @Flag(help: "Fetch keys of issuers from this machine as well, over plain HTTP too. For tests.")
    var allowLoopbackIssuers = false

    @Flag(help: "Fetch keys of issuers from private networks as well.")
    var allowPrivateIssuers = false

    /// What fetching may reach.
    var policy: KeyFetchPolicy {
        var policy = KeyFetchPolicy()
        policy.allowsLoopback = allowLoopbackIssuers
        policy.allowsPrivateNetworks = allowPrivateIssuers
        return policy
    }

    /// The keys of the issuers that a tenant trusts, fetched now: a command may wait where a server does not.
    func fetchedKeys(of trust: TenantTrust?) async -> any KeySource {
        let isFetched = trust?.issuers.values.contains { issuer in
            if case .fixed = issuer.keys { false } else { true }
        }
        guard let trust, isFetched == true else { return NoKeySource() }
        let fetcher = HTTPKeyFetcher(policy: policy)
        let cache = KeySetCache(fetcher: fetcher, policy: policy)
        cache.retain([trust])
        await cache.refreshDue()
        await fetcher.shutdown()
        return cache
    }
}
