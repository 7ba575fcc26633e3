/// Remembers which strings stood where in the last request, because those of the next are likely the same.
///
/// To check a guess is much cheaper than to search for a string. For one set of policies and one thread.
public final class SymbolGuesses {
    private let arena: Arena
    private let guesses: Cells<Int32>

    /// How many places are remembered.
    private static let count = 256

    /// Makes an empty memory.
    public init() {
        arena = Arena(firstSize: Self.count * MemoryLayout<Int32>.stride)
        guesses = arena.cells(Self.count, repeating: -1)
    }

    /// The number of the string at a place of a request, as ``CompiledPolicies/symbol(of:)-(Span<UInt8>)``.
    public func symbol(of text: Span<UInt8>, at place: Int, in policies: CompiledPolicies) -> Int32 {
        guard place < guesses.count else { return policies.symbol(of: text) }
        let guess = guesses[place]
        if guess >= 0, policies.symbols.isString(guess, text) { return guess }
        let found = policies.symbol(of: text)
        guesses[place] = found
        return found
    }
}
