import CedarSyntax

/// How much of a caller's text goes into messages.
///
/// One call may ask a thousand questions, and each answer repeats what the call gave once. Without a bound a small body
/// makes a huge answer.
package enum Excerpt {
    /// The beginning of a caller's text, with control characters escaped: at most 64 characters and a mark for the rest.
    package static func of(_ text: String) -> String {
        let beginning = text.unicodeScalars.prefix(64)
        let quoted = StringLiteral.quote(String(beginning)).dropFirst().dropLast()
        return beginning.endIndex == text.unicodeScalars.endIndex ? String(quoted) : "\(quoted)\u{2026}"
    }

    /// A sentence that may hold a caller's texts, cut after 512 characters.
    package static func ofSentence(_ sentence: String) -> String {
        let scalars = sentence.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: 512, limitedBy: scalars.endIndex),
            end != scalars.endIndex
        else { return sentence }
        return String(scalars[..<end]) + "\u{2026}"
    }
}
