import StrictJSON
import Testing

@Suite("Places")
struct PlaceTests {
    @Test("paths of all nodes")
    func paths() throws {
        let root = try parse(
            "{\"a\":[1,[],[{\"b c\":null},2]],\"\":{\"_x9\":0},\"9\":[],\"\\\"\\n\":1,\"é\":[[[true]]],\"last\":{}}")
        var found: [String] = []
        var open = [root]
        while let node = open.popLast() {
            found.append(node.path)
            open += node.elements.reversed()
            open += node.members.map(\.value).reversed()
            for member in node.members {
                #expect(member.keyNode.path == member.value.path)
            }
        }
        #expect(
            found == [
                "$", "$.a", "$.a[0]", "$.a[1]", "$.a[2]", "$.a[2][0]", "$.a[2][0][\"b c\"]", "$.a[2][1]",
                "$[\"\"]", "$[\"\"]._x9", "$[\"9\"]", "$[\"\\\"\\n\"]", "$[\"é\"]", "$[\"é\"][0]",
                "$[\"é\"][0][0]", "$[\"é\"][0][0][0]", "$.last",
            ])
    }

    @Test(
        "paths of errors",
        arguments: [
            ("x", "$"), ("1 2", "$"), ("[1,x]", "$[1]"), ("[x]", "$[0]"), ("[1 x]", "$"),
            ("[[1],[2,[x]]]", "$[1][1][0]"),
            ("{\"a\":x}", "$.a"), ("{\"a\":1,\"b\":[0,{\"c\":x}]}", "$.b[1].c"), ("{\"a\" x}", "$.a"), ("{x}", "$"),
            ("{\"a\":{x}}", "$.a"), ("{\"a\":1,x}", "$"), ("{\"a\":{\"b\":1}x}", "$"), ("{\"a\":[{\"b\":1}x]}", "$.a"),
            ("{\"a\":[],\"b\":01}", "$.b"), ("{\"a b\":\"\\x\"}", "$[\"a b\"]"),
            ("{\"principal\":{\"id\":\"\\uD800\"}}", "$.principal.id"),
            ("{\"evaluations\":[{},{},", "$.evaluations[2]"),
            ("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "$" + String(repeating: "[0]", count: 32)),
        ])
    func errorPaths(text: String, path: String) {
        #expect(refusal(of: text)?.path == path)
    }

    @Test(
        "lines and columns of errors",
        arguments: [
            ("x", 1, 1), ("\nx", 2, 1), ("\r\nx", 2, 1), ("\rx", 2, 1), ("\n\r\r\n\n x", 5, 2),
            ("[\"é\u{1F600}\",x]", 1, 7),
            ("[\"e\u{301}\" x", 1, 7), ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3), ("[1,\n", 2, 1), ("[1,\r", 2, 1),
        ])
    func errorPositions(text: String, line: Int, column: Int) {
        let error = refusal(of: text)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("positions of nodes")
    func positions() throws {
        let root = try parse(" [\r\n  \"é\", true,\r{\n\t\"k\" :\n 5}]")
        #expect(root.position == (1, 2))
        let nodes = Array(root.elements)
        #expect(nodes[0].position == (2, 3))
        #expect(nodes[1].position == (2, 8))
        #expect(nodes[2].position == (3, 1))
        let member = try #require(Array(nodes[2].members).first)
        #expect(member.keyNode.position == (4, 2))
        #expect(member.value.position == (5, 2))
        #expect(nodes[1].start == 12)
        #expect(nodes[1].end == 16)
    }

    @Test("errors describe themselves on one line, and are equal by code")
    func errors() throws {
        let error = try #require(refusal(of: "[1,\n x]"))
        #expect(error.description == "json.unexpected_character at 2:2 ($[1]): expected a value, found `x`")
        #expect(error == refusal(of: "}"))
        #expect(error != refusal(of: ""))
        #expect(error.code.rawValue == "json.unexpected_character")
    }
}
