@testable import Analysis
import Testing

@Suite("What the text of a PromQL query tells")
struct PromQLScanTests {
    @Test(
        "spans",
        arguments: [
            ("5m", 300), ("1h30m", 5400), ("90s", 90), ("500ms", 0.5), ("1d", 86_400), ("2w", 1_209_600),
            ("1y", 31_536_000), ("1.5h", 5400), ("300", 300), ("0x10", 16), ("1d12h3m4s5ms", 129_784.005),
        ] as [(String, Double)])
    func spans(_ text: String, _ seconds: Double) throws {
        #expect(try #require(PromQLDuration.parse(text)).inSeconds == seconds)
    }

    @Test(
        "what is no span", arguments: ["", "5", "m", "5x", "5i", "h1", "-5m", "1e30", "1e30y", "nan", "5m ", "1..2m"])
    func noSpans(_ text: String) {
        #expect(PromQLDuration.parse(text) == (text == "5" ? .seconds(5) : nil))
    }

    @Test(
        "spans are written in their largest units",
        arguments: [(300, "5m"), (5400, "1h30m"), (0, "0s"), (0.25, "250ms"), (3661.001, "1h1m1s1ms")]
            as [(Double, String)])
    func writes(_ seconds: Double, _ text: String) {
        #expect(PromQLDuration.text(.milliseconds(Int64(seconds * 1000))) == text)
    }

    /// Each selector as `name reach`, in seconds, with the innermost call around it.
    @Test(
        "selectors, and how far back they look",
        arguments: [
            ("up", ["up 0"]), ("rate(x_total[5m])", ["x_total 300 rate"]),
            ("sum by (le) (rate(x_bucket{a=\"b\"}[1h30m]))", ["x_bucket 5400 rate"]),
            ("sum(rate(a[5m])) / sum(rate(b[10m] offset 1h))", ["a 300 rate", "b 4200 rate"]),
            ("max_over_time(rate(a[5m])[30m:1m])", ["a 2100 rate"]),
            ("max_over_time(a[30m:])", ["a 1800 max_over_time"]),
            ("max_over_time((a + b offset 2m)[10m:1m] offset 1d)", ["a 87000 max_over_time", "b 87120 max_over_time"]),
            ("rate(a[5m] offset -1m)", ["a 240 rate"]),
            // Neither texts nor comments are part of the query.
            ("a{x=\"[5m] offset 1h\", y='\\'[9m]', z=`\\`} # [1h]\n + b", ["a 0", "b 0"]),
            ("{__name__=\"x_total\", a=\"b\"}[5m]", ["x_total 300"]), ("{\"odd.name\", a=\"b\"}", ["odd.name 0"]),
            ("{a=\"b\", c!=\"d\"}", ["? 0"]), ("{\"odd.label\"=\"x\"}", ["? 0"]),
            ("job:errors:rate5m", ["job:errors:rate5m 0"]), ("a @ 1700000000", ["a 0"]),
            ("rate(a[5m] @ end())", ["a 300 rate"]),
            ("a and on (x) b or c unless ignoring (y) d", ["a 0", "b 0", "c 0", "d 0"]),
            ("a * on (x) group_left (y) b", ["a 0", "b 0"]), ("a > bool 5", ["a 0"]), ("1e3 + Inf - NaN", []),
            ("time() - 5m", []), ("quantile by (x) (0.9, a)", ["a 0 quantile"]), ("a[5i]", ["a 0"]),
            ("a[", ["a 0"]), ("a{", ["a 0"]), ("(((", []), ("a / (b", ["a 0", "b 0"]),
            ("sum(a / b{", ["a 0 sum", "b 0 sum"]), ("a / sum by (b", ["a 0", "sum 0"]),
            ("a / b[", ["a 0", "b 0"]), ("a / b @ end(", ["a 0", "b 0"]), (") a ] b } c", ["a 0", "b 0", "c 0"]),
            ("a offset", ["a 0"]),
            ("'not closed", []), ("a @", ["a 0"]), ("", []), ("😀 a", ["a 0"]),
        ])
    func selectors(_ query: String, _ expected: [String]) {
        let scan = PromQLScan(query)
        let found = scan.selectors.map { selector in
            "\(selector.name ?? "?") \(Int(selector.reach.inSeconds))"
                + (selector.call.map { " \(scan.calls[$0].name)" } ?? "")
        }
        #expect(found == expected)
    }

