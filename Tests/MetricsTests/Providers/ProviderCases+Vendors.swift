import Analysis
import Foundation
import Rollouts
import Support

extension ProviderCases {
    static let vendors = [
        datadog1, datadog2, datadogScalar, newRelic, web, graphite, graphiteSummary, flux, influxQL, dynatrace,
        dynatraceRange,
    ]

    // MARK: Datadog

    // https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/
    private static let datadog1 = ProviderCase(
        kind: "datadog", variant: "v1",
        settings: { datadog($0, [.init("query", .string("avg:errors{*}"))]) },
        answer: { request in
            let points = buckets(request.query["from"], request.query["to"], unit: 1).map { "[\($0),\(value($0))]" }
            return FakeServer.Answer(
                #"{"status":"ok","series":[{"interval":20,"pointlist":[\#(points.joined(separator: ","))]}]}"#)
        },
        empty: { _ in FakeServer.Answer(#"{"status":"ok","series":[]}"#) })

    // https://docs.datadoghq.com/api/latest/metrics/query-timeseries-data-across-multiple-products/
    private static let datadog2 = ProviderCase(
        kind: "datadog", variant: "v2",
        settings: { datadog($0, [.init("apiVersion", .string("v2")), .init("query", .string("avg:errors{*}"))]) },
        answer: { request in
            let attributes = (try? JSON(parsing: request.body))?["data"]?["attributes"]
            let times = buckets(attributes?["from"]?.number, attributes?["to"]?.number, unit: 1000)
            let values = times.map { "\(value($0))" }.joined(separator: ",")
            return timeseries(times.map(String.init).joined(separator: ","), values)
        },
        empty: { _ in FakeServer.Answer(#"{"data":{"attributes":{"series":[],"times":[],"values":[]}}}"#) })

    // https://docs.datadoghq.com/api/latest/metrics/query-scalar-data-across-multiple-products/
    private static let datadogScalar = ProviderCase(
        kind: "datadog", variant: "v2 with a formula",
        settings: { place in
            datadog(
                place,
                [
                    .init("apiVersion", .string("v2")), .init("aggregator", .string("sum")),
                    .init("formula", .string("a / b")),
                    .init(
                        "queries", .map([.init("a", .string("sum:errors{*}")), .init("b", .string("sum:requests{*}"))])),
                ])
        },
        answer: { request in
            let end = (try? JSON(parsing: request.body))?["data"]?["attributes"]?["to"]?.int ?? 0
            return FakeServer.Answer(
                #"{"data":{"attributes":{"columns":[{"name":"a / b","type":"number","values":[\#(value(end))]}]}}}"#)
        },
        empty: { _ in FakeServer.Answer(#"{"data":{"attributes":{"columns":[]}}}"#) })

    private static func datadog(_ place: ProviderCase.Place, _ members: [Value.Member]) -> [Value.Member] {
        members + [
            .init("address", .string(place.url)), .init("requestTimeout", .int(place.timeout)),
            .init(
                "secretRef",
                .map([
                    .init("name", .string(ProviderCase.secretName)), .init("apiKey", .string("key")),
                    .init("appKey", .string("key")),
                ])),
        ]
    }

    private static func timeseries(_ times: String, _ values: String) -> FakeServer.Answer {
        FakeServer.Answer(
            """
            {"data":{"type":"timeseries_response","attributes":{
            "series":[{"group_tags":[],"query_index":0}],"times":[\(times)],"values":[[\(values)]]}}}
            """)
    }

    // MARK: New Relic

    // https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial/
    private static let newRelic = ProviderCase(
        kind: "newRelic",
        settings: { place in
            [
                .init("address", .string("\(place.url)/graphql")), .init("profile", .string(ProviderCase.secretName)),
                .init("query", .string("SELECT percentage(count(*), WHERE error) AS errors FROM Transaction")),
                .init("accountId", .int(7)), .init("timeout", .int(place.timeout)),
                .init("secretKeys", .map([.init("apiKey", .string("key"))])),
            ]
        },
        answer: { request in
            rows(request) { query in
                let end = query.split(separator: " ").last.flatMap { Int($0) } ?? 0
                return #"[{"errors":\#(value(end))}]"#
            }
        },
        empty: { request in rows(request) { _ in "[]" } })

    private static func rows(_ request: FakeServer.Request, _ rows: (String) -> String) -> FakeServer.Answer {
        let variables = (try? JSON(parsing: request.body))?["variables"]?.members ?? []
        let queries = variables.filter { $0.name.hasPrefix("q") }
        let answers = queries.map { #""t\#($0.name.dropFirst())":{"results":\#(rows($0.value.string ?? ""))}"# }
        return FakeServer.Answer(#"{"data":{"actor":{"account":{\#(answers.joined(separator: ","))}}}}"#)
    }

    // MARK: Web

    // https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
    private static let web = ProviderCase(
        kind: "web",
        settings: { place in
            [
                .init("url", .string("\(place.url)/measure")), .init("jsonPath", .string("{$.rates[*]}")),
                .init("timeoutSeconds", .int(place.timeout)),
                .init(
                    "headers",
                    .array(
                        [.map([.init("key", .string("X-Token")), .init("value", .string(place.secret))])], of: .any)),
            ]
        },
        answer: { _ in FakeServer.Answer(#"{"rates":[0.97]}"#) }, empty: { _ in FakeServer.Answer(#"{"rates":[]}"#) },
        isRetroactive: false)

    // MARK: Graphite

    // https://graphite.readthedocs.io/en/stable/render_api.html
    private static let graphite = ProviderCase(
        kind: "graphite", settings: { graphite($0, "target=app.errors&from=-5min") },
        answer: { request in points(request) }, empty: { _ in FakeServer.Answer("[]") })

    private static let graphiteSummary = ProviderCase(
        kind: "graphite", variant: "with a summary",
        settings: { graphite($0, "target=summarize(app.errors,'1min','sum')&from=-5min") },
        answer: { request in points(request) }, empty: { _ in FakeServer.Answer("[]") })

    private static func graphite(_ place: ProviderCase.Place, _ query: String) -> [Value.Member] {
        [
            .init("address", .string(place.url)), .init("query", .string(query)), .init("timeout", .int(place.timeout)),
            .init(
                "headers",
                .array(
                    [
                        .map([
                            .init("key", .string("Authorization")), .init("value", .string("Bearer \(place.secret)")),
                        ])
                    ],
                    of: .any)),
        ]
    }

    private static func points(_ request: FakeServer.Request) -> FakeServer.Answer {
        let points = buckets(request.query["from"], request.query["until"], unit: 1).dropFirst()
        let pairs = points.map { "[\(value($0)),\($0 / 1000)]" }.joined(separator: ",")
        return FakeServer.Answer(#"[{"target":"app.errors","datapoints":[\#(pairs)]}]"#)
    }

    // MARK: InfluxDB

    // https://docs.influxdata.com/influxdb/v2/api/#operation/PostQuery
    private static let flux = ProviderCase(
        kind: "influxdb", variant: "Flux",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("org", .string("acme")),
                .init("query", .string("from(bucket: \"app\") |> range(start: -5m) |> mean()")),
                .init("timeout", .int(place.timeout)), .init("profile", .string(ProviderCase.secretName)),
                .init("secretKeys", .map([.init("token", .string("key"))])),
            ]
        },
        answer: { request in
            let now = (try? JSON(parsing: request.body))?["now"]?.string.flatMap(Timestamp.init(rfc3339:))
            return csv(",result,table,_value\r\n,,0,\(value(Int(now?.milliseconds ?? 0)))\r\n\r\n")
        },
        empty: { _ in csv("\r\n") })

    // https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
    private static let influxQL = ProviderCase(
        kind: "influxdb", variant: "InfluxQL",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("version", .int(1)), .init("database", .string("app")),
                .init("query", .string("SELECT mean(rate) FROM r WHERE time > now() - 5m")),
                .init("timeout", .int(place.timeout)),
            ]
        },
        answer: { request in
            let stamp = (request.query["q"] ?? "").split(separator: "'").dropFirst().first.map(String.init)
            let time = stamp.flatMap(Timestamp.init(rfc3339:))?.milliseconds ?? 0
            return FakeServer.Answer(
                #"{"results":[{"series":[{"columns":["time","mean"],"values":[[1,\#(value(Int(time)))]]}]}]}"#)
        },
        empty: { _ in FakeServer.Answer(#"{"results":[{"statement_id":0}]}"#) }, sendsSecret: false)

    private static func csv(_ text: String) -> FakeServer.Answer {
        FakeServer.Answer(text, headers: ["Content-Type": "text/csv; charset=utf-8"])
    }

    // MARK: Dynatrace

    // https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-get-datapoints
    private static let dynatrace = ProviderCase(
        kind: "dynatrace", settings: { dynatrace($0, []) },
        answer: { request in
            let end = request.query["to"].flatMap(Int.init) ?? 0
            return series("[\(end)]", "[\(value(end))]")
        },
        empty: { _ in series("[]", "[]") })

    private static let dynatraceRange = ProviderCase(
        kind: "dynatrace", variant: "with a resolution",
        settings: { dynatrace($0, [.init("resolution", .string("1m"))]) },
        answer: { request in
            let from = request.query["from"].flatMap(Int.init) ?? 0
            let to = request.query["to"].flatMap(Int.init) ?? 0
            let times = Array(stride(from: (from / 60_000 + 1) * 60_000, through: to, by: 60_000))
            return series("\(times)", "\(times.map(value))")
        },
        empty: { _ in FakeServer.Answer(#"{"totalCount":0,"nextPageKey":null,"result":[]}"#) })

    private static func dynatrace(_ place: ProviderCase.Place, _ members: [Value.Member]) -> [Value.Member] {
        members + [
            .init("address", .string("\(place.url)/e/env")),
            .init("query", .string("builtin:service.errors:splitBy()")),
            .init("timeout", .int(place.timeout)),
            .init(
                "secretRef",
                .map([.init("name", .string(ProviderCase.secretName)), .init("token", .string("key"))])),
        ]
    }

    private static func series(_ times: String, _ values: String) -> FakeServer.Answer {
        FakeServer.Answer(
            """
            {"totalCount":1,"nextPageKey":null,"resolution":"1m","result":[{"metricId":"m","data":[
            {"dimensions":[],"timestamps":\(times),"values":\(values)}]}]}
            """)
    }

    // MARK: Values

    /// Another value at each time, so that a measurement from a wrong window shows.
    private static func value(_ milliseconds: Int) -> Double { Double(milliseconds / 1000 % 9973) }

    /// The beginnings of buckets of 20 s between two times, in milliseconds.
    private static func buckets(_ from: String?, _ to: String?, unit: Int) -> [Int] {
        let from = (from.flatMap(Int.init) ?? 0) * 1000 / unit
        let to = (to.flatMap(Int.init) ?? 0) * 1000 / unit
        return Array(stride(from: from / 20_000 * 20_000, to: to, by: 20_000))
    }
}

extension JSON {
    fileprivate var number: String? {
        guard case .number(let text) = self else { return nil }
        return text
    }
}
