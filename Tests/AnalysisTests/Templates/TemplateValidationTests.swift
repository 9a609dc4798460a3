import Analysis
import Foundation
import Testing

/// Findings word for word as Argo Rollouts gives them.
@Suite("What Argo finds wrong with a template")
struct TemplateValidationTests {
    private static let up = MetricProvider.stated(
        kind: "prometheus", settings: .map([.init("query", .string("up"))]))

    private static func metric(_ name: String = "m", _ change: (inout MetricTemplate) -> Void = { _ in })
        -> MetricTemplate
    {
        var metric = MetricTemplate(name: name, provider: up)
        change(&metric)
        return metric
    }

    private static func findings(_ spec: AnalysisTemplate.Spec, name: String? = nil) -> [String] {
        spec.resolveMetrics(TemplateArguments([:]), allowsEndless: false, name: name).errors.map(\.argoDescription)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let finding: String
        let change: @Sendable (inout MetricTemplate) -> Void

        init(_ finding: String, _ change: @escaping @Sendable (inout MetricTemplate) -> Void) {
            (self.finding, self.change) = (finding, change)
        }

        var testDescription: String { finding }
    }

    @Test(
        "one metric",
        arguments: [
            Row("metrics[0]: consecutiveSuccessLimit must be >= 0") { $0.consecutiveSuccessLimit = -1 },
            Row("metrics[0]: failureLimit must be >= 0, or -1 to be disabled") { $0.failureLimit = -2 },
            Row("metrics[0]: failureLimit and consecutiveSuccessLimit cannot both be disabled") {
                $0.failureLimit = -1
            },
            Row("metrics[0]: inconclusiveLimit must be >= 0") { $0.inconclusiveLimit = -1 },
            Row("metrics[0]: consecutiveErrorLimit must be >= 0") { $0.consecutiveErrorLimit = -1 },
            Row("metrics[0]: count (2) must be >= failureLimit + consecutiveSuccessLimit (1 + 2) if both >= 0") {
                ($0.count, $0.failureLimit, $0.consecutiveSuccessLimit, $0.interval) = (2, 1, 2, "1m")
            },
            Row("metrics[0]: count must be >= consecutiveSuccessLimit") {
                ($0.count, $0.failureLimit, $0.consecutiveSuccessLimit) = (2, -1, 3)
            },
            Row("metrics[0]: count must be >= inconclusiveLimit") { ($0.count, $0.inconclusiveLimit) = (2, 3) },
            Row("metrics[0]: interval must be specified when count > 1") { $0.count = 2 },
            Row("metrics[0]: invalid interval string: time: invalid duration \"soon\"") { $0.interval = "soon" },
            Row("metrics[0]: invalid startDelay string: time: unknown unit \"d\" in duration \"1d\"") {
                $0.initialDelay = "1d"
            },
            Row("metrics[0]: no provider specified") { $0.provider = nil },
            Row("metrics[0]: multiple providers specified") { $0.provider = .several(["job", "web"]) },
            // What Argo looks at first is what it says.
            Row("metrics[0]: failureLimit must be >= 0, or -1 to be disabled") {
                ($0.failureLimit, $0.interval, $0.count, $0.provider) = (-2, "soon", 3, nil)
            },
        ])
    func oneMetric(_ row: Row) {
        #expect(Self.findings(.init(metrics: [Self.metric("m", row.change)])) == [row.finding])
    }

