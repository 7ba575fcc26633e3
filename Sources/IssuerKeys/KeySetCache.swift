import CedarSyntax
package import Identity
import NIOPosix
package import OpenIDConnect
package import SAML
import Synchronization

/// The keys of all issuers and identity providers that are fetched: a ``KeySource`` and a ``MetadataSource`` that answer
/// from memory, and a service that keeps the memory fresh.
///
/// Tenants that trust the same issuer share its keys. Start-up does not wait: until the first fetch succeeds, tokens of
/// an issuer and messages of a provider are indeterminate.
package final class KeySetCache: KeySource, MetadataSource {
    private let fetcher: any KeyFetching
    private let schedule: KeyRefreshSchedule
    private let policy: KeyFetchPolicy
    private let clock: @Sendable () -> Int64
    private let reader: FetchedKeys.Reader
    private let units = Mutex<[KeyPlace: KeySetUnit]>([:])
    private let counts = Mutex<[String: Int]>([:])
    private let runningFetches = Atomic<Int>(0)
    private let archive: KeySetArchive?
    private let wallClock: @Sendable () -> Int64
    private let mustSweep = Atomic<Bool>(false)
    /// Whether something may have become due since the last look.
    private let mustLook = Atomic<Bool>(false)

    /// How many places there can be.
    package static let maximumPlaces = 200_000

    /// Makes a cache without keys.
    ///
    /// - Parameters:
    ///   - fetcher: what gets documents.
    ///   - policy: how many fetches run at once.
    ///   - schedule: when keys are fetched again.
    ///   - archive: what keeps key sets for the next start; `nil` to begin without any.
    ///   - clock: a steady clock in milliseconds; tests bring their own.
    ///   - wallClock: the milliseconds since 1970, for ages across restarts and for the ends of metadata.
    ///   - alarms: is told when the two verifiers of signed metadata do not agree.
    package init(
        fetcher: any KeyFetching, policy: KeyFetchPolicy = KeyFetchPolicy(),
        schedule: KeyRefreshSchedule = KeyRefreshSchedule(), archive: KeySetArchive? = nil,
        clock: (@Sendable () -> Int64)? = nil, wallClock: @escaping @Sendable () -> Int64 = WallClock.now,
        alarms: any DisagreementObserver = DisagreementCounter()
    ) {
        reader = FetchedKeys.Reader(wallClock: wallClock, alarms: alarms)
        self.fetcher = fetcher
        self.archive = archive
        self.wallClock = wallClock
        self.policy = policy
        self.schedule = schedule
        let start = ContinuousClock.now
        self.clock = clock ?? { (ContinuousClock.now - start).milliseconds }
    }

    // MARK: - Which issuers

    /// Keeps the keys of the issuers of some tenants, and forgets all others.
    ///
    /// Issuers that stay keep their keys. Called when policies are loaded and reloaded.
    package func retain(_ trusts: some Sequence<TenantTrust>) {
        var wanted: Set<KeyPlace> = []
        for trust in trusts {
            for issuer in trust.issuers.values {
                if let place = Self.place(of: issuer) { wanted.insert(place) }
            }
            for provider in (trust.saml as? SAMLTrust)?.providers.values.map({ $0 }) ?? [] {
                if let origin = provider.metadata { wanted.insert(.metadata(origin)) }
            }
        }
        let now = clock()
        units.withLock { units in
            units = units.filter { wanted.contains($0.key) }
            for place in wanted where units[place] == nil && units.count < Self.maximumPlaces {
                units[place] = KeySetUnit(place, schedule: schedule, now: now)
            }
        }
        mustSweep.store(true, ordering: .relaxed)
        mustLook.store(true, ordering: .relaxed)
    }

    private static func place(of issuer: TrustedIssuer) -> KeyPlace? {
        switch issuer.keys {
        case .fixed: nil
        case .discovery: .issuer(issuer.issuer)
        case .address(let address): .address(CedarString(address))
        }
    }

    private func unit(of issuer: TrustedIssuer) -> KeySetUnit? {
        guard let place = Self.place(of: issuer) else { return nil }
        return units.withLock { $0[place] }
    }

    // MARK: - Decisions

    /// The keys of an issuer.
    package func keys(of issuer: TrustedIssuer) -> KeySetState {
        guard let unit = unit(of: issuer) else {
            return .unavailable(reason: "the keys of `\(issuer.issuer)` are not kept")
        }
        switch unit.keys(at: clock()) {
        case .available(.set(let snapshot)): return .available(snapshot)
        case .available(.metadata): return .unavailable(reason: "the keys of `\(issuer.issuer)` are not kept")
        case .unavailable(let reason): return .unavailable(reason: reason)
        }
    }

    /// What is known of the metadata at a place.
    package func metadata(at origin: MetadataOrigin) -> MetadataState {
        guard let unit = units.withLock({ $0[.metadata(origin)] }) else {
            return .unavailable(reason: "the metadata at `\(origin.address)` is not kept")
        }
        switch unit.keys(at: clock()) {
        case .available(.metadata(let snapshot)): return .available(snapshot)
        case .available(.set): return .unavailable(reason: "the metadata at `\(origin.address)` is not kept")
        case .unavailable(let reason): return .unavailable(reason: reason)
        }
    }

    /// Looks for newer metadata, at most once per ``KeyRefreshSchedule/badSignatureGap``.
    package func expectNews(at origin: MetadataOrigin, beyond snapshot: MetadataSnapshot) {
        units.withLock { $0[.metadata(origin)] }?.expectNews(beyond: snapshot.generation, at: clock())
        mustLook.store(true, ordering: .relaxed)
    }

    /// Asks for a key that the set does not have, at most once per ``KeyRefreshSchedule/unknownKeyGap``.
    package func search(
        for keyID: [UInt8]?, of issuer: TrustedIssuer, beyond snapshot: KeySetSnapshot
    ) -> KeySearch {
        guard let unit = unit(of: issuer) else { return .absent }
        defer { mustLook.store(true, ordering: .relaxed) }
        return unit.search(for: keyID ?? [], beyond: snapshot.generation, at: clock())
    }

    /// What operators see, in the order of the places.
    package var reports: [KeySetReport] {
        let now = clock()
        return units.withLock { Array($0.values) }.map { $0.report(at: now) }.sorted {
            CedarString($0.place) < CedarString($1.place)
        }
    }

    // MARK: - Fetching

    /// Fetches what is due until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var isBusy = true
            var lookedAt = clock()
            while !Task.isCancelled {
                if mustSweep.exchange(false, ordering: .relaxed) { await sweepArchive() }
                var due: [(KeySetUnit, KeySetUnit.Assignment)] = []
                // There may be thousands of units: without a reason, a look once in a second is enough.
                if mustLook.exchange(false, ordering: .relaxed) || isBusy || clock() - lookedAt >= 1_000 {
                    lookedAt = clock()
                    (due, isBusy) = takeDue()
                }
                for (unit, assignment) in due {
                    group.addTask { await self.refresh(unit, assignment) }
                }
                // As long as there is much to do, a fetch that ends makes room for the next one soon.
                try? await Task.sleep(nanoseconds: due.isEmpty ? 50_000_000 : 10_000_000)
            }
            group.cancelAll()
        }
    }

    /// Fetches everything that is due now and waits for it: for tests and commands.
    package func refreshDue() async {
        await withDiscardingTaskGroup { group in
            for (unit, assignment) in takeDue().taken {
                group.addTask { await self.refresh(unit, assignment) }
            }
        }
    }

    /// The units whose fetch begins now, within the limits of how many run at once, and whether any was due.
    private func takeDue() -> (taken: [(KeySetUnit, KeySetUnit.Assignment)], isAny: Bool) {
        let now = clock()
        let all = units.withLock { Array($0.values) }
        var taken: [(KeySetUnit, KeySetUnit.Assignment)] = []
        // What tokens wait for comes first: a server that starts with thousands of issuers has much to fetch.
        var ready = [[KeySetUnit]](repeating: [], count: KeySetUnit.Urgency.allCases.count)
        for unit in all {
            if let urgency = unit.urgency(at: now) { ready[urgency.rawValue].append(unit) }
        }
        for unit in ready.joined() {
            guard runningFetches.load(ordering: .relaxed) < policy.maximumConcurrency else { break }
            let host = unit.host
            let mayRun = counts.withLock { counts in
                guard counts[host, default: 0] < policy.maximumConcurrencyPerHost else { return false }
                counts[host, default: 0] += 1
                return true
            }
            guard mayRun else { continue }
            if let assignment = unit.begin(at: now) {
                runningFetches.add(1, ordering: .relaxed)
                taken.append((unit, assignment))
            } else {
                release(host)
            }
        }
        return (taken, ready.contains { !$0.isEmpty })
    }

    private func release(_ host: String) {
        counts.withLock { counts in
            let left = (counts[host] ?? 1) - 1
            counts[host] = left > 0 ? left : nil
        }
    }

    private func refresh(_ unit: KeySetUnit, _ assignment: KeySetUnit.Assignment) async {
        do throws(KeyFetchError) {
            let address = try await keyAddress(unit, assignment)
            let tag =
                assignment.wantsDiscovery && assignment.keyAddress.map({ CedarString($0) }) != CedarString(address)
                ? nil : assignment.tag
            let document =
                switch assignment.place.kind {
                case .keySet: try await fetcher.fetch(address, unlessTagged: tag)
                case .metadata: try await fetcher.fetchMetadata(address, unlessTagged: tag)
                }
            unit.finish(document, at: clock(), random: .random(in: 0..<1), reader)
            await keep(unit)
        } catch {
            unit.fail(error.description, at: clock(), random: .random(in: 0..<1))
        }
        release(unit.host)
        runningFetches.subtract(1, ordering: .relaxed)
    }

    private func keyAddress(
        _ unit: KeySetUnit, _ assignment: KeySetUnit.Assignment
    ) async throws(KeyFetchError) -> String {
        guard case .issuer(let issuer) = assignment.place else { return assignment.place.name }
        if !assignment.wantsDiscovery, let known = assignment.keyAddress { return known }
        do throws(KeyFetchError) {
            let address = try await discover(issuer.text)
            unit.discovered(address, at: clock())
            return address
        } catch {
            // The keys are where they were, as long as nobody says otherwise.
            guard let known = assignment.keyAddress else { throw error }
            return known
        }
    }

    private func discover(_ issuer: String) async throws(KeyFetchError) -> String {
        for address in DiscoveryDocument.addresses(of: issuer) {
            switch try await fetcher.fetch(address, unlessTagged: nil) {
            case .document(let bytes, _, _): return try DiscoveryDocument.keyAddress(in: bytes, of: issuer)
            case .absent: continue
            case .unchanged: throw KeyFetchError("the server answered that an unknown document is unchanged")
            }
        }
        throw KeyFetchError("the issuer has no discovery document")
    }
}

// MARK: - The archive

extension KeySetCache {
    /// Takes up the key sets that an earlier process left in the archive, for the places that are wanted now.
    ///
    /// Called before the server is ready; reads files and waits for nobody. The first fetches stay due.
    package func restore() -> KeySetArchive.Restoration {
        guard let archive else { return KeySetArchive.Restoration() }
        let all = units.withLock { Array($0.values) }
        return archive.restore(all, wall: wallClock(), now: clock(), reader)
    }

    /// Writes down what a fetch brought, on a thread that may wait for a disk.
    private func keep(_ unit: KeySetUnit) async {
        guard let archive, let (document, age) = unit.takeUnarchived(at: clock()) else { return }
        let kept = KeySetArchive.Entry(place: unit.place, fetchedAt: wallClock() - age, document: document)
        let isKept = try? await NIOThreadPool.singleton.runIfActive { archive.keep(kept) }
        if isKept != true { unit.forgetArchived() }
    }

    /// Removes what belongs to places that nobody names any more.
    private func sweepArchive() async {
        guard let archive else { return }
        let places = units.withLock { Set($0.keys) }
        try? await NIOThreadPool.singleton.runIfActive { archive.sweep(keeping: places) }
    }
}

extension Duration {
    /// The whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
