import SeededRandom

extension SeededGenerator {
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
