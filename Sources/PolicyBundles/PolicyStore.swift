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

    /// One thread's view of the store.
    ///
    /// Not to be shared between threads.
    package struct Reader {
        private let store: PolicyStore
        private var generation: UInt64 = 0
        private var applications: Applications

        /// Makes a view.
        package init(_ store: PolicyStore) {
            self.store = store
            self.applications = store.current
        }

        /// The applications served now.
        package mutating func current() -> Applications {
            let latest = store.generation.load(ordering: .acquiring)
            if latest != generation {
                applications = store.current
                generation = latest
            }
            return applications
        }
    }
}

/// A set of applications by name, one of them the default.
package struct Applications: Sendable {
    /// The snapshots in the order of their names.
    package let snapshots: [PolicySnapshot]

    private let defaultName: String?

    /// Joins snapshots.
    ///
    /// With exactly one, or one that is named by `defaultName`, requests may leave the application out.
    package init(_ snapshots: [PolicySnapshot], defaultName: String? = nil) {
        self.snapshots = snapshots.sorted { $0.application < $1.application }
        self.defaultName = defaultName ?? (snapshots.count == 1 ? snapshots.first?.application : nil)
    }

    /// Whom the tenants of all applications trust.
    package var trusts: [TenantTrust] { snapshots.flatMap { $0.tenants.values.compactMap(\.trust) } }

    /// The snapshot of an application, or of the default one when no name is given.
    package func snapshot(named name: String?) -> PolicySnapshot? {
        guard let name = name ?? defaultName else { return nil }
        return snapshots.first { $0.application.utf8.elementsEqual(name.utf8) }
    }
}
