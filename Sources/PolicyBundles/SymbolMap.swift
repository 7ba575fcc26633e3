/// A table from the numbers of names to something else.
///
/// Numbers are not chosen by callers, so that any spreading will do, and a look-up costs a few instructions where a
/// dictionary guards against hostile keys.
struct SymbolMap<Value: BitwiseCopyable & Sendable>: Sendable {
    private struct Slot {
        /// Negative in a free place.
        var symbol: Int32 = -1
        var value: Value
    }

    private var slots: [Slot] = []
    private var count = 0

    /// The value of a number; names without a number have none.
    subscript(symbol: Int32) -> Value? {
        guard symbol >= 0, !slots.isEmpty else { return nil }
        let slot = slots[place(of: symbol)]
        return slot.symbol < 0 ? nil : slot.value
    }

    /// Gives a number a value; the first one counts where it has two.
    mutating func insert(_ value: Value, for symbol: Int32) {
        guard symbol >= 0 else { return }
        if count * 2 >= slots.count { grow(filling: value) }
        let place = place(of: symbol)
        guard slots[place].symbol < 0 else { return }
        slots[place] = Slot(symbol: symbol, value: value)
        count += 1
    }

    /// The place of a number, or the free one in which it belongs.
    private func place(of symbol: Int32) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: UInt64(UInt32(bitPattern: symbol)) &* 0x9E37_79B9_7F4A_7C15 >> 32) & mask
        while slots[place].symbol >= 0, slots[place].symbol != symbol { place = (place + 1) & mask }
        return place
    }

    private mutating func grow(filling value: Value) {
        let old = slots
        slots = [Slot](repeating: Slot(value: value), count: max(16, old.count * 2))
        for slot in old where slot.symbol >= 0 { slots[place(of: slot.symbol)] = slot }
    }
}

/// Pairs of small numbers, as bits.
struct PairSet: Sendable {
    private var words: [UInt64] = []
    private let wordsPerRow: Int

    /// An empty set of pairs whose second number is below a bound.
    init(columns: Int) {
        wordsPerRow = (columns + 63) / 64
    }

    /// How many words it takes.
    var size: Int { words.count }

    /// Adds a pair; neither number is negative.
    mutating func insert(_ row: Int32, _ column: Int32) {
        let place = Int(row) * wordsPerRow + Int(column) / 64
        if place >= words.count { words += [UInt64](repeating: 0, count: place + 1 - words.count) }
        words[place] |= 1 << UInt64(column % 64)
    }

    /// Whether a pair was added.
    func contains(_ row: Int32, _ column: Int32) -> Bool {
        let place = Int(row) * wordsPerRow + Int(column) / 64
        return place < words.count && words[place] & 1 << UInt64(column % 64) != 0
    }
}
