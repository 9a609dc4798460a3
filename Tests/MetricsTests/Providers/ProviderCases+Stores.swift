import Analysis
import Foundation
import Rollouts
import Support

extension ProviderCases {
    static let stores: [ProviderCase] = [loki, elasticsearch, splunk, wavefront, skyWalking, kayenta, externalMetrics]

    /// Another value at each time, so that a measurement from a wrong window shows.
    private static func value(_ milliseconds: Int) -> Int { milliseconds / 1000 % 9973 }

    private static func times(_ from: String?, _ to: String?, every step: Int) -> [Int] {
        guard let from = from.flatMap(Int.init), let to = to.flatMap(Int.init) else { return [] }
        return Array(stride(from: from / step * step, through: to, by: step))
    }

    private static func header(_ name: String, _ value: String) -> Value {
        .array([.map([.init("key", .string(name)), .init("value", .string(value))])], of: .any)
    }

    // MARK: Loki

    // https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
    private static let loki = ProviderCase(
        kind: "loki",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("query", .string(#"sum(rate({app="shop"}[1m]))"#)),
                .init("headers", header("X-Token", place.secret)),
            ]
        },
        answer: { request in
            let bounds = ["start", "end"].map { request.query[$0].map { String($0.dropLast(6)) } }
            let values = times(bounds[0], bounds[1], every: 60_000).map { "[\($0 / 1000),\"\(value($0))\"]" }
            return FakeServer.Answer(lokiMatrix(#"[{"metric":{},"values":[\#(values.joined(separator: ","))]}]"#))
        },
        empty: { _ in FakeServer.Answer(lokiMatrix("[]")) })

    private static func lokiMatrix(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":\#(result),"stats":{}}}"#
    }

    // MARK: Elasticsearch

    // https://www.elastic.co/guide/en/elasticsearch/reference/8.17/search-multi-search.html
    private static let elasticsearch = ProviderCase(
        kind: "elasticsearch",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("index", .string("logs-*")),
                .init("authentication", .map([.init("apiKey", .string(place.secret))])),
            ]
        },
        answer: { request in FakeServer.Answer(elasticsearchAnswer(request, shards: 2)) },
        empty: { request in FakeServer.Answer(elasticsearchAnswer(request, shards: 0)) })

    private static func elasticsearchAnswer(_ request: FakeServer.Request, shards: Int) -> String {
        let searches = request.body.split(separator: "\n").compactMap { try? JSON(parsing: String($0))["query"] }
        let answers = searches.map { query in
            let end = query["bool"]?["filter"]?[1]?["range"]?["@timestamp"]?["lte"]?.int ?? 0
            return """
                {"took":1,"timed_out":false,
                 "_shards":{"total":\(shards),"successful":\(shards),"skipped":0,"failed":0},
                 "hits":{"total":{"value":\(value(end)),"relation":"eq"},"max_score":null,"hits":[]},"status":200}
                """
        }
        return #"{"took":1,"responses":[\#(answers.joined(separator: ","))]}"#
    }

    // MARK: Splunk Observability

