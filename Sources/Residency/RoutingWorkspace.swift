import CedarEngine

/// The memory in which one thread routes, used again for every request.
///
/// Not thread safe.
package final class RoutingWorkspace {
    let scratch = DecisionScratch()
    private var request: CompiledRequest?

    /// Makes a workspace.
    package init() {}

    /// A request for some policies, to be filled.
    func request(for policies: CompiledPolicies) -> CompiledRequest {
        if let request { return request }
        let request = CompiledRequest(for: policies)
        self.request = request
        return request
    }
}
