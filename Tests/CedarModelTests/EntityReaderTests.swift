import CedarModel
import CedarSyntax
import StrictJSON
import Testing

@Suite struct EntityReaderTests {
    private func store(_ text: String, _ dialect: ValueReader.Dialect = .strict) throws -> EntityStore {
        try EntityReader(dialect).readStore(try json(text))
    }

    private func code(_ text: String, _ dialect: ValueReader.Dialect = .strict) throws -> DataError.Code? {
        try dataErrorCode { _ = try store(text, dialect) }
    }

    @Test func entity() throws {
        let entities = try store(
            #"""
            [{"uid": {"type": "A::User", "id": "é\u0000"},
              "attrs": {"age": 3, "boss": {"__entity": {"type": "User", "id": ""}}},
              "parents": [{"type": "Group", "id": "g"}, {"__entity": {"type": "Group", "id": "h"}},
                {"type": "Group", "id": "g"}],
              "tags": {"k": ["v"]}, "unknown": null}]
            """#)
        let uid = EntityUID(type: Name(unchecked: "A::User"), id: "é\0")
        let entity = try #require(entities[uid])
        #expect(entity.attributes == ["age": .long(3), "boss": .entity(user(""))])
        #expect(entity.tags == ["k": .setOf(.string("v"))])
        #expect(entity.parents.map(\.id).sorted() == ["g", "h"])
        #expect(entities.isMember(uid, of: EntityUID(type: Name(unchecked: "Group"), id: "h")))
        #expect(entities.entities.map(\.uid) == [uid])
    }

    @Test(
        "ids come in two forms",
        arguments: [
            #"{"type": "User", "id": "a"}"#, #"{"__entity": {"type": "User", "id": "a"}}"#,
            #"{"id": "a", "type": "User", "more": [null]}"#,
            #"{"__entity": {"id": "a", "type": "User", "more": 1}, "more": 2}"#,
            #"{"type": "User", "id": "\u0061"}"#,
        ])
    func ids(text: String) throws {
        #expect(try EntityReader(.strict).readUID(try json(text)) == user("a"))
    }

    @Test(
        "ids that are none",
        arguments: [
            (#""User::\"a\"""#, DataError.Code.wrongType), (#"["User", "a"]"#, .wrongType), ("null", .wrongType),
            ("{}", .missingMember), (#"{"type": "User"}"#, .missingMember), (#"{"id": "a"}"#, .missingMember),
            (#"{"type": 1, "id": "a"}"#, .wrongType), (#"{"type": "User", "id": 1}"#, .wrongType),
            (#"{"type": "User", "id": null}"#, .wrongType), (#"{"__entity": "a"}"#, .wrongType),
            (#"{"__entity": {"type": "User"}}"#, .missingMember), (#"{"__expr": "User::\"a\""}"#, .missingMember),
            (#"{"type": "", "id": "a"}"#, .invalidName), (#"{"type": "User ", "id": "a"}"#, .invalidName),
            (#"{"type": "A:: B", "id": "a"}"#, .invalidName), (#"{"type": "is", "id": "a"}"#, .invalidName),
            (#"{"type": "A::__cedar", "id": "a"}"#, .invalidName), (#"{"type": "Üser", "id": "a"}"#, .invalidName),
            (#"{"type": "1A", "id": "a"}"#, .invalidName), (#"{"type": "A::", "id": "a"}"#, .invalidName),
        ])
    func malformedIDs(text: String, expected: DataError.Code) throws {
        #expect(try dataErrorCode { _ = try EntityReader(.reference).readUID(try json(text)) } == expected)
    }

    @Test(
        "entities that are none",
        arguments: [
            ("{}", DataError.Code.wrongType), ("[1]", .wrongType), ("[[]]", .wrongType), ("[{}]", .missingMember),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": {}}]"#, .missingMember),
            (#"[{"uid": {"type": "A", "id": "a"}, "parents": []}]"#, .missingMember),
            (#"[{"attrs": {}, "parents": []}]"#, .missingMember),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": [], "parents": []}]"#, .wrongType),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": null, "parents": []}]"#, .wrongType),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": {}, "parents": {}}]"#, .wrongType),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": {}, "parents": ["A::\"b\""]}]"#, .wrongType),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": {}, "parents": [], "tags": null}]"#, .wrongType),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": {"x": null}, "parents": []}]"#, .null),
            (#"[{"uid": {"type": "A", "id": "a"}, "attrs": {"x": 1.5}, "parents": []}]"#, .notAnInteger),
            (
                #"[{"uid": {"type": "A", "id": "a"}, "attrs": {}, "parents": [], "tags": {"x": {"__expr": "1"}}}]"#,
                .malformedEscape
            ),
            (
                #"[{"uid": {"type": "Action", "id": "a"}, "attrs": {}, "parents": [{"type": "A", "id": "b"}]}]"#,
                .invalidParent
            ),
            (
                #"[{"uid": {"type": "N::Action", "id": "a"}, "attrs": {}, "parents": [{"type": "N", "id": "b"}]}]"#,
                .invalidParent
            ),
        ])
    func malformedEntities(text: String, expected: DataError.Code) throws {
        #expect(try code(text, .strict) == expected)
        #expect(try code(text, .reference) == expected)
    }

    @Test("actions may be grouped, across namespaces too, and may have members")
    func actionParents() throws {
        let text = #"""
            [{"uid": {"type": "N::Action", "id": "a"}, "attrs": {}, "parents": [{"type": "Action", "id": "g"}]},
             {"uid": {"type": "User", "id": "u"}, "attrs": {}, "parents": [{"type": "Action", "id": "g"}]}]
            """#
        #expect(try code(text) == nil)
    }

    @Test("malformed escapes")
    func escapes() throws {
        let text = #"[{"uid": {"type": "A", "id": "a"}, "attrs": {"x": {"__entity": {"type": "A"}}}, "parents": []}]"#
        #expect(try code(text, .strict) == .malformedEscape)
        let uid = EntityUID(type: Name(unchecked: "A"), id: "a")
        #expect(try store(text, .reference)[uid]?.attributes.description == #"{x: {__entity: {type: "A"}}}"#)
        guard case .unreadable = try store(text, .exchange)[uid]?.attributes["x"] else {
            Issue.record("readable")
            return
        }
    }

    @Test("duplicates must agree, and are refused where they stand")
    func duplicates() throws {
        let entity = #"{"uid": {"type": "A", "id": "a"}, "attrs": {"x": [1, 2]}, "parents": []}"#
        let same =
            #"{"parents": [], "attrs": {"x": [2, 1, 2]}, "uid": {"__entity": {"type": "A", "id": "a"}}, "tags": {}}"#
        let other = #"{"uid": {"type": "A", "id": "a"}, "attrs": {"x": [1]}, "parents": []}"#
        #expect(try code("[\(entity), \(same), \(entity)]") == nil)
        let error = #expect(throws: DataError.self) { try store("[\(entity), \(same), \(other)]") }
        #expect(error?.code == .duplicateEntity)
        #expect(error?.path == "$[2]")
        #expect(error?.message.contains(#"`A::"a"`"#) == true)
    }

    @Test("cycles are refused where one of their entities stands")
    func cycles() throws {
        func entity(_ id: String, parent: String) -> String {
            #"{"uid": {"type": "A", "id": "\#(id)"}, "attrs": {}, "parents": [{"type": "A", "id": "\#(parent)"}]}"#
        }
        for _ in 0..<10 {
            let error = #expect(throws: DataError.self) {
                try store("[\(entity("x", parent: "c")), \(entity("c", parent: "b")), \(entity("b", parent: "c"))]")
            }
            #expect(error?.code == .cycle)
            #expect(error?.path == "$[2]")
        }
        #expect(try code("[\(entity("a", parent: "a"))]") == .cycle)
    }
}
