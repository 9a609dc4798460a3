import Analysis
import Testing

@testable import Metrics

@Suite("Times in NRQL")
struct NRQLTimesTests {
    private static let time = Timestamp(milliseconds: 1_700_000_000_000)

    @Test(
        "What counts back from now counts back from the time that is asked about",
        arguments: [
            ("SELECT 1 FROM A SINCE 5 minutes ago", "SELECT 1 FROM A SINCE 1699999700000 UNTIL 1700000000000"),
            (
                "select 1 from A since 30 Seconds Ago until now",
                "select 1 from A since 1699999970000 until 1700000000000"
            ),
            (
                "SELECT 1 FROM A SINCE 2 hours AGO UNTIL 1 minute ago FACET b",
                "SELECT 1 FROM A SINCE 1699992800000 UNTIL 1699999940000 FACET b"
            ),
            (
                "FROM A SELECT 1 UNTIL 1 minute ago SINCE 1 day ago",
                "FROM A SELECT 1 UNTIL 1699999940000 SINCE 1699913600000"
            ),
            ("SELECT 1 FROM A", "SELECT 1 FROM A\nSINCE 1699996400000 UNTIL 1700000000000"),
            (
                "SELECT 1 FROM A -- SINCE 1 day ago",
                "SELECT 1 FROM A -- SINCE 1 day ago\nSINCE 1699996400000 UNTIL 1700000000000"
            ),
            (
                "SELECT 1 FROM A /* UNTIL now */ WHERE b = 'SINCE 1 day ago' // x",
                "SELECT 1 FROM A /* UNTIL now */ WHERE b = 'SINCE 1 day ago' // x\n"
                    + "SINCE 1699996400000 UNTIL 1700000000000"
            ),
            (
                "SELECT 1 FROM A WHERE `since` = 'it\\'s' SINCE 1 week ago",
                "SELECT 1 FROM A WHERE `since` = 'it\\'s' SINCE 1699395200000 UNTIL 1700000000000"
            ),
            (
                "SELECT 1 FROM A SINCE '2023-11-14 00:00:00' COMPARE WITH 1 day ago",
                "SELECT 1 FROM A SINCE '2023-11-14 00:00:00' UNTIL 1700000000000 COMPARE WITH 1 day ago"
            ),
            (
                "SELECT 1 FROM A SINCE 1699999999999",
                "SELECT 1 FROM A SINCE 1699999999999 UNTIL 1700000000000"
            ),
            (
                "SELECT 1 FROM A WHERE id IN (FROM B SELECT id SINCE 10 minutes ago) SINCE 1 minute ago",
                "SELECT 1 FROM A WHERE id IN (FROM B SELECT id SINCE 1699999400000 UNTIL 1700000000000) "
                    + "SINCE 1699999940000 UNTIL 1700000000000"
            ),
        ])
    func absolute(query: String, expected: String) {
        let times = NRQLTimes(query, window: .seconds(3600))
        #expect(times.isRetroactive)
        #expect(times.query(at: Self.time) == expected)
    }

    @Test(
        "What depends on the calendar is left as it is",
        arguments: ["today", "this week", "monday", "last month", "1 month ago", "2 years ago", "5"])
    func calendar(bound: String) {
        let query = "SELECT 1 FROM A SINCE \(bound)"
        let times = NRQLTimes(query, window: .seconds(60))
        #expect(!times.isRetroactive)
        #expect(times.query(at: Self.time) == query)
    }

    @Test func `A range between two stated times is the same whenever it is asked`() {
        #expect(NRQLTimes("SELECT 1 FROM A SINCE 1699999999999 UNTIL '2023-11-14'", window: .seconds(1)).isFixed)
        #expect(!NRQLTimes("SELECT 1 FROM A SINCE 1699999999999", window: .seconds(1)).isFixed)
        #expect(!NRQLTimes("SELECT 1 FROM A SINCE 1 day ago UNTIL now", window: .seconds(1)).isFixed)
    }

    @Test(
        "Anything is read without harm",
        arguments: ["", "SINCE", "UNTIL", "SINCE 5", "SINCE 5 minutes", "(((", ")))", "'", "/*", "--", "SINCE '", "\\"])
    func oddities(query: String) {
        let times = NRQLTimes(query, window: .seconds(60))
        #expect(times.query(at: Self.time).hasPrefix(query.prefix(5)))
    }
}
