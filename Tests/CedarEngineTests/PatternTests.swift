import CedarEngine
import CedarSyntax
import SeededRandom
import Testing

@Suite struct PatternTests {
    @Test(
        "like",
        arguments: [
            (#""" like """#, true), (#""a" like """#, false), (#""" like "*""#, true), (#""abc" like "*""#, true),
            (#""abc" like "abc""#, true), (#""abc" like "ab""#, false), (#""abc" like "bc""#, false),
            (#""abc" like "a*""#, true),
            (#""abc" like "*c""#, true), (#""abc" like "*b*""#, true), (#""abc" like "a*c""#, true),
            (#""abc" like "a*b*c""#, true),
            (#""abc" like "a**c""#, true), (#""abc" like "*d*""#, false), (#""ac" like "a*c""#, true),
            (#""a" like "a*a""#, false),
            (#""aa" like "a*a""#, true), (#""aba" like "ab*ba""#, false), (#""abba" like "ab*ba""#, true),
            (#""aaaaab" like "*aab""#, true), (#""abab" like "*ab""#, true), (#""ababc" like "*ab""#, false),
            (#""a*c" like "a\*c""#, true), (#""abc" like "a\*c""#, false), (#""a**" like "a\**""#, true),
            (#""*" like "\*""#, true),
            // A wildcard may be written as an escape; an escaped asterisk may not become one.
            (#""abc" like "a\u{2a}""#, true), (#""abc" like "\x2ac""#, true), (#""a\\b" like "a\\*""#, true),
            (#""ab" like "a\\*""#, false),
            (#""A" like "a""#, false), (#""a\nb" like "a*b""#, true), (#""a\nb" like "a\nb""#, true),
            // Scalars count, not bytes and not what looks like one character.
            (#""é" like "e*""#, false), (#""e\u{301}" like "e*""#, true), (#""e\u{301}" like "é""#, false),
            (#""é" like "*\u{301}""#, false),
            (#""e\u{301}" like "*\u{301}""#, true), (#""😀" like "*😀*""#, true), (#""😀" like "*\u{1f601}*""#, false),
            (#""\r\n" like "\r*""#, true), (#""\u{c3}\u{a9}" like "é""#, false), (#""👩\u{200d}👧" like "👩*👧""#, true),
            (#""a\0b" like "*\0*""#, true),
        ])
    func like(text: String, expected: Bool) throws {
        #expect(try World().outcome(text) == "\(expected)")
    }

    @Test("like wants a string", arguments: [#"1 like "*""#, #"principal like "*""#, #"[] like "*""#, #"{} like """#])
    func types(text: String) throws {
        #expect(try World().outcome(text) == "TYPE_MISMATCH")
    }

    @Test("patterns cannot be made to explode")
    func hostile() {
        let text = CedarString(String(repeating: "a", count: 20_000))
        let elements = (0..<1_000).flatMap { _ in [Pattern.Element.wildcard, .literal("a")] }
        #expect(Pattern(elements: elements).matches(text))
        #expect(!Pattern(elements: elements + [.wildcard, .literal("b")]).matches(text))
        #expect(!Pattern(elements: elements + [.wildcard, .literal("b"), .wildcard]).matches(text))
        #expect(Pattern(elements: Array(repeating: .wildcard, count: 10_000)).matches(text))
    }

    @Test("agrees with a search over all ways to match", arguments: 0..<20)
    func exhaustive(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func matches(_ elements: ArraySlice<Pattern.Element>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
            guard let first = elements.first else { return text.isEmpty }
            switch first {
            case .wildcard:
                return (text.startIndex...text.endIndex).contains { matches(elements.dropFirst(), text[$0...]) }
            case .literal(let literal):
                let scalars = Array(literal.text.unicodeScalars)
                return text.starts(with: scalars) && matches(elements.dropFirst(), text.dropFirst(scalars.count))
            }
        }
        let letters: [Unicode.Scalar] = ["a", "b", "\u{E9}", "e", "\u{301}"]
        func randomText(_ lengths: ClosedRange<Int>) -> String {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: lengths, using: &generator) {
                text.append(letters[Int.random(in: 0..<letters.count, using: &generator)])
            }
            return String(text)
        }
        for _ in 0..<300 {
            var elements: [Pattern.Element] = []
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                if case .literal = elements.last {
                    elements.append(.wildcard)
                } else if Bool.random(using: &generator) {
                    elements.append(.wildcard)
                } else {
                    elements.append(.literal(CedarString(randomText(1...2))))
                }
            }
            let text = randomText(0...8)
            let expected = matches(elements[...], Array(text.unicodeScalars)[...])
            #expect(Pattern(elements: elements).matches(CedarString(text)) == expected, "\(text) like \(elements)")
        }
    }
}
