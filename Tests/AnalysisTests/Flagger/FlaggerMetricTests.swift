import Analysis
import Foundation
import Testing

@Suite("Flagger's metrics")
struct FlaggerMetricTests {
    private static func metric(_ json: String) throws -> FlaggerMetric {
        try JSONDecoder().decode(FlaggerMetric.self, from: Data(json.utf8))
    }

    private static func template(_ type: String, query: String, more: String = "") throws -> FlaggerMetricTemplate {
        let json = """
            {"apiVersion": "flagger.app/v1beta1", "kind": "MetricTemplate",
             "metadata": {"name": "errors", "namespace": "flagger", "labels": {"team": "web"}},
             "spec": {"provider": {"type": "\(type)"\(more)}, "query": \(query)}}
            """
        return try JSONDecoder().decode(FlaggerMetricTemplate.self, from: Data(json.utf8))
    }

    @Test("a template and the metric that refers to it are read, and written as they were")
    func reads() throws {
        let template = try Self.template(
            "prometheus", query: #""rate(x{ns=\"{{ namespace }}\",code=\"{{ variables.code }}\"}[{{ interval }}])""#,
            more: """
                , "address": "http://prometheus:9090", "headers": {"X-Scope-OrgID": ["a", "b"]},
                "secretRef": {"name": "token"}, "region": "eu-west-1", "insecureSkipVerify": true
                """)
        #expect(template.spec.provider.type == .prometheus)
        #expect(template.spec.provider.headers == ["X-Scope-OrgID": ["a", "b"]])
        #expect(template.spec.provider.secretRef?.name == "token")
        #expect(template.metadata.labels == ["team": "web"])
        #expect(template.findings() == [])
        let metric = try Self.metric(
            """
            {"name": "errors", "interval": "30s", "templateRef": {"name": "errors", "namespace": "flagger"},
             "thresholdRange": {"max": 1.5}, "templateVariables": {"code": "5.."}}
            """)
        #expect(metric.errors(template: template) == [])
        #expect(metric.warnings == [])
        #expect(metric.sources == [.template(.init(name: "errors", namespace: "flagger"))])
        let query = try GoTemplate(parsing: template.spec.query).render(
            FlaggerNames(
                name: "checkout", namespace: "shop", target: "checkout",
                interval: metric.window(of: metric.sources[0]), variables: metric.templateVariables ?? [:]))
        #expect(query == #"rate(x{ns="shop",code="5.."}[30s])"#)
        let again = try JSONDecoder().decode(FlaggerMetric.self, from: JSONEncoder().encode(metric))
        #expect(again == metric)
    }

    @Test("a window is filled in for Flagger's own metrics and for queries, and for templates it is not")
    func windows() throws {
        let metric = try Self.metric(
            """
            {"name": "request-duration", "query": "up", "templateRef": {"name": "t"}, "interval": ""}
            """)
        #expect(metric.sources == [.builtIn(.duration), .query("up"), .template(.init(name: "t"))])
        #expect(metric.sources.map(metric.window) == ["1m", "1m", ""])
        let stated = FlaggerMetric(name: "request-success-rate", interval: "5m")
        #expect(stated.window(of: .builtIn(.successRate)) == "5m")
    }

    @Test("templates are asked after all that a Canary asks itself")
    func order() {
        let metrics = [
            FlaggerMetric(name: "a", templateRef: .init(name: "t")), FlaggerMetric(name: "request-success-rate"),
            FlaggerMetric(name: "b", query: "up"),
        ]
        #expect(metrics.inOrderOfChecks.map(\.metric.name) == ["request-success-rate", "b", "a"])
    }

