import SeededRandom
import Testing

@testable import CedarSyntax

/// Mutates valid and invalid texts token by token: no mutation may crash the parser or make it point beside the text.
@Suite struct MutationTests {
    static let samples: [String] =
        AcceptedPolicies.files
        + [
            """
            @id("first") // comment
            permit(principal is App::User in App::G::"g", action in [Action::"a", Action::"b"], resource == ?resource)
            when { principal.age >= 18 && context.ip.isInRange(ip("10.0.0.0/8")) || !(resource has owner.name) }
            unless { if context.x like "a*\\*b" then [1, -2, {"k": true, l: "\\u{41}"}].contains(3 * 4 - 5) else 1 };
            forbid(principal, action, resource) when { principal["é"] != -9223372036854775808 };
            """,
            AcceptedPolicies.expressions.map { "permit(principal,action,resource) when { \($0) };" }
                .joined(separator: "\n"),
        ]

    static let inserts: [String] = [
        "permit", "(", ")", "{", "}", "[", "]", ",", ";", ":", "::", ".", "@", "==", "=", "in", "is", "has", "like",
        "if",
        "then", "else", "&&", "||", "&", "!", "-", "*", "/", "\"", "\"x\"", "\\", "9223372036854775808", "principal",
        "?principal", "?", "when", "//", "/*", "\n", "\r", "\u{FEFF}", "é", "'", "__cedar", "User::", "#", "\u{2028}",
    ]

    @Test(arguments: 0..<8)
    func survives(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for sample in Self.samples {
            let tokens = tokens(of: sample)
            for _ in 0..<12 {
                var mutated = tokens
                for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&mutated, using: &random) }
                check(Array(mutated.joined()))
            }
        }
    }

    /// Also damages the UTF-8.
    @Test func survivesDamagedBytes() {
        var random = SeededGenerator(seed: 99)
        for sample in Self.samples {
            for _ in 0..<12 {
                var bytes = Array(sample.utf8)
                guard !bytes.isEmpty else { continue }
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                check(bytes)
                check(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
            }
        }
    }

    private func check(_ bytes: [UInt8]) {
        let file = SourceFile(name: "mutant.cedar", bytes: bytes)
        let parsed = PolicyParser.parse(file)
        let renderer = DiagnosticRenderer()
        var last = 0
        for finding in parsed.diagnostics {
            guard let span = finding.location?.span else {
                Issue.record("a finding without a place: \(finding.message)")
                continue
            }
            #expect(span.start >= last && span.start <= span.end && span.end <= bytes.count)
            last = span.start
            let text = renderer.render(finding)
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        }
        for policy in parsed.policies {
            #expect(policy.span.start >= 0 && policy.span.end <= bytes.count)
        }
        if parsed.diagnostics.isEmpty {
            #expect(String(validating: bytes, as: UTF8.self) != nil)
        }
    }

    private func mutate(_ tokens: inout [ArraySlice<UInt8>], using random: inout SeededGenerator) {
        guard !tokens.isEmpty else { return }
        let index = Int.random(in: 0..<tokens.count, using: &random)
        let other = Int.random(in: 0..<tokens.count, using: &random)
        let new = Array((Self.inserts.randomElement(using: &random) ?? ";").utf8)[...]
        switch Int.random(in: 0..<5, using: &random) {
        case 0: tokens.remove(at: index)
        case 1: tokens.insert(new, at: index)
        case 2: tokens[index] = new
        case 3: tokens.swapAt(index, other)
        default: tokens.insert(tokens[other], at: index)
        }
    }

    /// The tokens and the gaps between them, as bytes.
    private func tokens(of text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var log = DiagnosticLog(file: SourceFile(name: "", bytes: bytes))
        var lexer = Lexer(bytes)
        var pieces: [ArraySlice<UInt8>] = []
        var end = 0
        while true {
            let token = lexer.next(&log)
            pieces.append(bytes[end..<token.span.start])
            if token.kind == .endOfFile { return pieces }
            pieces.append(bytes[token.span.start..<token.span.end])
            end = token.span.end
        }
    }
}
