import CedarModel
import DecisionPoint
import Foundation
import PolicyBundles
import Synchronization

/// A thread that decides request after request, as an event loop would.
final class RequestLoad: Sendable {
    private let isStopped = Atomic<Bool>(false)
    private let isFinished = DispatchSemaphore(value: 0)
    private let durations = Mutex<[Swift.Duration]>([])

    /// Starts to decide.
    init(_ store: PolicyStore, tenant: String?) {
        let thread = Thread { [self] in
            run(store, tenant)
            isFinished.signal()
        }
        thread.start()
    }

    /// Ends the thread, and says how long single decisions took, in ascending order.
    func stop() -> [Swift.Duration] {
        isStopped.store(true, ordering: .relaxed)
        isFinished.wait()
        return durations.withLock { $0.sorted() }
    }

    private func run(_ store: PolicyStore, _ tenant: String?) {
        var reader = PolicyStore.Reader(store)
        let workspace = DecisionWorkspace()
        let clock = ContinuousClock()
        var taken: [Swift.Duration] = []
        taken.reserveCapacity(1_000_000)
        var count = 0
        while !isStopped.load(ordering: .relaxed) {
            count += 1
            var request = DecisionRequest(
                principal: .init(
                    type: "User", id: "u\(count % 97)",
                    parents: [("Team", "team-\(count % 100)-\(count % 89)")]),
                action: "view",
                resource: .init(type: "Document", id: "d\(count % 83)", parents: [("Folder", "folder-\(count % 100)")]))
            request.tenant = tenant
            let start = clock.now
            let point = PolicyDecisionPoint(applications: reader.current())
            let decision = try? point.decide(request, at: Datetime(milliseconds: 0), in: workspace)
            precondition(decision != nil, "the request must be one that can be decided")
            if taken.count < 1_000_000 { taken.append(start.duration(to: clock.now)) }
        }
        durations.withLock { $0 = taken }
    }
}