    @Test(
        "groupings, before and behind",
        arguments: [
            ("sum by (le, pod) (a)", .by(["le", "pod"])), ("sum(a) by (le)", .by(["le"])),
            ("sum without (pod) (a)", .without(["pod"])), ("sum(rate(a[5m])) without (le)", .without(["le"])),
            ("sum(a)", nil), ("sum by () (a)", .by([])), ("rate(a[5m]) by (le)", nil),
            ("sum BY (\"odd.label\") (a)", .by(["odd.label"])),
        ] as [(String, PromQLScan.Grouping?)])
    func groupings(_ query: String, _ grouping: PromQLScan.Grouping?) {
        #expect(PromQLScan(query).calls.first?.grouping == grouping)
    }

    @Test(
        "a scalar is what needs no series",
        arguments: [
            ("scalar(sum(up))", true), ("time() / 1000", true), ("1 + 2", true), ("pi()", true), ("up", false),
            ("vector(1)", false), ("scalar(up) + up", false), ("scalar(a) / scalar(vector(2))", true),
            ("abs(scalar(a))", false), ("{a=\"b\"}", false), ("", false), ("\"text\"", false), ("Inf", true),
            ("# up", false), (String(repeating: "(", count: 200) + "1", false),
        ])
    func scalars(_ query: String, _ isScalar: Bool) {
        #expect(PromQLScan(query).isScalar == isScalar)
    }

    @Test("deep queries and long ones end")
    func depth() {
        let deep = String(repeating: "(", count: 50_000) + "a" + String(repeating: ")", count: 50_000)
        #expect(PromQLScan(deep).selectors.isEmpty)
        #expect(PromQLScan(String(repeating: "sum(", count: 90) + "a").selectors.count == 1)
        #expect(PromQLScan(String(repeating: "[1h:]", count: 10_000)).selectors.isEmpty)
        let far = "a" + String(repeating: "[3000y:]", count: 1000)
        #expect(PromQLScan(far).selectors.first.map { $0.reach > .seconds(1_000_000) } == true)
    }

    struct Ratio: Sendable {
        let query: String
        let requests: String?
        var range: Double = 300
        var isPercent = false
    }

    @Test(
        "shares of requests, and what counts the requests",
        arguments: [
            Ratio(query: "sum(rate(a{c!~\"5..\"}[5m])) / sum(rate(a[5m]))", requests: "(sum(rate(a[5m]))) * 300"),
            Ratio(
                query: "sum(rate(a[1m])) / sum(rate(b[1m])) * 100", requests: "(sum(rate(b[1m]))) * 60", range: 60,
                isPercent: true),
            Ratio(
                query: "100 * (sum(increase(a[5m])) / sum(increase(b[5m])))", requests: "sum(increase(b[5m]))",
                isPercent: true),
            Ratio(
                query: "1 - sum(rate(a[5m])) / sum(rate(b{x=\"/\"}[5m]))", requests: "(sum(rate(b{x=\"/\"}[5m]))) * 300"
            ),
            Ratio(
                query: "sum by (pod) (rate(a[5m])) / on (pod) group_left (x) sum by (pod) (rate(b[5m])) or vector(0)",
                requests: "(sum by (pod) (rate(b[5m]))) * 300"),
            // No share, no counters, several windows, a mean, and what cannot be told.
            Ratio(query: "histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m])))", requests: nil),
            Ratio(query: "memory_bytes / limit_bytes", requests: nil),
            Ratio(query: "rate(a[5m]) / (rate(b[5m]) + rate(c[1m]))", requests: nil),
            Ratio(query: "rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m])", requests: nil),
            Ratio(query: "rate(a[5m]) / rate(b[5m]) / 2", requests: nil),
            Ratio(query: "rate(a[5m]) / max_over_time(rate(b[5m])[10m:])", requests: nil),
            Ratio(query: "rate(a[5m]) / 100", requests: nil), Ratio(query: "up /", requests: nil),
        ])
    func ratios(_ row: Ratio) throws {
        guard let requests = row.requests else { return #expect(PromQLRatio(row.query) == nil) }
        let ratio = try #require(PromQLRatio(row.query))
        #expect(ratio.requests == requests)
        #expect(ratio.range == .seconds(row.range))
        #expect(ratio.isPercent == row.isPercent)
    }
}
