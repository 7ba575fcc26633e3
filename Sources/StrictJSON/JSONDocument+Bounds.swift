extension JSONDocument {
    /// Whether every object has at most so many members, and every number is written in at most so many characters.
    ///
    /// For texts that must be small in each part, such as tokens; costs one step per value.
    public func keepsTo(maximumMembers: Int, maximumNumberLength: Int) -> Bool {
        let bytes = tape.bytes
        for token in tape.tokens {
            switch bytes[Int(token.start)] {
            case ASCII.openBrace:
                if Int(token.detail) > maximumMembers { return false }
            case ASCII.minus, ASCII.zero...ASCII.nine:
                if Int(token.end - token.start) > maximumNumberLength { return false }
            default: break
            }
        }
        return true
    }
}
