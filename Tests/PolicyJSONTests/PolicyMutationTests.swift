import CedarSyntax
import SeededRandom
import Testing

/// Damages JSON: whatever can still be read must be writable, in both formats, without a change.
@Suite("Mutations of policies in JSON") struct PolicyMutationTests {
    private static let samples: [String] =
        PolicyShapeTests.expressions.map { JSONCase.condition($0.json) } + PolicyShapeTests.policies.map(\.json) + [
            #"{"templates":{"t":{"effect":"permit","principal":{"op":"in","slot":"?principal"},"action":{"op":"All"},"#
                + #""resource":{"op":"All"},"conditions":[]}},"staticPolicies":{},"templateLinks":[{"templateId":"t","#
                + #""newId":"l","values":{"?principal":{"type":"A","id":"b"}}}]}"#
        ]

    private static let inserts: [String] = [
        "{", "}", "[", "]", ",", ":", "null", "true", "-0", "1.5", "9223372036854775808", "\"\"", "\"Value\"",
        "\"?resource\"",
        "{\"Value\":-5}", "{\"Var\":\"principal\"}", "[{\"Value\":1}]", "\"__entity\"", "\"isIpv4\"", "\"contains\"",
        "\"e\\u0301\"", "\"\\ud800\"", "\\", "\u{FEFF}",
    ]

    @Test(arguments: 0..<6)
    func survives(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for sample in Self.samples {
            let tokens = Self.tokens(of: sample)
            for _ in 0..<30 {
                var mutated = tokens
                for _ in 0...Int.random(in: 0..<2, using: &random) {
                    let index = Int.random(in: 0..<mutated.count, using: &random)
                    let other = Int.random(in: 0..<mutated.count, using: &random)
                    let insert = Self.inserts.randomElement(using: &random) ?? ""
                    switch Int.random(in: 0..<5, using: &random) {
                    case 0 where mutated.count > 1: mutated.remove(at: index)
                    case 1: mutated.insert(insert, at: index)
                    case 2: mutated[index] = mutated[other]
                    case 3: mutated.swapAt(index, other)
                    default: mutated[index] = insert
                    }
                }
                try check(Array(mutated.joined().utf8))
            }
            var bytes = Array(sample.utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            try check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) throws {
        let parsed = PolicyJSONReader.parse(SourceFile(name: "mutant.json", bytes: bytes))
        for finding in parsed.diagnostics {
            let span = try #require(finding.location).span
            #expect(span.start <= span.end && span.end <= bytes.count)
        }
        guard let collection = parsed.collection else {
            #expect(!parsed.diagnostics.isEmpty)
            return
        }
        let again = try JSONCase.read(JSONCase.json(collection))
        let policies = try JSONCase.policies(text: PolicyTextWriter.text(of: collection.policies))
        #expect(policies.count == collection.policies.count && again.policies.count == collection.policies.count)
        for policy in collection.policies {
            #expect(again.policies.contains { $0.id == policy.id && $0.hasSameMeaning(as: policy) })
        }
        for (policy, new) in zip(collection.policies, policies) { #expect(new.hasSameMeaning(as: policy)) }
    }

    /// The strings, and everything else character by character.
    private static func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        var string: String?
        var isEscaped = false
        for character in text {
            if let current = string {
                string = current + String(character)
                if character == "\"", !isEscaped {
                    tokens.append(current + "\"")
                    string = nil
                }
                isEscaped = character == "\\" && !isEscaped
            } else if character == "\"" {
                string = "\""
            } else {
                tokens.append(String(character))
            }
        }
        return tokens
    }
}
