/// A random source that repeats itself, so that a failing property can be run again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An integer of any magnitude: small ones are as likely as large ones.
    mutating func integer() -> Int64 {
        Int64(bitPattern: next()) >> Int64.random(in: 0..<64, using: &self)
    }

    /// The text after a few random deletions, replacements, insertions and swaps.
    mutating func mutation(of text: String, alphabet: String) -> String {
        var scalars = Array(text.unicodeScalars)
        let letters = Array(alphabet.unicodeScalars)
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let position = Int.random(in: 0...scalars.count, using: &self)
            let letter = letters.randomElement(using: &self) ?? "0"
            switch Int.random(in: 0..<3, using: &self) {
            case 0 where position < scalars.count: scalars.remove(at: position)
            case 1 where position < scalars.count: scalars[position] = letter
            default: scalars.insert(letter, at: position)
            }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }
}
