import Analysis
import Metrics
import Rollouts
import Support
import Testing

// The wire format: https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
@Suite("Loki")
struct LokiProviderTests {
    private static let query = #"sum by (level) (count_over_time({app=\"shop\"} |= \"error\" [1m]))"#
    private static let start = StatedProvider.noon

    private static func matrix(_ result: String, _ more: String = "") -> FakeServer.Answer {
        FakeServer.Answer(
            #"{"status":"success","data":{"resultType":"matrix","result":\#(result),"stats":{}}\#(more)}"#)
    }

    private static func provider(_ url: String, _ more: String = "") throws -> StatedProvider {
        try StatedProvider("loki", at: url, #"{"address":"ADDRESS","query":"\#(query)"\#(more)}"#)
    }

    @Test func `The whole grid is asked for at once, with tenant and credentials in headers`() async throws {
        try await FakeServer.run { _ in
            Self.matrix("[]")
        } _: { server in
            let folder = try TemporaryFolder()
            try folder.write("loki/token", "t0ken\n")
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["loki"] }
            let mark = SecretReference(name: "loki", key: "token").mark
            let provider = try Self.provider(
                server.url + "/prefix/",
                #","tenant":"team-a|team-b","authentication":{"basicAuth":{"username":"reader","password":"\#(mark)"}}"#
            )
            let readings = try await provider.readings(at: StatedProvider.minutes(3), connection)
            #expect(readings == [.absent, .absent, .absent])
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "GET")
            #expect(request.path == "/prefix/loki/api/v1/query_range")
            #expect(request.headers["x-scope-orgid"] == "team-a|team-b")
            #expect(request.headers["authorization"] == "Basic cmVhZGVyOnQwa2Vu")
            let expected = [
                "query": #"sum by (level) (count_over_time({app="shop"} |= "error" [1m]))"#,
                "start": "1795262340000000000", "end": "1795262520000000000", "step": "60.000",
            ]
            #expect(request.query == expected)
        }
    }

    @Test func `A measurement is the vector of all series at its time, with NaN as it comes`() async throws {
        try await FakeServer.run { _ in
            Self.matrix(
                """
                [{"metric":{"level":"a"},"values":[[1795262400,"3"],[1795262460,"NaN"]]},
                 {"metric":{"level":"b"},"values":[[1795262400,"0.5"]]}]
                """)
        } _: { server in
            let provider = try Self.provider(server.url)
            let readings = try await provider.readings(at: StatedProvider.minutes(3))
            #expect(readings == [.value(.vector([3, 0.5])), .value(.vector([.nan])), .absent])
            let source = try provider.source()
            #expect(source.traits == MetricTraits(isRetroactive: true, place: "127.0.0.1"))
            let series = try await source.series(at: StatedProvider.minutes(3))
            #expect(series.map(\.labels) == [["level": "a"], ["level": "b"]])
        }
    }

