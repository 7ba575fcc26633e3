import CedarModel
import SeededRandom
import Testing

@Suite("Datetime")
struct DatetimeTests {
    @Test(
        "reads the five forms",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000Z", 0),
            ("1970-01-01T00:00:00+0000", 0), ("1970-01-01T00:00:00.000-0000", 0),
            ("1970-01-01T00:00:00.001Z", 1), ("1969-12-31T23:59:59.999Z", -1), ("1970-01-02", 86_400_000),
            ("1970-01-01T01:00:00+0100", 0), ("1969-12-31T23:00:00-0100", 0), ("1970-01-01T00:00:00+2359", -86_340_000),
            ("1970-01-01T00:00:00-2359", 86_340_000), ("2024-02-29T12:34:56.789Z", 1_709_210_096_789),
            ("2024-02-29T12:34:56.789+0530", 1_709_190_296_789), ("2000-02-29", 951_782_400_000),
            ("0000-01-01", -62_167_219_200_000), ("0000-02-29", -62_162_121_600_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("0000-01-01T00:00:00+2359", -62_167_305_540_000), ("9999-12-31T23:59:59.999-2359", 253_402_387_139_999),
        ])
    func reads(text: String, milliseconds: Int64) throws {
        #expect(try Datetime(parsing: text).milliseconds == milliseconds)
    }

