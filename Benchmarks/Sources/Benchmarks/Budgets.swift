import AllocationCounter
import CedarEngine

/// What decisions may cost, in counts that do not depend on the machine.
enum Budgets {
    /// Whether all budgets hold.
    static func hold() throws -> Bool {
        var holds = true
        for (name, json) in OwnWorkloads.all {
            let prepared = try PreparedWorkload(try Workload(name: name, json: Array(json.utf8)))
            for request in prepared.requests { _ = prepared.policies.decide(request, in: prepared.scratch) }
            let before = allocation_count()
            var allowed = 0
            for _ in 0..<10 {
                for request in prepared.requests where prepared.policies.decide(request, in: prepared.scratch) == .allow
                {
                    allowed += 1
                }
            }
            let allocations = allocation_count() - before
            print(
                "\(column(name, 26)) \(allocations) allocations in \(prepared.requests.count * 10) decisions, budget 0")
            if allocations != 0 { holds = false }
            // Loading requests into one that is used again allocates nothing, either, once it is warm.
            let request = CompiledRequest(for: prepared.policies)
            for model in prepared.workload.requests { try request.load(model) }
            let beforeLoading = allocation_count()
            for model in prepared.workload.requests { try request.load(model) }
            let loading = allocation_count() - beforeLoading
            print("\(column(name, 26)) \(loading) allocations in loading \(prepared.requests.count) requests, budget 0")
            if loading != 0 { holds = false }
        }
        return holds
    }
}
