@testable import Analysis
import Testing

/// The expected values were printed by Go 1.19's time package.
@Suite("Times and spans of time as Go has them")
struct TemporalTests {
    private static let readable: [(String, String, String, Int64)] = [
        ("2006-01-02 15:04:05", "2023-08-14 00:00:00", "2023-08-14 00:00:00 +0000 UTC", 1_691_971_200),
        (
            "2006-01-02T15:04:05Z07:00", "2023-08-14T10:20:30.5+02:00", "2023-08-14 10:20:30.5 +0200 +0200",
            1_692_001_230
        ),
        ("02 Jan 06 15:04 MST", "02 Jan 06 15:04 MST", "2006-01-02 15:04:00 +0000 MST", 1_136_214_240),
        (
            "Monday, 02-Jan-06 15:04:05 MST", "Monday, 02-Jan-06 15:04:05 UTC", "2006-01-02 15:04:05 +0000 UTC",
            1_136_214_245
        ),
        ("Mon Jan _2 15:04:05 2006", "Mon Jan  2 15:04:05 2006", "2006-01-02 15:04:05 +0000 UTC", 1_136_214_245),
        ("3:04PM", "3:04PM", "0000-01-01 15:04:00 +0000 UTC", -62_167_164_960),
        ("3:04PM", "12:04AM", "0000-01-01 00:04:00 +0000 UTC", -62_167_218_960),
        (
            "2006-01-02T15:04:05.000Z0700", "2024-02-29T01:02:03.456-0330", "2024-02-29 01:02:03.456 -0330 -0330",
            1_709_181_123
        ),
        ("2006 002", "2024 060", "2024-02-29 00:00:00 +0000 UTC", 1_709_164_800),
        ("Jan _2 2006", "feb  9 2021", "2021-02-09 00:00:00 +0000 UTC", 1_612_828_800),
        ("06/1/2", "70/3/4", "1970-03-04 00:00:00 +0000 UTC", 5_356_800),
        ("2006-01-02 MST", "2023-01-01 GMT+3", "2023-01-01 03:00:00 +0300 GMT+3", 1_672_531_200),
        ("Monday January 2 2006", "monday march 5 2018", "2018-03-05 00:00:00 +0000 UTC", 1_520_208_000),
        ("15:04:05.999", "10:11:12.123456789", "0000-01-01 10:11:12.123456789 +0000 UTC", -62_167_182_528),
        ("15:04:05,000", "10:11:12,123", "0000-01-01 10:11:12.123 +0000 UTC", -62_167_182_528),
        ("2006-01-02 -07", "2020-01-01 +05", "2020-01-01 00:00:00 +0500 +0500", 1_577_818_800),
        ("2006-01-02 Z07:00:00", "2020-01-01 +05:30:15", "2020-01-01 00:00:00 +0530 +0530", 1_577_816_985),
        ("3:4:5 pm", "9:8:7 am", "0000-01-01 09:08:07 +0000 UTC", -62_167_186_313),
    ]

    @Test("texts in layouts", arguments: readable)
    func reads(_ layout: String, _ text: String, _ shown: String, _ seconds: Int64) throws {
        let time = try GoTimeReader.time(text, layout: layout)
        #expect(time.description == shown)
        #expect(time.seconds == seconds)
    }

    @Test(
        "texts that do not fit their layout",
        arguments: [
            ("2006-01-02", "2023-02-29", "parsing time \"2023-02-29\": day out of range"),
            ("2006-01-02", "2023-13-01", "parsing time \"2023-13-01\": month out of range"),
            (
                "2006-01-02", "2023-1-01",
                "parsing time \"2023-1-01\" as \"2006-01-02\": cannot parse \"1-01\" as \"01\""
            ),
            ("2006-01-02", "2023-01-01x", "parsing time \"2023-01-01x\": extra text: \"x\""),
            ("15:04", "25:00", "parsing time \"25:00\": hour out of range"),
            ("2006-01-02", "abc", "parsing time \"abc\" as \"2006-01-02\": cannot parse \"abc\" as \"2006\""),
        ])
    func refuses(_ layout: String, _ text: String, _ message: String) {
        let error = #expect(throws: GoTimeReader.Problem.self) { try GoTimeReader.time(text, layout: layout) }
        #expect(error?.message == message)
    }

    /// 29 February 2024, 13:05:09.120034 UTC.
    private static let leapDay = GoTime(
        GoCalendar.Clock(year: 2024, month: 2, day: 29, hour: 13, minute: 5, second: 9), nanoseconds: 120_034_000,
        zone: .utc)

    @Test(
        "times in layouts",
        arguments: [
            ("2006-01-02T15:04:05.999999999Z07:00", "2024-02-29T13:05:09.120034Z"),
            ("Mon, 02 Jan 2006 15:04:05 -0700", "Thu, 29 Feb 2024 13:05:09 +0000"),
            ("Jan _2 06 03:04:05.00 pm PM", "Feb 29 24 01:05:09.12 pm PM"),
            ("002 __2 Monday Mon 1/2 3 4 5 .999999 ,000", "060  60 Thursday Thu 2/29 1 5 9 .120034 ,120"),
            ("-0700 -07 Z0700 MST", "+0000 +00 Z UTC"), ("_2006 January15 Janx Monx", "_2024 February13 Janx Monx"),
        ])
    func writes(_ layout: String, _ text: String) {
        #expect(GoTimeLayout(layout).text(for: Self.leapDay) == text)
    }

