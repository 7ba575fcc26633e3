import StrictJSON
import Testing

@Suite("Duplicate members")
struct DuplicateTests {
    @Test(
        "refused, after unescaping",
        arguments: [
            ("{\"a\":1,\"a\":1}", 7, "$.a"),
            ("{\"\":1,\"\":2}", 6, "$[\"\"]"),
            ("{\"a\":1,\"\\u0061\":2}", 7, "$.a"),
            ("{\"\\u0061\":1,\"a\":2}", 12, "$.a"),
            ("{\"\\u00e9\":1,\"é\":2}", 12, "$[\"é\"]"),
            ("{\"\\uD83D\\uDE00\":1,\"\u{1F600}\":2}", 18, "$[\"\u{1F600}\"]"),
            ("{\"a/b\":1,\"a\\/b\":2}", 9, "$[\"a/b\"]"),
            ("{\"\\u0000\":1,\"\\u0000\":2}", 12, "$[\"\\u0000\"]"),
            ("{\"x\":[{\"k\":1,\"j\":2,\"k\":3}]}", 19, "$.x[0].k"),
            ("{\"abcdefgh1\":1,\"abcdefgh2\":1,\"abcdefgh1\":2}", 29, "$.abcdefgh1"),
            ("{\"a\":{\"b\":[]},\"c\":1,\"a\":null}", 20, "$.a"),
        ])
    func refuses(text: String, offset: Int, path: String) {
        let error = refusal(of: text)
        #expect(error?.code == .duplicateMember)
        #expect(error?.offset == offset)
        #expect(error?.path == path)
    }

    @Test(
        "different bytes are different names",
        arguments: [
            "{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\\u00e9\":1,\"e\\u0301\":2}", "{\"a\":1,\"A\":2}",
            "{\"a\":1,\"a\\u0000\":2}", "{\"a\":{\"a\":{\"a\":1}}}", "[{\"a\":1},{\"a\":1}]",
            "{\"abcdefgh1\":1,\"abcdefgh2\":2}", "{\"abcdefgh\":1,\"abcdefg\":2,\"abcdefghi\":3}", "{\"\":1,\" \":2}",
            "{\"\u{212B}\":1,\"\u{C5}\":2,\"A\u{30A}\":3}",
        ])
    func accepts(text: String) {
        #expect(refusal(of: text) == nil)
    }

    @Test("objects of every size, the duplicate at every place", arguments: [2, 3, 15, 16, 17, 18, 33, 100])
    func sizes(count: Int) {
        let names = (0..<count).map { "name-\($0)" }
        func object(_ names: [String]) -> String {
            "{" + names.map { "\"\($0)\":[0,{\"name-0\":1}]" }.joined(separator: ",") + "}"
        }
        #expect(refusal(of: object(names)) == nil)
        for first in 0..<min(count, 20) {
            for second in max(first + 1, count - 20)..<max(first + 1, count) {
                var changed = names
                changed[second] = changed[first]
                #expect(refusal(of: object(changed))?.code == .duplicateMember)
                changed[second] = "\\u006E" + changed[first].dropFirst()
                #expect(refusal(of: object(changed))?.code == .duplicateMember)
            }
        }
    }

    @Test("names of every length, with any room after them", arguments: 0...20)
    func lengths(length: Int) {
        let name = String(repeating: "n", count: length)
        for room in 0...10 {
            let end = "1}" + String(repeating: " ", count: room)
            #expect(refusal(of: "{\"\(name)\":1,\"\(name)\":\(end)")?.code == .duplicateMember)
            #expect(refusal(of: "{\"\(name)\":1,\"\(name)n\":\(end)") == nil)
            #expect(refusal(of: "{\"\(name)n\":1,\"\(name)\":\(end)") == nil)
            #expect(refusal(of: "{\"\(name)a\":1,\"\(name)b\":\(end)") == nil)
        }
    }

    @Test("equivalent spellings stay apart in large objects too")
    func equivalentInLargeObject() throws {
        var members = (0..<100).map { "\"k\($0)\":\($0)" }
        members += ["\"\u{E9}\":1000", "\"e\u{301}\":1001"]
        let root = try parse("{" + members.joined(separator: ",") + "}")
        #expect(root.count == 102)
        #expect(root["\u{E9}"]?.integer == 1000)
        #expect(root["e\u{301}"]?.integer == 1001)
        #expect(root["k77"]?.integer == 77)
    }
}