    @Test func `A point that the query frontend has moved to a multiple of the step counts for the next time`()
        async throws
    {
        let times = (0..<3).map { Self.start + .seconds(20 + 60 * $0) }
        try await FakeServer.run { _ in
            // Asked for from 11:59:20 to 12:02:20, answered from 11:59 to 12:03.
            let values = (-1...3).map { "[\(1_795_262_400 + 60 * $0),\"\($0)\"]" }.joined(separator: ",")
            return Self.matrix(#"[{"metric":{},"values":[\#(values)]}]"#)
        } _: { server in
            let readings = try await Self.provider(server.url).readings(at: times)
            #expect(readings == [0, 1, 2].map { .value(.vector([$0])) })
        }
    }

    @Test func `A long grid is asked for in parts, and what both parts have counts once`() async throws {
        try await FakeServer.run { request in
            let bounds = ["start", "end"].map { String(request.query[$0]?.dropLast(9) ?? "") }
            return Self.matrix(#"[{"metric":{},"values":[[\#(bounds[0]),"1"],[\#(bounds[1]),"2"]]}]"#)
        } _: { server in
            let times = StatedProvider.minutes(11_002)
            let readings = try await Self.provider(server.url).readings(at: times)
            #expect(server.requests.count == 2)
            #expect(readings.filter { $0 != .absent }.count == 3)
            #expect(readings.last == .value(.vector([2])))
        }
    }

    @Test(
        "What is no complete answer says what it is",
        arguments: [
            (200, #"{"status":"success","data":{"resultType":"streams","result":[]}}"#, .configuration, "log lines"),
            (200, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#, .garbage, "not a matrix"),
            (200, #"{"status":"fail"}"#, .garbage, "not one of Loki"),
            (
                200,
                #"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["returning partial results"]}"#,
                .partial, "returning partial results"
            ),
            (400, "parse error at line 1:\nsyntax error", .configuration, "parse error at line 1: syntax error"),
            (400, "maximum of series (500) reached for a single query", .configuration, "maximum of series (500)"),
            (401, "no org id", .configuration, "no org id"),
            (504, "context deadline exceeded", .unavailable, "context deadline exceeded"),
        ] as [(Int, String, MetricFailure.Code, String)])
    func badAnswers(status: Int, body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status, headers: ["Content-Type": "text/plain; charset=utf-8"])
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.code == code)
            #expect(failure?.message.contains(words) == true)
            if status == 400, body.contains("series") { #expect(failure?.hint?.contains("aggregate") == true) }
        }
    }

    @Test func `A word about how Loki answered is no warning`() async throws {
        try await FakeServer.run { _ in
            Self.matrix("[]", #","warnings":["Query was executed using the new experimental query engine."]"#)
        } _: { server in
            let readings = try await Self.provider(server.url).readings(at: [Self.start])
            #expect(readings == [.absent])
        }
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            (#""address":"ADDRESS""#, "query", "metric query"),
            (#""query":"vector(1)""#, "address", "URL"),
            (#""query":"vector(1)","address":"loki:3100""#, "address", "https://"),
            (#""query":"vector(1)","address":"https://me:pw@loki""#, "address", "passwords"),
            (#""query":"vector(1)","address":"https://loki/loki/api/v1/query""#, "address", "leave it out"),
            (#""query":"vector(1)","address":"https://loki?x=1""#, "address", "up to its path"),
            (#""address":"ADDRESS","query":"{app=\"shop\"} |= \"[error]\"""#, "query", "count_over_time"),
            (#""address":"ADDRESS","query":"sum({app=\"shop\"}) # [1m]""#, "query", "count_over_time"),
            (#""address":"ADDRESS","query":"sum(increase({app=\"shop\"}[1m]))""#, "query", "count_over_time"),
            (#""address":"ADDRESS","query":"sum(rate({app=\"shop\"}[$__auto]))""#, "query", "[1m]"),
            (#""address":"ADDRESS","query":"sum(rate({ } [1m]))""#, "query", "label"),
            (
                #""address":"ADDRESS","query":"vector(1)","tenant":"a","headers":[{"key":"x-scope-orgid","value":"b"}]"#,
                "tenant", "keep one"
            ),
            (
                #""address":"ADDRESS","query":"vector(1)","authentication":{"bearerToken":"\#(mark)","basicAuth":\#(basic)}"#,
                "authentication", "keep one"
            ),
            (#""address":"ADDRESS","query":"vector(1)","tenent":"a""#, "tenent", "tenant"),
            (
                #""address":"ADDRESS","query":"vector(1)","authentication":{"bearerToken":"secret"}"#,
                "authentication.bearerToken", "secretKeyRef"
            ),
            (
                #""address":"ADDRESS","query":"vector(1)","authentication":{"bearerToken":"\#(mark)"},"headers":\#(authorization)"#,
                "authentication", "keep one"
            ),
        ])
    func mistakes(settings: String, field: String, hint: String) throws {
        let problems = try StatedProvider("loki", "{\(settings)}").problems
        #expect(problems.map(\.path) == ["provider.loki.\(field)"])
        #expect(problems.first?.hint?.contains(hint) == true)
    }

    private static let authorization = #"[{"key":"authorization","value":"\#(mark)"}]"#
    private static let mark = SecretReference(name: "loki", key: "token").mark
    private static let basic = #"{"username":"a","password":"\#(mark)"}"#

    @Test(
        "Right queries are let through",
        arguments: [
            "vector(1)", #"sum(count_over_time({app=\"a\"} |= \"{}\" [1m]))"#,
            #"sum(sum_over_time({app=~\"a.+\"} | json | unwrap x [1m]))"#,
            #"sum(count_over_time({app=\"a\"} |~ `\"increase(` [1m])) # ${no}"#,
            #"sum(rate({a=\"b\"} |= \"\\\" {}\" [5m])) > 1"#,
        ])
    func rightQueries(query: String) throws {
        #expect(try StatedProvider("loki", #"{"address":"ADDRESS","query":"\#(query)"}"#).problems == [])
    }
}
