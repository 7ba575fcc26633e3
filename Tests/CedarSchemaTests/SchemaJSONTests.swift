import CedarSyntax
import MarkedSource
import Testing

@testable import CedarSchema

@Suite struct SchemaJSONTests {
    @Test func acceptsWhatTheReferenceDoes() throws {
        let sources = try schemaFixture("schema-json-accepted.txt").split(separator: "\n")
        #expect(sources.count > 50)
        for source in sources {
            let (schema, diagnostics) = Schema.parse(json: String(source))
            #expect(schema != nil, "\(source)")
            #expect(diagnostics.allSatisfy { $0.severity == .warning })
        }
    }

    @Test func findingsHaveTheCodeAndThePlace() throws {
        let rows = try schemaFixture("schema-json-rejected.tsv").split(separator: "\n")
        #expect(rows.count > 100)
        for row in rows {
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
            let source = MarkedSource(String(fields[1]))
            let (schema, diagnostics) = Schema.parse(json: source.text)
            #expect(schema == nil, "\(row)")
            #expect(schemaCodes(diagnostics) == fields[0], "\(row)")
            #expect(schemaPlaces(diagnostics) == source.places, "\(row)")
        }
    }

    @Test func findsEveryErrorOfAFile() {
        let (schema, diagnostics) = Schema.parse(
            json: """
                {"": {"entityTypes": {"A B": {}, "C": {"shape": {"type": "Record", "attributes":
                {"x": {"type": "Set"}, "y": {"typ": "Long"}, "z": {"type": "Extension", "name": "ipadr"}}}}},
                "actions": {"a": {"appliesTo": {"principalTypes": "C"}}}, "extra": 1}, "if": 2}
                """)
        #expect(schema == nil)
        #expect(schemaCodes(diagnostics) == "V2054 V2053 V2053 V2045 V2053 V2052 V2054")
        #expect(diagnostics.contains { $0.help == "did you mean `ipaddr`?" })
    }

    @Test func hintsAtTheMissingNamespace() {
        let diagnostics = Schema.parse(json: #"{"entityTypes": {}, "actions": {}}"#).diagnostics
        #expect(diagnostics.first?.help?.contains("`\"\"`") == true)
        // A namespace can have that name.
        let json = #"{"actions": {"entityTypes": {}, "actions": {}}}"#
        #expect(Schema.parse(json: json).schema != nil)
    }

    @Test func typesOfTheLanguageAreAbsolute() throws {
        let schema = try #require(
            Schema.parse(
                json: """
                    {"N": {"entityTypes": {"Long": {}, "ipaddr": {}, "P": {"shape": {"type": "Record", "attributes": {
                    "a": {"type": "Long"}, "b": {"type": "EntityOrCommon", "name": "Long"},
                    "c": {"type": "ipaddr"}, "d": {"type": "Extension", "name": "ipaddr"},
                    "e": {"type": "Entity", "name": "ipaddr"}, "f": {"type": "Boolean"}, "g": {"type": "Bool"}
                    }}}}, "actions": {}}}
                    """
            ).schema)
        let type = try #require(schema.entityTypes[Name(unchecked: "N::P")])
        #expect(
            summary(type.attributes)
                == "{a: Long, b: entity N::Long, c: ipaddr, d: ipaddr, e: entity N::ipaddr, f: Bool, g: Bool}")
    }
}
