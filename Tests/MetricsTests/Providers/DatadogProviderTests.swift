import Analysis
import Rollouts
import Support
import Testing

@testable import Metrics

private let start = Timestamp(milliseconds: 1_700_000_100_000)
private let minutes = (0..<4).map { start + .seconds(60 * $0) }

/// Keys as Argo Rollouts names them.
private let keys = ["dd/api-key": "api-key-text", "dd/app-key": "app-key-text"]

private func probe(_ url: String, _ settings: String, secrets: [String: String] = [:]) throws -> ProviderProbe {
    try ProviderProbe("datadog", #"{"address":"\#(url)",\#(settings)}"#, secrets: secrets)
}

/// A series of v1 whose value at each bucket is a function of the bucket's beginning, in milliseconds.
private func series1(
    _ request: FakeServer.Request, every seconds: Int = 20, _ value: (Int) -> String
) -> FakeServer.Answer {
    let from = Int(request.query["from"] ?? "") ?? 0
    let to = Int(request.query["to"] ?? "") ?? 0
    let times = stride(from: from / seconds * seconds, to: to, by: seconds)
    let points = times.map { "[\($0 * 1000).0,\(value($0 * 1000))]" }.joined(separator: ",")
    return FakeServer.Answer(
        #"{"status":"ok","res_type":"time_series","series":[{"interval":\#(seconds),"pointlist":[\#(points)]}]}"#)
}

private func posted(_ request: FakeServer.Request) -> JSON? {
    (try? JSON(parsing: request.body))?["data"]?["attributes"]
}

@Suite("Datadog")
struct DatadogProviderTests {
    // https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/
    @Test func `With v1 one request asks for all windows, and each has its newest whole bucket`() async throws {
        try await FakeServer.run { request in
            series1(request) { "\($0 / 1000 - 1_700_000_000)" }
        } _: { server in
            let query = #""query":"sum:errors{service:a b}/sum:requests{*}""#
            let secret = #""secretRef":{"name":"dd","namespaced":true}"#
            let readings = try await probe(server.url, "\(query),\(secret)", secrets: keys).readings(at: minutes)
            // The bucket that ended at 100 began at 80.
            #expect(readings == [80, 140, 200, 260].map { .value(.double($0)) })
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "GET")
            #expect(request.path == "/api/v1/query")
            #expect(request.headers["dd-api-key"] == "api-key-text")
            #expect(request.headers["dd-application-key"] == "app-key-text")
            // Five minutes and one bucket before the first time, up to the last.
            let expected = [
                "query": "sum:errors{service:a b}/sum:requests{*}", "from": "1699999780", "to": "1700000280",
            ]
            #expect(request.query == expected)
        }
    }

    @Test func `Flagger's templates have the oldest bucket of a long window`() async throws {
        try await FakeServer.run { request in
            series1(request) { "\($0 / 1000 - 1_700_000_000)" }
        } _: { server in
            let query = #""query":"avg:a{*}","point":"oldest","interval":"10m""#
            let readings = try await probe(server.url, query).readings(at: [minutes[0]])
            // 600 s before 100, the bucket that ended first after that began at -500.
            #expect(readings == [.value(.double(-500))])
        }
    }

    @Test func `A bucket that is still being filled, or that began before the span, is not taken`() async throws {
        try await FakeServer.run { request in
            series1(request, every: 60) { $0 < 1_700_000_040_000 ? "1" : "2" }
        } _: { server in
            // At 1_700_000_100 the bucket from 040 has ended; at 090 it has not.
            let times = [start - .seconds(10), start]
            let readings = try await probe(server.url, #""query":"avg:a{*}","interval":"60s""#).readings(at: times)
            #expect(readings == [.absent, .value(.double(2))])
        }
    }

    @Test func `A null bucket is no value, and an empty window is absent`() async throws {
        try await FakeServer.run { request in
            series1(request) { $0 == 1_700_000_080_000 ? "null" : $0 < 1_700_000_080_000 ? "7" : "null" }
        } _: { server in
            let readings = try await probe(server.url, #""query":"avg:a{*}","interval":"40s""#).readings(at: minutes)
            #expect(readings == [.value(.double(7)), .absent, .absent, .absent])
        }
    }

    // https://docs.datadoghq.com/api/latest/metrics/query-timeseries-data-across-multiple-products/
    @Test func `With v2 a formula is posted with its queries and the width of the buckets`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(
                """
                {"data":{"id":"0","type":"timeseries_response","attributes":{
                "series":[{"group_tags":[],"query_index":0,"unit":null}],
                "times":[1700000040000,1700000060000,1700000080000,1700000100000],"values":[[1,2.5,null,4]]}}}
                """)
        } _: { server in
            let settings = #""apiVersion":"v2","queries":{"a":"sum:errors{*}","b":"sum:all{*}"},"formula":"a / b""#
            let readings = try await probe(server.url, settings).readings(at: [minutes[0], minutes[1]])
            #expect(readings == [.value(.double(2.5)), .value(.double(4))])
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/api/v2/query/timeseries")
            #expect(request.headers["content-type"] == "application/json")
            let body: JSON = [
                "data": [
                    "type": "timeseries_request",
                    "attributes": [
                        "from": 1_699_999_780_000, "to": 1_700_000_160_000,
                        "queries": [
                            ["data_source": "metrics", "name": "a", "query": "sum:errors{*}"],
                            ["data_source": "metrics", "name": "b", "query": "sum:all{*}"],
                        ],
                        "formulas": [["formula": "a / b"]], "interval": 20_000,
                    ],
                ]
            ]
            #expect(try JSON(parsing: request.body) == body)
        }
    }

    @Test(
        "An aggregate of a window is made of its points where that is the same",
        arguments: [("last", 30.0), ("max", 40), ("min", 10), ("sum", 100)])
    func aggregates(aggregator: String, expected: Double) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(
                """
                {"data":{"attributes":{"series":[{"group_tags":[]}],
                "times":[1700000000000,1700000020000,1700000040000,1700000060000,1700000080000],
                "values":[[99,10,20,40,30]]}}}
                """)
        } _: { server in
            let settings = #""apiVersion":"v2","query":"sum:a{*}","interval":"80s","aggregator":"\#(aggregator)""#
            let readings = try await probe(server.url, settings).readings(at: [start])
            #expect(readings == [.value(.double(expected))])
            #expect(server.requests.map(\.path) == ["/api/v2/query/timeseries"])
        }
    }

    // https://docs.datadoghq.com/api/latest/metrics/query-scalar-data-across-multiple-products/
    @Test(
        "An aggregate that only Datadog can make is asked for window by window",
        arguments: [
            #""query":"p99:latency{*}","aggregator":"percentile""#, #""query":"avg:a{*}","aggregator":"avg""#,
            #""queries":{"a":"sum:a{*}","b":"sum:b{*}"},"formula":"a/b","aggregator":"sum""#,
            #""query":"cumsum(sum:a{*})""#,
        ])
    func scalars(settings: String) async throws {
        try await FakeServer.run { request in
            let value = (posted(request)?["to"]?.int ?? 0) / 1000 - 1_700_000_000
            return FakeServer.Answer(
                #"{"data":{"attributes":{"columns":[{"name":"q","type":"number","values":[\#(value)]}]}}}"#)
        } _: { server in
            let readings = try await probe(server.url, #""apiVersion":"v2",\#(settings)"#).readings(at: minutes)
            #expect(readings == [100, 160, 220, 280].map { .value(.double($0)) })
            #expect(server.requests.map(\.path) == Array(repeating: "/api/v2/query/scalar", count: 4))
            for request in server.requests {
                let attributes = try #require(posted(request))
                let span = try #require(attributes["to"]?.int) - (try #require(attributes["from"]?.int))
                #expect(span == 300_000)
                #expect(attributes["queries"]?[0]?["aggregator"]?.string != nil)
            }
        }
    }

    @Test func `A query by groups gives the list of all that have a value`() async throws {
        try await FakeServer.run { request in
            guard request.path.hasSuffix("scalar") else {
                return FakeServer.Answer(
                    """
                    {"data":{"attributes":{"series":[{"group_tags":["path:/b"]},{"group_tags":["path:/a"]}],
                    "times":[1700000060000,1700000080000],"values":[[1,2],[3,null]]}}}
                    """)
            }
            return FakeServer.Answer(
                """
                {"data":{"attributes":{"columns":[{"name":"path","type":"group","values":[["/a"],["/b"]]},
                {"name":"query","type":"number","values":[3,2]}]}}}
                """)
        } _: { server in
            let query = #""apiVersion":"v2","query":"sum:a{*} by {path}""#
            let readings = try await probe(server.url, query).readings(at: [start])
            #expect(readings == [.value(.vector([3, 2]))])
            let scalar = query + #","aggregator":"avg""#
            let scalars = try await probe(server.url, scalar).readings(at: [start])
            #expect(scalars == [.value(.vector([3, 2]))])
        }
    }

    // https://docs.datadoghq.com/dashboards/functions/rollup/#rollup-interval-enforced-vs-custom
    @Test(
        "A range is asked for in spans that keep the resolution of one window",
        arguments: [("5m", 3600), ("2h", 4 * 3600), ("12h", 24 * 3600)])
    func chunks(window: String, span: Int) async throws {
        try await FakeServer.run { request in
            series1(request, every: 60) { _ in "1" }
        } _: { server in
            let times = (0..<180).map { start + .seconds(60 * $0) }
            let query = #""query":"avg:a{*}","interval":"\#(window)""#
            let readings = try await probe(server.url, query).readings(at: times)
            #expect(readings.count == 180)
            #expect(readings.allSatisfy { $0 == .value(.double(1)) })
            let spans = server.requests.map { request in
                (Int(request.query["to"] ?? "") ?? 0) - (Int(request.query["from"] ?? "") ?? 0)
            }
            #expect(spans.allSatisfy { $0 <= span })
            #expect(spans.dropLast().allSatisfy { $0 > span - 120 })
        }
    }

    @Test func `A function that looks at the whole span has each window alone with v1 too`() async throws {
        try await FakeServer.run { request in
            series1(request) { _ in "1" }
        } _: { server in
            _ = try await probe(server.url, #""query":"cumsum(sum:a{*})""#).readings(at: minutes)
            #expect(server.requests.count == 4)
        }
    }

    @Test(
        "An answer that is none says what to do",
        arguments: [
            (#"{"status":"error","error":"Error parsing query: unable to parse a{"}"#, .configuration, "parsing query"),
            (#"{"errors":["Rule 'scope_expr' didn't match"]}"#, .configuration, "scope_expr"),
            (
                #"{"data":{"attributes":{"series":[{"x":1}],"times":[],"values":[]},"errors":"shard is away"}}"#,
                .partial, "shard"
            ),
            (#"{"series":[{"pointlist":[["a",1]]}]}"#, .garbage, "pair"),
            (#"{"results":[]}"#, .garbage, "no series"),
            (#"{"series":[{"pointlist":[]},{"pointlist":[]}]}"#, .configuration, "2 series"),
            (#"{"series":[{"interval":600,"pointlist":[[1700000000000,1]]}]}"#, .configuration, "every 10m"),
        ] as [(String, MetricFailure.Code, String)])
    func badAnswers(body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let answer = await (try probe(server.url, #""query":"avg:a{*}""#)).failure(at: [start])
            let failure = try #require(answer)
            #expect(failure.code == code)
            #expect(failure.message.contains(words), "\(failure.message)")
        }
    }

    @Test(
        "Settings that cannot work are refused with a hint",
        arguments: [
            (#"{}"#, "query"), (#"{"query":"avg:a{*}","queries":{"a":"avg:a{*}"},"apiVersion":"v2"}"#, "queries"),
            (#"{"queries":{"a":"avg:a{*}"}}"#, "queries"), (#"{"query":"avg:a{*}","formula":"a"}"#, "formula"),
            (#"{"query":"avg:a{*}","formula":"query","apiVersion":"v2"}"#, "formula"),
            (#"{"queries":{"a":"avg:a{*}","b":"avg:b{*}"},"apiVersion":"v2"}"#, "formula"),
            (#"{"queries":{"a":"avg:a{*}"},"formula":"moving_rollup(a, 60, 'sum') / c","apiVersion":"v2"}"#, "formula"),
            (#"{"query":"avg:system.load.1"}"#, "query"), (#"{"query":"avg:a{*}","aggregator":"sum"}"#, "aggregator"),
            (#"{"query":"avg:a{*}","point":"oldest","apiVersion":"v2"}"#, "point"),
            (#"{"query":"avg:a{*}","interval":"10s"}"#, "interval"),
            (#"{"query":"avg:a{*}.rollup(sum, 600)","interval":"5m"}"#, "interval"),
            (#"{"query":"avg:a{*}","site":"datadoghq.org"}"#, "site"),
            (#"{"query":"avg:a{*}","site":"datadoghq.eu","address":"https://dd.example.com"}"#, "site"),
            (#"{"query":"avg:a{*}","address":"https://app.datadoghq.com"}"#, "address"),
            (#"{"query":"avg:a{*}","address":"api.datadoghq.com"}"#, "address"),
            (#"{"query":"avg:a{*}","secretRef":{"namespaced":true}}"#, "secretRef.name"),
            (#"{"query":"avg:a{*}","apiVersion":"v3"}"#, "apiVersion"),
        ])
    func mistakes(settings: String, field: String) throws {
        let problems = try ProviderProbe("datadog", settings).problems
        #expect(problems.map(\.path).contains("provider.datadog.\(field)"), "\(problems)")
        let words = problems.map { $0.hint ?? $0.message }.joined()
        #expect(!words.isEmpty)
    }

    @Test(
        "Settings of Argo Rollouts' documentation are taken",
        arguments: [
            #"{"apiVersion":"v2","interval":"5m","query":"sum:requests.error.rate{service:a}"}"#,
            #"{"apiVersion":"v2","interval":"5m","queries":{"a":"sum:e{s:a}.as_count()","b":"sum:r{s:a}.as_count()"},"formula":"moving_rollup(a, 60, 'sum') / b"}"#,
            #"{"query":"moving_rollup(sum:e{s:a}.as_count(), 60, 'sum') / sum:r{s:a}.as_count()","interval":"5m"}"#,
            #"{"query":"avg:a{*}.rollup(avg, 60)","secretRef":{"name":"mysecret","namespaced":true},"requestTimeout":"30s"}"#,
        ])
    func examples(settings: String) throws {
        #expect(try ProviderProbe("datadog", settings).problems.isEmpty)
    }
}