    @Test(
        "what keeps a metric from being measured is found",
        arguments: [
            (
                #"{"name": "errors"}"#, "prometheus", #""up""#,
                [
                    "name: \"errors\" is no metric of Flagger's own, and it has neither templateRef nor query (Flagger's own "
                        + "are request-success-rate and request-duration)"
                ]
            ),
            (
                #"{"name": "e", "templateRef": {"name": "t"}}"#, "datadog", #""avg:x""#,
                [
                    "interval: datadog needs the metric's interval, and a template has no default for it (add interval: 1m)"
                ]
            ),
            (
                #"{"name": "e", "interval": "1min", "templateRef": {"name": "t"}}"#, "splunk", #""data()""#,
                [
                    "interval: time: unknown unit \"min\" in duration \"1min\" (unknown unit min; units are ms, s, m "
                        + "and h)"
                ]
            ),
            (#"{"name": "e", "interval": "1min", "templateRef": {"name": "t"}}"#, "graphite", #""target=x""#, []),
            (#"{"name": "e", "templateRef": {"name": "t"}}"#, "prometheus", #""up{ns=\"{{ namespace }}\"}""#, []),
            (
                #"{"name": "e", "templateRef": {"name": "t"}}"#, "prometheus", #""rate(x[{{ interval }}])""#,
                [
                    "interval: the query uses {{ interval }}, and a template has no default for it (add interval: 1m)"
                ]
            ),
            (
                #"{"name": "e", "interval": "1m", "templateRef": {"name": "t"}}"#, "prometheus",
                #""up{\n  a=\"{{ variables.zone }}\"}""#,
                [
                    "templateRef: there is no variable \"zone\", in line 2, column 18 of the query (state it in the metric's "
                        + "templateVariables)"
                ]
            ),
            (
                #"{"name": "e", "query": "up", "thresholdRange": {"min": 2, "max": 1}}"#, "prometheus", #""up""#,
                ["thresholdRange: no value is at least 2 and at most 1 (swap min and max)"]
            ),
            (
                #"{"name": "e", "query": "up{{"}"#, "prometheus", #""up""#,
                ["query: the braces are not closed, in line 1, column 3 of the query (close them with }})"]
            ),
        ] as [(String, String, String, [String])])
    func errors(json: String, type: String, query: String, errors: [String]) throws {
        let metric = try Self.metric(json)
        let template = try Self.template(type, query: query)
        #expect(metric.errors(template: metric.templateRef == nil ? nil : template).map(\.description) == errors)
    }

    @Test(
        "what nobody can have meant is pointed out",
        arguments: [
            (#"{"name": "e", "query": "up"}"#, "without a range every value above 0 fails (state thresholdRange)"),
            (#"{"name": "request-success-rate"}"#, "without a range every value passes (state thresholdRange)"),
            (
                #"{"name": "request-success-rate", "threshold": 99}"#,
                "threshold: threshold is deprecated, and is a min here (write thresholdRange: {min: 99})"
            ),
            (
                #"{"name": "request-duration", "threshold": 500}"#,
                "threshold: threshold is deprecated, and is a max here (write thresholdRange: {max: 500})"
            ),
            (
                #"{"name": "e", "query": "up", "thresholdRange": {}}"#,
                "thresholdRange: without min and max every value passes (state one of them)"
            ),
        ])
    func warnings(json: String, warning: String) throws {
        #expect(try Self.metric(json).warnings.map(\.description) == [warning])
    }

    @Test(
        "what a template's backend lacks is found",
        arguments: [
            ("prometheus", "", ["spec.provider.address: prometheus needs an address"]),
            (
                "datadog", "",
                [
                    "spec.provider.secretRef: datadog needs a secret (with the keys datadog_api_key and "
                        + "datadog_application_key)"
                ]
            ),
            ("cloudwatch", "", ["spec.provider.region: cloudwatch needs a region (such as eu-west-1)"]),
            ("cloudwatch", #", "region": "eu-west-1""#, []), ("keptn", "", []), ("externalmetrics", "", []),
            (
                "influxdb", #", "address": "http://i", "headers": {"a": ["b"]}"#,
                ["spec.provider.headers: Flagger sends headers to prometheus only, not to influxdb"]
            ),
        ])
    func providers(type: String, more: String, findings: [String]) throws {
        #expect(try Self.template(type, query: "\"q\"", more: more).findings().map(\.description) == findings)
    }

    @Test("a query that cannot be read and an unknown backend are refused")
    func refused() throws {
        let template = try Self.template("keptn", query: "\"{{ foo }}\"")
        #expect(template.findings().first?.path == "spec.query")
        #expect(template.findings().first?.message.hasSuffix("in line 1, column 4 of the query") == true)
        #expect(try Self.template("keptn", query: "\" \"").findings().map(\.message) == ["the query is empty"])
        #expect(throws: DecodingError.self) { try Self.template("promethius", query: "\"up\"") }
    }

    @Test(
        "which of several series counts is the backend's rule",
        arguments: [
            (FlaggerProvider.Kind.prometheus, FlaggerReading.value(3)), (.graphite, .value(3)), (.dynatrace, .value(3)),
            (.datadog, .value(1)), (.cloudwatch, .value(1)), (.externalmetrics, .value(1)), (.influxdb, .value(1)),
            (.splunk, .failure("the query has 3 values instead of one")),
            (.newrelic, .failure("the query has 3 values instead of one")),
        ])
    func series(kind: FlaggerProvider.Kind, reading: FlaggerReading) {
        #expect(FlaggerReading(.value(.vector([1, 2, 3])), by: kind.series) == reading)
        #expect(FlaggerReading(.value(.vector([7])), by: kind.series) == .value(7))
        #expect(FlaggerReading(.value(.double(7)), by: kind.series) == .value(7))
    }

    @Test("what is no number has no value")
    func readings() {
        #expect(FlaggerReading(.absent, by: .last) == .noData("no values were found"))
        #expect(FlaggerReading(.value(.vector([])), by: .first) == .noData("no values were found"))
        #expect(FlaggerReading(.value(.vector([1, .nan])), by: .last) == .noData("the value is NaN"))
        #expect(FlaggerReading(.value(.vector([1, .nan])), by: .first) == .value(1))
        #expect(FlaggerReading(.value(.null), by: .last) == .noData("no values were found"))
        #expect(FlaggerReading(.value(.string("x")), by: .last) == .failure("the value is no number"))
        #expect(FlaggerReading(.value(.vector([.infinity])), by: .last) == .value(.infinity))
        #expect(FlaggerReading(.failure("timed out"), by: .last) == .failure("timed out"))
    }

    @Test("names that only Flagger makes are found in a query, unless there are such workloads")
    func absentees() {
        let names = FlaggerNames(
            name: "checkout", namespace: "shop", target: "checkout-canary", service: "web-canary", interval: "1m")
        let known: Set = ["checkout", "checkout-canary"]
        #expect(
            names.absentee(in: "up{pod=~\"checkout-canary-primary-.+\"}", known: known) == "checkout-canary-primary")
        #expect(names.absentee(in: "up{service=\"web-canary-canary\"}", known: known) == "web-canary-canary")
        #expect(names.absentee(in: "up{pod=~\"checkout-canary-[0-9a-z]+\"}", known: known) == nil)
        // After a move from Flagger the workloads may still have its names.
        let moved = FlaggerNames(name: "checkout", namespace: "shop", target: "checkout", interval: "1m")
        #expect(moved.absentee(in: "checkout-primary", known: ["checkout", "checkout-primary"]) == nil)
    }
}