    // https://dev.splunk.com/observability/reference/api/signalflow/latest
    private static let splunk = ProviderCase(
        kind: "splunk",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("query", .string("data('errors').sum().publish()")),
                .init(
                    "secretRef", .map([.init("name", .string(ProviderCase.secretName)), .init("key", .string("key"))])),
            ]
        },
        answer: { request in
            FakeServer.Answer(
                signalFlow(times(request.query["start"], request.query["stop"], every: 10_000).dropLast()))
        },
        empty: { _ in FakeServer.Answer(signalFlow([])) })

    private static func signalFlow(_ times: [Int]) -> String {
        let data = times.map {
            "event: data\ndata: {\"logicalTimestampMs\":\($0),\"data\":[{\"tsId\":\"A\",\"value\":\(value($0))}]}\n\n"
        }
        return """
            event: control-message
            data: {"event":"STREAM_START","timestampMs":1}

            \(data.joined())event: control-message
            data: {"event":"END_OF_CHANNEL","timestampMs":2}


            """
    }

    // MARK: Wavefront

    // https://github.com/wavefrontHQ/python-client/blob/master/docs/QueryApi.md#query_api
    private static let wavefront = ProviderCase(
        kind: "wavefront",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("query", .string("ts(errors)")),
                .init(
                    "secretRef", .map([.init("name", .string(ProviderCase.secretName)), .init("key", .string("key"))])),
            ]
        },
        answer: { request in
            let points = times(request.query["s"], request.query["e"], every: 60_000).dropLast()
            let data = points.map { "[\($0 / 1000),\(value($0))]" }.joined(separator: ",")
            return FakeServer.Answer(#"{"query":"ts(errors)","granularity":60,"timeseries":[{"data":[\#(data)]}]}"#)
        },
        empty: { _ in FakeServer.Answer(#"{"query":"ts(errors)","granularity":60}"#) })

    // MARK: SkyWalking

    // https://skywalking.apache.org/docs/main/next/en/api/query-protocol/
    private static let skyWalking = ProviderCase(
        kind: "skywalking",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("query", .string("query q($duration: Duration!) { a: read(duration: $duration) { value } }")),
                .init("headers", header("X-Token", place.secret)),
            ]
        },
        answer: { request in
            let end = (try? JSON(parsing: request.body))?["variables"]?["duration"]?["end"]?.string ?? ""
            return FakeServer.Answer(#"{"data":{"a":{"value":"\#(end)"}}}"#)
        },
        empty: { _ in FakeServer.Answer(#"{"data":{"a":null}}"#) })

    // MARK: Kayenta

    // https://github.com/spinnaker/kayenta/blob/master/kayenta-web/src/main/java/com/netflix/kayenta/controllers
    private static let kayenta = ProviderCase(
        kind: "kayenta",
        settings: { place in
            let side = Value.map([
                .init("scope", .string("shop")), .init("region", .string("eu")), .init("step", .int(10)),
            ])
            let scope = Value.map([
                .init("name", .string("default")), .init("controlScope", side), .init("experimentScope", side),
            ])
            return [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("application", .string("shop")), .init("canaryConfigName", .string("errors")),
                .init("threshold", .map([.init("pass", .int(90)), .init("marginal", .int(50))])),
                .init("scopes", .array([scope], of: .any)), .init("headers", header("X-Token", place.secret)),
            ]
        },
        answer: { kayentaAnswer($0, classification: "Pass") },
        empty: { kayentaAnswer($0, classification: "Nodata") },
        isRetroactive: false)

    private static func kayentaAnswer(
        _ request: FakeServer.Request, classification: String
    ) -> FakeServer.Answer {
        let body =
            switch (request.method, request.path) {
            case (_, "/canaryConfig"): #"[{"id":"c1","name":"errors"}]"#
            case ("POST", _): #"{"canaryExecutionId":"e1"}"#
            default:
                """
                {"complete":true,"status":"succeeded",
                 "result":{"judgeResult":{"score":{"score":95.5,"classification":"\(classification)"}}}}
                """
            }
        return FakeServer.Answer(body)
    }

    // MARK: External metrics

    // https://github.com/kubernetes/design-proposals-archive/blob/main/instrumentation/external-metrics-api.md
    private static let externalMetrics = ProviderCase(
        kind: "externalMetrics",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("metric", .string("queue-length")),
                .init(
                    "secretRef", .map([.init("name", .string(ProviderCase.secretName)), .init("key", .string("key"))])),
            ]
        },
        answer: { _ in FakeServer.Answer(#"{"kind":"ExternalMetricValueList","items":[{"value":"12500m"}]}"#) },
        empty: { _ in FakeServer.Answer(#"{"kind":"ExternalMetricValueList","items":[]}"#) },
        isRetroactive: false)
}
