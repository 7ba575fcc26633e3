import Gateways
import Identity
import IssuerKeys
import Logging
import OpenIDConnect
import SAML
import ServiceLifecycle

/// What verifies credentials in a server, and what keeps it going.
struct CredentialServices {
    /// Verifies the tokens and SAML messages of requests.
    let verifier: CredentialVerifiers

    /// The keys of issuers.
    let keys: KeySetCache

    /// What operators see and change.
    let operations: CredentialOperations

    /// Keeps the keys fresh.
    let refresh: KeyRefresh

    /// Makes the services; revocations are read here, before anything listens.
    ///
    /// What cannot be read is shown as an error.
    /// - Throws: ``ExitStatus/invalidInput``.
    init(_ policy: KeyFetchPolicy, stateDirectory: String?, logger: Logger) throws {
        var journal: RevocationJournal?
        if let stateDirectory {
            do {
                journal = try RevocationJournal(directory: stateDirectory, now: SystemClock.now())
            } catch {
                Console.error("error: \(error.description)")
                throw ExitStatus.invalidInput
            }
        }
        let fetcher = HTTPKeyFetcher(policy: policy)
        let disagreements = DisagreementCounter { reason in
            logger.critical("the two verifiers of SAML signatures do not agree: \(TokenFile.shown(reason))")
        }
        keys = KeySetCache(fetcher: fetcher, policy: policy, alarms: disagreements)
        let cache = VerifiedTokenCache()
        let revocations = journal?.list ?? RevocationList()
        let messages = SAMLVerifier(
            replays: LocalAssertionReplays(since: SystemClock.now()), revocations: revocations, metadata: keys,
            alarms: disagreements)
        verifier = CredentialVerifiers([
            "jwt": TokenVerifier(keySource: keys, cache: cache, revocations: revocations),
            "saml_response": messages, "saml_assertion": messages,
        ])
        operations = CredentialOperations(
            keys: keys, cache: cache, journal: journal, disagreements: { disagreements.count })
        refresh = KeyRefresh(keys: keys, fetcher: fetcher)
    }
}

/// Fetches the keys of issuers until the server stops.
struct KeyRefresh: Service {
    let keys: KeySetCache
    let fetcher: HTTPKeyFetcher

    func run() async throws {
        await cancelWhenGracefulShutdown { await keys.run() }
        await fetcher.shutdown()
    }
}
