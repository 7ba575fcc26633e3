import CedarModel
import CedarSyntax
import StrictJSON
import Testing

@Suite struct ValueReaderTests {
    private static let dialects: [ValueReader.Dialect] = [.reference, .strict, .exchange]

    private func read(_ text: String, _ dialect: ValueReader.Dialect) throws -> Value {
        try ValueReader(dialect).read(try json(text))
    }

    private func code(_ text: String, _ dialect: ValueReader.Dialect) throws -> DataError.Code? {
        try dataErrorCode { _ = try read(text, dialect) }
    }

    // MARK: - What all dialects agree on

    @Test(
        "plain values and well-formed escapes",
        arguments: [
            ("true", "true"), ("false", "false"), ("0", "0"), ("-1", "-1"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
            (#""""#, #""""#), (#""a\u0000b""#, #""a\0b""#), (#""\ud83d\ude00""#, #""😀""#),
            ("[]", "[]"), ("[1, 1, 2]", "[1, 2]"), (#"[1, "1", true, [], {}]"#, #"["1", 1, [], true, {}]"#),
            ("{}", "{}"), (#"{"b": 1, "a": 2}"#, "{a: 2, b: 1}"), (#"{"in": 1, "a b": 2}"#, #"{"a b": 2, "in": 1}"#),
            (#"{"__entity": {"type": "A::B", "id": ""}}"#, #"A::B::"""#),
            (#"{"__entity": {"type": "A", "id": "x", "more": 1}}"#, #"A::"x""#),
            (#"{"__extn": {"fn": "ip", "arg": "10.0.0.1"}}"#, #"ip("10.0.0.1")"#),
            (#"{"__extn": {"fn": "decimal", "args": ["1.50"]}}"#, #"decimal("1.5")"#),
            // Both given: `arg` wins.
            (#"{"__extn": {"fn": "decimal", "arg": "1.0", "args": ["2.0", "3.0"]}}"#, #"decimal("1.0")"#),
            (#"{"__extn": {"fn": "duration", "arg": "1m"}}"#, #"duration("1m")"#),
            (
                #"{"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2026-01-01"}}, "#
                    + #"{"__extn": {"fn": "duration", "arg": "1d"}}]}}"#,
                #"datetime("2026-01-02T00:00:00.000Z")"#
            ),
            (#"{"__extn": {"fn": "isLoopback", "arg": {"__extn": {"fn": "ip", "arg": "127.0.0.1"}}}}"#, "true"),
            (#"{"__entity2": {"type": "A", "id": "x"}}"#, #"{__entity2: {id: "x", type: "A"}}"#),
            (#"{"type": "A", "id": "x"}"#, #"{id: "x", type: "A"}"#),
        ])
    func values(text: String, expected: String) throws {
        for dialect in Self.dialects {
            #expect(try read(text, dialect).description == expected, "\(dialect)")
        }
    }

    @Test("keys and strings compare by scalars")
    func canonicalEquivalence() throws {
        for dialect in Self.dialects {
            #expect(try read("[\"\u{E9}\", \"e\u{301}\"]", dialect) == .setOf(.string("\u{E9}"), .string("e\u{301}")))
            guard case .set(let set) = try read("[\"\u{E9}\", \"e\u{301}\", \"\\u00e9\"]", dialect) else {
                Issue.record("not a set")
                return
            }
            #expect(set.elements.count == 2)
            guard case .record(let record) = try read("{\"\u{E9}\": 1, \"e\u{301}\": 2}", dialect) else {
                Issue.record("not a record")
                return
            }
            #expect(record["\u{E9}"] == .long(1))
            #expect(record["e\u{301}"] == .long(2))
        }
    }

    // MARK: - Numbers and null

    @Test(
        "numbers that are no integers of 64 bits",
        arguments: [
            "1.0", "1e3", "-0", "0.5", "9223372036854775808", "-9223372036854775809", "1e400", "1E-400",
        ])
    func numbers(text: String) throws {
        for place in [text, "[\(text)]", "{\"a\": \(text)}", "{\"a\": [{\"b\": \(text)}]}"] {
            #expect(try code(place, .reference) == .notAnInteger, "\(place)")
            #expect(try code(place, .strict) == .notAnInteger, "\(place)")
            #expect(try code(place, .exchange) == nil, "\(place)")
        }
    }

    @Test(
        "exchange reads exact decimals",
        arguments: [
            ("1.0", "1.0"), ("1e3", "1000.0"), ("-0", "0.0"), ("-0.5", "-0.5"), ("0.0001", "0.0001"),
            ("2.50000", "2.5"),
            ("922337203685477.5807", "922337203685477.5807"), ("-922337203685477.5808", "-922337203685477.5808"),
        ])
    func exchangeDecimals(text: String, decimal: String) throws {
        #expect(try read(text, .exchange).description == "decimal(\"\(decimal)\")")
    }

    @Test(
        "exchange marks what it cannot represent",
        arguments: [
            "0.00001", "9223372036854775808", "1e400", "922337203685477.5808", "null",
            #"{"__entity": {"type": "A"}}"#, #"{"__entity": {"type": "in", "id": "x"}}"#,
            #"{"__entity": {"type": "A", "id": "x"}, "a": 1}"#, #"{"__entity": "A::\"x\""}"#,
            #"{"__extn": {"fn": "ip", "arg": "nonsense"}}"#, #"{"__extn": {"fn": "rm", "arg": "x"}}"#,
            #"{"__extn": {"fn": "ip"}}"#, #"{"__extn": {"fn": "ip", "arg": null}}"#,
            #"{"__extn": {"fn": "ip", "args": []}}"#,
            #"{"__extn": {"fn": "decimal", "arg": 1.5}}"#, #"{"__expr": "principal"}"#, #"{"__expr": 1}"#,
        ])
    func exchangeUnreadable(text: String) throws {
        guard case .unreadable(let part) = try read(text, .exchange) else {
            Issue.record("readable: \(try read(text, .exchange))")
            return
        }
        #expect(!part.reason.isEmpty)
        #expect(try read("{\"a\": [\(text)], \"b\": 1}", .exchange).unreadablePart == (text == "null" ? nil : part))
    }

    @Test("null is absent in exchange and an error elsewhere")
    func null() throws {
        #expect(try read(#"{"a": null, "b": [null, 1, null]}"#, .exchange).description == "{b: [1]}")
        #expect(try read(#"[[null], [], {"a": null}]"#, .exchange).description == "[[], {}]")
        for text in ["null", "[null]", #"{"a": null}"#, #"[[{"a": [null]}]]"#] {
            #expect(try code(text, .reference) == .null)
            #expect(try code(text, .strict) == .null)
        }
    }

    // MARK: - Malformed escapes

    @Test(
        "malformed escapes are records to the reference only",
        arguments: [
            #"{"__entity": {"type": "A"}}"#, #"{"__entity": {"id": "x"}}"#, #"{"__entity": {"type": 1, "id": "x"}}"#,
            #"{"__entity": "A::\"x\""}"#, #"{"__entity": {"type": "A", "id": "x"}, "a": 1}"#,
            #"{"a": 1, "__entity": {"type": "A", "id": "x"}}"#,
            #"{"__entity": {"type": "A", "id": "x"}, "__extn": {"fn": "ip", "arg": "::1"}}"#,
            #"{"__extn": {"fn": "ip"}}"#, #"{"__extn": {"arg": "::1"}}"#, #"{"__extn": "ip"}"#,
            #"{"__extn": {"fn": "ip", "args": "::1"}}"#, #"{"__extn": {"fn": 1, "arg": "::1"}}"#,
            #"{"__extn": {"fn": "ip", "arg": "::1"}, "a": 1}"#, #"{"__expr": "x", "a": 1}"#, #"{"__expr": 1}"#,
        ])
    func malformedEscapes(text: String) throws {
        guard case .record = try read(text, .reference) else {
            Issue.record("not a record")
            return
        }
        #expect(try code(text, .strict) == .malformedEscape)
        #expect(try code("[{\"a\": \(text)}]", .strict) == .malformedEscape)
    }

    @Test(
        "escapes that nobody accepts",
        arguments: [
            (#"{"__entity": {"type": "in", "id": "x"}}"#, DataError.Code.invalidName),
            (#"{"__entity": {"type": "A B", "id": "x"}}"#, .invalidName),
            (#"{"__entity": {"type": "A :: B", "id": "x"}}"#, .invalidName),
            (#"{"__entity": {"type": "__cedar::A", "id": "x"}}"#, .invalidName),
            (#"{"__entity": {"type": "", "id": "x"}}"#, .invalidName),
            (#"{"__extn": {"fn": "ip", "arg": "nonsense"}}"#, .invalidExtension),
            (#"{"__extn": {"fn": "ip", "arg": 1}}"#, .invalidExtension),
            (#"{"__extn": {"fn": "ip", "args": ["::1", "::1"]}}"#, .invalidExtension),
            (#"{"__extn": {"fn": "contains", "args": [[1], 1]}}"#, .invalidExtension),
            (#"{"__extn": {"fn": "datetime", "arg": "2026-02-30"}}"#, .invalidExtension),
            (#"{"__extn": {"fn": "ip", "arg": null}}"#, .null),
            (#"{"__expr": "principal"}"#, .malformedEscape),
        ])
    func refusedEscapes(text: String, expected: DataError.Code) throws {
        #expect(try code(text, .strict) == expected)
        #expect(try code(text, .reference) == expected)
    }

    // MARK: - Records and places

    @Test("a record is read as one, escapes are for values")
    func records() throws {
        let escape = try json(#"{"__entity": {"type": "A", "id": "x"}}"#)
        let reference = try ValueReader(.reference).readRecord(escape, what: "`context`")
        #expect(reference.keys.elementsEqual(["__entity"]))
        #expect(
            try dataErrorCode { _ = try ValueReader(.strict).readRecord(escape, what: "`context`") } == .malformedEscape
        )
        for dialect in Self.dialects {
            for text in ["[]", "null", "1", #""{}""#] {
                let node = try json(text)
                #expect(try dataErrorCode { _ = try ValueReader(dialect).readRecord(node, what: "x") } == .wrongType)
            }
        }
    }

    @Test("errors say where")
    func places() throws {
        let text = #"{"a": [{"b c": 1.5}]}"#
        let error = #expect(throws: DataError.self) { try read(text, .strict) }
        #expect(error?.path == #"$.a[0]["b c"]"#)
        #expect(error.map { Array(text.utf8)[$0.start..<$0.end] }.map { String(decoding: $0, as: UTF8.self) } == "1.5")
    }

    @Test("values nest as deep as JSON may")
    func depth() throws {
        let text = String(repeating: "[", count: 128) + "1" + String(repeating: "]", count: 128)
        for dialect in Self.dialects { _ = try read(text, dialect) }
        let records = String(repeating: #"{"a":"#, count: 128) + "1" + String(repeating: "}", count: 128)
        for dialect in Self.dialects { _ = try read(records, dialect) }
    }
}
