/// Chooses cases by a part of their name.
///
/// The pattern is a text that the full name (`suite / case`) or an id under `ref` must contain, capital letters
/// counting; `*` in it stands for any characters.
package struct SuiteFilter: Sendable {
    private let parts: [[UInt8]]

    /// Understands a pattern.
    package init(_ pattern: String) {
        parts = pattern.utf8.split(separator: UInt8(ascii: "*")).map(Array.init)
    }

    /// Whether a case is chosen.
    package func accepts(_ testCase: SuiteCase) -> Bool {
        matches(testCase.fullName) || testCase.refs.contains(where: matches)
    }

    func matches(_ text: String) -> Bool {
        // Taking the first place of each part leaves the most room for the next one.
        var rest = Array(text.utf8)[...]
        for part in parts {
            guard let end = Self.endOfFirst(part, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    private static func endOfFirst(_ part: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var index = text.startIndex
        while text.endIndex - index >= part.count {
            if text[index...].starts(with: part) { return index + part.count }
            index += 1
        }
        return nil
    }
}
