import CedarSyntax
import SeededRandom
import Testing

@Suite("Nesting of policies in JSON") struct PolicyNestingTests {
    private static let limit = PolicyParser.maximumNesting

    /// Something nested, `count` levels deep.
    private static func nested(_ opener: String, _ inside: String, _ closer: String, _ count: Int) -> String {
        String(repeating: opener, count: count) + inside + String(repeating: closer, count: count)
    }

    /// Ways to nest: opener, inside, closer.
    static let ways: [(String, String, String)] = [
        (#"{"!":{"arg":"#, #"{"Value":true}"#, "}}"), (#"{"neg":{"arg":"#, #"{"Value":-5}"#, "}}"),
        (#"{"&&":{"left":{"Value":1},"right":"#, #"{"Value":1}"#, "}}"),
        (#"{"-":{"left":{"Value":1},"right":"#, #"{"Value":1}"#, "}}"),
        (#"{"==":{"right":{"Value":1},"left":"#, #"{"Value":1}"#, "}}"),
        (#"{"==":{"left":{"Value":1},"right":"#, #"{"Value":1}"#, "}}"),
        (#"{"contains":{"left":{"Value":1},"right":"#, #"{"Value":1}"#, "}}"),
        (#"{"offset":[{"Value":1},"#, #"{"Value":1}"#, "]}"), (#"{"ip":["#, #"{"Value":1}"#, "]}"),
        (#"{"Set":["#, #"{"Value":1}"#, "]}"), (#"{"Record":{"a":"#, #"{"Value":1}"#, "}}"),
        (#"{"if-then-else":{"then":{"Value":1},"else":{"Value":1},"if":"#, #"{"Value":1}"#, "}}"),
        (#"{"if-then-else":{"then":{"Value":1},"if":{"Value":1},"else":"#, #"{"Value":1}"#, "}}"),
        (#"{"has":{"attr":"a","left":"#, #"{"Value":1}"#, "}}"),
        (#"{"like":{"pattern":[],"left":"#, #"{"Value":1}"#, "}}"),
        (#"{"is":{"left":{"Value":1},"entity_type":"A","in":"#, #"{"Value":1}"#, "}}"),
    ]

    /// Whatever can be read can be written as text, and read again, without a crash and without a change.
    @Test(arguments: ways)
    func atTheLimit(_ opener: String, _ inside: String, _ closer: String) throws {
        let document = JSONCase.condition(Self.nested(opener, inside, closer, Self.limit))
        let collection = try JSONCase.read(document)
        #expect(JSONCase.json(collection).utf8.count > Self.limit)
        let policies = try JSONCase.policies(text: PolicyTextWriter.text(of: collection))
        #expect(policies.count == 1)
        #expect(policies[0].hasSameMeaning(as: collection.policies[0]))
    }

    @Test(arguments: ways)
    func beyondTheLimit(_ opener: String, _ inside: String, _ closer: String) {
        for count in [Self.limit + 1, 10_000] {
            let document = JSONCase.condition(Self.nested(opener, inside, closer, count))
            let parsed = PolicyJSONReader.parse(SourceFile(name: "policies.json", text: document))
            #expect(Set(parsed.diagnostics.map(\.code)) == [.nestingTooDeep])
            #expect(parsed.collection == nil)
        }
    }

    /// Different ways to nest need parentheses in text, which count as levels too: they never are too many.
    @Test(arguments: 0..<40)
    func mixedAtTheLimit(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let kinds = (0..<Int.random(in: 2...4, using: &random)).compactMap { _ in
            Self.ways.randomElement(using: &random)
        }
        var (opener, closer) = ("", "")
        for _ in 0..<Self.limit {
            guard let way = kinds.randomElement(using: &random) else { continue }
            opener += way.0
            closer = way.2 + closer
        }
        let collection = try JSONCase.read(JSONCase.condition(opener + #"{"Value":-5}"# + closer))
        let text = PolicyTextWriter.text(of: collection.policies)
        let policies = try JSONCase.policies(text: text)
        #expect(policies[0].hasSameMeaning(as: collection.policies[0]))
        let formatted = PolicyFormatter().format(SourceFile(name: "policies.cedar", text: text))
        #expect(formatted.diagnostics.map(\.message) == [])
    }

    @Test func valuesNestToo() throws {
        let deepest = #"{"Value":\#(Self.nested("[", "1", "]", Self.limit))}"#
        #expect(try JSONCase.read(JSONCase.condition(deepest)).policies.count == 1)
        for count in [Self.limit + 1, 100_000] {
            let document = JSONCase.condition(#"{"Value":\#(Self.nested("[", "1", "]", count))}"#)
            let parsed = PolicyJSONReader.parse(SourceFile(name: "policies.json", text: document))
            #expect(parsed.diagnostics.map(\.code) == [.nestingTooDeep])
        }
    }

    /// Chains are nested in JSON, and flat in the tree.
    @Test(arguments: [
        (#"{"&&":{"left":"#, #","right":{"Value":1}}}"#), (#"{"||":{"left":"#, #","right":{"Value":1}}}"#),
        (#"{"-":{"left":"#, #","right":{"Value":1}}}"#), (#"{"*":{"left":"#, #","right":{"Value":1}}}"#),
        (#"{".":{"left":"#, #","attr":"a"}}"#), (#"{"contains":{"left":"#, #","right":{"Value":1}}}"#),
        (#"{"isEmpty":{"arg":"#, "}}"), (#"{"toDate":["#, "]}"),
    ])
    func chains(_ opener: String, _ closer: String) throws {
        let document = JSONCase.condition(Self.nested(opener, #"{"Value":1}"#, closer, 10_000))
        let collection = try JSONCase.read(document)
        let policies = try JSONCase.policies(text: PolicyTextWriter.text(of: collection))
        #expect(policies[0].hasSameMeaning(as: collection.policies[0]))
        #expect(JSONCase.json(collection) == JSONCase.json(try JSONCase.read(JSONCase.json(collection))))
    }

    @Test func deeperThanAnyChain() {
        let document = JSONCase.condition(Self.nested(#"{"&&":{"left":"#, "1", "}}", 150_000))
        let parsed = PolicyJSONReader.parse(SourceFile(name: "policies.json", text: document))
        #expect(parsed.diagnostics.map(\.code) == [.policyJSONSyntax])
    }

    /// A long path is not written out, as that grows with its square.
    @Test func longPaths() throws {
        let policy = try JSONCase.policy(when: "context has a" + String(repeating: ".a", count: 10_000))
        let json = JSONCase.json(PolicyCollection(policies: [policy]))
        #expect(json.utf8.count < 100_000)
        #expect(try JSONCase.read(json).policies[0].hasSameMeaning(as: policy))
    }
}
