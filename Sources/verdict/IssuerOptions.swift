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

    /// The keys of the issuers and providers that a tenant trusts, fetched now: a command may wait where a server does
    /// not.
    func fetchedKeys(of trust: TenantTrust?) async -> KeySetCache {
        let fetcher = HTTPKeyFetcher(policy: policy)
        let cache = KeySetCache(fetcher: fetcher, policy: policy)
        cache.retain([trust].compactMap { $0 })
        await cache.refreshDue()
        await fetcher.shutdown()
        return cache
    }
}
