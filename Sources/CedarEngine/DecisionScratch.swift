/// The memory in which one thread decides, used again for every decision.
///
/// Make one for each thread or event loop. It grows to what the largest decision needs and then allocates no more. Not
/// thread safe.
public final class DecisionScratch {
    /// Memory of the current decision.
    let arena = Arena()

    /// The registers, as many as any policy has needed so far.
    private(set) var registers = Cells<CompiledValue>()

    private var registerArena = Arena()

    /// What the last decision found.
    var findings = Findings()

    /// Makes scratch memory.
    public init() {}

    /// What a decision found, by position of the policies in their set and in that order.
    struct Findings: BitwiseCopyable {
        /// Satisfied permits.
        var permits = ArenaList<Int32>()

        /// Satisfied forbids.
        var forbids = ArenaList<Int32>()

        /// Policies without value.
        var failures = ArenaList<Failure>()

        /// Whether a failed policy is a forbid.
        var hasFailedForbid = false
    }

    /// A policy without value.
    struct Failure: BitwiseCopyable {
        var policy: Int32
        var fault: Fault
    }

    /// Makes room for registers.
    func reserve(registers count: Int) {
        guard registers.count < count else { return }
        registerArena = Arena(firstSize: count * MemoryLayout<CompiledValue>.stride)
        registers = registerArena.cells(count, repeating: .bool(false))
    }
}
