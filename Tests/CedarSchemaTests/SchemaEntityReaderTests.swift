import CedarModel
import CedarSyntax
import StrictJSON
import Testing

@testable import CedarSchema

/// Entities in JSON, read by their schema.
@Suite struct SchemaEntityReaderTests {
    static let book = #""title": "T", "pages": 1, "lent": false, "by": {"type": "Reader", "id": "r"}"#

    /// An attribute beside the required ones of a book.
    static let attributes: [DataCase] = [
        // References, with and without the escape.
        .init(#""genre": {"type": "Genre", "id": "novel"}"#),
        .init(#""genre": {"__entity": {"type": "Genre", "id": "essay"}}"#),
        .init(#""genre": {"type": "Genre", "id": "novel", "more": 1}"#),
        .init(#""genre": {"__entity": {"type": "Genre", "id": "essay"}, "more": 1}"#),
        .init(#""genre": {"type": "Genre", "id": "poem"}"#, "V2106", at: #"{"type": "Genre", "id": "poem"}"#),
        .init(#""genre": {"type": "Reader", "id": "r"}"#, "V2109", at: #"{"type": "Reader", "id": "r"}"#),
        .init(#""genre": {"type": "Genre"}"#, "V2101"),
        .init(#""genre": {"id": "novel"}"#, "V2101"),
        .init(#""genre": {"type": "Genre", "id": 1}"#, "V2101"),
        .init(#""genre": "novel""#, "V2109", at: #""novel""#),
        .init(#""genre": null"#, "V2109"),
        .init(#""readers": [{"type": "Reader", "id": "a"}, {"__entity": {"type": "Reader", "id": "b"}}]"#),
        .init(#""readers": []"#),
        .init(#""readers": [{"type": "Book", "id": "a"}]"#, "V2109", at: #"{"type": "Book", "id": "a"}"#),
        .init(#""readers": {"type": "Reader", "id": "a"}"#, "V2109"),
        // Extension values: the text, the call, the call in its escape.
        .init(#""price": "1.25""#),
        .init(#""price": {"fn": "decimal", "arg": "1.25"}"#),
        .init(#""price": {"__extn": {"fn": "decimal", "arg": "1.25"}}"#),
        .init(#""price": {"__extn": {"fn": "decimal", "args": ["1.25"]}}"#),
        .init(#""price": "1.23456""#, "V2101", at: #""1.23456""#),
        .init(#""price": 1"#, "V2109", at: "1"),
        .init(#""price": "127.0.0.1""#, "V2101"),
        .init(#""price": {"fn": "ip", "arg": "127.0.0.1"}"#, "V2109"),
        .init(#""price": {"fn": "nope", "arg": "1.0"}"#, "V2109"),
        .init(#""price": {"fn": "decimal"}"#, "V2101"),
        .init(#""price": {"fn": "decimal", "args": []}"#, "V2101"),
        .init(#""price": {"fn": "decimal", "args": ["1.0", "2.0"]}"#, "V2101"),
        .init(#""seen": "10.0.0.0/8""#),
        .init(#""seen": {"__extn": {"fn": "ip", "arg": "::1"}}"#),
        .init(#""seen": "10.0.0.0/33""#, "V2101"),
        .init(#""loan": "2d4h""#),
        .init(#""loan": {"fn": "durationSince", "args": ["2024-01-02", "2024-01-01"]}"#),
        .init(#""loan": {"fn": "durationSince", "args": ["2024-01-02"]}"#, "V2101"),
        // Plain values and sets of sets.
        .init(#""marks": [[1, 2], []]"#),
        .init(#""marks": [[1, "2"]]"#, "V2109", at: #""2""#),
        .init(#""marks": [1]"#, "V2109", at: "1"),
        .init(#""extra": {"a": 1}"#),
        .init(#""extra": {"a": 1, "by": {"type": "Reader", "id": "r"}}"#),
        .init(#""extra": {"by": {"type": "Reader", "id": "r"}}"#, "V2107"),
        .init(#""extra": {"a": 1, "b": 2}"#, "V2108", at: #""b""#),
        .init(#""extra": []"#, "V2109"),
        .init(#""title2": 1"#, "V2108", at: #""title2""#),
    ]

    @Test(arguments: attributes) func attribute(row: DataCase) throws {
        let json = #"{"uid": {"type": "Book", "id": "b"}, "attrs": {\#(Self.book), \#(row.json)}, "parents": []}"#
        let reader = SchemaEntityReader(schema: try .library())
        try DataCase(json, row.code, at: row.place).check { node throws(ConformanceError) in try reader.readEntity(node)
        }
    }

    static let entities: [DataCase] = [
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "attrs": {}, "parents": [{"type": "Room", "id": "r"}]}"#),
        .init(#"{"uid": {"__entity": {"type": "Shelf", "id": "s"}}, "attrs": {}, "parents": [], "more": 1}"#),
        // A type further up may be listed as well.
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "attrs": {}, "parents": [{"type": "House", "id": "h"}]}"#),
        .init(#"{"uid": {"type": "Folder", "id": "s"}, "attrs": {}, "parents": [{"type": "Folder", "id": "h"}]}"#),
        .init(#"{"uid": {"type": "Room", "id": "s"}, "attrs": {}, "parents": [{"type": "Room", "id": "h"}]}"#, "V2110"),
        .init(
            #"{"uid": {"type": "House", "id": "s"}, "attrs": {}, "parents": [{"type": "Room", "id": "h"}]}"#, "V2110"),
        .init(
            #"{"uid": {"type": "Reader", "id": "s"}, "attrs": {"name": "n"}, "parents": [{"type": "Genre", "id": "x"}]}"#,
            "V2106"),
        .init(
            #"{"uid": {"type": "Reader", "id": "s"}, "attrs": {"name": "n"}, "parents": [{"type": "Genre", "id": "novel"}]}"#
        ),
        .init(#"{"uid": {"type": "Reader", "id": "s"}, "attrs": {}, "parents": []}"#, "V2107", at: "{}"),
        .init(#"{"uid": {"type": "Reader", "id": "s"}, "attrs": {"name": 1}, "parents": []}"#, "V2109", at: "1"),
        .init(#"{"uid": {"type": "Reader", "id": "s"}, "attrs": {"name": 1.5}, "parents": []}"#, "V2101", at: "1.5"),
        .init(#"{"uid": {"type": "Nobody", "id": "s"}, "attrs": {}, "parents": []}"#, "V2102"),
        .init(#"{"uid": {"type": "Genre", "id": "novel"}, "attrs": {}, "parents": []}"#),
        .init(#"{"uid": {"type": "Genre", "id": "poem"}, "attrs": {}, "parents": []}"#, "V2106"),
        .init(#"{"uid": {"type": "Genre", "id": "novel"}, "attrs": {"a": 1}, "parents": []}"#, "V2108"),
        .init(#"{"uid": "Shelf::\"s\"", "attrs": {}, "parents": []}"#, "V2101"),
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "attrs": {}}"#, "V2101"),
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "parents": []}"#, "V2101"),
        .init(#"{"attrs": {}, "parents": []}"#, "V2101"),
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "attrs": [], "parents": []}"#, "V2109", at: "[]"),
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "attrs": {}, "parents": {}}"#, "V2101", at: "{}"),
        .init(#"[]"#, "V2101"),
        // Tags.
        .init(#"{"uid": {"type": "Shelf", "id": "s"}, "attrs": {}, "parents": [], "tags": {}}"#),
        .init(
            #"{"uid": {"type": "Shelf", "id": "s"}, "attrs": {}, "parents": [], "tags": {"a": 1}}"#, "V2111",
            at: #""a""#),
        // Actions are as the schema has them.
        .init(#"{"uid": {"type": "Action", "id": "list"}, "attrs": {}, "parents": []}"#),
        .init(#"{"uid": {"type": "Action", "id": "lst"}, "attrs": {}, "parents": []}"#, "V2103"),
        .init(#"{"uid": {"type": "Action", "id": "list"}, "attrs": {"a": 1}, "parents": []}"#, "V2112"),
        .init(
            #"{"uid": {"type": "Action", "id": "list"}, "attrs": {}, "parents": [{"type": "Action", "id": "any"}]}"#,
            "V2112"),
        .init(#"{"uid": {"type": "Action", "id": "old"}, "attrs": {}, "parents": []}"#, "V2112"),
        .init(#"{"uid": {"type": "Action", "id": "old"}, "attrs": {}, "parents": [{"type": "Action", "id": "any"}]}"#),
        // By itself, an action must list all groups.
        .init(
            #"{"uid": {"type": "Action", "id": "read"}, "attrs": {}, "parents": [{"type": "Action", "id": "old"}]}"#,
            "V2112"),
        .init(
            #"{"uid": {"type": "Action", "id": "read"}, "attrs": {}, "parents": [{"type": "Action", "id": "old"}, {"type": "Action", "id": "any"}]}"#
        ),
    ]

    @Test(arguments: entities) func entity(row: DataCase) throws {
        let reader = SchemaEntityReader(schema: try .library())
        try row.check { node throws(ConformanceError) in try reader.readEntity(node) }
    }

    static let tags: [DataCase] = [
        .init(#"{"a": "2024-01-01"}"#),
        .init(#"{"a": {"fn": "datetime", "arg": "2024-01-01"}, "b": "2024-01-01T00:00:00Z"}"#),
        .init(#"{"a": "noon"}"#, "V2101", at: #""noon""#), .init(#"{"a": 1}"#, "V2109", at: "1"),
        .init("[]", "V2101", at: "[]"),
    ]

    @Test(arguments: tags) func tag(row: DataCase) throws {
        let json =
            #"{"uid": {"type": "Book", "id": "b"}, "attrs": {\#(Self.book)}, "parents": [], "tags": \#(row.json)}"#
        let reader = SchemaEntityReader(schema: try .library())
        // The place `[]` is also that of the parents.
        try DataCase(json, row.code, at: row.place).check { node throws(ConformanceError) in try reader.readEntity(node)
        }
    }

    static let stores: [DataCase] = [
        .init("[]"),
        .init("{}", "V2101"),
        .init(
            #"[{"uid": {"type": "Room", "id": "r"}, "attrs": {}, "parents": []}, {"uid": {"type": "Room", "id": "r"}, "attrs": {}, "parents": []}]"#
        ),
        .init(
            #"[{"uid": {"type": "Room", "id": "r"}, "attrs": {}, "parents": []}, {"uid": {"type": "Room", "id": "r"}, "attrs": {}, "parents": [{"type": "House", "id": "h"}]}]"#,
            "V2113"),
        .init(
            #"[{"uid": {"type": "Folder", "id": "a"}, "attrs": {}, "parents": [{"type": "Folder", "id": "b"}]}, {"uid": {"type": "Folder", "id": "b"}, "attrs": {}, "parents": [{"type": "Folder", "id": "a"}]}]"#,
            "V2113"),
        .init(
            #"[{"uid": {"type": "Action", "id": "read"}, "attrs": {}, "parents": [{"type": "Action", "id": "old"}]}, {"uid": {"type": "Action", "id": "old"}, "attrs": {}, "parents": [{"type": "Action", "id": "any"}]}]"#
        ),
    ]

    @Test(arguments: stores) func store(row: DataCase) throws {
        let reader = SchemaEntityReader(schema: try .library())
        try row.check { node throws(ConformanceError) in try reader.readStore(node) }
    }

    @Test func valuesAreThoseOfTheirTypes() throws {
        let json = #"""
            {"uid": {"type": "Book", "id": "b"}, "parents": [], "tags": {"t": "2024-01-01"},
             "attrs": {\#(Self.book), "price": "1.5", "genre": {"type": "Genre", "id": "novel"}, "readers": []}}
            """#
        let reader = SchemaEntityReader(schema: try .library())
        let read = try DataCase(json).check { node throws(ConformanceError) in try reader.readEntity(node) }
        let entity = try #require(read)
        #expect(entity.attributes["price"]?.type == .decimal)
        #expect(entity.attributes["genre"] == .entity(try .of("Genre::\"novel\"")))
        #expect(entity.attributes["by"] == .entity(try .of("Reader::\"r\"")))
        #expect(entity.attributes["readers"] == .set(ValueSet([])))
        #expect(entity.tags["t"]?.type == .datetime)
    }

    @Test func storesHaveTheActionsOfTheSchema() throws {
        let reader = SchemaEntityReader(schema: try .library())
        let read = try DataCase("[]").check { node throws(ConformanceError) in try reader.readStore(node) }
        let store = try #require(read)
        #expect(store.isMember(try .of("Action::\"read\""), of: try .of("Action::\"any\"")))
        #expect(!store.isMember(try .of("Action::\"list\""), of: try .of("Action::\"any\"")))
    }
}
