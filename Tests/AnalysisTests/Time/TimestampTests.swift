import Analysis
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "RFC 3339 text and milliseconds are two forms of one time",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T01:28:05Z", 1_795_224_485_000),
            ("2000-02-29T23:59:59.250Z", 951_868_799_250),
            ("1969-12-31T23:59:59Z", -1000), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func roundTrip(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: milliseconds))
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test("offsets are taken off, and further digits of a second are dropped")
    func offsets() {
        let expected = Timestamp(rfc3339: "2026-11-21T01:28:05Z")
        #expect(Timestamp(rfc3339: "2026-11-21T02:28:05+01:00") == expected)
        #expect(Timestamp(rfc3339: "2026-11-20t19:58:05-05:30") == expected)
        #expect(Timestamp(rfc3339: "2026-11-21T01:28:05.0009999z") == expected)
    }

    @Test(
        "what is no time",
        arguments: [
            "", "2026-11-21", "2026-11-21 01:28:05Z", "2026-11-21T01:28:05", "2026-13-21T01:28:05Z",
            "2026-11-00T01:28:05Z", "2026-11-21T24:28:05Z",
            "2026-11-21T01:60:05Z", "2026-11-21T01:28:61Z", "2026-11-21T01:28:05.Z", "2026-11-21T01:28:05Zx",
            "2026-11-21T01:28:05+1:00", "26-11-21T01:28:05Z",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("every day of eight hundred years keeps its date")
    func calendar() {
        var time = Timestamp(milliseconds: -15_000_000_000_000)
        for _ in 0..<3000 {
            #expect(Timestamp(rfc3339: time.rfc3339) == time)
            time = time + .seconds(86_400 * 97 + 12_345)
        }
    }

    @Test("sums saturate instead of trapping")
    func saturation() {
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) - .seconds(1) == Timestamp(milliseconds: .min))
        #expect(Duration.seconds(Int64.max).milliseconds > 0)
        #expect(Duration.seconds(Int64.min).milliseconds < 0)
        #expect(Timestamp(seconds: .nan) < Timestamp(milliseconds: 0))
        #expect(Timestamp(seconds: .infinity) > Timestamp(milliseconds: 0))
        #expect(Timestamp(seconds: 1.5) == Timestamp(milliseconds: 1500))
    }

    @Test("a time is aligned to the next point of a grid, and stays where it is one")
    func alignment() {
        let minute = Duration.seconds(60)
        #expect(Timestamp(milliseconds: 1).alignedUp(to: minute) == Timestamp(milliseconds: 60_000))
        #expect(Timestamp(milliseconds: 60_000).alignedUp(to: minute) == Timestamp(milliseconds: 60_000))
        #expect(Timestamp(milliseconds: -1).alignedUp(to: minute) == Timestamp(milliseconds: 0))
        #expect(Timestamp(milliseconds: 7).alignedUp(to: .zero) == Timestamp(milliseconds: 7))
    }
}
