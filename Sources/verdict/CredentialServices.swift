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
        let cache = VerifiedTokenCache()
        let revocations = journal?.list ?? RevocationList()
        let disagreements = DisagreementCounter { reason in
            logger.critical("the two verifiers of SAML signatures do not agree: \(TokenFile.shown(reason))")
        }
        keys = KeySetCache(
            fetcher: fetcher, policy: policy, archive: Self.archive(stateDirectory, logger), alarms: disagreements)
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

    /// What keeps keys over a restart.
    ///
    /// A server runs without it as well: only revocations must not be lost.
    private static func archive(_ stateDirectory: String?, _ logger: Logger) -> KeySetArchive? {
        guard let stateDirectory else { return nil }
        do throws(KeyFetchError) {
            return try KeySetArchive(directory: stateDirectory) { logger.error("\(TokenFile.shown($0))") }
        } catch {
            logger.error("keys of issuers are not kept over a restart: \(error.description)")
            return nil
        }
    }

    /// Gives issuers the keys that an earlier process left, and says what of them is ignored.
    func restoreKeys(_ logger: Logger) {
        let restoration = keys.restore()
        if restoration.restored > 0 {
            logger.info("took up keys of \(restoration.restored) issuers from the state directory")
        }
        for (place, reason) in restoration.ignored.prefix(10) {
            logger.warning("kept keys of `\(TokenFile.shown(place))` are ignored: \(reason)")
        }
        if restoration.ignored.count > 10 {
            logger.warning("kept keys of \(restoration.ignored.count - 10) more issuers are ignored")
        }
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
