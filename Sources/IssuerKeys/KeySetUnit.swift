import CedarSyntax
import OpenIDConnect
import Synchronization

/// The keys of one place, shared by all tenants that name it: what is known, and when to ask again.
///
/// Whether they come as a key set or in metadata makes no difference to that.
///
/// It neither waits nor fetches; each call takes the time, in milliseconds of any steady clock.
final class KeySetUnit: Sendable {
    /// Where the keys are.
    let place: KeyPlace

    /// The host of the place: thousands of units are looked through for each fetch that begins.
    let host: String

    private let schedule: KeyRefreshSchedule
    private let state: Mutex<State>

    private struct State {
        var snapshot: FetchedKeys?
        /// The text that the snapshot was read from.
        var document: [UInt8] = []
        var tag: String?
        var fetchedAt: Int64?
        var attemptedAt: Int64?
        var failures = 0
        var lastError: String?
        var due: Int64
        var isFetching = false
        var keyAddress: String?
        var discoveredAt: Int64 = 0
        var usedAt: Int64
        /// Whether a token could not be judged since the last fetch.
        var isAwaited = false
        /// Keys that tokens named and the set did not have, since the last fetch began.
        var wanted: Set<[UInt8]> = []
        /// Those that were wanted when the fetch under way began.
        var asked: Set<[UInt8]> = []
        /// Until when a key is known not to exist.
        var absent: [[UInt8]: Int64] = [:]
        /// The set that the archive has, and when it was fetched as far as the archive knows.
        var archived: (generation: UInt64, fetchedAt: Int64)?
    }

    /// How many keys are remembered as wanted, and as absent.
    static let maximumRemembered = 64

    init(_ place: KeyPlace, schedule: KeyRefreshSchedule, now: Int64) {
        self.place = place
        host = place.host
        self.schedule = schedule
        state = Mutex(State(due: now, usedAt: now))
    }

    // MARK: - For decisions

    /// The keys, as long as they are fresh enough.
    func keys(at now: Int64) -> Knowledge {
        state.withLock { state in
            if now - state.usedAt > schedule.idleAfter { state.due = min(state.due, now) }
            state.usedAt = now
            guard let snapshot = state.snapshot, let fetchedAt = state.fetchedAt else {
                state.isAwaited = true
                return .unavailable(
                    reason: "the keys of `\(place.name)` have not been fetched: \(state.lastError ?? "not yet asked")")
            }
            guard now - fetchedAt <= schedule.staleAfter else {
                return .unavailable(
                    reason: "the keys of `\(place.name)` are too old: \(state.lastError ?? "not asked again")")
            }
            return .available(snapshot)
        }
    }

    /// What is known.
    enum Knowledge {
        case available(FetchedKeys)
        case unavailable(reason: String)
    }

    /// Notes that a signature was made by none of the keys: a fetch comes sooner, within what is allowed.
    func expectNews(beyond generation: UInt64, at now: Int64) {
        state.withLock { state in
            guard state.snapshot?.generation == generation else { return }
            let earliest = state.attemptedAt.map { $0 + schedule.badSignatureGap } ?? now
            state.due = min(state.due, max(now, earliest))
        }
    }

    /// Notes that a token names a key that is not there.
    /// - Returns: whether it may turn up.
    func search(for keyID: [UInt8], beyond generation: UInt64, at now: Int64) -> KeySearch {
        state.withLock { state in
            // The set changed since the token was looked at: the next try decides.
            guard state.snapshot?.generation == generation else { return .pending }
            if let until = state.absent[keyID], until >= now { return .absent }
            if state.wanted.count < Self.maximumRemembered { state.wanted.insert(keyID) }
            state.isAwaited = true
            let earliest = state.attemptedAt.map { $0 + schedule.unknownKeyGap } ?? now
            state.due = min(state.due, max(now, earliest))
            return .pending
        }
    }

    // MARK: - For fetching

    /// What a fetch needs to know.
    struct Assignment: Sendable {
        let place: KeyPlace
        let keyAddress: String?
        let wantsDiscovery: Bool
        let tag: String?
    }

    /// Begins a fetch if one is due; there is never more than one.
    func begin(at now: Int64) -> Assignment? {
        state.withLock { state in
            guard !state.isFetching, state.due <= now else { return nil }
            state.isFetching = true
            state.isAwaited = false
            state.attemptedAt = now
            (state.asked, state.wanted) = (state.wanted, [])
            let isKnown = state.keyAddress != nil && now - state.discoveredAt < schedule.discoveryInterval
            return Assignment(
                place: place, keyAddress: state.keyAddress, wantsDiscovery: place.isDiscovered && !isKnown,
                tag: state.tag)
        }
    }

    /// What a fetch that is due is for, the most urgent first.
    enum Urgency: Int, CaseIterable {
        /// A token waits for it.
        case awaited
        /// The keys are to stay fresh.
        case refresh
        /// The last one failed: what is down for long must not stand in the way of the others.
        case retry
    }

    /// How urgent the fetch is that is due; `nil` when none is.
    func urgency(at now: Int64) -> Urgency? {
        state.withLock { state in
            guard !state.isFetching, state.due <= now else { return nil }
            return state.isAwaited ? .awaited : state.failures == 0 ? .refresh : .retry
        }
    }

    /// Notes where discovery says that the keys are.
    func discovered(_ address: String, at now: Int64) {
        state.withLock { state in
            if state.keyAddress.map({ CedarString($0) != CedarString(address) }) ?? false { state.tag = nil }
            state.keyAddress = address
            state.discoveredAt = now
        }
    }

