import Analysis
import Foundation
import Metrics
import Testing

/// Each backend that Flagger has is asked as the provider of the same service.
@Suite("Flagger's backends")
struct FlaggerProviderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        var more = ""
        var annotations = ""
        var query = "up"
        let kind: String
        let settings: String
        var testDescription: String { type + more }
    }

    private static let cases = [
        Case(
            type: "prometheus", more: #""address": "http://prometheus:9090""#, kind: "prometheus",
            settings: #"{"query": "up", "address": "http://prometheus:9090"}"#),
        Case(
            type: "prometheus",
            more: #""address": "https://mimir/prometheus", "headers": {"X-Scope-OrgID": ["shop"], "A": ["b", "c"]}, "#
                + #""secretRef": {"name": "token"}, "insecureSkipVerify": true"#, kind: "prometheus",
            settings:
                #"{"query": "up", "address": "https://mimir/prometheus", "headers": [{"key": "A", "value": "b"}, "#
                + #"{"key": "A", "value": "c"}, {"key": "X-Scope-OrgID", "value": "shop"}], "#
                + #""secretRef": {"name": "token"}, "insecure": true}"#),
        Case(
            type: "datadog", more: #""secretRef": {"name": "datadog"}"#, query: "sum:requests{service:shop}",
            kind: "datadog",
            settings: #"{"query": "sum:requests{service:shop}", "point": "oldest", "interval": "600s", "secretRef": "#
                + #"{"name": "datadog", "apiKey": "datadog_api_key", "appKey": "datadog_application_key"}}"#),
        Case(
            type: "cloudwatch", more: #""region": "eu-west-1""#,
            query: #"[{"Id": "e1", "Expression": "m1 / 100", "Label": "rate"}, {"Id": "m1", "MetricStat": {"Metric": "#
                + #"{"Namespace": "App", "MetricName": "errors"}, "Period": 60, "Stat": "Sum"}, "ReturnData": false}]"#,
            kind: "cloudWatch",
            settings: #"{"query": QUERY, "region": "eu-west-1", "result": "number", "interval": "600s"}"#),
        Case(
            type: "newrelic", more: #""secretRef": {"name": "newrelic"}"#, query: "SELECT count(*) FROM Transaction",
            kind: "newRelic",
            settings: #"{"query": QUERY, "result": "number", "window": "60s", "profile": "newrelic", "secretKeys": "#
                + #"{"accountId": "newrelic_account_id", "apiKey": "newrelic_query_key"}}"#),
        Case(
            type: "newrelic",
            more: #""address": "https://insights-api.eu.newrelic.com", "secretRef": {"name": "newrelic"}"#,
            query: "SELECT count(*) FROM Transaction", kind: "newRelic",
            settings: #"{"query": QUERY, "result": "number", "window": "60s", "region": "EU", "profile": "newrelic", "#
                + #""secretKeys": {"accountId": "newrelic_account_id", "apiKey": "newrelic_query_key"}}"#),
        Case(
            type: "graphite", more: #""address": "http://graphite:8080", "secretRef": {"name": "graphite"}"#,
            query: "target=sumSeries(app.*.errors)&from=-2min", kind: "graphite",
            settings: #"{"query": QUERY, "address": "http://graphite:8080", "result": "last", "#
                + #""secretRef": {"name": "graphite"}}"#),
        Case(
            type: "influxdb", more: #""address": "http://influx:8086", "secretRef": {"name": "influx"}"#,
            annotations: #""headgate.dev/org": "acme""#,
            query: #"from(bucket: "app") |> range(start: -2m) |> mean()"#, kind: "influxdb",
            settings: #"{"query": QUERY, "address": "http://influx:8086", "result": "first", "org": "acme", "#
                + #""profile": "influx", "secretKeys": {"token": "token"}}"#),
        Case(
            type: "stackdriver", more: #""secretRef": {"name": "gcp"}"#,
            annotations: #""headgate.dev/project": "shop-production""#,
            query: "fetch k8s_container\n| metric 'a|b'\n| within 5m\n| every 1m", kind: "googleCloudMonitoring",
            settings: #"{"secretRef": {"name": "gcp"}, "mql": "fetch k8s_container\n| metric 'a|b'\n| every 1m", "#
                + #""project": "shop-production", "interval": "5m"}"#),
        Case(
            type: "dynatrace",
            more: #""address": "https://abc.live.dynatrace.com", "secretRef": {"name": "dynatrace"}"#,
            query: "builtin:service.errors.total.rate:splitBy():avg", kind: "dynatrace",
            settings: #"{"query": QUERY, "address": "https://abc.live.dynatrace.com", "result": "list", "#
                + #""window": "600s", "secretRef": {"name": "dynatrace"}}"#),
        Case(
            type: "splunk", more: #""address": "https://api.eu0.signalfx.com", "secretRef": {"name": "signalfx"}"#,
            query: "data('errors').sum().publish()", kind: "splunk",
            settings: #"{"query": QUERY, "address": "https://api.eu0.signalfx.com", "window": "600s", "#
                + #""secretRef": {"name": "signalfx"}}"#),
        Case(
            type: "externalmetrics", more: #""secretRef": {"name": "reader"}"#,
            query: "shop/queue?labelSelector=app%3Dshop", kind: "externalMetrics",
            settings: #"{"query": QUERY, "secretRef": {"name": "reader"}}"#),
    ]

    private static func template(_ example: Case) throws -> FlaggerMetricTemplate {
        let query = try String(decoding: JSONEncoder().encode(example.query), as: UTF8.self)
        let json = """
            {"metadata": {"name": "m", "annotations": {\(example.annotations)}},
             "spec": {"provider": {"type": "\(example.type)"\(example.more.isEmpty ? "" : ", " + example.more)},
             "query": \(query)}}
            """
        return try JSONDecoder().decode(FlaggerMetricTemplate.self, from: Data(json.utf8))
    }

    @Test("are asked with the settings of the provider, in which a check finds nothing", arguments: cases)
    func settings(example: Case) throws {
        let template = try Self.template(example)
        #expect(template.findings() == [])
        let provider = try template.provider(asking: example.query, over: "1m")
        let query = try String(decoding: JSONEncoder().encode(example.query), as: UTF8.self)
        let expected = try JSONDecoder().decode(
            Value.self, from: Data(example.settings.replacing("QUERY", with: query).utf8))
        #expect(provider.kind == example.kind)
        #expect(Self.members(provider.settings) == Self.members(expected))
        #expect(ProviderRegistry.problems(of: provider, interval: .seconds(60)) == [])
    }

    /// The members in the order of their names: JSON has none.
    private static func members(_ value: Value?) -> [String] {
        guard case .map(let members)? = value else { return [] }
        return members.map { member in
            if case .map = member.value { return "\(member.name): \(Self.members(member.value))" }
            if case .array(let elements, _) = member.value { return "\(member.name): \(elements.map(Self.members))" }
            return "\(member.name): \(member.value)"
        }.sorted()
    }

    @Test("all of them are among the cases, but Keptn's metrics, which are refused")
    func complete() throws {
        let types = Set(Self.cases.map(\.type))
        #expect(Set(FlaggerProvider.Kind.allCases.map(\.rawValue)).subtracting(types) == ["keptn"])
        for kind in FlaggerProvider.Kind.allCases where kind != .keptn {
            #expect(ProviderRegistry.names.contains(kind.key), "\(kind)")
        }
        let keptn = try Self.template(Case(type: "keptn", kind: "", settings: ""))
        let error = #expect(throws: TemplateError.self) { try keptn.provider(asking: "", over: "1m") }
        #expect(error?.path == "spec.provider.type")
        #expect(error?.message == "Keptn's metrics are not supported")
    }

    @Test("what stands in a Secret alone and goes into a URL is asked for")
    func annotations() throws {
        let influx = try Self.template(
            Case(type: "influxdb", more: #""address": "http://influx:8086""#, kind: "", settings: ""))
        let organization = #expect(throws: TemplateError.self) { try influx.provider(asking: "", over: "") }
        #expect(organization?.hint == "add the annotation headgate.dev/org: NAME to the template")
        let google = try Self.template(
            Case(type: "stackdriver", more: #""secretRef": {"name": "gcp"}"#, kind: "", settings: ""))
        let project = #expect(throws: TemplateError.self) { try google.provider(asking: "", over: "") }
        #expect(project?.hint == "add the annotation headgate.dev/project: ID to the template")
    }

    @Test("an interval that is none is the metric's mistake", arguments: ["", "1min", "0s", "-1m", "9000h"])
    func intervals(interval: String) throws {
        let datadog = try #require(Self.cases.first { $0.type == "datadog" })
        let error = #expect(throws: TemplateError.self) {
            try Self.template(datadog).provider(asking: "up", over: interval)
        }
        #expect(error?.path.hasPrefix("spec.") == false)
    }

    @Test("another range of MQL stays, and the service's page says what to do")
    func ranges() throws {
        let google = try #require(Self.cases.first { $0.type == "stackdriver" })
        let query = "fetch gce_instance | within d'2023/11/14-22:14:00', 5m"
        let provider = try Self.template(google).provider(asking: query, over: "")
        #expect(
            ProviderRegistry.problems(of: provider, interval: .seconds(60)).map(\.message)
                == ["the query has a range of time of its own"])
    }
}
