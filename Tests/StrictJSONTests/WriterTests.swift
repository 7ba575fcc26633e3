import StrictJSON
import Testing

@Suite("Writer")
struct WriterTests {
    /// One of everything.
    private func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("decision")
        writer.bool(true)
        writer.key("n")
        writer.null()
        writer.key("list")
        writer.beginArray()
        writer.integer(1)
        writer.integer(Int64.min)
        writer.beginArray()
        writer.endArray()
        writer.string("x")
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.key("raw")
        writer.raw(Array("[1.50]".utf8))
        writer.key("o")
        writer.beginObject()
        writer.key("p")
        writer.bool(false)
        writer.endObject()
        writer.endObject()
    }

    @Test("compact")
    func compactLayout() throws {
        var writer = JSONWriter()
        write(&writer)
        #expect(
            writer.text
                == "{\"decision\":true,\"n\":null,\"list\":[1,-9223372036854775808,[],\"x\",{}],"
                + "\"raw\":[1.50],\"o\":{\"p\":false}}")
        #expect(refusal(of: writer.bytes) == nil)
    }

    @Test("pretty")
    func prettyLayout() {
        var writer = JSONWriter(pretty: true)
        write(&writer)
        #expect(
            writer.text == """
                {
                  "decision": true,
                  "n": null,
                  "list": [
                    1,
                    -9223372036854775808,
                    [],
                    "x",
                    {}
                  ],
                  "raw": [1.50],
                  "o": {
                    "p": false
                  }
                }
                """)
        #expect(refusal(of: writer.bytes) == nil)
    }

    @Test("exactly the required characters are escaped, and every scalar comes back")
    func escapes() throws {
        let beyond: [UInt32] = [0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF]
        for value in Array(0...0x2FFF) + beyond {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(Character(scalar))
            var writer = JSONWriter()
            writer.beginObject()
            writer.key(text)
            writer.string(text)
            writer.endObject()
            let isEscaped = value < 0x20 || scalar == "\"" || scalar == "\\"
            #expect(writer.bytes.contains(UInt8(ascii: "\\")) == isEscaped)
            let root = try JSONDocument(parsing: writer.bytes, limits: .request).root
            #expect(root[text]?.stringEquals(text) == true)
        }
    }

    @Test("control characters use the short escapes or lowercase digits")
    func controls() {
        var writer = JSONWriter()
        writer.string("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}\"\\/")
        #expect(writer.text == "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\u{7F}\\\"\\\\/\"")
    }

    @Test("a node inside a document is written alone")
    func innerNode() throws {
        let root = try parse("[1, {\"a\" : [ 2, {} , {\"b\":\"\\u0041\"}]}, 3]")
        let node = try #require(Array(root.elements).dropFirst().first)
        #expect(compact(node) == "{\"a\":[2,{},{\"b\":\"A\"}]}")
        var writer = JSONWriter()
        writer.beginArray()
        writer.value(node)
        writer.value(root)
        writer.endArray()
        #expect(writer.text == "[{\"a\":[2,{},{\"b\":\"A\"}]},[1,{\"a\":[2,{},{\"b\":\"A\"}]},3]]")
    }
}
