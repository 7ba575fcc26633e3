import StrictJSON
import Testing

@Suite("Strict grammar")
struct GrammarTests {
    @Test(
        "accepted texts, with their compact form",
        arguments: [
            ("null", "null"), ("true", "true"), ("false", "false"), (" \t\r\n true \r\n", "true"),
            ("0", "0"), ("-0", "-0"), ("-1", "-1"), ("10", "10"), ("1.5", "1.5"), ("0.0", "0.0"), ("-0.0", "-0.0"),
            ("1e5", "1e5"), ("1E+5", "1E+5"), ("1e-05", "1e-05"), ("0e0", "0e0"), ("0E+00", "0E+00"),
            ("20.25e-10", "20.25e-10"), ("1e400", "1e400"), ("-9999999999999999999999", "-9999999999999999999999"),
            ("0.\(String(repeating: "3", count: 400))", "0.\(String(repeating: "3", count: 400))"),
            ("[]", "[]"), ("[ ]", "[]"), ("[[]   ]", "[[]]"), ("[\n1\n,\n2]", "[1,2]"), ("[1 ]", "[1]"),
            ("[null, 1, \"1\", {}]", "[null,1,\"1\",{}]"), ("[\"\"]", "[\"\"]"), ("[[],[[]],{}]", "[[],[[]],{}]"),
            ("{}", "{}"), ("{ }", "{}"), ("{\"\":0}", "{\"\":0}"),
            ("{ \"a\" : 1 , \"b\" : [ ] }", "{\"a\":1,\"b\":[]}"),
            ("{\"a\":{\"a\":{\"a\":[]}}}", "{\"a\":{\"a\":{\"a\":[]}}}"),
            ("{\"a\":[],\"b\":{}}", "{\"a\":[],\"b\":{}}"),
            ("\"\"", "\"\""), ("\" \"", "\" \""), ("\"\u{7F}\"", "\"\u{7F}\""), ("\"/\\/\"", "\"//\""),
            ("\"\\\"\\\\\\b\\f\\n\\r\\t\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\""),
            ("\"\\u0000\\u001f\\u0008\"", "\"\\u0000\\u001f\\b\""), ("\"\\u0041\\u00e9\\u00E9\"", "\"Aéé\""),
            ("\"\\uD834\\udd1e\"", "\"\u{1D11E}\""), ("\"\\uDBFF\\uDFFF\"", "\"\u{10FFFF}\""),
            ("\"\\uFFFE\\uFFFF\\uFEFF\"", "\"\u{FFFE}\u{FFFF}\u{FEFF}\""),
            ("\"\\u2028\u{2029}\"", "\"\u{2028}\u{2029}\""),
            ("\"\\\\u0000\"", "\"\\\\u0000\""), ("\"/* no comment */\"", "\"/* no comment */\""),
            ("\"é€\u{1F600}\u{800}\"", "\"é€\u{1F600}\u{800}\""), ("\"\u{FFFD}\u{D7FF}\"", "\"\u{FFFD}\u{D7FF}\""),
            ("\"\u{E000}\u{10000}\"", "\"\u{E000}\u{10000}\""),
            ("\"1234567é\"", "\"1234567é\""), ("\"12345678\\n\"", "\"12345678\\n\""), ("\"\u{FEFF}\"", "\"\u{FEFF}\""),
        ])
    func accepts(text: String, form: String) throws {
        #expect(Array(compact(try parse(text)).utf8) == Array(form.utf8))
    }

