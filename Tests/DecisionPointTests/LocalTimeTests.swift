import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Foundation
import PolicyBundles
import Testing

@Suite("The clock of policies")
struct LocalTimeTests {
    struct Moment: Sendable, CustomTestStringConvertible {
        let zone: String
        let instant: String
        /// What the wall clock shows: day, hour, minute, day of the week.
        let date: String
        let hour: Int64
        let minute: Int64
        let dayOfWeek: Int64

        init(_ zone: String, _ instant: String, _ date: String, _ hour: Int64, _ minute: Int64, _ dayOfWeek: Int64) {
            (self.zone, self.instant, self.date) = (zone, instant, date)
            (self.hour, self.minute, self.dayOfWeek) = (hour, minute, dayOfWeek)
        }

        var testDescription: String { "\(zone) \(instant)" }
    }

    static let moments = [
        Moment("UTC", "2026-11-21T10:00:00Z", "2026-11-21", 10, 0, 6),
        Moment("UTC", "2026-11-22T23:59:59.999Z", "2026-11-22", 23, 59, 7),
        Moment("UTC", "2026-11-23T00:00:00Z", "2026-11-23", 0, 0, 1),
        // Summer time begins in Berlin on 2027-03-28 at 01:00 UTC and ends on 2026-10-25 at 01:00 UTC.
        Moment("Europe/Berlin", "2027-03-28T00:59:59Z", "2027-03-28", 1, 59, 7),
        Moment("Europe/Berlin", "2027-03-28T01:00:00Z", "2027-03-28", 3, 0, 7),
        Moment("Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25", 2, 59, 7),
        Moment("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25", 2, 0, 7),
        Moment("Europe/Berlin", "2026-11-21T23:30:00Z", "2026-11-22", 0, 30, 7),
        // In New York on 2027-03-14 at 07:00 UTC and on 2026-11-01 at 06:00 UTC.
        Moment("America/New_York", "2027-03-14T06:59:59Z", "2027-03-14", 1, 59, 7),
        Moment("America/New_York", "2027-03-14T07:00:00Z", "2027-03-14", 3, 0, 7),
        Moment("America/New_York", "2026-11-01T05:59:59Z", "2026-11-01", 1, 59, 7),
        Moment("America/New_York", "2026-11-01T06:00:00Z", "2026-11-01", 1, 0, 7),
        Moment("America/New_York", "2026-11-23T04:59:00Z", "2026-11-22", 23, 59, 7),
        // Half and quarter hours, half an hour of summer time, and the two ends of the date line.
        Moment("Asia/Kolkata", "2026-11-21T18:29:00Z", "2026-11-21", 23, 59, 6),
        Moment("Asia/Kolkata", "2026-11-21T18:30:00Z", "2026-11-22", 0, 0, 7),
        Moment("Asia/Kathmandu", "2026-11-21T18:15:00Z", "2026-11-22", 0, 0, 7),
        Moment("Australia/Lord_Howe", "2026-07-01T00:00:00Z", "2026-07-01", 10, 30, 3),
        Moment("Australia/Lord_Howe", "2026-12-01T00:00:00Z", "2026-12-01", 11, 0, 2),
        Moment("Pacific/Kiritimati", "2026-11-21T10:00:00Z", "2026-11-22", 0, 0, 7),
        Moment("Pacific/Pago_Pago", "2026-11-21T10:59:00Z", "2026-11-20", 23, 59, 5),
        // Outside the tabulated years.
        Moment("Europe/Berlin", "1996-07-01T12:00:00Z", "1996-07-01", 14, 0, 1),
        Moment("Europe/Berlin", "1969-12-31T23:00:00Z", "1970-01-01", 0, 0, 4),
        Moment("America/New_York", "2099-07-01T12:00:00Z", "2099-07-01", 8, 0, 3),
        Moment("UTC", "0000-01-01T00:00:00Z", "0000-01-01", 0, 0, 6),
        Moment("UTC", "9999-12-31T23:59:59Z", "9999-12-31", 23, 59, 5),
    ]

    @Test("shows the wall clock of the tenant's zone", arguments: moments)
    func wallClock(_ moment: Moment) throws {
        let zone = try #require(ZoneClock(name: moment.zone))
        let instant = try Datetime(parsing: moment.instant)
        #expect(
            LocalTime.record(at: instant, in: zone) == [
                "instant": .datetime(instant), "date": .datetime(try Datetime(parsing: moment.date)),
                "hour": .long(moment.hour), "minute": .long(moment.minute), "day_of_week": .long(moment.dayOfWeek),
                "time_zone": .string(CedarString(moment.zone)),
            ])
    }

    @Test("any instant of 64 bits has a record", arguments: ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
    func extremes(name: String) throws {
        let zone = try #require(ZoneClock(name: name))
        for milliseconds in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
            let record = LocalTime.record(at: Datetime(milliseconds: milliseconds), in: zone)
            #expect(record.fields.count == 6)
        }
    }

    @Test(
        "the table agrees with the time zone data, around permanent changes of offset too",
        arguments: [
            ("Asia/Almaty", "2024-01-01"), ("Europe/Volgograd", "2020-06-01"), ("Asia/Pyongyang", "2018-01-01"),
            ("Africa/Juba", "2020-12-01"), ("Pacific/Apia", "2011-06-01"), ("Africa/Casablanca", "2026-11-21"),
            ("Europe/Istanbul", "2016-01-01"), ("America/Sao_Paulo", "2019-01-01"), ("Europe/Dublin", "2026-11-21"),
            ("Antarctica/Troll", "2026-11-21"), ("Australia/Lord_Howe", "2026-11-21"), ("Europe/Berlin", "2026-11-21"),
        ])
    func table(name: String, loaded: String) throws {
        let start = try Datetime(parsing: loaded).milliseconds
        let foundation = try #require(TimeZone(identifier: name))
        let clock = try #require(
            ZoneClock(name: name, tabulatedAround: Date(timeIntervalSince1970: Double(start) / 1000)))
        // Every six hours from two years before to twelve years after.
        for step in stride(from: -2 * 366 * 4, through: 12 * 366 * 4, by: 1) {
            let instant = Datetime(milliseconds: start + Int64(step) * 21_600_000)
            let expected = foundation.secondsFromGMT(
                for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
            guard clock.offsetSeconds(at: instant) == expected else {
                Issue.record("\(name) at \(instant): \(clock.offsetSeconds(at: instant)) s, expected \(expected) s")
                return
            }
        }
    }

    @Test("what names no zone makes no clock", arguments: ["", "Nowhere/City", "Europe/Berlin\0", "../etc/passwd"])
    func unknownZone(name: String) {
        #expect(ZoneClock(name: name) == nil)
    }

    @Test("a decision uses the tenant's zone")
    func decision() throws {
        let application = Application(
            policies: """
                permit(principal, action, resource)
                when { context.now.hour == 5 && context.now.time_zone == "America/New_York" && context.now.day_of_week == 6 };
                """)
        var request = ask()
        #expect(try application.decide(request).decision == .deny)
        request.tenant = "acme"
        #expect(try application.decide(request).decision == .allow)
    }
}
