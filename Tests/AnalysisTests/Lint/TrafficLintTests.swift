@testable import Analysis
import Testing

@Suite("What doctor finds about the traffic of a metric")
struct TrafficLintTests {
    private static let ratio = "sum(rate(ok_total[1m])) / sum(rate(http_total[1m]))"
    private static let errors = "sum(rate(bad_total[1m])) / sum(rate(http_total[1m])) * 100"

    private static func findings(
        _ metric: LintedMetric, _ observed: ObservedTraffic, _ mode: Expression.Mode = .argo, window: Duration? = nil
    ) throws -> [LintFinding] {
        TrafficLint(try metric.resolved(mode), mode: mode, window: window, observed: observed).findings
    }

    private static func argo(_ condition: String = "result[0] >= 0.95") -> LintedMetric {
        LintedMetric(query: ratio, success: condition) { ($0.count, $0.failureLimit) = (30, 3) }
    }

    @Test("a fixed bar at a request per second fails most releases that are as good as stable")
    func usual() throws {
        let observed = ObservedTraffic(requests: 60, errorRate: 0.03)
        let metric = Self.argo()
        let findings = try Self.findings(metric, observed)
        #expect(findings.map(\.rule) == [.fewRequests, .falseRollback])
        #expect(findings.allSatisfy { $0.severity == .warning && $0.path == "successCondition" })
        #expect(
            findings.map(\.message) == [
                "a bar of 95 % success needs 100 requests in a measurement, and the canary has 60: single failures decide",
                "a healthy release fails in 80 of 100 cases: with stable's 3 % errors a measurement of 60 requests misses "
                    + "the bar in 18 of 100, and of 30 measurements 3 may",
            ])
        #expect(
            findings.map(\.hint) == [
                "look at [2m], or state judge: sequential, which may be used at any traffic",
                "state judge: sequential, which compares with stable, or a bar further away from stable's errors",
            ])
        let lint = TrafficLint(try metric.resolved(.argo), mode: .argo, observed: observed)
        #expect(abs(try #require(lint.rollbackChance) - 0.797993801530763) < 1e-9)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let title: String
        let metric: LintedMetric
        let observed: ObservedTraffic
        let expected: [LintFinding.Rule]
        var window: Duration?

        var testDescription: String { title }
    }

    @Test(
        "bars against requests",
        arguments: [
            Row(title: "enough", metric: argo(), observed: .init(requests: 100), expected: []),
            Row(title: "one too few", metric: argo(), observed: .init(requests: 99), expected: [.fewRequests]),
            Row(
                title: "enough of stable's", metric: argo(), observed: .init(requests: 900, canaryShare: 0.1),
                expected: [.fewRequests]),
            Row(
                title: "enough of a tenth", metric: argo(), observed: .init(requests: 1000, canaryShare: 0.1),
                expected: []),
            Row(title: "nobody counted", metric: argo(), observed: .init(errorRate: 0.03), expected: []),
            Row(
                title: "none at all", metric: argo(), observed: .init(requests: 0, errorRate: 0.03),
                expected: [.fewRequests]),
            Row(
                title: "a bar on a mean",
                metric: LintedMetric(
                    query: "sum(rate(x_sum[1m])) / sum(rate(x_count[1m]))", success: "result[0] < 0.05"),
                observed: .init(requests: 1, errorRate: 0.5), expected: []),
            Row(
                title: "a bar on latency",
                metric: LintedMetric(
                    query: "histogram_quantile(0.9, sum by (le) (rate(x_bucket[1m])))", success: "result[0] < 0.05"),
                observed: .init(requests: 1, errorRate: 0.5), expected: []),
            Row(
                title: "errors in percent", metric: LintedMetric(query: errors, success: "result[0] < 0.5"),
                observed: .init(requests: 999), expected: [.fewRequests]),
            Row(
                title: "enough for errors in percent", metric: LintedMetric(query: errors, success: "result[0] < 0.5"),
                observed: .init(requests: 1000), expected: []),
            Row(
                title: "another provider's share",
                metric: LintedMetric(failure: "result > 0.01") { $0.kind = "datadog" },
                observed: .init(requests: 499), expected: [.fewRequests]),
            Row(
                title: "the stricter of two bars",
                metric: LintedMetric(query: ratio, success: "result[0] >= 0.99") { $0.failure = "result[0] < 0.9" },
                observed: .init(requests: 100), expected: [.fewRequests]),
            Row(
                title: "stable below the bar", metric: argo(), observed: .init(requests: 1e6, errorRate: 0.06),
                expected: [.falseRollback]),
            Row(
                title: "stable far above it", metric: argo(), observed: .init(requests: 1e6, errorRate: 0.01),
                expected: []),
            Row(
                title: "endless, of a stage that is not known",
                metric: LintedMetric(query: ratio, success: "result[0] >= 0.95") { $0.count = nil },
                observed: .init(requests: 100, errorRate: 0.04), expected: []),
            Row(
                title: "endless, in a stage",
                metric: LintedMetric(query: ratio, success: "result[0] >= 0.95") { $0.count = nil },
                observed: .init(requests: 100, errorRate: 0.04), expected: [.falseRollback], window: .seconds(600)),
            Row(
                title: "successes in a row are not counted so",
                metric: LintedMetric(query: ratio, success: "result[0] >= 0.95") { $0.consecutiveSuccessLimit = 3 },
                observed: .init(requests: 100, errorRate: 0.04), expected: []),
            Row(
                title: "no failure limit",
                metric: LintedMetric(query: ratio, success: "result[0] >= 0.95") {
                    ($0.failureLimit, $0.consecutiveSuccessLimit) = (-1, 3)
                },
                observed: .init(requests: 100, errorRate: 0.04), expected: []),
            Row(
                title: "a failure condition that is no bar",
                metric: LintedMetric(query: ratio, success: "result[0] >= 0.95") { $0.failure = "result[0] * 2 < 1" },
                observed: .init(requests: 100, errorRate: 0.04), expected: []),
            Row(
                title: "numbers that are none", metric: argo(),
                observed: .init(requests: .nan, canaryShare: .nan, errorRate: .nan), expected: []),
            Row(
                title: "a share that is none", metric: argo(),
                observed: .init(requests: 1e9, canaryShare: 5, errorRate: 7), expected: []),
        ])
    func bars(_ row: Row) throws {
        let findings = try Self.findings(row.metric, row.observed, window: row.window)
        #expect(findings.map(\.rule) == row.expected, "\(findings)")
    }

    @Test("stable that misses the bar is an error")
    func belowBar() throws {
        let finding = try #require(try Self.findings(Self.argo(), .init(requests: 1e6, errorRate: 0.06)).first)
        #expect(finding.severity == .error)
        #expect(finding.message == "stable itself misses the bar: it has 6 % errors, and 95 % success is wanted")
    }

    @Test("measurements without requests fail in Argo, and are waited for in safe mode unless the metric says else")
    func empty() throws {
        let observed = ObservedTraffic(requests: 2, errorRate: 0)
        func chance(_ mode: Expression.Mode, _ policy: ThresholdJudge.NoDataPolicy? = nil) throws -> Double? {
            var template = MetricTemplate(
                name: "m", provider: .stated(kind: "prometheus", settings: .map([.init("query", .string(Self.ratio))])))
            (template.successCondition, template.count, template.interval) = ("result[0] >= 0.95", 1, "1m")
            template.noData = policy
            return TrafficLint(try ResolvedMetric(template, mode: mode), mode: mode, observed: observed).rollbackChance
        }
        // e⁻²
        #expect(abs(try #require(try chance(.argo)) - 0.1353352832366127) < 1e-12)
        #expect(try chance(.safe) == 0)
        #expect(abs(try #require(try chance(.safe, .bad)) - 0.1353352832366127) < 1e-12)
        #expect(try chance(.safe, .ok) == 0)
    }

    private static func narrow(_ range: String, interval: String? = "1m") -> LintedMetric {
        LintedMetric(query: "sum(rate(x_total[\(range)]))") { $0.interval = interval }
    }

    private static var counted: LintedMetric {
        var template = SequentialTemplate()
        template.canary = SideQueries(bad: .string("bad_total"), total: .string("http_total"))
        template.baseline = .previous
        return LintedMetric { ($0.judge, $0.count, $0.settings) = (.sequential(template), nil, []) }
    }

    @Test(
        "intervals and ranges against scrapes",
        arguments: [
            (narrow("5m"), 30, []), (narrow("1m"), 15, []), (narrow("1m"), 16, ["query warning"]),
            (narrow("1m"), 30, ["query warning"]), (narrow("1m"), 60, ["query error"]),
            (narrow("5m"), 61, ["interval error"]), (narrow("5m"), 60, []),
            (narrow("5m", interval: "10s"), 15, ["interval error"]),
            (counted, 15, []), (counted, 16, ["interval warning"]), (counted, 60, ["interval warning"]),
            (counted, 61, ["interval error"]), (LintedMetric(query: "up"), 15, []),
            (LintedMetric(query: "up"), 30, ["interval warning"]),
            (LintedMetric(success: "result < 5") { $0.kind = "datadog" }, 30, ["interval warning"]),
            (narrow("1m"), 0, []),
        ] as [(LintedMetric, Double, [String])])
    func scrapes(_ metric: LintedMetric, _ seconds: Double, _ expected: [String]) throws {
        let findings = try Self.findings(metric, .init(scrapeInterval: .seconds(seconds)))
        #expect(findings.allSatisfy { $0.rule == .scrapeInterval })
        #expect(
            findings.map { "\($0.path.split(separator: ".").last ?? "") \($0.severity)" } == expected, "\(findings)")
    }

    @Test("queries that return nothing for stable either")
    func answers() throws {
        let point = Series.Point(time: Timestamp(milliseconds: 0), value: 1)
        let nothing = Series.Point(time: Timestamp(milliseconds: 0), value: .nan)
        let answers: [ObservedTraffic.Answer] = [
            .init(path: "provider.prometheus.query", []), .init(path: "a", [Series(points: [nothing])]),
            .init(path: "b", [Series(points: [nothing, point])]),
        ]
        let findings = try Self.findings(Self.argo(), .init(answers: answers))
        #expect(
            findings.map { "\($0.rule) \($0.path) \($0.severity)" } == [
                "noData provider.prometheus.query error", "noData a warning",
            ])
        #expect(findings.first?.message == "returns nothing, for stable either")
    }

    @Test("the scrape interval is the usual distance of samples")
    func spacing() {
        func series(_ seconds: Double...) -> Series {
            Series(points: seconds.map { .init(time: Timestamp(milliseconds: Int64($0 * 1000)), value: 0) })
        }
        #expect(ObservedTraffic.scrapeInterval(of: [series(0, 15, 30, 60), series(7, 22.1, 37)]) == .seconds(15))
        #expect(ObservedTraffic.scrapeInterval(of: [series(0), series()]) == nil)
        #expect(ObservedTraffic.scrapeInterval(of: []) == nil)
    }

    @Test("the requests of a measurement are asked for by the query's divisor")
    func requests() throws {
        func query(_ metric: LintedMetric) throws -> String? { TrafficLint.requestsQuery(of: try metric.resolved()) }
        #expect(try query(Self.argo()) == "(sum(rate(http_total[1m]))) * 60")
        #expect(try query(Self.counted) == nil)
        #expect(try query(LintedMetric(success: "result < 5") { $0.kind = "datadog" }) == nil)
        #expect(try query(LintedMetric(query: "up / 2")) == nil)
    }
}
