import StrictJSON
import Testing

@Suite("Nodes")
struct NodeTests {
    @Test(
        "integers",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("1234567890123456789", 1_234_567_890_123_456_789),
            ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
        ] as [(String, Int64)])
    func integers(text: String, value: Int64) throws {
        let node = try parse(text)
        #expect(node.kind == .number)
        #expect(node.isIntegerLiteral)
        #expect(node.integer == value)
        #expect(node.numberText == text)
    }

    @Test(
        "numbers that are no Int64",
        arguments: [
            ("-0", false), ("1.0", false), ("1e2", false), ("1E0", false), ("-0.0", false), ("0e1", false),
            ("9223372036854775808", true), ("-9223372036854775809", true), ("9223372036854775810", true),
            ("99999999999999999999", true), (String(repeating: "9", count: 5000), true),
        ])
    func otherNumbers(text: String, isIntegerLiteral: Bool) throws {
        let node = try parse(text)
        #expect(node.isIntegerLiteral == isIntegerLiteral)
        #expect(node.integer == nil)
        #expect(node.numberText == text)
    }

    @Test("each accessor answers for its own kind alone")
    func kinds() throws {
        let nodes = try parse("[null,true,false,1,\"s\",[1],{\"a\":1},\"\\n\"]").elements.map { $0 }
        #expect(nodes.map(\.kind) == [.null, .bool, .bool, .number, .string, .array, .object, .string])
        #expect(nodes.map(\.isNull) == [true] + Array(repeating: false, count: 7))
        #expect(nodes.map(\.bool) == [nil, true, false, nil, nil, nil, nil, nil])
        #expect(nodes.map(\.integer) == [nil, nil, nil, 1, nil, nil, nil, nil])
        // The detail field of a token means something else for each kind.
        #expect(nodes.map(\.isIntegerLiteral) == [false, false, false, true, false, false, false, false])
        #expect(nodes.map(\.numberText) == [nil, nil, nil, "1", nil, nil, nil, nil])
        #expect(nodes.map(\.string) == [nil, nil, nil, nil, "s", nil, nil, "\n"])
        #expect(nodes.map { $0.stringBytes.map(Array.init) } == [nil, nil, nil, nil, [0x73], nil, nil, [0x0A]])
        #expect(nodes.map(\.count) == [0, 0, 0, 0, 0, 1, 1, 0])
        #expect(nodes.map { Array($0.elements).count } == [0, 0, 0, 0, 0, 1, 0, 0])
        #expect(nodes.map { Array($0.members).count } == [0, 0, 0, 0, 0, 0, 1, 0])
        #expect(nodes.map { $0["a"] != nil } == [false, false, false, false, false, false, true, false])
        #expect(
            nodes.map { String(decoding: $0.rawBytes, as: UTF8.self) }
                == ["null", "true", "false", "1", "\"s\"", "[1]", "{\"a\":1}", "\"\\n\""])
    }

    @Test("members in the order of the document, past nested values")
    func members() throws {
        let root = try parse("{\"b\":[1,[2,{\"x\":3}]],\"a\":{\"b\":{}},\"\\u0063\":\"t\"}")
        #expect(root.members.map(\.key) == ["b", "a", "c"])
        #expect(root.members.map { compact($0.value) } == ["[1,[2,{\"x\":3}]]", "{\"b\":{}}", "\"t\""])
        #expect(root["c"]?.string == "t")
        #expect(root["b"]?.count == 2)
        #expect(root["x"] == nil)
        #expect(root["\\u0063"] == nil)
        let member = try #require(root.members.first { $0.keyEquals("c") })
        #expect(member.keyNode.start == 34)
        #expect(member.keyNode.end == 42)
        #expect(member.keyNode.kind == .string)
        #expect(root.members.underestimatedCount == 3)
    }

    @Test("strings compare by bytes")
    func stringEquals() throws {
        let node = try parse("[\"\u{E9}\",\"\\u00e9\",\"e\\u0301\",\"abcdefghij\",\"\",5,\"\\u0000\"]")
        let strings = Array(node.elements)
        #expect(strings[0].stringEquals("\u{E9}"))
        #expect(!strings[0].stringEquals("e\u{301}"))
        #expect(strings[1].stringEquals("\u{E9}"))
        #expect(!strings[1].stringEquals("e\u{301}"))
        #expect(strings[2].stringEquals("e\u{301}"))
        #expect(!strings[2].stringEquals("\u{E9}"))
        #expect(strings[3].stringEquals("abcdefghij"))
        #expect(!strings[3].stringEquals("abcdefghiJ"))
        #expect(!strings[3].stringEquals("abcdefghi"))
        #expect(!strings[3].stringEquals("abcdefghijk"))
        #expect(strings[4].stringEquals(""))
        #expect(!strings[5].stringEquals("5"))
        #expect(!strings[5].stringEquals(""))
        #expect(strings[6].stringEquals("\0"))
    }

    @Test("a node outlives its document")
    func lifetime() throws {
        func inner() throws -> JSONNode? {
            try parse("{\"a\":[\"text\"]}")["a"]
        }
        #expect(try inner()?.elements.map(\.string) == ["text"])
    }
}
