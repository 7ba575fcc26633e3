import CedarModel
import SeededRandom
import Testing

@Suite("Decimal")
struct DecimalTests {
    @Test(
        "reads the number exactly",
        arguments: [
            ("0.0", 0), ("-0.0", 0), ("1.0", 10_000), ("1.2", 12_000), ("1.23", 12_300), ("1.234", 12_340),
            ("1.2345", 12_345), ("-1.2345", -12_345), ("0.0001", 1), ("-0.0001", -1), ("00012.5000", 125_000),
            ("922337203685477.5807", Int64.max), ("-922337203685477.5808", Int64.min),
            ("0000000000000000000000000000922337203685477.5807", Int64.max),
        ])
    func reads(text: String, units: Int64) throws {
        #expect(try Decimal(parsing: text).units == units)
    }

    @Test(
        "refuses every other form",
        arguments: [
            "", "-", ".", "-.", "1", "-1", "1.", ".5", "-.5", "+1.0", "--1.0", "1.0-", "1..0", "1.0.0", " 1.0", "1.0 ",
            "1.0\n", "1.0\0", "1,0", "1e3", "1.0e3", "0x1.0", "1_0.0", "NaN", "inf", "\u{661}.\u{660}", "\u{FF11}.0",
            "1.\u{660}", "1\u{301}.0", "1\u{2024}0",
        ])
    func refusesForm(text: String) {
        #expect { try Decimal(parsing: text) } throws: { error in
            let error = error as? ExtensionError
            return error?.extensionName == "decimal" && error?.message.contains("is not a decimal") == true
        }
    }

    @Test("refuses a fifth fractional digit, even a zero", arguments: ["1.00000", "1.12345", "-0.00001"])
    func refusesPrecision(text: String) {
        #expect(
            throws: ExtensionError(
                extensionName: "decimal", message: "`\(text)` has more than four digits after the point")
        ) { try Decimal(parsing: text) }
    }

    @Test(
        "refuses numbers outside the range",
        arguments: [
            "922337203685477.5808", "-922337203685477.5809", "922337203685478.0", "-922337203685478.0",
            "1844674407370955.1615", "1844674407370955.1616", "18446744073709551615.0", "18446744073709551616.0",
            "99999999999999999999999999999999.9",
        ])
    func refusesRange(text: String) {
        #expect { try Decimal(parsing: text) } throws: { error in
            (error as? ExtensionError)?.message.contains("is outside the range") == true
        }
    }

    @Test("a message shows the beginning of a long text, and no control characters")
    func boundedMessage() {
        #expect { try Decimal(parsing: String(repeating: "\n", count: 100_000)) } throws: { error in
            guard let message = (error as? ExtensionError)?.message else { return false }
            return message.utf8.count < 300 && !message.contains("\n") && message.contains("...`")
        }
    }

    @Test(
        "describes itself in the shortest form",
        arguments: [
            (0, "0.0"), (1, "0.0001"), (-1, "-0.0001"), (10, "0.001"), (-5_000, "-0.5"), (30_000, "3.0"),
            (123_400, "12.34"), (Int64.max, "922337203685477.5807"), (Int64.min, "-922337203685477.5808"),
        ])
    func describes(units: Int64, text: String) {
        #expect(Decimal(units: units).description == text)
    }

    @Test("reads its own description back")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            let decimal = Decimal(units: generator.integer())
            try #require(try Decimal(parsing: decimal.description) == decimal)
        }
    }

    @Test("compares by number")
    func order() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let (left, right) = (generator.integer(), generator.integer())
            try #require((Decimal(units: left) < Decimal(units: right)) == (left < right))
            try #require((Decimal(units: left) == Decimal(units: right)) == (left == right))
        }
        #expect(try Decimal(parsing: "1.10") == Decimal(parsing: "01.1"))
        #expect(try Decimal(parsing: "-0.2") < Decimal(parsing: "-0.1"))
    }

    @Test("survives mutated texts, and what it reads it also writes")
    func mutations() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<5_000 {
            let original = Decimal(units: generator.integer()).description
            let text = generator.mutation(of: original, alphabet: "0123456789.-+e \u{661}\0")
            guard let decimal = try? Decimal(parsing: text) else { continue }
            try #require(try Decimal(parsing: decimal.description) == decimal)
        }
    }
}
