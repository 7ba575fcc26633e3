import CedarModel
import SeededRandom
import Testing

@Suite("Duration")
struct DurationTests {
    @Test(
        "reads the sum of the parts",
        arguments: [
            ("0ms", 0), ("-0ms", 0), ("0d0h0m0s0ms", 0), ("1ms", 1), ("1s", 1_000), ("1m", 60_000), ("1h", 3_600_000),
            ("1d", 86_400_000), ("-1d", -86_400_000), ("1d2h3m4s5ms", 93_784_005), ("-1d2h3m4s5ms", -93_784_005),
            ("1m1ms", 60_001), ("1d1ms", 86_400_001), ("36h", 129_600_000), ("90m", 5_400_000), ("007d", 604_800_000),
            ("00000000000000000000000000000001ms", 1),
            ("9223372036854775807ms", Int64.max), ("-9223372036854775807ms", -Int64.max),
            ("-9223372036854775808ms", Int64.min),
            ("106751991167d7h12m55s807ms", Int64.max), ("-106751991167d7h12m55s808ms", Int64.min),
            ("9223372036854775s807ms", Int64.max), ("-9223372036854775s808ms", Int64.min),
        ])
    func reads(text: String, milliseconds: Int64) throws {
        #expect(try Duration(parsing: text).milliseconds == milliseconds)
    }

    @Test(
        "refuses every other form",
        arguments: [
            "", "-", "1", "-1", "d", "ms", "+1d", "--1d", "1d-1h", "1d 1h", " 1d", "1d ", "1d\n", "1d\0", "1D", "1MS",
            "1.5h", "1h1d", "1m1h", "1s1m", "1ms1s", "1ms1m", "1d1d", "1m1m", "1ms1ms", "1d1", "1mss", "1dd",
            "1w", "1us",
            "P1D", "\u{661}d", "\u{FF11}d", "1m\u{17F}",
        ])
    func refusesForm(text: String) {
        #expect { try Duration(parsing: text) } throws: { error in
            let error = error as? ExtensionError
            return error?.extensionName == "duration" && error?.message.contains("is not a duration") == true
        }
    }

    @Test(
        "refuses sums beyond 64 bits of milliseconds",
        arguments: [
            "9223372036854775808ms", "-9223372036854775809ms", "106751991167d7h12m55s808ms",
            "-106751991167d7h12m55s809ms", "106751991168d", "-106751991168d", "18446744073709551615ms",
            "18446744073709551616ms", "213503982335d", "99999999999999999999d", "1d18446744073709551615ms",
        ])
    func refusesRange(text: String) {
        #expect { try Duration(parsing: text) } throws: { error in
            (error as? ExtensionError)?.message.contains("is outside the range") == true
        }
    }

    @Test(
        "gives whole units toward zero",
        arguments: [
            ("1d23h59m59s999ms", [172_799_999, 172_799, 2_879, 47, 1]),
            ("-1d23h59m59s999ms", [-172_799_999, -172_799, -2_879, -47, -1]),
            ("999ms", [999, 0, 0, 0, 0]), ("-999ms", [-999, 0, 0, 0, 0]),
            (
                "-9223372036854775808ms",
                [Int64.min, -9_223_372_036_854_775, -153_722_867_280_912, -2_562_047_788_015, -106_751_991_167]
            ),
        ])
    func units(text: String, expected: [Int64]) throws {
        let duration = try Duration(parsing: text)
        let actual = [
            duration.toMilliseconds, duration.toSeconds, duration.toMinutes, duration.toHours, duration.toDays,
        ]
        #expect(actual == expected)
    }

    @Test(
        "describes itself with parts below the next unit",
        arguments: [
            (0, "0ms"), (1, "1ms"), (-1, "-1ms"), (1_000, "1s"), (60_001, "1m1ms"), (-5_400_000, "-1h30m"),
            (93_784_005, "1d2h3m4s5ms"), (Int64.max, "106751991167d7h12m55s807ms"),
            (Int64.min, "-106751991167d7h12m55s808ms"),
        ])
    func describes(milliseconds: Int64, text: String) {
        #expect(Duration(milliseconds: milliseconds).description == text)
    }

    @Test("reads its own description back")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let duration = Duration(milliseconds: generator.integer())
            try #require(try Duration(parsing: duration.description) == duration)
        }
    }

    @Test("compares by length")
    func order() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<2_000 {
            let (left, right) = (generator.integer(), generator.integer())
            try #require((Duration(milliseconds: left) < Duration(milliseconds: right)) == (left < right))
            try #require((Duration(milliseconds: left) == Duration(milliseconds: right)) == (left == right))
        }
        #expect(try Duration(parsing: "24h") == Duration(parsing: "1d"))
        #expect(try Duration(parsing: "-1d") < Duration(parsing: "-1h"))
    }

    @Test("survives mutated texts, and what it reads it also writes")
    func mutations() throws {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<5_000 {
            let original = Duration(milliseconds: generator.integer()).description
            let text = generator.mutation(of: original, alphabet: "0123456789dhms-+. \u{661}\0")
            guard let duration = try? Duration(parsing: text) else { continue }
            try #require(try Duration(parsing: duration.description) == duration)
        }
    }
}
