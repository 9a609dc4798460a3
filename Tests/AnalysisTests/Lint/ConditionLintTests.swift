@testable import Analysis
import Testing

@Suite("What a check finds about conditions")
struct ConditionLintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let metric: LintedMetric
        let mode: Expression.Mode
        /// `rule path` of each finding.
        let expected: [String]

        init(
            _ success: String?, _ failure: String? = nil, _ mode: Expression.Mode = .argo, kind: String = "prometheus",
            asking settings: [Value.Member]? = nil, finds expected: String...
        ) {
            metric = LintedMetric(success: success, failure: failure) {
                $0.kind = kind
                $0.settings = settings ?? (kind == "prometheus" ? $0.settings : [])
            }
            (self.mode, self.expected) = (mode, expected)
        }

        init(
            _ success: String, _ mode: Expression.Mode, kind: String = "prometheus",
            asking settings: [Value.Member]? = nil, finds expected: String...
        ) {
            self.init(success, nil, mode, kind: kind, asking: settings)
            self = Row(metric, mode, expected)
        }

        private init(_ metric: LintedMetric, _ mode: Expression.Mode, _ expected: [String]) {
            (self.metric, self.mode, self.expected) = (metric, mode, expected)
        }

        var testDescription: String {
            "\(metric.kind) \(metric.success ?? "-") \(metric.failure ?? "-") \(mode) → \(expected)"
        }

        func check() throws {
            let findings = try metric.findings(mode)
            #expect(findings.map { "\($0.rule) \($0.path)" } == expected, "\(findings)")
        }
    }

    private static let scalar: [Value.Member] = [.init("query", .string("scalar(sum(up))"))]
    private static let open = "passesWithoutData failureCondition"
    private static let free = "passesWithoutData successCondition"

    static let withoutDataRows: [Row] = [
        // A failure condition alone: what it does not hold for passes.
        Row(nil, "result[0] < 0.95", finds: open), Row(nil, "result[0] > 5", finds: open),
        Row(nil, "len(result) > 0 && result[0] > 0.05", finds: open), Row(nil, "any(result, # > 0.9)", finds: open),
        Row(nil, "result < 0.95", .argo, asking: scalar, finds: open),
        Row(nil, "default(result, 0) > 5", kind: "datadog", finds: open),
        Row(nil, "result > 5", kind: "web", finds: open),
        // It fails what has no data.
        Row(nil, "len(result) == 0 || !(result[0] >= 0.95)"), Row(nil, "!(result >= 0.95)", .argo, asking: scalar),
        // With both, nothing is inconclusive.
        Row("result[0] >= 0.95", "result[0] < 0.9"), Row("result > 5", "result < 2", kind: "datadog"),
        // A success condition that holds for nothing.
        Row("len(result) == 0 || result[0] >= 0.95", finds: free), Row("all(result, # > 0.9)", finds: free),
        Row("none(result, # > 0.9)", finds: free), Row("default(result, 0) < 5", kind: "datadog", finds: free),
        Row("isNaN(result) || result >= 0.95", .argo, asking: scalar, finds: free), Row("sum(result) < 5", finds: free),
        Row("len(result) == 0 || result[0] > 1", "len(result) > 0 && result[0] < 0.5", finds: free),
        Row("(result ?? 2) > 1", kind: "web", finds: free),
        Row("result[0] >= 0.95"), Row("len(result) > 0 && result[0] >= 0.95"), Row("max(result) < 0.05"),
        Row("default(result, 0) > 5", kind: "datadog"), Row("result >= 0.95", kind: "web"),
        // In safe mode nothing passes by chance, but what holds for nothing is believed.
        Row(nil, "result[0] < 0.95", .safe), Row(nil, "any(result, # > 0.9)", .safe), Row("max(result) < 5", .safe),
        Row("len(result) > 0 && result[0] < 5", .safe), Row("all(result, # < 5)", .safe),
        Row("len(result) == 0 || result[0] >= 0.95", .safe, finds: free),
        Row("isNaN(result[0]) || result[0] < 5", .safe, finds: free),
        Row("default(result, 0) <= 0.01", .safe, kind: "datadog", finds: free),
        Row("len(result) == 0 || result[0] > 1", "len(result) > 0 && result[0] < 0.5", .safe, finds: free),
    ]

    @Test("results without data that pass in Argo", arguments: withoutDataRows)
    func withoutData(_ row: Row) throws { try row.check() }

    private static let always = "constantCondition successCondition"
    private static let alwaysFailure = "constantCondition failureCondition"

    static let constantRows: [Row] = [
        Row("result[0] >= 0.95 || true", .safe, finds: always),
        Row("result[0] > 1 && result[0] < 0", .safe, finds: always),
        Row("result[0] >= 0.95 && false", .safe, finds: always),
        Row("result > 5 || result <= 5", .safe, asking: scalar, finds: always),
        Row("result[0] > 1", "result[0] > 1 && result[0] < 0", .safe, finds: alwaysFailure),
        Row("result[0] > 1", "result[0] < 1 || true", .safe, finds: alwaysFailure),
        Row("0.95 < 1 || result[0] > 1", .safe, finds: always),
        Row("result.rate > 5 || true", .safe, kind: "web", finds: always),
        Row("result.ok && !result.ok", .safe, kind: "web", finds: always),
        Row("abs(result[0]) < 0", .safe, finds: always),
        Row("max(result) > 3 && max(result) < 2", .safe, finds: always), Row("true", .safe, finds: always),
        Row("result.a > 1 && result.b > 1 && result.a < 0", .safe, kind: "web", finds: always),
        Row("all(result, # > 1) && any(result, # < 0)", .safe, finds: always),
        Row("result in [1, 2] && result == 3", .safe, kind: "splunk", finds: always),
        // What depends on the result, however narrowly.
        Row("result[0] == 0.12345", .safe), Row("result[0] > 0.95 && result[0] < 0.9501", .safe),
        Row("result[0] * 100 > 95", .safe), Row("result[0] / 1000 < 500", .safe), Row("len(result) == 12", .safe),
        Row("count(result, # > 0.9) >= 3", .safe), Row("max(result) - min(result) < 0.1", .safe),
        Row("result[1] / result[0] < 0.02", .safe), Row("10 in result", .safe), Row("result[-1] > 3", .safe),
        Row("len(result) > 0", .safe, finds: free), Row("isInf(result)", .safe, asking: scalar),
        Row("asInt(result) == 3", .safe, kind: "web"),
        Row("result == 'It worked!'", .safe, kind: "web"), Row("result == true", .safe, kind: "web"),
        Row("result", .safe, kind: "web"), Row("result.a == nil", .safe, kind: "web"),
        Row("result != ''", .safe, kind: "web"),
        Row("'n' in result", .safe, kind: "web"), Row("'n' in result && result.n > 1", .safe, kind: "web"),
        Row("result.state in ['Done', 'Skipped']", .safe, kind: "web"),
        Row("len(result.items) < 5", .safe, kind: "web"),
        Row("result[3].x['y-z'] > 5", .safe, kind: "web"),
        Row("(result.items[0] ?? 0) > 5 ? true : false", .safe, kind: "web"),
        Row("let x = result[0]; x > 3 && x < 5", .safe), Row("result[0] > 1 and not (result[0] > 2)", .safe),
        Row("if result[0] > 1 { result[0] < 2 } else { false }", .safe),
        // What values cannot tell is left alone.
        Row("result matches '^ok$'", .safe, kind: "web"), Row("now().Hour() > 25", .safe, kind: "web"),
        Row("all(result.values.values, {asFloat(.value) >= 9900})", .safe, kind: "skywalking"),
        Row("result.items | filter(.bad) | len() == 0", .safe, kind: "web"),
        Row("all(result, .c > 1)", .safe, kind: "newRelic"),
        Row("result.a == 1 && result.b == 2 && result.c == 3 && result.d == 4", .safe, kind: "web"),
        Row("all(1..10000, # > 0) || result[0] > 5", .safe, finds: free),
        Row("result[1000000] > 5", .safe), Row("fromJSON(result).x == 3", .safe, kind: "web"),
    ]

    @Test("conditions that are true or false whatever the result", arguments: constantRows)
    func constant(_ row: Row) throws { try row.check() }

    private static let both = "overlappingConditions failureCondition"

    static let overlappingRows: [Row] = [
        Row("result[0] > 0.9", "result[0] < 0.95", .safe, finds: both),
        Row("result[0] >= 0.95", "result[0] <= 0.95", .safe, finds: both),
        Row("result > 0", "result > 100", .safe, kind: "datadog", finds: both),
        Row("result.a > 0", "result.a > 100", .safe, kind: "web", finds: both),
        Row("result > 5", "result > 1", .safe, kind: "datadog", finds: "neverPasses failureCondition"),
        Row("result[0] >= 0.95", "result[0] < 0.95", .safe), Row("result[0] > 5", "result[0] < 2", .safe),
        Row("result.ok", "result.errors > 5", .safe, kind: "web"),
        // A list of which one element is good and another one bad.
        Row("any(result, # > 0.9)", "any(result, # < 0.5)", .safe), Row("result[0] > 1", "result[1] > 1", .safe),
    ]

    @Test("conditions that both hold for the same result", arguments: overlappingRows)
    func overlapping(_ row: Row) throws { try row.check() }

    private static let wrong = "wrongType successCondition"
    private static func nrql(_ query: String) -> [Value.Member] { [.init("query", .string(query))] }
    private static func result(_ word: String) -> [Value.Member] { [.init("result", .string(word))] }

    static let typesRows: [Row] = [
        Row("result >= 0.95", .safe, finds: wrong), Row("result[0] >= 0.95", .safe, asking: scalar, finds: wrong),
        Row("default(result, 1) >= 0.95", finds: wrong),
        Row("default(result, 1) >= 0.95", .argo, asking: scalar, finds: free),
        Row("result[0] < 5", .safe, kind: "datadog", finds: wrong),
        Row("result >= 95", .safe, kind: "graphite", finds: wrong),
        Row("result[0] >= 95", .safe, kind: "graphite", asking: result("last"), finds: wrong),
        Row("result.errors > 5", .safe, finds: wrong), Row("isNaN(result) || result[0] > 1", .safe, finds: wrong),
        Row("result > 5", .safe, kind: "cloudWatch", finds: wrong),
        Row("result > 5", .safe, kind: "newRelic", finds: wrong),
        Row("result > 5", .safe, kind: "skywalking", finds: wrong),
        Row("result[0] > 5", .safe, kind: "externalMetrics", finds: wrong),
        Row("result == 'ok'", .safe, kind: "splunk", finds: wrong),
        Row("result + 1", .safe, kind: "splunk", finds: wrong),
        Row("result > 1", .safe, kind: "loki", finds: wrong),
        Row("result > 1", .safe, kind: "prometheus", asking: scalar),
        Row("result > 1", .safe, asking: [.init("flavor", .string("victoriametrics"))] + scalar, finds: wrong),
        Row("result[0] > 1", .safe, kind: "dynatrace", finds: wrong),
        Row("result[0] > 1", .safe, kind: "dynatrace", asking: result("list")),
        Row(
            "result > 1", .safe, kind: "elasticsearch", asking: [.init("value", .map([.init("a", .string("count"))]))],
            finds: wrong),
        Row(
            "result.a > 1", .safe, kind: "elasticsearch", asking: [.init("value", .map([.init("a", .string("count"))]))]
        ),
        Row("result > 1", .safe, kind: "wavefront"), Row("result[0] > 1", .safe, kind: "wavefront"),
        Row("max(result) > 1", .safe, kind: "datadog", asking: [.init("query", .string("avg:x{a:b} by {pod}"))]),
        Row("max(result) > 1", .safe, kind: "datadog"), Row("result > 1", .safe, kind: "web"),
        Row("result[0] > 1", .safe, kind: "web"), Row("result[0] > 1", .safe, kind: "somebody-elses"),
        Row("result[0].Values[0] > 1", .safe, kind: "cloudWatch"), Row("result[0] > 1", .safe, kind: "influxdb"),
        Row("result > 1", .safe, kind: "newRelic", asking: result("number")),
        Row("result <= 1", .safe, kind: "cloudWatch", asking: result("number")),
        Row("result[0].values[0] > 1", .safe, kind: "cloudWatch", finds: wrong),
        Row("all(result[0].Value, # > 1)", .safe, kind: "cloudWatch", finds: wrong),
        Row(
            "result[0].errors > 1", .safe, kind: "newRelic", asking: nrql("SELECT count(*) AS errors FROM A"),
            finds: wrong),
        Row("result.errors > 1", .safe, kind: "newRelic", asking: nrql("SELECT count(*) AS 'errors' FROM A")),
        Row("result[0].errors > 1", .safe, kind: "newRelic", asking: nrql("SELECT count(*) AS errors FROM A FACET b")),
        Row("result[0].errors > 1", .safe, kind: "newRelic", asking: nrql("FROM A SELECT errors, count(*)")),
        Row(
            "result[0].a > 1", .safe, kind: "newRelic",
            asking: nrql("FROM A SELECT percentage(count(*), WHERE b = 'FACET'), max(c) / 2 AS a SINCE 5 minutes ago"),
            finds: wrong),
        Row("result[0].x > 1", .safe, kind: "newRelic"),
    ]

    @Test("conditions that do not fit what the provider gives", arguments: typesRows)
    func types(_ row: Row) throws { try row.check() }

    private static let ignored = "ignoredArgument successCondition"

    static let argumentsRows: [Row] = [
        Row("default(result.rate, 0) < 5 && result.rate < 5", kind: "web", finds: ignored),
        Row("!isNil(result.rate) && result.rate < 5", kind: "web", finds: ignored),
        Row("(result.rate | default(0)) == 3 || result.rate > 1", .safe, kind: "web", finds: ignored),
        Row("!isNil(result) && result > 5", .safe, kind: "datadog"), Row("(result.rate ?? 0) < 5", kind: "web"),
    ]

    @Test("arguments that Argo's functions ignore", arguments: argumentsRows)
    func arguments(_ row: Row) throws { try row.check() }

    @Test("a metric that nothing judges")
    func unjudged() throws {
        #expect(try LintedMetric().findings().map(\.rule) == [.noCondition])
        #expect(try LintedMetric { $0.kind = "kayenta" }.findings().isEmpty)
        #expect(try LintedMetric { $0.kind = "job" }.findings(.argo).isEmpty)
    }

    /// The conditions that Argo's own documentation, examples and tests have.
    @Test(
        "nothing about what people write",
        arguments: [
            ("prometheus", "result[0] >= 0.95"), ("prometheus", "result[0] >= 10"), ("prometheus", "result[0] <= 0.95"),
            ("web", "result >= 0.95"), ("web", "result == true"), ("prometheus", "result[0] >= 0.90"),
            ("web", "result == 'It worked!'"), ("datadog", "result <= 0.01"), ("datadog", "default(result, 0) < 5"),
            ("web", "result.ok && result.successPercent >= 0.90"), ("prometheus", "result[0] < 0.50"),
            ("web", "result.major == '1'"), ("web", "result.Status == 999"), ("prometheus", "max(result) < 0.05"),
            ("prometheus", "len(result) == 0 || result[0] >= 0.95"),
            ("prometheus", "len(result) > 0 && result[0] >= 0.95"),
            ("wavefront", "isNaN(result) || result >= 0.95"), ("wavefront", "isInf(result)"),
            ("cloudWatch", "len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})"),
            ("skywalking", "all(result.service_apdex.values.values, {asFloat(.value) >= 9900})"),
            ("graphite", "all(result, # < 1000)"), ("datadog", "default(result, 0) > 3"),
        ])
    func ordinary(_ kind: String, _ condition: String) throws {
        for mode in [Expression.Mode.safe, .argo] {
            let metric = LintedMetric(success: condition) {
                $0.kind = kind
                if kind != "prometheus" { $0.settings = [] }
            }
            // What passes without data was meant to, and in Argo it does.
            let findings = try metric.findings(mode).filter { $0.rule != .passesWithoutData }
            #expect(findings == [], "\(mode)")
            if mode == .safe {
                let failing = LintedMetric(failure: condition) {
                    ($0.kind, $0.settings) = (metric.kind, metric.settings)
                }
                #expect(try failing.findings(mode) == [])
            }
        }
    }

    @Test(
        "hints say what to write instead",
        arguments: [
            (LintedMetric(failure: "result[0] < 0.95"), "state successCondition: result[0] >= 0.95"),
            (LintedMetric(failure: "5.5 <= result[0]"), "state successCondition: 5.5 > result[0]"),
            (
                LintedMetric(success: "result >= 0.95"),
                "write result[0] in the place of result, or ask for one number with scalar(…)"
            ),
            (LintedMetric(success: "all(result, # < 5)"), "write len(result) > 0 && in front of it"),
            (
                LintedMetric(success: "len(result) == 0 || result[0] < 5"),
                "leave the part out that holds for it, or state noData: ok if that is meant"
            ),
            (
                LintedMetric(success: "result[0].values[0] > 1") { ($0.kind, $0.settings) = ("cloudWatch", []) },
                "did you mean Values?"
            ),
            (
                LintedMetric(failure: "any(result, # > 5)"),
                "state successCondition too: what neither holds for is inconclusive"
            ),
            (
                LintedMetric(success: "isNil(result[0].x) && result[0].x > 1") { ($0.kind, $0.settings) = ("web", []) },
                "write result[0].x == nil"
            ),
        ])
    func hints(_ metric: LintedMetric, _ hint: String) throws {
        #expect(try metric.findings(.argo).first?.hint == hint)
    }

    @Test("what is said to be meant is not pointed out", arguments: [Expression.Mode.safe, .argo])
    func meant(_ mode: Expression.Mode) throws {
        var metric = LintedMetric(success: "len(result) == 0 || result[0] < 5")
        #expect(try metric.findings(mode).map(\.rule) == [.passesWithoutData])
        metric.noData = .ok
        #expect(try metric.findings(mode) == [])
        metric.noData = .bad
        #expect(try metric.findings(mode).map(\.rule) == [.passesWithoutData])
    }

    @Test("what is only strange is a warning, what cannot work an error")
    func severities() throws {
        #expect(try LintedMetric(success: "true").findings().map(\.severity) == [.warning])
        #expect(try LintedMetric(success: "result[0] > 1 || true").findings().map(\.severity) == [.error])
        #expect(try LintedMetric(success: "result > 1").findings().map(\.severity) == [.error])
        #expect(try LintedMetric(failure: "result[0] > 1").findings(.argo).map(\.severity) == [.warning])
    }
}