    /// Ends a fetch that got something.
    /// - Parameters:
    ///   - now: the time of the steady clock.
    ///   - reader: reads documents.
    func finish(_ document: FetchedDocument, at now: Int64, random: Double, _ reader: FetchedKeys.Reader) {
        switch document {
        case .absent: fail("there is no document at the address", at: now, random: random)
        case .unchanged(let age):
            let hasKeys = state.withLock { state in
                guard state.snapshot != nil else { return false }
                succeed(&state, age, now, random)
                return true
            }
            if !hasKeys { fail("the server answered that unknown keys are unchanged", at: now, random: random) }
        case .document(let bytes, let tag, let age):
            let read: FetchedKeys
            do throws(KeyFetchError) {
                // Also where the bytes are the known ones: what they say may have ended since.
                read = try reader.read(bytes, from: place, replacing: state.withLock { $0.snapshot })
            } catch {
                return fail(error.description, at: now, random: random)
            }
            state.withLock { state in
                state.tag = tag
                if state.snapshot == nil || state.document != bytes {
                    state.snapshot = read
                    state.document = bytes
                }
                succeed(&state, age, now, random)
            }
        }
    }

    private func succeed(_ state: inout State, _ age: Int64?, _ now: Int64, _ random: Double) {
        state.isFetching = false
        state.fetchedAt = now
        state.failures = 0
        state.lastError = nil
        state.absent = state.absent.filter { $0.value >= now }
        let present = Set(state.snapshot?.keyIDs ?? [])
        for keyID in state.asked where !present.contains(keyID) && state.absent.count < Self.maximumRemembered {
            state.absent[keyID] = now + schedule.absentKeyTime
        }
        state.asked = []
        var interval =
            (state.snapshot?.maximumAge ?? age)
            .map { min(max($0.clampedMilliseconds, schedule.minimumInterval), schedule.maximumInterval) }
            ?? (place.kind == .metadata ? schedule.metadataInterval : schedule.defaultInterval)
        if now - state.usedAt > schedule.idleAfter { interval = max(interval, schedule.idleInterval) }
        // Ahead of the end of the interval, so that keys are never out of date while they are asked for.
        state.due = now + jittered(interval * 4 / 5, random)
        // The answer may be older than a key that was asked for meanwhile: it says nothing about that one.
        state.wanted.subtract(present)
        if !state.wanted.isEmpty, let attemptedAt = state.attemptedAt {
            state.due = min(state.due, max(now, attemptedAt + schedule.unknownKeyGap))
        }
    }

    /// Ends a fetch that failed: what is known stays.
    func fail(_ reason: String, at now: Int64, random: Double) {
        state.withLock { state in
            state.isFetching = false
            state.lastError = reason
            state.failures += 1
            let doublings = min(state.failures - 1, 16)
            // Keys that are there can wait as long as an unknown key has to.
            let first = state.snapshot == nil ? schedule.firstRetry : max(schedule.firstRetry, schedule.unknownKeyGap)
            state.due = now + jittered(min(first << Int64(doublings), schedule.longestRetry), random)
        }
    }

    // MARK: - For the archive

    /// Takes up a set that an earlier process fetched; the first fetch stays due.
    /// - Throws: ``KeyFetchError`` when it counts no longer, or cannot be read.
    func restore(
        _ document: [UInt8], age: Int64, at now: Int64, _ reader: FetchedKeys.Reader
    ) throws(KeyFetchError) {
        guard (0...schedule.staleAfter).contains(age) else { throw KeyFetchError("it is too old") }
        let snapshot = try reader.read(document, from: place, replacing: nil)
        state.withLock { state in
            guard state.snapshot == nil else { return }
            state.snapshot = snapshot
            state.document = document
            state.fetchedAt = now - age
            state.archived = (snapshot.generation, now - age)
        }
    }

    /// The set and its age, when the archive has another one or has to learn that it still counts.
    func takeUnarchived(at now: Int64) -> (document: [UInt8], age: Int64)? {
        state.withLock { state in
            guard let snapshot = state.snapshot, let fetchedAt = state.fetchedAt else { return nil }
            if let archived = state.archived, archived.generation == snapshot.generation,
                fetchedAt - archived.fetchedAt < schedule.archiveInterval
            {
                return nil
            }
            state.archived = (snapshot.generation, fetchedAt)
            return (state.document, now - fetchedAt)
        }
    }

    /// Notes that the archive does not have the set after all.
    func forgetArchived() { state.withLock { $0.archived = nil } }

    private func jittered(_ time: Int64, _ random: Double) -> Int64 {
        let span = Double(time) * Double(schedule.jitterPercent) / 100
        return max(1, time + Int64(span * (random * 2 - 1)))
    }

    /// What operators see.
    func report(at now: Int64) -> KeySetReport {
        state.withLock { state in
            KeySetReport(
                place: place.name, kind: place.kind, keys: state.snapshot?.count ?? 0,
                refused: state.snapshot?.refusedCount ?? 0, age: state.fetchedAt.map { now - $0 },
                failures: state.failures, lastError: state.lastError, validUntil: state.snapshot?.validUntil)
        }
    }
}

extension Int64 {
    /// Seconds in milliseconds, without overflow.
    fileprivate var clampedMilliseconds: Int64 { self > Int64.max / 1_000 ? Int64.max : self * 1_000 }
}
