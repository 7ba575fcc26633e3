import CedarModel
import CedarSyntax
import Testing

@Suite struct RecordTests {
    @Test("fields are in the byte order of their keys, however they were given")
    func order() {
        let keys: [CedarString] = ["", "\0", "A", "Z", "a", "ab", "e\u{301}", "z", "\u{E9}", "\u{FFFD}", "😀"]
        for _ in 0..<20 {
            let record = Record(keys.shuffled().map { Record.Field(key: $0, value: .string($0)) })
            #expect(record.fields.map(\.key) == keys)
            #expect(record.keys.elementsEqual(keys))
            for key in keys { #expect(record[key] == .string(key)) }
            #expect(record["b"] == nil)
            #expect(record["e"] == nil)
        }
    }

    @Test("canonically equivalent keys are different keys")
    func canonicalEquivalence() {
        let record: Record = ["\u{E9}": .long(1), "e\u{301}": .long(2), "\u{212B}": .long(3), "\u{C5}": .long(4)]
        #expect(record.fields.count == 4)
        #expect(record["\u{E9}"] == .long(1))
        #expect(record["e\u{301}"] == .long(2))
        #expect(record["\u{212B}"] == .long(3))
        #expect(record["A\u{30A}"] == nil)
        #expect(Record([Record.Field(key: "\u{E9}", value: .long(1))]) != ["e\u{301}": .long(1)])
    }

    @Test("of several fields with one key, the last counts")
    func lastWins() {
        let record: Record = ["b": .long(1), "a": .long(2), "b": .long(3), "b": .long(4)]
        #expect(record == ["a": .long(2), "b": .long(4)])
        #expect(
            Record([Record.Field(key: "a", value: .long(1)), Record.Field(key: "a", value: .long(2))]) == [
                "a": .long(2)
            ])
    }

    @Test func merging() {
        let left: Record = ["a": .long(1), "b": .long(2)]
        let right: Record = ["b": .bool(true), "c": .long(3)]
        #expect(left.merging(right) == ["a": .long(1), "b": .bool(true), "c": .long(3)])
        #expect(right.merging(left) == ["a": .long(1), "b": .long(2), "c": .long(3)])
        #expect(left.merging(.empty) == left)
        #expect(Record.empty.merging(left) == left)
        #expect(Record.empty.merging(.empty).isEmpty)
    }

    @Test func text() {
        let record: Record = ["in": .long(1), "a b": .string("\"\n"), "c": .record(["d": .setOf()]), "": .bool(false)]
        #expect(record.description == #"{"": false, "a b": "\"\n", c: {d: []}, "in": 1}"#)
        #expect(Record.empty.description == "{}")
    }

    @Test("an unreadable field is found at any depth, once it is not removed by a later one")
    func unreadable() {
        let bad = Value.unreadable("reason")
        let nested: Record = ["a": .long(1), "b": .setOf(.record(["c": bad]))]
        #expect(Value.record(nested).unreadablePart?.reason == "reason")
        #expect(Value.record(nested.merging(["b": .long(1)])).unreadablePart == nil)
        #expect(Value.record(["a": .long(1)]).unreadablePart == nil)
    }
}
