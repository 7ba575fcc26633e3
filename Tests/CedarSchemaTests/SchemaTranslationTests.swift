import CedarSyntax
import MarkedSource
import Testing

@testable import CedarSchema

@Suite struct SchemaTranslationTests {
    private func text(_ json: String) -> (text: String?, diagnostics: [Diagnostic]) {
        let read = SchemaJSONReader.read(SourceFile(name: "t.json", text: json))
        #expect(read.diagnostics.isEmpty)
        return SchemaTextWriter.text(read.fragment)
    }

    private func json(_ text: String) -> String {
        SchemaJSONWriter.json(SchemaTextParser.parse(SourceFile(name: "t.cedarschema", text: text)).fragment)
    }

    @Test func goldens() throws {
        let text = try schemaFixture("clinic.cedarschema")
        let expectedJSON = try schemaFixture("clinic.cedarschema.json")
        let expectedText = try schemaFixture("clinic.translated.cedarschema")
        let fragment = SchemaTextParser.parse(SourceFile(name: "clinic.cedarschema", text: text)).fragment
        #expect(SchemaJSONWriter.json(fragment) + "\n" == expectedJSON)
        #expect(SchemaTextWriter.text(fragment).text == expectedText)
        let read = SchemaJSONReader.read(SourceFile(name: "clinic.cedarschema.json", text: expectedJSON))
        #expect(read.diagnostics.isEmpty)
        #expect(SchemaTextWriter.text(read.fragment).text == expectedText)
        #expect(SchemaJSONWriter.json(read.fragment) + "\n" == expectedJSON)
        let schema = try #require(Schema.parse(text).schema)
        #expect(isSame(Schema.parse(json: expectedJSON).schema, schema))
        #expect(isSame(Schema.parse(expectedText).schema, schema))
    }

    @Test("both forms mean the same", arguments: SchemaAccepted.sources)
    func roundTrip(_ source: String) throws {
        let schema = try #require(Schema.parse(source).schema)
        let fragment = SchemaTextParser.parse(SourceFile(name: "t.cedarschema", text: source)).fragment
        let json = SchemaJSONWriter.json(fragment)
        let pretty = SchemaJSONWriter.json(fragment, pretty: true)
        let written = try #require(SchemaTextWriter.text(fragment).text)
        #expect(isSame(Schema.parse(json: json).schema, schema))
        #expect(isSame(Schema.parse(json: pretty).schema, schema))
        #expect(isSame(Schema.parse(written).schema, schema))
        // What was written once is written so again.
        let again = SchemaTextParser.parse(SourceFile(name: "t.cedarschema", text: written)).fragment
        #expect(SchemaTextWriter.text(again).text == written)
    }

    @Test func jsonMeansTheSameInCedarSyntax() throws {
        for source in try schemaFixture("schema-json-accepted.txt").split(separator: "\n") {
            let schema = try #require(Schema.parse(json: String(source)).schema)
            let written = try #require(text(String(source)).text)
            #expect(isSame(Schema.parse(written).schema, schema), "\(source)")
        }
    }

    @Test func namesOfTheLanguageAreWrittenSafely() throws {
        let source = """
            {"N": {"entityTypes": {"Long": {}, "ipaddr": {}, "P": {"shape": {"type": "Record", "attributes": {
            "a": {"type": "Long"}, "b": {"type": "ipaddr"}, "c": {"type": "Extension", "name": "ipaddr"},
            "d": {"type": "Boolean"}, "e": {"type": "Entity", "name": "Long"}}}}}, "actions": {}}}
            """
        let written = try #require(text(source).text)
        for line in ["a: __cedar::Long", "b: __cedar::ipaddr", "c: __cedar::ipaddr", "d: __cedar::Bool", "e: Long"] {
            #expect(written.contains(line))
        }
        #expect(isSame(Schema.parse(written).schema, Schema.parse(json: source).schema))
    }

    @Test(
        "what Cedar syntax cannot say is an error",
        arguments: [
            #"{"": {"commonTypes": {"T": {"type": "Record", "attributes": {}}}, "entityTypes": "#
                + #"{"A": {"shape": ▶{"type": "T"}◀}}, "actions": {}}}"#,
            #"{"N": {"commonTypes": {"T": {"type": "Long"}}, "entityTypes": {"T": {}, "#
                + #""A": {"tags": ▶{"type": "Entity", "name": "T"}◀}}, "actions": {}}}"#,
            #"{"": {"commonTypes": {"T": {"type": "Long"}}, "entityTypes": {"T": {}}, "actions": {}}, "#
                + #""N": {"entityTypes": {"A": {"tags": ▶{"type": "Entity", "name": "T"}◀}}, "actions": {}}}"#,
            #"{"N": {"commonTypes": {"T": {"type": "Long"}}, "entityTypes": {"T": {}}, "actions": {}}, "#
                + #""M": {"entityTypes": {"A": {"tags": ▶{"type": "Entity", "name": "N::T"}◀}}, "actions": {}}}"#,
        ])
    func untranslatable(_ marked: String) {
        let source = MarkedSource(marked)
        #expect(Schema.parse(json: source.text).schema != nil)
        let (text, diagnostics) = text(source.text)
        #expect(text == nil)
        #expect(schemaCodes(diagnostics) == "V2070")
        #expect(schemaPlaces(diagnostics) == source.places)
    }

    @Test func emptyPartsAreLeftOut() {
        #expect(
            json("entity A = {}; action a; action b appliesTo { principal: A, resource: A, context: {} };")
                == #"{"":{"entityTypes":{"A":{}},"actions":{"a":{"appliesTo":{"resourceTypes":[],"principalTypes":[]}},"#
                + #""b":{"appliesTo":{"resourceTypes":["A"],"principalTypes":["A"]}}}}}"#)
        #expect(json("") == "{}")
        #expect(json("namespace N {}") == #"{"N":{"entityTypes":{},"actions":{}}}"#)
    }
}

/// Whether two schemas allow the same.
///
/// An action without principals or without resources allows nothing, however that is written.
private func isSame(_ one: Schema?, _ other: Schema?) -> Bool {
    func normalized(_ schema: Schema) -> String {
        var schema = schema
        for (uid, action) in schema.actions where action.principalTypes.isEmpty || action.resourceTypes.isEmpty {
            schema.actions[uid] = Schema.Action(uid: uid, groups: action.groups)
        }
        return summary(schema)
    }
    guard let one, let other else { return false }
    return normalized(one) == normalized(other)
}