    @Test("the template as a whole")
    func template() {
        #expect(Self.findings(.init()) == ["no metrics specified"])
        #expect(
            Self.findings(.init(metrics: [Self.metric("a"), Self.metric("a")])) == ["metrics[1]: duplicate name 'a'"])
        let endless = Self.metric("b") { $0.interval = "1m" }
        #expect(
            Self.findings(.init(metrics: [endless]), name: "latency")
                == [
                    "metrics[0]: AnalysisTemplate latency has metric b which runs indefinitely. Invalid value for count: <nil>"
                ])
        let zero = Self.metric("b") { ($0.interval, $0.count) = ("1m", 0) }
        #expect(
            Self.findings(.init(metrics: [zero]), name: "latency")
                == [
                    "metrics[0]: AnalysisTemplate latency has metric b which runs indefinitely. Invalid value for count: 0"
                ])
    }

    @Test("rules for metrics by name")
    func rules() throws {
        let metrics = [Self.metric("latency-p50"), Self.metric("latency-p99"), Self.metric("errors")]
        func spec(_ retention: [AnalysisTemplate.MetricRule]) -> AnalysisTemplate.Spec {
            .init(metrics: metrics, measurementRetention: retention)
        }
        #expect(
            try spec([.init(metricName: "latency", limit: 20), .init(metricName: "p99$", limit: "5")])
                .measurementLimits()
                == ["latency-p50": 20, "latency-p99": 5])
        #expect(AnalysisTemplate.Spec.standardRetention == 10)
        for (rules, message) in [
            ([.init(metricName: "nothing", limit: 3)], "measurementRetention[0]: Rule didn't match any metric name(s)"),
            (
                [.init(metricName: ".*", limit: 3), .init(metricName: "*", limit: 3)],
                "measurementRetention[1]: Rule didn't match any metric name(s)"
            ),
            ([.init(metricName: ".*")], "measurementRetention[0]: limit must be greater than 0"),
            ([.init(metricName: ".*", limit: -1)], "measurementRetention[0]: limit must be greater than 0"),
            ([.init(metricName: ".*", limit: "x")], "measurementRetention[0]: \"x\" is not a whole number"),
        ] as [([AnalysisTemplate.MetricRule], String)] {
            #expect(Self.findings(spec(rules)) == [message])
        }
        #expect(
            Self.findings(.init(metrics: metrics, dryRun: [.init(metricName: "errors"), .init(metricName: "*")]))
                == ["dryRun[1]: Rule didn't match any metric name(s)"])
    }

    @Test("a limit that is no number is refused, and 0 to Argo")
    func numbers() throws {
        let metric = Self.metric { ($0.count, $0.failureLimit, $0.interval) = ("abc", "3x", "1m") }
        let error = #expect(throws: TemplateError.self) { try ResolvedMetric(metric) }
        #expect(error?.description == "count: \"abc\" is not a whole number")
        #expect(try ResolvedMetric(metric, mode: .argo).limits == MeasurementLimits(count: nil))
    }

    @Test("nested templates are followed before the next one, and a circle ends")
    func nesting() throws {
        func template(_ name: String, _ references: [String] = []) -> AnalysisTemplate {
            AnalysisTemplate(
                metadata: .init(name: name),
                spec: .init(metrics: [Self.metric("m-" + name)], templates: references.map { .init(templateName: $0) }))
        }
        let templates = [template("a", ["c", "a"]), template("b"), template("c", ["d", "b"]), template("d", ["a"])]
        let references = ["a", "b"].map { AnalysisTemplate.Reference(templateName: $0) }
        let resolved = try AnalysisTemplate.resolving(references) { reference in
            templates.first { $0.metadata.name == reference.templateName }
        }
        let spec = try AnalysisTemplate.Spec.merging(resolved.map(\.spec))
        #expect(spec.metrics?.map(\.name) == ["m-a", "m-c", "m-d", "m-b"])
        let rule = AnalysisTemplate.MetricRule(metricName: "m")
        for (specs, message) in [
            ([.init(dryRun: [rule]), .init(dryRun: [rule])], "two Dry-Run metric rules have the same name 'm'"),
            (
                [.init(measurementRetention: [rule, rule])],
                "two Measurement Retention metric rules have the same name 'm'"
            ),
        ] as [([AnalysisTemplate.Spec], String)] {
            let error = #expect(throws: TemplateError.self) { try AnalysisTemplate.Spec.merging(specs) }
            #expect(error?.message == message)
        }
    }

    /// What Go 1.19's ParseDuration makes of these texts, in nanoseconds.
    private static let readable: [(String, Int64)] = [
        (".5s", 500_000_000), ("1.s", 1_000_000_000), ("+5s", 5_000_000_000), ("-.5m", -30_000_000_000), ("5µs", 5000),
        ("5μs", 5000), ("0", 0), ("-0", 0), ("2562047h47m16.854775807s", .max), ("-2562047h47m16.854775808s", .min),
        ("1.0000000000000000000001s", 1_000_000_000), ("1.5h2m", 5_520_000_000_000),
        ("0.100000000000000000000h", 360_000_000_000), ("1ns", 1), ("1us2ms", 2_001_000),
    ]

    @Test("spans of time", arguments: readable)
    func spans(_ text: String, _ nanoseconds: Int64) throws {
        #expect(try GoDuration(parsing: text).duration == .nanoseconds(nanoseconds))
    }

    @Test(
        "texts that are no spans of time",
        arguments: [
            ("", "time: invalid duration \"\""), ("-", "time: invalid duration \"-\""),
            ("s", "time: invalid duration \"s\""),
            ("µs", "time: invalid duration \"\\xc2\\xb5s\""), (". s", "time: invalid duration \". s\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""), ("10", "time: missing unit in duration \"10\""),
            ("9999999999h", "time: invalid duration \"9999999999h\""),
            ("3000000h", "time: invalid duration \"3000000h\""),
            ("1h-5m", "time: unknown unit \"h-\" in duration \"1h-5m\""),
            ("1e3s", "time: unknown unit \"e\" in duration \"1e3s\""),
            ("2562047h47m16.854775808s", "time: invalid duration \"2562047h47m16.854775808s\""),
            ("--1s", "time: invalid duration \"--1s\""), ("1m 5s", "time: unknown unit \"m \" in duration \"1m 5s\""),
            ("100000000000000000000s", "time: invalid duration \"100000000000000000000s\""),
            ("1.s5", "time: missing unit in duration \"1.s5\""), ("00", "time: missing unit in duration \"00\""),
        ])
    func badSpans(_ text: String, _ message: String) {
        let error = #expect(throws: TemplateError.self) { try GoDuration(parsing: text) }
        #expect(error?.message == message)
    }
}
