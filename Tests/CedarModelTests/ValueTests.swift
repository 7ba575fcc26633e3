import CedarModel
import CedarSyntax
import Testing

@Suite struct ValueTests {
    /// Values of one row are equal; values of different rows are not.
    private static func classes() throws -> [[Value]] {
        func ip(_ text: String) throws -> Value { .ip(try IPAddress(parsing: text)) }
        func decimal(_ text: String) throws -> Value { .decimal(try Decimal(parsing: text)) }
        func datetime(_ text: String) throws -> Value { .datetime(try Datetime(parsing: text)) }
        func duration(_ text: String) throws -> Value { .duration(try CedarModel.Duration(parsing: text)) }
        return [
            [.bool(true)], [.bool(false)], [.long(0)], [.long(1)], [.string("")], [.string("1")], [.string("true")],
            [.string("\u{E9}"), .string("é")], [.string("e\u{301}")], [.string("A\u{30A}")], [.string("\u{C5}")],
            [.entity(user("a"))], [.entity(user("A"))], [.entity(user("\u{E9}"))], [.entity(user("e\u{301}"))],
            [.entity(EntityUID(type: Name(unchecked: "N::User"), id: "a"))],
            [.setOf(), .setOf()], [.setOf(.setOf())],
            [.setOf(.long(1), .long(2)), .setOf(.long(2), .long(1), .long(2))], [.setOf(.long(1))],
            [.setOf(.string("\u{E9}"), .string("e\u{301}"))], [.setOf(.string("\u{E9}"))],
            [.setOf(.string("e\u{301}"))],
            [.record([:])], [.record(["a": .long(1), "b": .setOf()]), .record(["b": .setOf(), "a": .long(1)])],
            [.record(["a": .long(1)])], [.record(["\u{E9}": .long(1)])], [.record(["e\u{301}": .long(1)])],
            [try decimal("1.0"), try decimal("01.000")], [try decimal("0.0"), try decimal("-0.0")],
            [try ip("10.0.0.1"), try ip("10.0.0.1/32")], [try ip("10.0.0.1/24")], [try ip("10.0.0.0/24")],
            [try ip("::1"), try ip("0:0:0:0:0:0:0:1/128")], [try ip("::10.0.0.1".replacing("10.0.0.1", with: "a00:1"))],
            [try datetime("1970-01-01"), try datetime("1970-01-01T01:00:00+0100")], [try datetime("1970-01-02")],
            [try duration("1h"), try duration("60m"), try duration("3600s")],
            [try duration("0ms"), try duration("-0d")],
            [.unreadable("a")], [.unreadable("b")], [.setOf(.unreadable("a"))],
        ]
    }

    @Test("equality is by denotation, and hashing agrees")
    func equality() throws {
        let classes = try Self.classes()
        for (row, values) in classes.enumerated() {
            for (otherRow, others) in classes.enumerated() {
                for value in values {
                    for other in others {
                        #expect((value == other) == (row == otherRow), "\(value) and \(other)")
                        if row == otherRow { #expect(value.hashValue == other.hashValue, "\(value) and \(other)") }
                    }
                }
            }
        }
        #expect(ValueSet(classes.flatMap(\.self)).elements.count == classes.count)
    }

    @Test("equal values read the same, whatever the order of their making")
    func description() throws {
        var values = try Self.classes().flatMap(\.self)
        let expected = Value.set(ValueSet(values)).description
        for _ in 0..<20 {
            values.shuffle()
            #expect(Value.set(ValueSet(values)).description == expected)
        }
        #expect(Value.setOf(.long(10), .long(9), .string("a")).description == #"["a", 10, 9]"#)
    }

    @Test("sets with several unreadable parts are equal and agree on the reason")
    func unreadable() {
        let parts = (0..<50).map { Value.unreadable("reason \($0)") }
        let first = ValueSet(parts)
        for _ in 0..<20 {
            let other = ValueSet(parts.shuffled() + [.long(1)])
            #expect(ValueSet(other.elements.subtracting([.long(1)])) == first)
            #expect(Value.set(other).unreadablePart?.reason == "reason 0")
        }
    }

    @Test("types, as messages name them")
    func types() throws {
        let names = try Self.classes().flatMap(\.self).map(\.type.description)
        #expect(
            Set(names) == [
                "bool", "long", "string", "set", "record", "decimal", "ipaddr", "datetime", "duration",
                "entity of type `User`", "entity of type `N::User`", "unreadable value",
            ])
    }

    @Test("typed views give the payload or a type error")
    func views() throws {
        for value in try Self.classes().flatMap(\.self) {
            let views: [(ValueType, (Value) throws -> Any)] = [
                (.bool, { try $0.asBool() }), (.long, { try $0.asLong() }), (.string, { try $0.asString() }),
                (.set, { try $0.asSet() }), (.ipaddr, { try $0.asIP() }), (.decimal, { try $0.asDecimal() }),
                (.datetime, { try $0.asDatetime() }), (.duration, { try $0.asDuration() }),
                (.anyEntity, { try $0.asEntity() }),
            ]
            for (type, view) in views {
                let isRight = if case .entity = value { type == .anyEntity } else { type == value.type }
                do {
                    _ = try view(value)
                    #expect(isRight && value.unreadablePart == nil, "\(value) as \(type)")
                } catch let error as EvaluationError {
                    let expected =
                        value.unreadablePart == nil || value.type == .record ? "TYPE_MISMATCH" : "UNREADABLE_VALUE"
                    #expect(error.code == (value.type == .set && type != .set ? "TYPE_MISMATCH" : expected))
                    #expect(!isRight || value.unreadablePart != nil, "\(value) as \(type)")
                }
            }
        }
    }
}
