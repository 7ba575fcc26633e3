/// Remembers which strings stood where in the last request, because those of the next are likely the same.
///
/// To check a guess is much cheaper than to search for a string, and to know that the string is that of the request
/// before is cheaper still. For one set of policies and one thread.
public final class SymbolGuesses {
    private let arena: Arena
    private let guesses: Cells<Guess>

    private struct Guess: BitwiseCopyable {
        var symbol: Int32 = -1
        /// When the string was last seen at this place; no reading before that.
        var reading = UInt64.max
    }

    /// How many places are remembered.
    private static let count = 256

    /// Makes an empty memory.
    public init() {
        arena = Arena(firstSize: Self.count * MemoryLayout<Guess>.stride)
        guesses = arena.cells(Self.count, repeating: Guess())
    }

    /// The number of the string at a place of a request, as ``CompiledPolicies/symbol(of:)-(Span<UInt8>)``.
    ///
    /// - Parameters:
    ///   - reading: counts the requests that this thread read, whatever policies they were for.
    ///   - isRepeated: whether the same string stood at this place in the reading before.
    @inline(__always)
    public func symbol(
        of text: Span<UInt8>, at place: Int, in policies: CompiledPolicies, reading: UInt64, isRepeated: Bool
    ) -> Int32 {
        guard place < guesses.count else { return policies.symbol(of: text) }
        let guess = guesses[place]
        if isRepeated, guess.reading == reading &- 1 || guess.reading == reading {
            guesses[place] = Guess(symbol: guess.symbol, reading: reading)
            return guess.symbol
        }
        return search(text, at: place, guess.symbol, in: policies, reading)
    }

    @inline(never)
    private func search(
        _ text: Span<UInt8>, at place: Int, _ guess: Int32, in policies: CompiledPolicies, _ reading: UInt64
    ) -> Int32 {
        var found = guess
        if guess < 0 || !policies.symbols.isString(guess, text) { found = policies.symbol(of: text) }
        guesses[place] = Guess(symbol: found, reading: reading)
        return found
    }
}
