import Analysis
import Foundation
import Testing

@Suite("Analysis templates")
struct AnalysisTemplateTests {
    private static func template(_ json: String) throws -> AnalysisTemplate {
        try JSONDecoder().decode(AnalysisTemplate.self, from: Data(json.utf8))
    }

    private static let up = MetricProvider.stated(
        kind: "prometheus", settings: .map([.init("query", .string("up"))]))

    private static let successRate = """
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": {"name": "success-rate"},
         "spec": {"args": [{"name": "service"}, {"name": "limit", "value": "3"},
                           {"name": "token", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
          "metrics": [{"name": "success-rate", "interval": "1m", "initialDelay": "30s", "count": "10", "failureLimit": "{{args.limit}}",
            "successCondition": "result[0] >= 0.95",
            "provider": {"prometheus": {"address": "http://prometheus:9090", "timeout": 20,
              "query": "sum(rate(x{app=\\"{{ args.service }}\\"}[5m]))", "headers": [{"key": "Authorization", "value": "Bearer {{args.token}}"}],
              "authentication": {"basicAuth": {"username": "{{args.service}}", "password": "{{args.token}}"}}}}}]}}
        """

    @Test("a template is read, its arguments filled in and its fields understood")
    func reads() throws {
        let template = try Self.template(Self.successRate)
        let arguments = try TemplateArguments(
            declared: template.spec.args ?? [], given: ["service": "checkout", "token": "T", "dropped": "x"])
        #expect(arguments.values == ["service": "checkout", "limit": "3", "token": "T"])
        let (metrics, errors) = template.spec.resolveMetrics(arguments, allowsEndless: false)
        #expect(errors == [])
        let metric = try #require(metrics.first)
        #expect(metric.interval == .seconds(60))
        #expect(metric.initialDelay == .seconds(30))
        #expect(metric.limits == MeasurementLimits(count: 10, failure: 3))
        #expect(metric.provider.kind == "prometheus")
        let settings = try #require(metric.provider.settings)
        #expect(settings["query"] == .string("sum(rate(x{app=\"checkout\"}[5m]))"))
        guard case .array(let headers, _)? = settings["headers"] else { return #expect(Bool(false)) }
        #expect(headers.first?["value"] == .string("Bearer T"))
        let basic = settings["authentication"]?["basicAuth"]
        #expect(basic?["username"] == .string("checkout"))
        #expect(basic?["password"] == .string("T"))
        #expect(settings["timeout"] == .int(20))
        let live = Timestamp(milliseconds: 0)
        #expect(metric.grid(liveAt: live).start == live + .seconds(60))
        #expect(metric.thresholdJudge(mode: .argo).limits.failure == 3)
    }

    @Test("arguments without a value, and other braces, are errors")
    func unresolved() throws {
        let declared = try Self.template(Self.successRate).spec.args ?? []
        let error = #expect(throws: TemplateError.self) { try TemplateArguments(declared: declared, given: [:]) }
        #expect(error?.message == "args.service was not resolved")
        let arguments = TemplateArguments(["a": "1", "b.c": "2", "d-e": "{{args.a}}"])
        #expect(try arguments.substituted(in: "{{args.a}}-{{ args.b.c }}-{{args.d-e}}") == "1-2-{{args.a}}")
        for text in ["{{args.x}}", "{{a}}", "{{ $labels.x }}", "{{args.a", "{{}}"] {
            #expect(throws: TemplateError.self, "\(text)") { try arguments.substituted(in: text) }
        }
        #expect(try arguments.substituted(in: "{a}} {") == "{a}} {")
    }

    @Test(
        "limits that contradict each other are found, in Argo's words",
        arguments: [
            (#""consecutiveSuccessLimit": -1"#, "consecutiveSuccessLimit must be >= 0"),
            (#""failureLimit": -2"#, "failureLimit must be >= 0, or -1 to be disabled"),
            (#""failureLimit": -1"#, "failureLimit and consecutiveSuccessLimit cannot both be disabled"),
            (#""inconclusiveLimit": -1"#, "inconclusiveLimit must be >= 0"),
            (#""consecutiveErrorLimit": "-1""#, "consecutiveErrorLimit must be >= 0"),
            (
                #""count": 2, "interval": "1m", "failureLimit": 3"#,
                "count (2) must be >= failureLimit + consecutiveSuccessLimit (3 + 0) if both >= 0"
            ),
            (
                #""count": 2, "interval": "1m", "failureLimit": -1, "consecutiveSuccessLimit": 3"#,
                "count must be >= consecutiveSuccessLimit"
            ),
            (#""count": 2, "interval": "1m", "inconclusiveLimit": 3"#, "count must be >= inconclusiveLimit"),
            (#""count": 2"#, "interval must be specified when count > 1"),
            (#""interval": "x", "count": 1"#, "invalid interval string: time: invalid duration \"x\""),
            (#""initialDelay": "1d""#, "invalid startDelay string: time: unknown unit \"d\" in duration \"1d\""),
            (#""count": "abc""#, "\"abc\" is not a whole number"),
            (#""interval": "1m""#, "metric m runs indefinitely. Invalid value for count: <nil>"),
            (#""successCondition": "reslt > 1""#, "could not read \"reslt > 1\": unknown name reslt (column 1)"),
        ])
    func findings(_ fields: String, _ message: String) throws {
        let template = try Self.template(
            #"{"metadata": {"name": "t"}, "spec": {"metrics": [{"name": "m", \#(fields), "provider": {"prometheus": {"query": "up"}}}]}}"#
        )
        let (metrics, errors) = template.spec.resolveMetrics(TemplateArguments([:]), allowsEndless: false)
        #expect(metrics.isEmpty)
        #expect(errors.map(\.message) == [message])
        #expect(errors.first?.path.hasPrefix("metrics[0]") == true)
    }

    @Test(
        "a provider that cannot be read is named",
        arguments: [
            ("{}", "no provider specified"), (#"{"web": {}, "job": {}}"#, "multiple providers specified"),
        ])
    func providers(_ provider: String, _ message: String) throws {
        let template = try Self.template(
            #"{"metadata": {"name": "t"}, "spec": {"metrics": [{"name": "m", "provider": \#(provider)}]}}"#)
        #expect(
            template.spec.resolveMetrics(TemplateArguments([:]), allowsEndless: false).errors.map(\.message) == [
                message
            ])
    }

    @Test("all findings are reported, and only background analysis may be endless")
    func severalFindings() throws {
        var endless = MetricTemplate(name: "m", provider: Self.up)
        endless.interval = "1m"
        let spec = AnalysisTemplate.Spec(
            metrics: [endless, endless], dryRun: [.init(metricName: "*"), .init(metricName: "none")])
        let findings = spec.resolveMetrics(TemplateArguments([:]), allowsEndless: false).errors
        #expect(findings.count == 4)
        #expect(findings.last?.description.contains("for all metrics write .*") == true)
        let (metrics, errors) = AnalysisTemplate.Spec(metrics: [endless]).resolveMetrics(
            TemplateArguments([:]), allowsEndless: true)
        #expect(errors == [])
        #expect(metrics.first?.limits.count == nil)
        #expect(
            AnalysisTemplate.Spec().resolveMetrics(TemplateArguments([:]), allowsEndless: true).errors.map(\.message)
                == ["no metrics specified"])
    }

    @Test("dry-run rules are unanchored regular expressions")
    func dryRun() throws {
        let metrics = ["latency-p50", "latency-p99", "errors"].map { MetricTemplate(name: $0) }
        func names(_ rules: [String]) throws -> Set<String> {
            try AnalysisTemplate.Spec(metrics: metrics, dryRun: rules.map { .init(metricName: $0) }).dryRunMetrics()
        }
        #expect(try names(["p99", "^err"]) == ["latency-p99", "errors"])
        #expect(try names([".*"]).count == 3)
        #expect(throws: TemplateError.self) { try names(["nothing"]) }
    }

    @Test("several templates become one, each taken once and those of the cluster last")
    func merging() throws {
        func template(_ name: String, kind: String = "AnalysisTemplate", _ spec: AnalysisTemplate.Spec)
            -> AnalysisTemplate
        {
            AnalysisTemplate(kind: kind, metadata: .init(name: name), spec: spec)
        }
        let templates = [
            template(
                "a",
                .init(
                    args: [.init(name: "x")], metrics: [MetricTemplate(name: "m1")],
                    templates: [.init(templateName: "b"), .init(templateName: "a")])),
            template("b", .init(args: [.init(name: "x", value: "1")], metrics: [MetricTemplate(name: "m2")])),
            template("a", kind: "ClusterAnalysisTemplate", .init(metrics: [MetricTemplate(name: "m3")])),
            template("clash", .init(args: [.init(name: "x", value: "2")], metrics: [MetricTemplate(name: "m4")])),
            template("twin", .init(metrics: [MetricTemplate(name: "m1")])),
        ]
        func resolve(_ references: [AnalysisTemplate.Reference]) throws -> AnalysisTemplate.Spec {
            let resolved = try AnalysisTemplate.resolving(references) { reference in
                templates.first {
                    $0.metadata.name == reference.templateName && $0.isClusterScoped == reference.clusterScope
                }
            }
            return try AnalysisTemplate.Spec.merging(resolved.map(\.spec))
        }
        let whole = try resolve([
            .init(templateName: "a", clusterScope: true), .init(templateName: "a"), .init(templateName: "b"),
        ])
        #expect(whole.metrics?.map(\.name) == ["m1", "m2", "m3"])
        #expect(whole.args == [.init(name: "x", value: "1")])
        for (names, message) in [
            (["a", "clash"], "Argument `x` specified multiple times with different values: '1', '2'"),
            (["a", "twin"], "two metrics have the same name 'm1'"),
            (["gone"], "AnalysisTemplate 'gone' not found"),
        ] {
            let error = #expect(throws: TemplateError.self) { try resolve(names.map { .init(templateName: $0) }) }
            #expect(error?.message == message)
        }
        let rule = AnalysisTemplate.MetricRule(metricName: "m")
        #expect(throws: TemplateError.self) { try AnalysisTemplate.Spec.merging([.init(dryRun: [rule, rule])]) }
        #expect(throws: TemplateError.self) {
            try AnalysisTemplate.Spec.merging([
                .init(measurementRetention: [rule]), .init(measurementRetention: [rule]),
            ])
        }
    }

    @Test(
        "spans of time as Go writes them",
        arguments: [
            ("1h5m", 3_900_000), ("10s", 10_000), ("300ms", 300), ("1.5h", 5_400_000), ("-1m30s", -90_000), ("0", 0),
            ("+5s", 5000), ("1000us", 1), ("1h0m0.5s", 3_600_500),
        ] as [(String, Int64)])
    func durations(_ text: String, _ milliseconds: Int64) throws {
        #expect(try GoDuration(parsing: text).duration.milliseconds == milliseconds)
    }

    @Test(
        "spans of time that are none, and what to write instead",
        arguments: [
            ("1d", "write 24h"), ("10", "write 10s"), ("", "expected a number"), ("s", "expected a number"),
            ("1x", "unknown unit x"),
            ("9999999999h", "longer than"), ("1m 5s", "unknown unit"), ("--1s", "expected a number"),
            ("1e3s", "unknown unit e"),
        ])
    func badDurations(_ text: String, _ hint: String) {
        let error = #expect(throws: TemplateError.self) { try GoDuration(parsing: text) }
        #expect(error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test("a bare number is seconds only where that is allowed")
    func bareSeconds() throws {
        #expect(try GoDuration(parsing: "10", bareSeconds: true).duration == .seconds(10))
        #expect(throws: TemplateError.self) { try GoDuration(parsing: "99999999999999999", bareSeconds: true) }
    }
}
