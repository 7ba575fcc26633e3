package import CedarSyntax
package import Foundation
import Residency
import Synchronization

/// Replaces the served applications by what their files say now; files with errors change nothing.
///
/// Loading happens on a thread of low priority. The calling thread waits for it, so that it must not be one that answers
/// decisions.
package final class PolicyReloader: Sendable {
    /// What is known about the last attempt to load.
    package struct Status: Sendable {
        /// When the served applications were loaded.
        package var loadedAt: Date

        /// When loading was last tried.
        package var attemptedAt: Date

        /// What the files looked like at the last attempt; see ``ApplicationSource/fingerprint()``.
        package var fingerprint: SourceFingerprint

        /// The errors of the last attempt; empty when what is served is what the files say.
        package var failures: [Diagnostic] = []

        /// How long the last attempt took; the first one is not included.
        package var durations = LoadDurations()

        /// How often loading succeeded, the first time included, and how often it failed.
        package var successes = 1
        package var failureCount = 0

        /// Whether the files have changed for the worse since the served applications were loaded.
        package var isStale: Bool { !failures.isEmpty }
    }

    /// The result of a reload.
    package enum Outcome: Sendable {
        /// Other policies are served from now on.
        case replaced
        /// The files say what is served already.
        case unchanged
        /// The files have errors; what was served still is.
        case failed([Diagnostic])
    }

    private let source: ApplicationSource
    private let store: PolicyStore
    private let state: Mutex<Status>
    private let cache: CompilationCache
    private let whenReplaced: @Sendable (Applications) -> Void
    /// Held for the whole of a reload, so that two never overlap and the later one wins.
    private let turn = Mutex(())

    /// Makes the reloader of a store that was filled just now.
    ///
    /// - Parameter fingerprint: what the files looked like before they were read; a file that changed since is a change
    ///   that nobody has seen yet.
    /// - Parameter whenReplaced: called with other applications as soon as they are served.
    package init(
        _ source: ApplicationSource, store: PolicyStore, fingerprint: SourceFingerprint,
        cache: CompilationCache = .init(),
        whenReplaced: @escaping @Sendable (Applications) -> Void = { _ in }
    ) {
        self.whenReplaced = whenReplaced
        self.cache = cache
        self.source = source
        self.store = store
        let now = Date()
        state = Mutex(Status(loadedAt: now, attemptedAt: now, fingerprint: fingerprint))
    }

    /// What compiling has cost, reloads included.
    package var compilation: CompilationCache.Statistics { cache.statistics }

    /// What is known about the last attempt.
    package var status: Status { state.withLock { $0 } }

    /// Loads the files and serves them when they have no errors.
    package func reload() -> Outcome {
        turn.withLock { _ in
            // Taken before reading: a file that changes meanwhile is a change that nobody has seen yet.
            let fingerprint = source.fingerprint()
            let loaded = BackgroundThread.run { [source, cache] in source.load(cache: cache) }
            let now = Date()
            let lost = lostApplications(loaded)
            guard let applications = loaded.applications, !applications.snapshots.isEmpty, lost.isEmpty else {
                let errors = loaded.diagnostics.filter { $0.severity == .error } + lost
                state.withLock { status in
                    status.attemptedAt = now
                    status.fingerprint = fingerprint
                    status.durations = loaded.durations
                    status.failures = errors
                    status.failureCount += 1
                }
                return .failed(errors)
            }
            let before = store.current.snapshots.map { [$0.application, $0.version, $0.residency?.hash] }
            let isChanged = before != applications.snapshots.map { [$0.application, $0.version, $0.residency?.hash] }
            if isChanged {
                store.replace(with: applications)
                whenReplaced(applications)
            }
            state.withLock { status in
                status.attemptedAt = now
                status.fingerprint = fingerprint
                status.durations = loaded.durations
                if isChanged { status.loadedAt = now }
                status.failures = []
                status.successes += 1
            }
            return isChanged ? .replaced : .unchanged
        }
    }

    /// An application that is served and no longer there.
    ///
    /// Requests to it would become errors, or go to the only one that is left: that takes a restart, not a reload.
    private func lostApplications(_ loaded: LoadedApplications) -> [Diagnostic] {
        guard let applications = loaded.applications else { return [] }
        return store.current.snapshots.map(\.application)
            .filter { applications.snapshot(named: $0) == nil }
            .map {
                Diagnostic(
                    .applicationLost, "the application `\($0)` is served and its files are gone",
                    help: "bring them back, or restart the server to stop serving it")
            }
    }
}
