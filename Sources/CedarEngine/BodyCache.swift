import CedarSyntax

/// The compiled conditions of the policies of the last policy set, by content.
struct BodyCache {
    /// Compiled conditions, and the last round in which a policy had them.
    final class Entry {
        let body: PolicyBody
        fileprivate var round: Int

        init(_ body: PolicyBody, round: Int) {
            self.body = body
            self.round = round
        }
    }

    private var entries: [PolicyContent: Entry] = [:]

    /// The same entries by the address of the conditions, which are kept so that no others can have it.
    ///
    /// A policy that was not even parsed again is found without looking at it.
    private var known: [UInt: (conditions: [Condition], entry: Entry)] = [:]
    private var empty: Entry?
    private var round = 0
    private var usedEntries = 0
    private var policies = 0
    private let hashing = KeyedHash()

    /// Begins to compile a policy set.
    mutating func beginRound() {
        round += 1
        usedEntries = 0
        policies = 0
    }

    /// The compiled conditions of a policy.
    mutating func entry(
        for conditions: [Condition], symbols: inout SymbolTable, statistics: inout PolicyCompiler.Statistics
    ) -> Entry {
        guard !conditions.isEmpty else {
            if let empty { return empty }
            let entry = Entry(Emitter.emit([], symbols: &symbols), round: 0)
            empty = entry
            return entry
        }
        let address = Self.address(of: conditions)
        if let entry = known[address]?.entry {
            useAgain(entry, statistics: &statistics)
            return entry
        }
        policies += 1
        let content = PolicyContent(conditions, hashing: hashing)
        let entry: Entry
        if let found = entries[content] {
            statistics.reused += 1
            entry = found
        } else {
            statistics.compiled += 1
            let terms = conditions.map { (term: Lowering.lower($0.body), isUnless: $0.kind == .unless) }
            entry = Entry(Emitter.emit(terms, symbols: &symbols), round: 0)
            entries[content] = entry
        }
        use(entry)
        known[address] = (conditions, entry)
        return entry
    }

    /// Counts conditions that are known to be those of a policy.
    mutating func useAgain(_ entry: Entry, statistics: inout PolicyCompiler.Statistics) {
        if entry === empty { return }
        policies += 1
        statistics.reused += 1
        use(entry)
    }

    private mutating func use(_ entry: Entry) {
        if entry.round != round { usedEntries += 1 }
        entry.round = round
    }

    /// Forgets what no policy of the set had, once it is so much that going through everything is worth it.
    ///
    /// Addresses are forgotten all at once when half of them are of earlier sets: whoever parses everything again never
    /// uses them, and the conditions behind them are not to stay in memory.
    mutating func forgetUnused() {
        if entries.count > usedEntries + usedEntries / 8 + 64 { entries = entries.filter { $0.value.round == round } }
        if known.count > 2 * policies { known = [:] }
    }

    private static func address(of conditions: [Condition]) -> UInt {
        // Safe: nothing is read through the pointer.
        unsafe conditions.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
}