    @Test(
        "refused texts, with their code and offset",
        arguments: [
            ("", .unexpectedEnd, 0), (" \n", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1),
            ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4),
            ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6), ("{\"a\":1,", .unexpectedEnd, 7),
            ("\"", .unexpectedEnd, 1), ("\"abc", .unexpectedEnd, 4), ("\"abcdefgh", .unexpectedEnd, 9),
            ("\"\\", .unexpectedEnd, 2), ("\"\\u00", .unexpectedEnd, 5), ("\"\\uD800", .unexpectedEnd, 7),
            ("\"\\uD800\\", .unexpectedEnd, 8), ("\"\\uD800\\uDC0", .unexpectedEnd, 12),
            ("tru", .unexpectedEnd, 3), ("nul", .unexpectedEnd, 3), ("f", .unexpectedEnd, 1),
            ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3),
            ("]", .unexpectedCharacter, 0), ("}", .unexpectedCharacter, 0), (",", .unexpectedCharacter, 0),
            (":", .unexpectedCharacter, 0), ("[,1]", .unexpectedCharacter, 1), ("[1,]", .unexpectedCharacter, 3),
            ("[1,,2]", .unexpectedCharacter, 3), ("[1 2]", .unexpectedCharacter, 3), ("[1:2]", .unexpectedCharacter, 2),
            ("[1}", .unexpectedCharacter, 2), ("[\"a\" \"b\"]", .unexpectedCharacter, 5),
            ("[}", .unexpectedCharacter, 1),
            ("{]", .unexpectedCharacter, 1), ("{,}", .unexpectedCharacter, 1), ("{\"a\":1,}", .unexpectedCharacter, 7),
            ("{\"a\":1]", .unexpectedCharacter, 6), ("{\"a\",1}", .unexpectedCharacter, 4),
            ("{\"a\" 1}", .unexpectedCharacter, 5),
            ("{\"a\"::1}", .unexpectedCharacter, 5), ("{\"a\":}", .unexpectedCharacter, 5),
            ("{a:1}", .unexpectedCharacter, 1),
            ("{1:1}", .unexpectedCharacter, 1), ("{'a':1}", .unexpectedCharacter, 1),
            ("{\"a\":1 \"b\":2}", .unexpectedCharacter, 7),
            ("{\"a\":1,,\"b\":2}", .unexpectedCharacter, 7), ("{null:1}", .unexpectedCharacter, 1),
            ("{\"a\"}", .unexpectedCharacter, 4),
            ("['a']", .unexpectedCharacter, 1), ("True", .unexpectedCharacter, 0), ("trux", .unexpectedCharacter, 3),
            ("nuLl", .unexpectedCharacter, 2), ("NaN", .unexpectedCharacter, 0), ("Infinity", .unexpectedCharacter, 0),
            ("[tru]", .unexpectedCharacter, 4), ("undefined", .unexpectedCharacter, 0),
            ("[1/**/]", .unexpectedCharacter, 2),
            ("//x\n1", .unexpectedCharacter, 0), ("[1\u{C}]", .unexpectedCharacter, 2),
            ("\u{A0}1", .unexpectedCharacter, 0),
            ("[\u{2060}]", .unexpectedCharacter, 1), ("[é]", .unexpectedCharacter, 1),
            ("[\\u000A\"\"]", .unexpectedCharacter, 1),
            ("\u{0}", .unexpectedCharacter, 0), ("<a>", .unexpectedCharacter, 0), ("[*]", .unexpectedCharacter, 1),
            ("01", .invalidNumber, 0), ("-01", .invalidNumber, 0), ("00", .invalidNumber, 0),
            ("[-012]", .invalidNumber, 1),
            ("+1", .invalidNumber, 0), (".5", .invalidNumber, 0), ("[1.]", .invalidNumber, 3),
            ("1.e5", .invalidNumber, 2),
            ("-.5", .invalidNumber, 1), ("--1", .invalidNumber, 1), ("-a", .invalidNumber, 1),
            ("-Infinity", .invalidNumber, 1),
            ("- 1", .invalidNumber, 1), ("[1e]", .invalidNumber, 3), ("[1e+]", .invalidNumber, 4),
            ("1ea", .invalidNumber, 2),
            ("1e1.5", .invalidNumber, 3), ("0x1F", .invalidNumber, 1), ("1_000", .invalidNumber, 1),
            ("1a", .invalidNumber, 1),
            ("1.2.3", .invalidNumber, 3), ("1+2", .invalidNumber, 1), ("[1-2]", .invalidNumber, 2),
            ("0e", .unexpectedEnd, 2),
            ("1\u{FF11}", .trailingData, 1),
            ("1 2", .trailingData, 2), ("[]]", .trailingData, 2), ("{}}", .trailingData, 2), ("{}{}", .trailingData, 2),
            ("\"a\"b", .trailingData, 3), ("nulll", .trailingData, 4), ("[1],", .trailingData, 3),
            ("{} //x", .trailingData, 3),
            ("1\u{0}", .trailingData, 1), ("[]\u{FEFF}", .trailingData, 2),
            ("\"\\x\"", .invalidEscape, 1), ("\"\\a\"", .invalidEscape, 1), ("\"\\'\"", .invalidEscape, 1),
            ("\"\\0\"", .invalidEscape, 1), ("\"\\U0041\"", .invalidEscape, 1), ("\"\\u00G0\"", .invalidEscape, 1),
            ("\"\\u 041\"", .invalidEscape, 1), ("\"\\u+041\"", .invalidEscape, 1), ("\"a\\\n\"", .invalidEscape, 2),
            ("\"\\é\"", .invalidEscape, 1), ("\"\\uD800\\u00z0\"", .invalidEscape, 1),
            ("{\"\\q\":1}", .invalidEscape, 2),
            ("\"\\uD800\"", .loneSurrogate, 1), ("\"\\uDC00\"", .loneSurrogate, 1), ("\"\\uD800a\"", .loneSurrogate, 1),
            ("\"\\uD800\\n\"", .loneSurrogate, 1), ("\"\\uD800\\uD800\"", .loneSurrogate, 1),
            ("\"\\uD800\\u0041\"", .loneSurrogate, 1), ("\"\\uDC00\\uD800\"", .loneSurrogate, 1),
            ("{\"\\uDFFF\":1}", .loneSurrogate, 2),
            ("\"\n\"", .controlCharacter, 1), ("\"a\tb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1),
            ("\"12345678\u{1F}\"", .controlCharacter, 9), ("{\"\r\":1}", .controlCharacter, 2),
            ("\u{FEFF}1", .byteOrderMark, 0), ("\u{FEFF}", .byteOrderMark, 0),
        ] as [(String, JSONError.Code, Int)])
    func refuses(text: String, code: JSONError.Code, offset: Int) {
        let error = refusal(of: text)
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(
        "bytes that are not UTF-8",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC3, 0xC3], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
            [0xF0, 0x9F, 0x98, 0x41], [0xF0, 0x9F, 0x41, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func refusesInvalidUTF8(sequence: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        for filler in 0...9 {
            let start = [quote] + [UInt8](repeating: UInt8(ascii: "a"), count: filler)
            let error = refusal(of: start + sequence + [quote])
            #expect(error?.code == .invalidUTF8)
            // The fault is the first byte of the sequence, also where a later byte makes it invalid.
            #expect(error?.offset == filler + 1)
        }
        #expect(refusal(of: sequence)?.code == .invalidUTF8)
        #expect(refusal(of: [quote] + sequence)?.code == .invalidUTF8)
        #expect(refusal(of: Array("{\"".utf8) + sequence + Array("\":1}".utf8))?.code == .invalidUTF8)
    }

    @Test("other encodings are refused")
    func refusesUTF16() {
        #expect(refusal(of: [0xFF, 0xFE, 0x31, 0x00])?.code == .invalidUTF8)
        #expect(refusal(of: [0x5B, 0x00, 0x5D, 0x00])?.code == .unexpectedCharacter)
        #expect(refusal(of: [0x00, 0x5B, 0x00, 0x5D])?.code == .unexpectedCharacter)
    }

    @Test("every ASCII byte inside a string, at every place in a word of eight")
    func stringBytes() {
        for byte in 0..<UInt8(0x80) {
            for place in 0..<17 {
                var content = [UInt8](repeating: UInt8(ascii: "x"), count: 17)
                content[place] = byte
                let quote = UInt8(ascii: "\"")
                let code = refusal(of: [quote] + content + [quote])?.code
                switch byte {
                case 0..<0x20:
                    #expect(code == .controlCharacter)
                case quote:
                    #expect(code == .trailingData)
                case UInt8(ascii: "\\"):
                    // The letter after it is `x`, or at the end the closing quote.
                    #expect(code == (place == 16 ? .unexpectedEnd : .invalidEscape))
                default:
                    #expect(code == nil)
                }
            }
        }
    }

    @Test("messages name what was found")
    func messages() {
        #expect(refusal(of: "[1,]")?.message == "expected a value, found `]`")
        #expect(refusal(of: "{a")?.message == "expected a member name in double quotes, found `a`")
        #expect(refusal(of: "[\u{202E}]")?.message == "expected a value, found U+202E")
        #expect(refusal(of: "[`]")?.message == "expected a value, found U+0060")
        #expect(refusal(of: "[1")?.message == "the text ends where `,` or `]` should stand")
        #expect(refusal(of: "1_0")?.message == "a number goes on with `_`")
    }
}