    @Test(
        "refuses every other form",
        arguments: [
            "", "2024", "2024-01", "2024-1-1", "24-01-01", "20240-01-01", "-2024-01-01", "+2024-01-01", "2024/01/01",
            "20240101", " 2024-01-01", "2024-01-01 ", "2024-01-01\n", "2024-01-01\0", "2024-01-01Z", "2024-01-01T",
            "2024-01-01T00:00", "2024-01-01T00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00.000",
            "2024-01-01 00:00:00Z", "2024-01-01t00:00:00Z", "2024-01-01T00:00:00z", "2024-01-01T0:00:00Z",
            "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.0Z", "2024-01-01T00:00:00.00Z", "2024-01-01T00:00:00.0000Z",
            "2024-01-01T00:00:00,000Z", "2024-01-01T00:00:00+00", "2024-01-01T00:00:00+000",
            "2024-01-01T00:00:00+00000", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00 0000",
            "2024-01-01T00:00:00ZZ", "2024-01-01T00:00:00Z+0000", "2024-01-01T00:00:00\u{2212}0100", "2024-01-01+0000",
            "\u{FF12}024-01-01", "2024-01-0\u{661}", "2024-W01-1", "2024-001",
        ])
    func refusesForm(text: String) {
        #expect { try Datetime(parsing: text) } throws: { error in
            let error = error as? ExtensionError
            return error?.extensionName == "datetime" && error?.message.contains("which is written as in") == true
        }
    }

    @Test(
        "refuses days that the calendar does not have",
        arguments: [
            "2024-00-01", "2024-13-01", "2024-01-00", "2024-01-32", "2024-02-30", "2023-02-29", "1900-02-29",
            "2100-02-29", "2024-04-31", "2024-06-31", "2024-09-31", "2024-11-31", "2024-99-99", "2023-02-29T00:00:00Z",
        ])
    func refusesDay(text: String) {
        #expect(
            throws: ExtensionError(
                extensionName: "datetime", message: "`\(text)` has a date that is not in the calendar")
        ) { try Datetime(parsing: text) }
    }

    @Test(
        "refuses times that a clock does not show, leap seconds among them",
        arguments: [
            "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2016-12-31T23:59:60Z", "2024-01-01T00:00:99.000Z",
            "2024-01-01T00:00:00+2400", "2024-01-01T00:00:00-0060", "2024-01-01T00:00:00.000+9999",
        ])
    func refusesTime(text: String) {
        #expect(
            throws: ExtensionError(
                extensionName: "datetime", message: "`\(text)` has a time or an offset that does not exist")
        ) { try Datetime(parsing: text) }
    }

    @Test(
        "splits into the day and the time of day",
        arguments: [
            (0, 0, 0), (1, 0, 1), (-1, -86_400_000, 86_399_999), (86_399_999, 0, 86_399_999),
            (
                86_400_000,
                86_400_000, 0
            ),
            (-86_400_000, -86_400_000, 0), (-86_400_001, -172_800_000, 86_399_999),
            (Int64.max, 9_223_372_036_828_800_000, 25_975_807),
            (-9_223_372_036_828_800_000, -9_223_372_036_828_800_000, 0),
        ] as [(Int64, Int64, Int64)])
    func splits(milliseconds: Int64, date: Int64, time: Int64) {
        let instant = Datetime(milliseconds: milliseconds)
        #expect(instant.toDate() == Datetime(milliseconds: date))
        #expect(instant.toTime() == Duration(milliseconds: time))
    }

    @Test("the first day of the range has no midnight, but a time of day")
    func firstDay() {
        for milliseconds in [Int64.min, -9_223_372_036_828_800_001] {
            #expect(Datetime(milliseconds: milliseconds).toDate() == nil)
        }
        #expect(Datetime(milliseconds: .min).toTime() == Duration(milliseconds: 60_424_192))
    }

    @Test("overflow gives nil")
    func overflow() {
        let (first, last) = (Datetime(milliseconds: .min), Datetime(milliseconds: .max))
        #expect(first.offset(by: Duration(milliseconds: -1)) == nil)
        #expect(last.offset(by: Duration(milliseconds: 1)) == nil)
        #expect(first.offset(by: Duration(milliseconds: .max)) == Datetime(milliseconds: -1))
        #expect(last.durationSince(first) == nil)
        #expect(first.durationSince(last) == nil)
        #expect(Datetime(milliseconds: 0).durationSince(first) == nil)
        #expect(Datetime(milliseconds: -1).durationSince(first) == Duration(milliseconds: .max))
        #expect(first.durationSince(Datetime(milliseconds: 0)) == Duration(milliseconds: .min))
    }

    @Test(
        "describes itself in RFC 3339 form, and by milliseconds outside its years",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_709_210_096_789, "2024-02-29T12:34:56.789Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_001, "-62167219200001 ms since 1970-01-01T00:00:00.000Z"),
            (253_402_300_800_000, "253402300800000 ms since 1970-01-01T00:00:00.000Z"),
            (Int64.min, "-9223372036854775808 ms since 1970-01-01T00:00:00.000Z"),
        ])
    func describes(milliseconds: Int64, text: String) {
        #expect(Datetime(milliseconds: milliseconds).description == text)
    }

    @Test("reads its own description back in the years 0 to 9999")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<2_000 {
            let milliseconds = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &generator)
            let instant = Datetime(milliseconds: milliseconds)
            try #require(try Datetime(parsing: instant.description) == instant)
        }
    }

    @Test("the calendar follows every day of 800 years around the epoch")
    func calendar() throws {
        var (year, month, day, dayOfWeek) = (1600, 1, 1, 6)
        let first = try #require(Datetime(year: 1600, month: 1, day: 1))
        for count in 0..<292_194 {
            let instant = try #require(first.offset(by: Duration(milliseconds: Int64(count) * 86_400_000)))
            let parts = instant.components
            let agrees =
                parts.year == year && parts.month == month && parts.day == day && parts.dayOfWeek == dayOfWeek
                && Datetime(year: year, month: month, day: day) == instant
            try #require(agrees, "\(year)-\(month)-\(day)")
            dayOfWeek = dayOfWeek % 7 + 1
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        #expect((year, month, day) == (2400, 1, 1))
    }

    @Test("components and the calendar initializer are inverse over the whole range")
    func components() throws {
        var generator = SeededGenerator(seed: 32)
        let ends: [Int64] = [.min, .min + 1, -9_223_372_036_828_800_001, -9_223_372_036_828_800_000, -1, 0, .max]
        for milliseconds in ends + (0..<5_000).map({ _ in generator.integer() }) {
            let instant = Datetime(milliseconds: milliseconds)
            let parts = instant.components
            let offset = Int.random(in: -1_439...1_439, using: &generator)
            let again = Datetime(
                year: parts.year, month: parts.month, day: parts.day, hour: parts.hour, minute: parts.minute,
                second: parts.second, millisecond: parts.millisecond)
            try #require(again == instant)
            let elsewhere = Datetime(
                year: parts.year, month: parts.month, day: parts.day, hour: parts.hour, minute: parts.minute,
                second: parts.second, millisecond: parts.millisecond, offsetMinutes: offset)
            try #require(elsewhere == instant.offset(by: Duration(milliseconds: Int64(offset) * -60_000)))
        }
    }

    @Test("the calendar initializer refuses fields out of their range")
    func refusesFields() {
        #expect(Datetime(year: 2024, month: 0, day: 1) == nil)
        #expect(Datetime(year: 2024, month: 13, day: 1) == nil)
        #expect(Datetime(year: 2023, month: 2, day: 29) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 0) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, hour: 24) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, hour: -1) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, minute: 60) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, second: 60) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, millisecond: 1_000) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, offsetMinutes: 1_440) == nil)
        #expect(Datetime(year: 2024, month: 1, day: 1, offsetMinutes: -1_440) == nil)
        for year in [Int.min, -300_000_001, -292_275_056, 292_278_995, 300_000_001, Int.max] {
            #expect(Datetime(year: year, month: 1, day: 1) == nil)
        }
    }

    @Test("compares in time, whatever the offset")
    func order() throws {
        var generator = SeededGenerator(seed: 33)
        for _ in 0..<2_000 {
            let (left, right) = (generator.integer(), generator.integer())
            try #require((Datetime(milliseconds: left) < Datetime(milliseconds: right)) == (left < right))
            try #require((Datetime(milliseconds: left) == Datetime(milliseconds: right)) == (left == right))
        }
        #expect(try Datetime(parsing: "2024-01-01T01:00:00+0100") == Datetime(parsing: "2024-01-01"))
        #expect(try Datetime(parsing: "2024-01-01T00:00:00+0100") < Datetime(parsing: "2024-01-01"))
    }

    @Test("survives mutated texts, and what it reads it also writes")
    func mutations() throws {
        var generator = SeededGenerator(seed: 34)
        for _ in 0..<5_000 {
            let seed = ["2024-02-29", "2024-02-29T12:34:56Z", "2024-02-29T12:34:56.789+0530"].randomElement(
                using: &generator)
            let text = generator.mutation(of: seed ?? "", alphabet: "0123456789-:.TZ+ \u{661}\0")
            guard let instant = try? Datetime(parsing: text), instant.components.year >= 0 else { continue }
            try #require(instant.components.year > 9999 || (try Datetime(parsing: instant.description)) == instant)
        }
    }
}
