import Analysis
import Support

extension ProviderCases {
    static let g: [ProviderCase] = [loki, elasticsearch, splunk]

    /// Numbers for each time of the grid, as text between commas.
    private static func each(_ text: (Timestamp) -> String) -> String {
        ProviderCase.times.map(text).joined(separator: ",")
    }

    private static func header(_ name: String, _ value: String) -> Value {
        .array([.map([.init("key", .string(name)), .init("value", .string(value))])], of: .any)
    }

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
        answer: { _ in
            let values = each { "[\($0.milliseconds / 1000),\"1\"]" }
            return FakeServer.Answer(lokiMatrix(#"[{"metric":{},"values":[\#(values)]}]"#))
        },
        empty: { _ in FakeServer.Answer(lokiMatrix("[]")) })

    private static func lokiMatrix(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":\#(result),"stats":{}}}"#
    }

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
        let count = request.body.split(separator: "\n").count / 2
        let answer = """
            {"took":1,"timed_out":false,"_shards":{"total":\(shards),"successful":\(shards),"skipped":0,"failed":0},
             "hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]},"status":200}
            """
        return #"{"took":1,"responses":[\#(Array(repeating: answer, count: count).joined(separator: ","))]}"#
    }

    // https://dev.splunk.com/observability/reference/api/signalflow/latest
    private static let splunk = ProviderCase(
        kind: "splunk",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("query", .string("data('errors').sum().publish()")),
                .init("secretRef", .map([.init("name", .string("metrics")), .init("key", .string("key"))])),
            ]
        },
        answer: { _ in FakeServer.Answer(signalFlow(ProviderCase.times.map(\.milliseconds))) },
        empty: { _ in FakeServer.Answer(signalFlow([])) })

    private static func signalFlow(_ times: [Int64]) -> String {
        let data = times.map {
            "event: data\ndata: {\"logicalTimestampMs\":\($0),\"data\":[{\"tsId\":\"AAAA\",\"value\":1}]}\n\n"
        }
        return """
            event: control-message
            data: {"event":"STREAM_START","timestampMs":1}

            \(data.joined())event: control-message
            data: {"event":"END_OF_CHANNEL","timestampMs":2}


            """
    }
}
