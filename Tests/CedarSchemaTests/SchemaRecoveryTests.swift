import CedarSyntax
import MarkedSource
import Testing

@testable import CedarSchema

@Suite struct SchemaRecoveryTests {
    @Test func findsEveryErrorOfAFile() {
        let source = MarkedSource(
            """
            entity A { a Long, b: Set<Long };
            entity B in ▶Missing◀ { c: ▶Nothing◀ };
            action read appliesTo { principal: A, resource▶;◀ };
            action write appliesTo ▶principal◀: A;
            entity C { x: Long }▶◀
            entity D enum [▶]◀;
            action copy in [▶;◀
            type T = { a: ▶}◀;
            """.replacing("a Long", with: "a ▶Long◀").replacing("Set<Long }", with: "Set<Long ▶}◀"))
        let parsed = SchemaTextParser.parse(SourceFile(name: "t.cedarschema", text: source.text))
        // The type without a form hides what other names mean, so nothing is looked up.
        #expect(!parsed.fragment.isComplete)
        let syntax = source.places.filter { place in
            !["Missing", "Nothing"].contains(parsed.fragment.file.text(in: place))
        }
        #expect(schemaPlaces(parsed.diagnostics) == syntax)
        #expect(parsed.fragment.namespaces[0].entityTypes.map(\.name.value) == ["A", "B", "C", "D"])
        #expect(parsed.fragment.namespaces[0].actions.map(\.id.value) == ["read", "write", "copy"])
    }

    @Test func looksNamesUpBehindErrorsThatHideNone() {
        let source = MarkedSource("entity A { a ▶Long◀ };\nentity B in A { c: ▶Nothing◀ };\naction x in ▶y◀;")
        let (schema, diagnostics) = Schema.parse(source.text)
        #expect(schema == nil)
        #expect(schemaCodes(diagnostics) == "V2010 V2040 V2041")
        #expect(schemaPlaces(diagnostics) == source.places)
    }

    @Test(
        "an error leaves the next declaration alone",
        arguments: [
            "entity A {", "entity A { a:", "entity A = { a: Long", "entity A in [", "entity A,", "entity A enum [\"x\"",
            "entity A tags", "entity", "action", "action a appliesTo", "action a appliesTo {",
            "action a appliesTo { principal: [", "action a in", "type", "type T", "type T =", "type T = {", "@a(",
            "@a(\"x\"", "nonsense", "entity A { a: Long; };", "\"unclosed", "entity A ) ;", "entity A { ] };",
        ])
    func recovers(_ broken: String) {
        for wrap in [false, true] {
            let body = broken + "\nentity Good { a: Long };\n"
            let text = wrap ? "namespace N {\n\(body)}\n" : body
            let (fragment, diagnostics) = SchemaTextParser.parse(SourceFile(name: "t.cedarschema", text: text))
            #expect(diagnostics.count == 1)
            #expect(fragment.namespaces.last?.entityTypes.contains { $0.name.value == "Good" } == true)
        }
    }

    @Test func endsAfterAHundredErrors() {
        let (_, diagnostics) = Schema.parse(String(repeating: "entity A { a };\n", count: 20_000))
        #expect(diagnostics.count == 100)
        #expect(diagnostics.last?.code == .schemaTooManyErrors)
        let names = (0..<20_000).map { "entity E\($0) in F\($0);\n" }.joined()
        let unresolved = Schema.parse(names).diagnostics
        #expect(unresolved.count == 100)
        #expect(unresolved.last?.code == .schemaTooManyErrors)
        let warnings = Schema.parse("entity A { \(String(repeating: "a: Long,", count: 20_000)) };").diagnostics
        #expect(warnings.count == 100)
    }

    @Test func suggestsWhatWasMeant() {
        func help(_ text: String) -> String? { Schema.parse(text).diagnostics.first?.help }
        #expect(help("entity Group; entity User in Gruop;") == "did you mean `Group`?")
        #expect(help("namespace N { entity Group; entity User { g: Grup }; }") == "did you mean `Group`?")
        #expect(help("namespace M { entity Group; } entity User { g: M::Grup };") == "did you mean `M::Group`?")
        #expect(help("entity User { a: Boolean };") == "did you mean `Bool`?")
        #expect(help("entity User { a: internet };") == nil)
        #expect(help("entity User { a: iaddr };") == "did you mean `ipaddr`?")
        #expect(help("enity User;") == "did you mean `entity`?")
        #expect(help("action view; action list in veiw;") == "did you mean `view`?")
    }
}
