import CedarEngine
package import Residency

/// The memory in which one thread decides, used again for every decision.
///
/// Make one for each thread or event loop. Not thread safe.
package final class DecisionWorkspace {
    let scratch = DecisionScratch()

    /// The memory for routing.
    package let routing = RoutingWorkspace()

    private var request: CompiledRequest?

    /// Makes a workspace.
    package init() {}

    /// An empty request for some policies.
    func request(for policies: CompiledPolicies) -> CompiledRequest {
        if let request {
            request.reset(for: policies)
            return request
        }
        let request = CompiledRequest(for: policies)
        self.request = request
        return request
    }
}

/// What evaluates policies.
package enum EvaluationEngine: String, Sendable, CaseIterable {
    /// Compiled policies behind an index of their scopes: for everything.
    case compiled

    /// The reference evaluator, which goes through all policies: to compare with.
    case reference
}
