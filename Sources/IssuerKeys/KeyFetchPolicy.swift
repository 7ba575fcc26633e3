package import NIOCore

/// What fetching keys may reach, and how long it may take.
///
/// The addresses come from tenants and from documents of issuers, so that each is a means to make this server call
/// something; the operator of the server decides what it may call.
package struct KeyFetchPolicy: Sendable {
    /// Whether plain `http` to an address of this machine is allowed: for tests.
    package var allowsLoopback = false

    /// Whether addresses of private networks are allowed: for providers inside the operator's own network.
    package var allowsPrivateNetworks = false

    /// The longest time to connect.
    package var connectTimeout: TimeAmount = .seconds(2)

    /// The longest time from the question to the whole answer.
    package var timeout: TimeAmount = .seconds(3)

    /// The longest answer, in bytes.
    package var maximumBytes = 256 << 10

    /// The longest time from the question to the whole answer, for metadata.
    package var metadataTimeout: TimeAmount = .seconds(30)

    /// The longest metadata, in bytes.
    package var maximumMetadataBytes = 8 << 20

    /// How many fetches run at once.
    package var maximumConcurrency = 32

    /// How many fetches from one host run at once.
    package var maximumConcurrencyPerHost = 8

    /// The defaults: `https` to public addresses only.
    package init() {}
}

/// When keys are fetched again.
///
/// Times are in milliseconds.
package struct KeyRefreshSchedule: Sendable {
    /// The shortest time between refreshes, whatever an issuer says.
    package var minimumInterval: Int64 = 300_000

    /// The longest time between refreshes, whatever an issuer says.
    package var maximumInterval: Int64 = 86_400_000

    /// The time between refreshes when an issuer says nothing, or that nothing may be kept.
    package var defaultInterval: Int64 = 600_000

    /// The same for metadata, which changes less often and may be long.
    package var metadataInterval: Int64 = 3_600_000

    /// The time between refreshes of keys that nobody asked for during ``idleAfter``.
    package var idleInterval: Int64 = 21_600_000

    /// When keys count as idle.
    package var idleAfter: Int64 = 3_600_000

    /// The shortest time between a fetch and another one that an unknown key asks for.
    package var unknownKeyGap: Int64 = 30_000

    /// The shortest time between a fetch and another one that a signature by none of the keys asks for.
    package var badSignatureGap: Int64 = 60_000

    /// How long a key that an issuer does not have is remembered as such.
    package var absentKeyTime: Int64 = 60_000

    /// How long keys count without a successful fetch.
    package var staleAfter: Int64 = 86_400_000

    /// The first wait after a failed fetch; each further failure doubles it.
    package var firstRetry: Int64 = 5_000

    /// The longest wait after a failed fetch.
    package var longestRetry: Int64 = 300_000

    /// How long a discovery document counts.
    package var discoveryInterval: Int64 = 86_400_000

    /// How old the time of an unchanged set may be in the archive; it only makes keys count shorter after a restart.
    package var archiveInterval: Int64 = 900_000

    /// By how much a wait is made longer or shorter at random, in percent.
    package var jitterPercent: Int64 = 20

    /// The defaults.
    package init() {}
}
