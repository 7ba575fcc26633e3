package import Identity
import Synchronization

/// The applications that a server serves, replaceable as a whole while decisions are being made.
///
/// Readers hold a ``Reader`` each and pay one atomic load per decision; only after a replacement do they take the lock,
/// once. Reference: measured costs of reading shared state, a generation check against a kept reference.
package final class PolicyStore: Sendable {
    private let state: Mutex<Applications>
    private let generation = Atomic<UInt64>(1)

    /// Makes a store that serves the given applications.
    package init(_ applications: Applications) {
        state = Mutex(applications)
    }

    /// The applications served now.
    package var current: Applications { state.withLock { $0 } }

    /// Serves other applications from the next decision on.
    package func replace(with applications: Applications) {
        state.withLock { current in
            current = applications
            generation.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Lets go of applications on a thread that nobody waits for: whoever is the last to let go of a large application
    /// frees it, which takes milliseconds.
    private static func release(_ applications: Applications) {
        Task.detached(priority: .utility) {
            // Decisions that began with them, and the memory that they used, have let go of them by then.
            try? await Task.sleep(for: .seconds(1))
            withExtendedLifetime(applications) {}
        }
    }

    /// One thread's view of the store.
    ///
    /// Not to be shared between threads.
    package struct Reader {
        private let store: PolicyStore
        private var generation: UInt64
        private var applications: Applications

        /// Makes a view.
        package init(_ store: PolicyStore) {
            self.store = store
            // Looked at first: a replacement in between is found by the next decision.
            generation = store.generation.load(ordering: .acquiring)
            applications = store.current
        }

        /// The applications served now.
        package mutating func current() -> Applications {
            refresh()
            return applications
        }

        /// The plan for requests to an application served now, as ``Applications/plan(for:)``, without a copy of all.
        package mutating func plan(for name: String?) -> RequestPlan? {
            refresh()
            return applications.plan(for: name)
        }

        @inline(__always)
        private mutating func refresh() {
            let latest = store.generation.load(ordering: .acquiring)
            guard latest != generation else { return }
            let former = applications
            applications = store.current
            PolicyStore.release(former)
            generation = latest
        }
    }
}

/// A set of applications by name, one of them the default.
package struct Applications: Sendable {
    /// The snapshots in the order of their names.
    package let snapshots: [PolicySnapshot]

    private let defaultName: String?

    /// The names and plans of the snapshots, so that a decision by plan need not copy a snapshot.
    private let names: [String]
    private let plans: [RequestPlan?]
    private let defaultPlan: RequestPlan?

    /// Joins snapshots.
    ///
    /// With exactly one, or one that is named by `defaultName`, requests may leave the application out.
    package init(_ snapshots: [PolicySnapshot], defaultName: String? = nil) {
        self.snapshots = snapshots.sorted { $0.application < $1.application }
        names = self.snapshots.map(\.application)
        plans = self.snapshots.map(\.plan)
        let name = defaultName ?? (snapshots.count == 1 ? snapshots.first?.application : nil)
        self.defaultName = name
        defaultPlan =
            self.snapshots.first { snapshot in
                name.map { snapshot.application.utf8.elementsEqual($0.utf8) } ?? false
            }?.plan
    }

    /// Whom the tenants of all applications trust.
    package var trusts: [TenantTrust] { snapshots.flatMap { $0.tenants.values.compactMap(\.trust) } }

    /// The plan for requests to an application, or to the default one when no name is given; `nil` when there is no
    /// such application, or its requests take the general way.
    package func plan(for name: String?) -> RequestPlan? {
        guard let name else { return defaultPlan }
        for (index, known) in names.enumerated() where known.utf8.elementsEqual(name.utf8) { return plans[index] }
        return nil
    }

    /// Whether a plan is that of an application served now.
    package func serves(_ plan: RequestPlan) -> Bool { plans.contains { $0 === plan } }

    /// The snapshot of an application, or of the default one when no name is given.
    package func snapshot(named name: String?) -> PolicySnapshot? {
        guard let name = name ?? defaultName else { return nil }
        return snapshots.first { $0.application.utf8.elementsEqual(name.utf8) }
    }
}
