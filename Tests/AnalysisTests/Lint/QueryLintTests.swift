@testable import Analysis
import Testing

@Suite("What a check finds about queries")
struct QueryLintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let metric: LintedMetric
        let minutes: Int?
        let expected: [String]

        /// - Parameter minutes: how long the stage lasts.
        init(
            _ query: String, _ condition: String = "result[0] < 5", stage minutes: Int? = nil,
            finds expected: String..., metric change: (inout LintedMetric) -> Void = { _ in }
        ) {
            metric = LintedMetric(query: query, success: condition, change)
            (self.minutes, self.expected) = (minutes, expected)
        }

        var testDescription: String { "\(metric.settings) \(minutes ?? 0) → \(expected)" }

        func check() throws {
            let findings = try metric.findings(window: minutes.map { .seconds($0 * 60) })
                .filter { [.longRange, .rateUnderJudge, .rawCounter, .missingBuckets].contains($0.rule) }
            #expect(findings.map { "\($0.rule) \($0.path) \($0.severity)" } == expected, "\(findings)")
        }
    }

    private static let long = "longRange provider.prometheus.query warning"

    static let spansRows: [Row] = [
        Row("rate(x[30m])", stage: 10, finds: long), Row("rate(x[10m])", stage: 10),
        Row("rate(x[601s])", stage: 10, finds: long),
        // Ten measurements in nine minutes.
        Row("rate(x[5m])"), Row("rate(x[9m])"), Row("rate(x[10m])", finds: long),
        Row("rate(x[10m])") { $0.initialDelay = "1m" },
        Row("rate(x[1h])") { $0.count = nil }, Row("rate(x[1h])") { ($0.count, $0.interval) = (nil, nil) },
        Row("rate(x[1h])", stage: 10, finds: long) { ($0.count, $0.interval) = (nil, nil) },
        Row("max_over_time(rate(x[5m])[6m:1m])", stage: 10, finds: long),
        Row("max_over_time(rate(x[4m])[6m:1m])", stage: 10),
        Row("rate(x[5m] offset 6m)", stage: 10, finds: long),
        // Compared with a week ago; and nothing but a week ago.
        Row("rate(x[5m]) / rate(x[5m] offset 1w)", stage: 10), Row("rate(x[5m] offset 1w)", stage: 10, finds: long),
        Row("rate(x[1h]) / rate(x[5m] offset 1w)", stage: 10, finds: long),
        Row("rate(x[5m]) * rate(y[5m] @ 0 offset 1w)", stage: 10), Row("up{a=\"[30m]\"} # [30m]", stage: 10),
        Row(
            "sum(count_over_time({app=\"a\"} | json | level=`error` [30m]))", stage: 10,
            finds: "longRange provider.loki.query warning"
        ) {
            $0.kind = "loki"
        },
        Row("sum(count_over_time({app=\"a\"} |= \"x_total\" [5m]))", stage: 10) { $0.kind = "loki" },
        Row("alias(x, '[30m]')", stage: 10) { $0.kind = "graphite" },
    ]

    @Test("spans that look back before the stage", arguments: spansRows)
    func spans(_ row: Row) throws { try row.check() }

    private static let raw = "rawCounter provider.prometheus.query warning"

    static let countersRows: [Row] = [
        Row("http_requests_total", finds: raw), Row("sum(errors_total) / sum(requests_total)", finds: raw),
        Row("max_over_time(errors_total[5m])", finds: raw), Row("sum(x_bucket{le=\"0.5\"})", finds: raw),
        Row("histogram_quantile(0.9, sum by (le) (x_bucket))", finds: raw),
        Row("{__name__=\"errors_total\"}", finds: raw),
        Row("rate(errors_total[5m])"), Row("sum(irate(errors_total[5m]))"), Row("increase(errors_total[5m])"),
        Row("sum(rate(errors_total[5m])) / scalar(sum(errors_total))", finds: raw), Row("resets(errors_total[5m])"),
        Row("absent(errors_total)"), Row("count(errors_total) by (pod)"), Row("errors_total - errors_total offset 5m"),
        Row("job:errors_total"), Row("increase_pure(errors_total[5m])"), Row("memory_bytes"),
        Row("up{a=\"errors_total\"}"),
        Row("sum(requests_count)"),
        Row("sum(errors_total)", finds: "rawCounter provider.googleCloudMonitoring.query warning") {
            $0.kind = "googleCloudMonitoring"
        },
        Row("errors_total") { ($0.kind, $0.success) = ("datadog", "result < 5") },
    ]

    @Test("counters that are judged by their value", arguments: countersRows)
    func counters(_ row: Row) throws { try row.check() }

    private static let lost = "missingBuckets provider.prometheus.query error"
    private static let each = "missingBuckets provider.prometheus.query warning"

    static let histogramsRows: [Row] = [
        Row("histogram_quantile(0.99, sum(rate(x_bucket[5m])))", finds: lost),
        Row("histogram_quantile(0.99, sum by (pod) (rate(x_bucket[5m])))", finds: lost),
        Row("histogram_quantile(0.99, sum(rate(x_bucket[5m])) without (le))", finds: lost),
        Row("histogram_quantile(0.99, sum by (le) (sum(rate(x_bucket[5m]))))", finds: lost),
        Row("histogram_quantile(0.99, rate(x_bucket[5m]))", finds: each),
        Row("histogram_quantile(0.99, rate(x_bucket[5m]))", "max(result) < 5"),
        Row("max(histogram_quantile(0.99, sum by (le, pod) (rate(x_bucket[5m]))))"),
        Row("histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))"),
        Row("histogram_quantile(0.99, sum(rate(x_bucket[5m])) by (pod, le))"),
        Row("histogram_quantile(0.99, sum without (pod) (rate(x_bucket[5m])))"),
        Row("histogram_quantile(0.99, sum by (le) (topk(3, rate(x_bucket[5m]))))"),
        // A native histogram has no label for its bounds.
        Row("histogram_quantile(0.99, sum(rate(x[5m])))"),
        Row("sum(rate(x_bucket{le=\"0.5\"}[5m])) / sum(rate(x_count[5m]))"),
    ]

    @Test("histograms without their bounds", arguments: histogramsRows)
    func histograms(_ row: Row) throws { try row.check() }

    struct Counted: Sendable {
        let bad: Value
        var total: Value = .string("requests_total{track=\"canary\"}")
        var kind = "prometheus"
        var expected: [String] = []
    }

    @Test(
        "what a judge of counts asks for",
        arguments: [
            Counted(bad: .string("errors_total{track=\"canary\"}")),
            Counted(
                bad: .string("sum(rate(errors_total[5m]))"),
                expected: ["rateUnderJudge judge.sequential.canary.bad error"]),
            Counted(
                bad: .string("increase(errors_total[1m])"),
                total: .map([.init("query", .string("irate(x_total[1m])"))]),
                expected: [
                    "rateUnderJudge judge.sequential.canary.bad error",
                    "rateUnderJudge judge.sequential.canary.total.query error",
                ]),
            Counted(
                bad: .string("sum(errors_total)"), expected: ["rateUnderJudge judge.sequential.canary.bad warning"]),
            Counted(bad: .string("errors_total offset 5m or vector(0)")),
            // These give the requests of each interval.
            Counted(bad: .string("sum:errors{*}.as_count()"), kind: "datadog"),
            Counted(bad: .string("sum(count_over_time({app=\"a\"}[1m]))"), kind: "loki"),
        ])
    func counted(_ row: Counted) throws {
        var template = SequentialTemplate()
        template.canary = SideQueries(bad: row.bad, total: row.total)
        template.baseline = .previous
        let metric = LintedMetric {
            ($0.kind, $0.judge, $0.count) = (row.kind, .sequential(template), nil)
            $0.settings = []
        }
        let findings = try metric.findings()
        #expect(findings.map { "\($0.rule) \($0.path) \($0.severity)" } == row.expected.map { $0 }, "\(findings)")
    }

    @Test("both sides and buckets are looked at; of a comparison stable's may be of any time")
    func sides() throws {
        var template = SequentialTemplate()
        template.canary = SideQueries(buckets: .string("rate(x_bucket[1m])"))
        template.stable = SideQueries(buckets: .string("x_bucket"))
        let counted = LintedMetric { ($0.judge, $0.count) = (.sequential(template), nil) }
        #expect(try counted.findings().map(\.path) == ["judge.sequential.canary.buckets"])
        var bar = ConfidentTemplate(bar: 0.01)
        bar.canary = SideQueries(good: .string("a_total"), total: .string("sum(b_total)"))
        let confident = LintedMetric { ($0.judge, $0.count) = (.confident(bar), nil) }
        #expect(try confident.findings().map(\.path) == ["judge.confident.canary.total"])
        var comparison = CompareTemplate()
        comparison.canary = .string("rate(x_total[1h])")
        comparison.stable = .string("rate(x_total[1h])")
        let compared = LintedMetric { ($0.judge, $0.count) = (.compare(comparison), 30) }
        #expect(try compared.findings().map(\.path) == ["judge.compare.canary"])
    }

    @Test("a span is named with the stage that it is longer than")
    func words() throws {
        let metric = LintedMetric(query: "sum(rate(x_total[1h30m]))")
        let finding = try #require(try metric.findings(window: .seconds(600)).first)
        #expect(
            finding.message == "looks back 1 hour 30 minutes, and the stage lasts 10 minutes: every measurement counts "
                + "what was before it")
        #expect(finding.hint == "look back 10m at most, or let the stage last longer")
    }
}
