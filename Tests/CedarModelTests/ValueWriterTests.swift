import CedarModel
import CedarSyntax
import SeededRandom
import StrictJSON
import Testing

@Suite struct ValueWriterTests {
    private func written(_ value: Value) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return writer.text
    }

    @Test(
        "values and their JSON form",
        arguments: [
            (Value.bool(true), "true"), (.long(.min), "-9223372036854775808"), (.string("\"é\0"), #""\"é\u0000""#),
            (.entity(user("a")), #"{"__entity":{"type":"User","id":"a"}}"#),
            (.setOf(.long(2), .string("b"), .long(10)), #"["b",10,2]"#),
            (.record(["b": .setOf(), "a": .record([:])]), #"{"a":{},"b":[]}"#),
            (.decimal(Decimal(units: -5_000)), #"{"__extn":{"fn":"decimal","arg":"-0.5"}}"#),
            (.duration(Duration(milliseconds: 61_000)), #"{"__extn":{"fn":"duration","arg":"1m1s"}}"#),
            (.datetime(Datetime(milliseconds: 0)), #"{"__extn":{"fn":"datetime","arg":"1970-01-01T00:00:00.000Z"}}"#),
            (.setOf(.unreadable("secret")), "[null]"),
        ])
    func forms(value: Value, expected: String) {
        #expect(written(value) == expected)
    }

    @Test func entityIDs() throws {
        var writer = JSONWriter()
        writer.entityUID(user("e\u{301}\n"))
        #expect(writer.text == "{\"type\":\"User\",\"id\":\"e\u{301}\\n\"}")
        #expect(try EntityReader(.strict).readUID(try json(writer.text)) == user("e\u{301}\n"))
    }

    @Test(
        "instants that have no text are written as offsets",
        arguments: [
            Int64.min, -62_167_219_200_001, -62_167_219_200_000, -1, 0, 253_402_300_799_999, 253_402_300_800_000, .max,
        ])
    func instants(milliseconds: Int64) throws {
        let value = Value.datetime(Datetime(milliseconds: milliseconds))
        #expect(try ValueReader(.strict).read(try json(written(value))) == value)
    }

    @Test("what was written reads back", arguments: 0..<300)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Value.random(depth: 4, using: &generator)
        let text = written(value)
        for dialect in [ValueReader.Dialect.reference, .strict, .exchange] {
            let back = try ValueReader(dialect).read(try json(text))
            #expect(back == value)
            #expect(written(back) == text)
        }
        if case .record(let record) = value {
            #expect(try ValueReader(.strict).readRecord(try json(text), what: "x") == record)
        }
    }
}

extension Value {
    /// A value of any shape.
    static func random(depth: Int, using generator: inout SeededGenerator) -> Value {
        let strings: [CedarString] = ["", "a", "\u{E9}", "e\u{301}", "😀", "\"\\\n\0", "type", "id", "fn", "x y"]
        func string() -> CedarString { strings.randomElement(using: &generator) ?? "" }
        switch Int.random(in: 0..<(depth > 0 ? 11 : 8), using: &generator) {
        case 0: return .bool(Bool.random(using: &generator))
        case 1: return .long(generator.integer())
        case 2: return .string(string())
        case 3: return .entity(user(string().text))
        case 4: return .decimal(Decimal(units: generator.integer()))
        case 5: return .datetime(Datetime(milliseconds: generator.integer()))
        case 6: return .duration(Duration(milliseconds: generator.integer()))
        case 7:
            let bits = UInt32(truncatingIfNeeded: generator.next())
            let isV4 = Bool.random(using: &generator)
            let prefix = Int.random(in: 0...(isV4 ? 32 : 128), using: &generator)
            let address =
                isV4
                ? IPAddress(v4: bits, prefix: prefix)
                : IPAddress(v6: UInt64(bits) << 40, generator.next(), prefix: prefix)
            return address.map(Value.ip) ?? .bool(false)
        case 8:
            return .set(
                ValueSet(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                        random(depth: depth - 1, using: &generator)
                    }))
        default:
            return .record(
                Record(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                        Record.Field(key: string(), value: random(depth: depth - 1, using: &generator))
                    }))
        }
    }
}
