import CedarSyntax
import Testing

@testable import CedarSchema

/// Hostile schemas: bounded in time, memory and stack.
@Suite struct SchemaLimitTests {
    private func sets(_ depth: Int) -> String {
        String(repeating: "Set<", count: depth) + "Long" + String(repeating: ">", count: depth)
    }

    private func records(_ depth: Int) -> String {
        String(repeating: "{a:", count: depth) + "Long" + String(repeating: "}", count: depth)
    }

    private func json(_ depth: Int) -> String {
        let record = #"{"type":"Record","attributes":{"a":"#
        let type = String(repeating: record, count: depth) + #"{"type":"Long"}"# + String(repeating: "}}", count: depth)
        return #"{"":{"entityTypes":{"A":{"tags":\#(type)}},"actions":{}}}"#
    }

    @Test func typesNestUpToTheLimit() {
        let limit = DeclaredType.maximumNesting
        for type in [sets(limit), records(limit)] {
            #expect(Schema.parse("entity A tags \(type);").schema != nil)
        }
        for type in [sets(limit + 1), records(limit + 1), sets(200_000), records(200_000)] {
            #expect(schemaCodes(Schema.parse("entity A tags \(type);").diagnostics) == "V2016")
        }
        #expect(Schema.parse(json: json(limit)).schema != nil)
        for depth in [limit + 1, 50_000] {
            #expect(schemaCodes(Schema.parse(json: json(depth)).diagnostics) == "V2016")
        }
    }

    @Test(
        "unclosed nesting is an error",
        arguments: [
            "{a:", "Set<", "{\"a\"?: Set<", "[", "{", "@a ", "namespace N {", "action a in [", "entity A {", "::",
        ])
    func bombs(_ part: String) {
        for prefix in ["", "entity A tags ", "type T = "] {
            let (schema, diagnostics) = Schema.parse(prefix + String(repeating: part, count: 20_000))
            #expect(schema == nil)
            #expect((1...100).contains(diagnostics.count))
        }
    }

    @Test func commonTypesThatDoubleAreRefused() {
        var text = "type T0 = { a: Long };\n"
        for index in 1...64 { text += "type T\(index) = { a: T\(index - 1), b: T\(index - 1) };\n" }
        #expect(schemaCodes(Schema.parse(text + "entity A tags T64;").diagnostics) == "V2046")
    }

    @Test func chainsOfCommonTypesAreBounded() {
        let renamed = (1...10_000).map { "type T\($0) = T\($0 - 1);\n" }.joined()
        #expect(Schema.parse("type T0 = Long;" + renamed + "entity A tags T10000;").schema != nil)
        #expect(schemaCodes(Schema.parse("type T0 = T10000;" + renamed).diagnostics) == "V2042")
        let nested = (1...10_000).map { "type T\($0) = Set<T\($0 - 1)>;\n" }.joined()
        #expect(schemaCodes(Schema.parse("type T0 = Long;" + nested).diagnostics) == "V2046")
    }

    @Test func longHierarchiesAreBounded() throws {
        func actions(_ count: Int) -> String {
            "action a0;" + (1...count).map { "action a\($0) in a\($0 - 1);\n" }.joined()
        }
        let schema = try #require(Schema.parse(actions(1_000)).schema)
        #expect(schema.groups(of: EntityUID(type: Name(unchecked: "Action"), id: "a1000")).count == 1_000)
        #expect(schemaCodes(Schema.parse(actions(20_000)).diagnostics) == "V2047")
        #expect(schemaCodes(Schema.parse("action a0 in a900;" + actions(900).dropFirst(10)).diagnostics) == "V2043")

        func types(_ count: Int) -> String {
            "entity T0;" + (1...count).map { "entity T\($0) in T\($0 - 1);\n" }.joined()
        }
        #expect(Schema.parse(types(1_000)).schema != nil)
        #expect(schemaCodes(Schema.parse(types(20_000)).diagnostics) == "V2047")
        // Each type in all those before it: few chains, but many ways.
        let dense = (1..<400).map { "entity D\($0) in [\((0..<$0).map { "D\($0)" }.joined(separator: ", "))];" }
            .joined()
        #expect(schemaCodes(Schema.parse("entity D0;" + dense).diagnostics) == "V2047")
    }

    @Test func manyDeclarationsAreRead() {
        let namespaces = (0..<20_000).map { "namespace N\($0) { entity A in A; }\n" }.joined()
        #expect(Schema.parse(namespaces).schema?.entityTypes.count == 20_000)
        let names = (0..<20_000).map { "E\($0)" }.joined(separator: ", ")
        #expect(Schema.parse("entity \(names) { a: Long };").schema?.entityTypes.count == 20_000)
        let repeated = Array(repeating: "E", count: 20_000).joined(separator: ", ")
        #expect(Schema.parse("entity \(repeated);").diagnostics.count == 100)
    }

    @Test func longLiteralsAreShortInMessages() {
        let long = String(repeating: "x", count: 1_000_000)
        for text in [
            "entity A in \(long);", "action a in \"\(long)\";", "entity \"\(long)\";", "type Long\(long) = Y;",
        ] {
            for finding in Schema.parse(text).diagnostics {
                #expect(finding.message.utf8.count < 300)
                #expect((finding.help?.utf8.count ?? 0) < 300)
            }
        }
    }
}
