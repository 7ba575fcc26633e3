import CedarSyntax
import MarkedSource
import SeededRandom
import Testing

@testable import CedarSchema

/// Mutates valid and invalid schemas token by token: no mutation may crash a reader or make it point beside the text,
/// and what is accepted survives translation.
@Suite struct SchemaMutationTests {
    static let inserts: [String] = [
        "entity", "action", "type", "namespace", "in", "enum", "tags", "appliesTo", "principal", "resource", "context",
        "attributes", "Set", "<", ">", "{", "}", "[", "]", "(", ")", ",", ";", ":", "::", "?", "=", "@", "@a", "\"x\"",
        "\"", "\\", "Long", "A", "N", "N::A", "Action", "__cedar", "__cedar::Long", "if", "\n", "//", "/*", "\r",
        "\u{FEFF}", "é", "'", "#", "&", "1", "\0",
    ]

    @Test(arguments: 0..<8)
    func survives(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let samples =
            SchemaAccepted.sources + SchemaRejectedSyntax.table.map { MarkedSource($0.source).text }
            + [try schemaFixture("clinic.cedarschema")]
        for sample in samples {
            let tokens = Self.tokens(of: sample)
            for _ in 0..<6 {
                var mutated = tokens
                for _ in 0...Int.random(in: 0..<4, using: &random) { Self.mutate(&mutated, using: &random) }
                check(SourceFile(name: "mutant.cedarschema", bytes: Array(mutated.joined())))
            }
        }
    }

    @Test(arguments: 0..<4)
    func survivesInJSON(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var samples = try schemaFixture("schema-json-accepted.txt").split(separator: "\n").map(String.init)
        samples.append(try schemaFixture("clinic.cedarschema.json"))
        for sample in samples {
            let tokens = Self.tokens(of: sample)
            for _ in 0..<10 {
                var mutated = tokens
                // Exchanged strings keep the text JSON.
                let strings = mutated.indices.filter { mutated[$0].first == 0x22 }
                for _ in 0..<2 {
                    guard let one = strings.randomElement(using: &random) else { break }
                    mutated[one] = tokens[strings.randomElement(using: &random) ?? one]
                }
                if Bool.random(using: &random) { Self.mutate(&mutated, using: &random) }
                check(SourceFile(name: "mutant.json", bytes: Array(mutated.joined())))
            }
        }
    }

    /// Also damages the UTF-8.
    @Test func survivesDamagedBytes() throws {
        var random = SeededGenerator(seed: 7)
        for name in ["clinic.cedarschema", "clinic.cedarschema.json"] {
            let bytes = Array(try schemaFixture(name).utf8)
            for _ in 0..<300 {
                var damaged = bytes
                for _ in 0..<3 {
                    damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                check(SourceFile(name: name, bytes: damaged))
                check(
                    SourceFile(name: name, bytes: Array(damaged.prefix(.random(in: 0...bytes.count, using: &random)))))
            }
        }
    }

    private func check(_ file: SourceFile) {
        let (schema, diagnostics) = Schema.parse(files: [file])
        let renderer = DiagnosticRenderer()
        for finding in diagnostics {
            guard let span = finding.location?.span else {
                Issue.record("a finding without a place: \(finding.message)")
                continue
            }
            #expect(span.start >= 0 && span.start <= span.end && span.end <= file.bytes.count)
            for label in finding.labels {
                #expect(label.span.start >= 0 && label.span.end <= file.bytes.count)
            }
            let text = renderer.render(finding)
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        }
        #expect((schema == nil) == diagnostics.contains { $0.severity == .error })
        guard let schema else { return }
        let isJSON = file.name.hasSuffix(".json")
        let fragment = isJSON ? SchemaJSONReader.read(file).fragment : SchemaTextParser.parse(file).fragment
        let translated = Schema.parse(json: SchemaJSONWriter.json(fragment)).schema
        #expect(translated.map(summary) == summary(schema))
        if !isJSON {
            #expect(SchemaTextWriter.text(fragment).text.map { Schema.parse($0).schema != nil } == true)
        }
    }

    private static func mutate(_ tokens: inout [[UInt8]], using random: inout SeededGenerator) {
        guard let index = tokens.indices.randomElement(using: &random) else { return }
        let insert = Array((" " + (inserts.randomElement(using: &random) ?? "") + " ").utf8)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: tokens.remove(at: index)
        case 1: tokens.insert(insert, at: index)
        case 2: tokens[index] = insert
        case 3: tokens.swapAt(index, Int.random(in: 0..<tokens.count, using: &random))
        default: tokens.insert(tokens[Int.random(in: 0..<tokens.count, using: &random)], at: index)
        }
    }

    /// Words, strings and single characters.
    private static func tokens(of text: String) -> [[UInt8]] {
        var tokens: [[UInt8]] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let start = index
            index += 1
            if Identifier.isContinuation(bytes[start]) {
                while index < bytes.count, Identifier.isContinuation(bytes[index]) { index += 1 }
            } else if bytes[start] == 0x22 {
                while index < bytes.count, bytes[index] != 0x22 { index += bytes[index] == 0x5C ? 2 : 1 }
                index = min(index + 1, bytes.count)
            }
            tokens.append(Array(bytes[start..<index]))
        }
        return tokens
    }
}
