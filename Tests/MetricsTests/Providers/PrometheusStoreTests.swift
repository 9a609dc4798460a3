import Analysis
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

/// A source whose store listens on 127.0.0.1.
func source(
    _ url: String, _ host: (inout MetricAccess.Host) -> Void = { _ in },
    _ change: (inout PrometheusStore.Settings) -> Void = { _ in }
) -> PrometheusStore {
    var settings = PrometheusStore.Settings(url: url)
    settings.deadline = .seconds(5)
    change(&settings)
    return PrometheusStore(settings, over: LocalAccess.connection(host))
}

private let start = Timestamp(milliseconds: 1_700_000_000_000)
private let question = RangeQuery(query: "up", start: start, end: start + .seconds(60), step: .seconds(30))

private func failure(_ source: PrometheusStore, _ query: RangeQuery = question) async -> MetricFailure? {
    do {
        _ = try await source.range(query)
        return nil
    } catch {
        return error
    }
}

@Suite("Prometheus source")
struct PrometheusStoreTests {
    private static func matrix(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":\#(result)}}"#
    }

    @Test func `A query is posted as a form below the path prefix, with all that the settings add`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(Self.matrix("[]"))
        } _: { server in
            let folder = try TemporaryFolder()
            let token = try folder.write("token", "t\n")
            let store = source("\(server.url)/prefix/") { host in
                host.bearerFile = token
            } _: { settings in
                settings.headers = [.init("X-Scope-OrgID", "team-a")]
                settings.parameters = [(name: "partial_response", value: "false")]
            }
            let query = RangeQuery(
                query: #"sum(rate(x{a="b+c & d"}[1m])) > 1"#, start: Timestamp(milliseconds: 1_700_000_000_050),
                end: start + .seconds(60), step: .milliseconds(1500))
            #expect(try await store.range(query).isEmpty)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/prefix/api/v1/query_range")
            #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
            #expect(request.headers["authorization"] == "Bearer t")
            #expect(request.headers["x-scope-orgid"] == "team-a")
            let expected = [
                "query": query.query, "start": "1700000000.050", "end": "1700000060.000", "step": "1.500",
                "partial_response": "false",
            ]
            #expect(request.form == expected)
        }
    }

    @Test func `Values are read with NaN and infinities, absent times stay absent`() async throws {
        try await FakeServer.run { _ in
            let values = #"[[1700000000,"1.5"],[1700000030.5,"NaN"],[1700000060,"+Inf"],[1700000090,"-Inf"]]"#
            return FakeServer.Answer(
                Self.matrix(#"[{"metric":{"pod":"a"},"values":\#(values)},{"metric":{},"values":[]}]"#))
        } _: { server in
            let series = try await source(server.url).range(question)
            #expect(series.map(\.labels) == [["pod": "a"], [:]])
            let points = series[0].points
            #expect(points.map(\.time.milliseconds) == [0, 30_500, 60_000, 90_000].map { start.milliseconds + $0 })
            #expect(points[0].value == 1.5)
            #expect(points[1].value.isNaN)
            #expect(points[2].value == .infinity)
            #expect(points[3].value == -.infinity)
            #expect(series[1].points.isEmpty)
        }
    }

    @Test(
        "Every bad answer has its meaning",
        arguments: [
            (200, "<html>Sign in</html>", .garbage), (200, "", .garbage), (200, #"{"status":"success"}"#, .garbage),
            (200, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#, .garbage),
            (200, matrix(#"[{"metric":{},"values":[["x","1"]]}]"#), .garbage),
            (200, matrix(#"[{"metric":{},"values":[[1,"one"]]}]"#), .garbage),
            (200, matrix(#"[{"metric":{},"histograms":[]}]"#), .configuration),
            (
                200, #"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["store a is away"]}"#,
                .partial
            ),
            (400, #"{"status":"error","errorType":"bad_data","error":"parse error"}"#, .configuration),
            (422, #"{"status":"error","errorType":"execution","error":"too many samples"}"#, .configuration),
            (503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, .unavailable),
            (500, #"{"status":"error","errorType":"internal","error":"x"}"#, .unavailable),
            (401, "no", .configuration), (403, "no", .configuration), (404, "404 page not found", .configuration),
            (302, "", .configuration), (429, "slow down", .unavailable), (502, "<html>", .unavailable),
            (504, "", .unavailable),
        ] as [(Int, String, MetricFailure.Code)])
    func badAnswers(status: Int, body: String, code: MetricFailure.Code) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status)
        } _: { server in
            #expect(await failure(source(server.url))?.code == code)
        }
    }

    @Test func `The server's words reach the message on one line, the credential does not`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(
                #"{"status":"error","errorType":"bad_data","error":"1:5: parse\nerror\u001b[0m"}"#, status: 400)
        } _: { server in
            let store = source(server.url) { $0.headers = [.init(name: "X-Key", value: "hunter2")] }
            let error = await failure(store)
            #expect(error?.message == "the server answered 400: 1:5: parse error [0m")
        }
    }

    @Test func `A busy server is asked again after the time it states, if that is soon`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer("busy", status: 429, headers: ["Retry-After": "0"])
        } _: { server in
            #expect(await failure(source(server.url))?.code == .unavailable)
            #expect(server.requests.count == 3)
        }
        try await FakeServer.run { _ in
            FakeServer.Answer("busy", status: 503, headers: ["Retry-After": "600"])
        } _: { server in
            #expect(await failure(source(server.url))?.code == .unavailable)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `A hung, a slow and an absent server are unavailable within the deadline`() async throws {
        let hung = try RawServer(sending: "", then: .hang)
        let started = ContinuousClock.now
        let hasty: @Sendable (inout PrometheusStore.Settings) -> Void = { $0.deadline = .milliseconds(200) }
        #expect(await failure(source(hung.url, { _ in }, hasty))?.code == .unavailable)
        hung.stop()
        #expect(await failure(source(hung.url))?.code == .unavailable)
        try await FakeServer.run { _ in
            FakeServer.Answer("", after: .seconds(5))
        } _: { server in
            #expect(await failure(source(server.url, { _ in }, hasty))?.code == .unavailable)
        }
        #expect(started.duration(to: .now) < .seconds(4))
    }

    @Test func `A huge answer is refused with a way out`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(String(repeating: "x", count: 5000))
        } _: { server in
            let error = await failure(source(server.url, { _ in }) { $0.responseLimit = 1000 })
            #expect(error?.code == .configuration)
            #expect(error?.hint?.contains("aggregate") == true)
        }
    }

    @Test func `A long range is asked in parts that join without a gap or a repeated point`() async throws {
        try await FakeServer.run { request in
            let start = request.form["start"] ?? ""
            let end = request.form["end"] ?? ""
            return FakeServer.Answer(Self.matrix(#"[{"metric":{"a":"b"},"values":[[\#(start),"1"],[\#(end),"2"]]}]"#))
        } _: { server in
            let query = RangeQuery(query: "x", start: start, end: start + .seconds(25_000), step: .seconds(1))
            let series = try await source(server.url).range(query)
            #expect(series.count == 1)
            let seconds = series[0].points.map { ($0.time - start).inSeconds }
            #expect(seconds == [0, 11_000, 11_001, 22_001, 22_002, 25_000])
        }
    }

    @Test(
        "A range without steps, or with far too many, is not asked",
        arguments: [(60, 0), (60, -1), (-60, 1), (2_000_000, 1)])
    func senselessRanges(seconds: Int, step: Int) async {
        let query = RangeQuery(query: "x", start: start, end: start + .seconds(seconds), step: .seconds(step))
        #expect(await failure(source("http://127.0.0.1:1"), query)?.code == .configuration)
    }
}

@Suite("Prometheus itself", .enabled(if: PrometheusServer.isInstalled))
struct RealPrometheusTests {
    @Test func `A real Prometheus answers as the source reads it`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(
                "requests_total{code=\"200\"} 7\n", headers: ["Content-Type": "text/plain; version=0.0.4"])
        } _: { app in
            try await PrometheusServer.run(scraping: app.url, prefix: "/store") { server in
                let store = source(server.url)
                let now = try await Self.untilReady { try await store.serverTime() }
                #expect(now.milliseconds > 1_700_000_000_000)
                try await store.reachable()

                let series = try await Self.untilReady {
                    let found = try await store.range(
                        RangeQuery(
                            query: "requests_total", start: now - .seconds(30), end: now + .seconds(20),
                            step: .seconds(1)))
                    guard !found.isEmpty else { throw NotYet() }
                    return found
                }
                #expect(series.map { $0.labels["code"] } == ["200"])
                #expect(series[0].points.allSatisfy { $0.value == 7 })

                let long = RangeQuery(query: "vector(0)/0", start: now - .seconds(12_000), end: now, step: .seconds(1))
                let joined = try await store.range(long)
                #expect(joined.map(\.points.count) == [12_001])
                #expect(joined[0].points.allSatisfy { $0.value.isNaN })
                #expect(
                    try await store.range(RangeQuery(query: "nothing", start: now, end: now, step: .seconds(1))) == [])

                for wrong in ["sum(", "label_replace(up, \"a\", \"b\", \"c\", \"(\")"] {
                    let query = RangeQuery(query: wrong, start: now, end: now, step: .seconds(1))
                    #expect(await failure(store, query)?.code == .configuration)
                }
                let lost = source(server.url.replacing("/store", with: ""))
                #expect(await failure(lost)?.code == .configuration)
            }
        }
    }

    private struct NotYet: Error {}

    private static func untilReady<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<100 {
            if let value = try? await body() { return value }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await body()
    }
}
