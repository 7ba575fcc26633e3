import Glibc

/// The kernel's random numbers, drawn many at a time.
///
/// One call of the kernel for each number would cost more than a decision. Belongs to one thread.
struct PooledRandom: RandomNumberGenerator {
    private var pool = [UInt64](repeating: 0, count: 32)
    private var used = 32

    /// A number that nobody can guess; each is handed out once.
    mutating func next() -> UInt64 {
        if used == pool.count { fill() }
        defer { used += 1 }
        // What was handed out does not stay in memory.
        defer { pool[used] = 0 }
        return pool[used]
    }

    private mutating func fill() {
        used = 0
        // Safe: the kernel writes as many bytes as the buffer has; 256 are what it gives at once.
        let result = unsafe pool.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) }
        guard result != 0 else { return }
        var random = SystemRandomNumberGenerator()
        for index in pool.indices { pool[index] = random.next() }
    }
}
