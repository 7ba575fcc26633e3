import CedarSyntax
import MarkedSource
import Testing

@testable import CedarSchema

@Suite struct SchemaParserTests {
    @Test("valid schemas have no errors", arguments: SchemaAccepted.sources)
    func accepts(_ text: String) {
        let (schema, diagnostics) = Schema.parse(text)
        #expect(schema != nil)
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test("findings have the code and the place", arguments: SchemaRejectedSyntax.table + SchemaRejectedMeaning.table)
    func rejects(_ expected: (codes: String, source: String)) {
        let source = MarkedSource(expected.source)
        let (schema, diagnostics) = Schema.parse(source.text)
        #expect(schema == nil)
        #expect(schemaCodes(diagnostics) == expected.codes)
        #expect(schemaPlaces(diagnostics) == source.places.sorted { ($0.start, -$0.end) < ($1.start, -$1.end) })
    }

    @Test func messagesHaveOneStyle() throws {
        var findings: [Diagnostic] = []
        for row in SchemaRejectedSyntax.table + SchemaRejectedMeaning.table {
            findings += Schema.parse(MarkedSource(row.source).text).diagnostics
        }
        for row in try schemaFixture("schema-json-rejected.tsv").split(separator: "\n") {
            let source = row.split(separator: "\t", omittingEmptySubsequences: false)[1]
            findings += Schema.parse(json: MarkedSource(String(source)).text).diagnostics
        }
        for finding in findings {
            #expect(!finding.message.hasSuffix(".") && finding.help?.hasSuffix(".") != true)
            #expect(finding.message.utf8.count < 160)
            #expect(finding.message.unicodeScalars.count { $0 == "`" }.isMultiple(of: 2))
            #expect((2000..<2100).contains(finding.code.number))
        }
    }

    @Test func keepsWhatWasWritten() throws {
        let text = """
            @first("1") @second
            namespace N {
                @third entity A, B in [C] { @fourth("4") a: Long, "b c"?: Set<N::A> } tags String;
                entity C;
                action x, "y z" in [Action::"g", g] appliesTo { principal: A, resource: [A, C] };
                action g;
                type T = { t: Long };
            }
            """
        let (fragment, diagnostics) = SchemaTextParser.parse(SourceFile(name: "n.cedarschema", text: text))
        #expect(diagnostics.isEmpty && fragment.isComplete)
        let namespace = try #require(fragment.namespaces.first)
        #expect(fragment.namespaces.count == 1)
        #expect(namespace.name?.value.path == "N")
        #expect(namespace.annotations.map(\.name.value) == ["first", "second"])
        #expect(namespace.annotations.map(\.value) == ["1", ""])
        #expect(namespace.entityTypes.map(\.name.value) == ["A", "B", "C"])
        #expect(namespace.entityTypes[1].annotations.map(\.name.value) == ["third"])
        #expect(namespace.actions.map(\.id.value) == ["x", "y z", "g"])
        #expect(namespace.actions[0].groups.map(\.value.id) == ["g", "g"])
        #expect(namespace.actions[0].groups.map(\.value.type?.path) == ["Action", nil])
        #expect(namespace.actions[0].appliesTo?.resourceTypes.map(\.value.path) == ["A", "C"])
        #expect(namespace.commonTypes.map(\.name.value) == ["T"])
        guard case .standard(let parents, let shape?, let tags?) = namespace.entityTypes[0].body,
            case .record(let attributes) = shape.form, case .entityOrCommon(let tagName) = tags.form
        else {
            Issue.record("the entity type has another form")
            return
        }
        #expect(parents.map(\.value.path) == ["C"])
        #expect(tagName.path == "String")
        #expect(attributes.map(\.name.value) == ["a", "b c"])
        #expect(attributes.map(\.isRequired) == [true, false])
        #expect(attributes[0].annotations.map(\.value) == ["4"])
        #expect(fragment.file.text(in: attributes[1].type.span) == "Set<N::A>")
        #expect(fragment.file.text(in: shape.span).hasPrefix("{ @fourth"))
    }

    @Test func warnsWhereTheReferenceIsSilent() throws {
        let (schema, diagnostics) = Schema.parse(
            #"entity A { a: Long, b: { c: Long, "c"?: Bool }, a: String }; entity E enum ["x", "y", "x"];"#)
        #expect(schemaCodes(diagnostics) == "V2060 V2060 V2061")
        #expect(diagnostics.allSatisfy { $0.severity == .warning && $0.labels.count == 1 })
        // As in the reference, the last one counts.
        #expect(
            summary(try #require(schema))
                == "entity A {a: String, b: {c?: Bool}}\nentity E enum [\"\\\"x\\\"\", \"\\\"y\\\"\"]")
    }
}
