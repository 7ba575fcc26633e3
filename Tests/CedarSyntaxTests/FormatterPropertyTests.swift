import SeededRandom
import Testing

@testable import CedarSyntax

/// For any text: formatting keeps what it means and its comments, and formatting again changes nothing.
@Suite("Properties of the formatter") struct FormatterPropertyTests {
    @Test(arguments: [(80, 2), (40, 4), (1, 0)])
    func samples(_ width: Int, _ indent: Int) {
        for sample in MutationTests.samples {
            check(Array(sample.utf8), PolicyFormatter(width: width, indent: indent), isValid: true)
        }
    }

    /// Comments, trailing white space and empty lines between any two tokens.
    @Test(arguments: 0..<6)
    func comments(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for sample in MutationTests.samples {
            for _ in 0..<6 {
                let isDense = Bool.random(using: &random)
                let pieces = Self.tokens(of: sample).map { token -> [UInt8] in
                    let gap =
                        Int.random(in: 0..<(isDense ? 2 : 12), using: &random) == 0
                        ? Self.gaps.randomElement(using: &random) ?? "" : " "
                    return Array((gap + token).utf8)
                }
                let text = Array(pieces.joined()) + Array((Self.gaps.randomElement(using: &random) ?? "").utf8)
                let width = Int.random(in: 1...100, using: &random)
                check(text, PolicyFormatter(width: width, indent: seed % 5), isValid: true)
            }
        }
    }

    /// Tokens removed, repeated, replaced and swapped: mostly errors, and sometimes another valid policy.
    @Test(arguments: 0..<6)
    func mutations(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(1_000 + seed))
        for sample in MutationTests.samples {
            let tokens = Self.tokens(of: sample)
            guard !tokens.isEmpty else { continue }
            for _ in 0..<15 {
                var mutated = tokens
                let index = Int.random(in: 0..<tokens.count, using: &random)
                let insert = MutationTests.inserts.randomElement(using: &random) ?? ";"
                switch Int.random(in: 0..<5, using: &random) {
                case 0: mutated.remove(at: index)
                case 1: mutated.insert(insert, at: index)
                case 2: mutated[index] = insert
                case 3: mutated.swapAt(index, Int.random(in: 0..<tokens.count, using: &random))
                default: mutated.insert(tokens[Int.random(in: 0..<tokens.count, using: &random)], at: index)
                }
                let gap = Self.gaps.randomElement(using: &random) ?? " "
                check(Array(mutated.joined(separator: gap + " ").utf8), PolicyFormatter(), isValid: false)
            }
        }
    }

    private static let gaps = [
        " ", "\n", "\n\n\n", " // a\n", "\n// b  \n", "\n\n// c\n\n// d \"e\n\n", "//\r", "// \u{E9}\u{2028}f\r\n",
        "\u{A0}// g\u{A0}\n",
    ]

    private func check(_ bytes: [UInt8], _ formatter: PolicyFormatter, isValid: Bool) {
        let text = String(decoding: bytes, as: UTF8.self)
        let file = SourceFile(name: "sample.cedar", bytes: bytes)
        let parsed = PolicyParser.parse(file)
        let formatted = formatter.format(file)
        guard parsed.diagnostics.isEmpty else {
            if isValid { Issue.record("not valid: \(text)") }
            #expect(formatted.bytes == nil)
            #expect(formatted.diagnostics.map(\.code) == parsed.diagnostics.map(\.code))
            return
        }
        guard let result = formatted.bytes else {
            Issue.record("refused: \(text)")
            return
        }
        let again = formatter.format(SourceFile(name: "again.cedar", bytes: result))
        #expect(again.bytes == result, "not stable: \(text)")
        let policies = PolicyParser.parse(SourceFile(name: "result.cedar", bytes: result)).policies
        #expect(policies.count == parsed.policies.count)
        for (policy, new) in zip(parsed.policies, policies) {
            #expect(policy.conditions.map { shape($0.body) } == new.conditions.map { shape($0.body) })
        }
        #expect(Self.comments(in: bytes) == Self.comments(in: result), "comments differ: \(text)")
        #expect(!result.contains(0x0D) || bytes.contains(0x0D))
        #expect(result.isEmpty || result.last == 0x0A)
    }

    /// The comments of a text, found without the formatter's own means.
    private static func comments(in bytes: [UInt8]) -> [String] {
        var comments: [String] = []
        var offset = 0
        var isString = false
        while offset < bytes.count {
            if bytes[offset] == 0x5C, isString {
                offset += 1
            } else if bytes[offset] == 0x22 {
                isString.toggle()
            } else if !isString, bytes[offset] == 0x2F {
                let end = bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
                var comment = String(decoding: bytes[offset..<end], as: UTF8.self).unicodeScalars
                while comment.last?.properties.isWhitespace == true { comment.removeLast() }
                comments.append(String(comment))
                offset = end
            }
            offset += 1
        }
        return comments
    }

    private static func tokens(of text: String) -> [String] {
        let file = SourceFile(name: "", text: text)
        var log = DiagnosticLog(file: file)
        var lexer = Lexer(file.bytes)
        var pieces: [String] = []
        while true {
            let token = lexer.next(&log)
            if token.kind == .endOfFile { return pieces }
            pieces.append(file.text(in: token.span))
        }
    }
}
