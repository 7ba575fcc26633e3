public import CedarSyntax

extension Pattern {
    /// Whether a text matches: wildcards stand for any run of scalars, the rest for itself.
    ///
    /// Works on UTF-8 bytes, which is the same as on scalars because a literal piece can only match at scalar
    /// boundaries. Greedy from the left without backtracking over earlier wildcards, hence at most
    /// `text * pattern` byte comparisons: patterns cannot be made to explode.
    public func matches(_ text: CedarString) -> Bool {
        let subject = Array(text.utf8)
        var position = 0
        var isFloating = false
        for (index, element) in elements.enumerated() {
            switch element {
            case .wildcard: isFloating = true
            case .literal(let literal):
                let piece = Array(literal.utf8)
                let isLast = index == elements.count - 1
                if !isFloating {
                    guard subject[position...].starts(with: piece) else { return false }
                    position += piece.count
                } else if isLast {
                    // Behind a wildcard, the last piece must stand at the very end.
                    guard subject.count - position >= piece.count else { return false }
                    position = subject.count - piece.count
                    guard subject[position...].elementsEqual(piece) else { return false }
                    return true
                } else {
                    guard let found = Self.firstOccurrence(of: piece, in: subject, from: position) else { return false }
                    position = found + piece.count
                }
                isFloating = false
            }
        }
        return isFloating || position == subject.count
    }

    private static func firstOccurrence(of piece: [UInt8], in subject: [UInt8], from start: Int) -> Int? {
        guard subject.count - start >= piece.count else { return nil }
        for candidate in start...(subject.count - piece.count)
        where subject[candidate..<(candidate + piece.count)].elementsEqual(piece) {
            return candidate
        }
        return nil
    }
}