    private static let questions: [(String, String)] = [
        ("t.AddDate(1, 0, 0)", "2025-03-01 13:05:09.120034 +0000 UTC"),
        ("t.AddDate(0, -12, -28)", "2023-02-01 13:05:09.120034 +0000 UTC"),
        ("t.YearDay()", "60"), ("t.Weekday()", "Thursday"), ("t.Month()", "February"), ("int(t.Month())", "2"),
        ("t.Weekday().String()", "Thursday"), ("t.Truncate(duration('1h'))", "2024-02-29 13:00:00 +0000 UTC"),
        ("t.Truncate(duration('7m'))", "2024-02-29 13:03:00 +0000 UTC"),
        ("t.Round(duration('24h'))", "2024-03-01 00:00:00 +0000 UTC"),
        ("date('2021-01-03').ISOWeek()", "2020"), ("date('2020-12-28').ISOWeek()", "2020"),
        ("t.Unix()", "1709211909"), ("t.UnixMilli()", "1709211909120"), ("t.UnixNano()", "1709211909120034000"),
        ("t.Location()", "UTC"), ("t.Sub(date('0001-01-01'))", "2562047h47m16.854775807s"),
        ("date('0001-01-01').IsZero()", "true"),
        ("t - duration('1h30m')", "2024-02-29 11:35:09.120034 +0000 UTC"), ("duration('24h') + t > t", "true"),
        ("t - date('2024-02-29')", "13h5m9.120034s"), ("t.After(date('2024-01-01'))", "true"), ("t.Compare(t)", "0"),
        ("t.Equal(t.UTC())", "true"), ("t == t.Add(duration('0s'))", "true"), ("t <= t", "true"),
        ("t.Format('15h04')", "13h05"),
        ("max(duration('1s'), duration('2s'))", "2s"), ("duration('1h') * 2", "2h0m0s"),
        ("2 * duration('1h')", "2h0m0s"),
        ("duration('1h') + duration('1m') - duration('1s')", "1h0m59s"), ("duration('1h') * 1.5", "5.4e+12"),
        ("duration('90m30.5s').Hours()", "1.5084722222222222"), ("duration('90m30.5s').Milliseconds()", "5430500"),
        ("duration('90m30.5s').Round(duration('1m'))", "1h31m0s"),
        ("duration('-90m').Round(duration('1h'))", "-2h0m0s"),
        ("duration('90m30.5s').Truncate(duration('1m'))", "1h30m0s"), ("duration('-90m').Abs()", "1h30m0s"),
        ("int(duration('1us'))", "1000"), ("toJSON(t)", "\"2024-02-29T13:05:09.120034Z\""),
        ("toJSON(duration('1us'))", "1000"),
    ]

    @Test("what times can be asked", arguments: questions)
    func methods(_ text: String, _ expected: String) throws {
        let expression = try Expression(parsing: "let t = date('2024-02-29T13:05:09.120034Z'); \(text)")
        #expect(try expression.evaluate(result: .null).goText == expected)
    }

    @Test(
        "spans of time",
        arguments: [
            (0, "0s"), (1, "1ns"), (1500, "1.5µs"), (999_999, "999.999µs"), (1_500_000, "1.5ms"),
            (999_999_999, "999.999999ms"),
            (60_000_000_000, "1m0s"), (3_661_500_000_000, "1h1m1.5s"), (-90_000_000_000, "-1m30s"),
            (.max, "2562047h47m16.854775807s"), (.min, "-2562047h47m16.854775808s"),
        ] as [(Int64, String)])
    func spans(_ nanoseconds: Int64, _ text: String) throws {
        #expect(GoDurationText.text(nanoseconds) == text)
        #expect(try GoDurationText.nanoseconds(text) == nanoseconds)
    }

    @Test("the time is the caller's, and only UTC is a zone")
    func environment() throws {
        let now = Timestamp(milliseconds: 1_767_225_600_500)
        let expression = try Expression(parsing: "now()")
        #expect(try expression.evaluate(result: .null, now: now).goText == "2026-01-01 00:00:00.5 +0000 UTC")
        for (text, message) in [
            ("now()", "now() is not known here"),
            ("timezone('Europe/Zurich')", "the time zone Europe/Zurich is not available: only UTC is"),
            (
                "date('2023-08-14', '2006-01-02', 'Europe/Zurich')",
                "the time zone Europe/Zurich is not available: only UTC is"
            ),
        ] {
            let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text).evaluate(result: .null) }
            #expect(error?.message == message)
            #expect(error?.code == .unsupported)
        }
        let day = try Conditions(success: "now() - date('2026-01-01') < duration('1m')")
        #expect(day.outcome(of: .double(1), mode: .safe, now: now) == .successful)
        #expect(day.outcome(of: .double(1), mode: .safe, now: now + .seconds(3600)) == .failed)
    }
}
