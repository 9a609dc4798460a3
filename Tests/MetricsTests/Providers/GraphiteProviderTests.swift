import Analysis
import Rollouts
import Support
import Testing

@testable import Metrics

private let start = Timestamp(milliseconds: 1_700_000_100_000)
private let minutes = (0..<4).map { start + .seconds(60 * $0) }

private func probe(
    _ url: String, _ query: String, _ settings: String = "", secrets: [String: String] = [:]
) throws -> ProviderProbe {
    try ProviderProbe("graphite", #"{"address":"\#(url)","query":"\#(query)"\#(settings)}"#, secrets: secrets)
}

/// A series with a point every so often whose value is a function of its second.
private func series(_ request: FakeServer.Request, every step: Int = 20, _ value: (Int) -> String) -> String {
    let from = Int(request.query["from"] ?? "") ?? 0
    let until = Int(request.query["until"] ?? "") ?? 0
    let times = stride(from: (from / step + 1) * step, through: until, by: step)
    return #"{"target":"a","datapoints":[\#(times.map { "[\(value($0)),\($0)]" }.joined(separator: ","))]}"#
}

// https://graphite.readthedocs.io/en/stable/render_api.html
@Suite("Graphite")
struct GraphiteProviderTests {
    private static func points(_ numbers: [Double]) -> Measurement.Reading { .value(.vector(numbers)) }

    @Test func `One request asks for all windows, and each has its points`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("[\(series(request) { "\($0 - 1_700_000_000)" })]")
        } _: { server in
            let query = #"target=asPercent(\n  sumSeries(a.{b,c}.%2A),\n  x+y)&from=-1min&tz=UTC"#
            let readings = try await probe("\(server.url)/graphite/", query).readings(at: minutes)
            // The points that began 20, 40 and 60 seconds before and have ended.
            #expect(readings == [[40, 60, 80], [100, 120, 140], [160, 180, 200], [220, 240, 260]].map(Self.points))
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "GET")
            #expect(request.path == "/graphite/render")
            let expected = [
                "target": "asPercent( sumSeries(a.{b,c}.*), x y)", "tz": "UTC", "format": "json",
                "from": "1699999980", "until": "1700000280",
            ]
            #expect(request.query == expected)
        }
    }

    @Test(
        "The window counts back from each time",
        arguments: [
            ("from=-5min", 300, 0), ("from=-1h30min&until=-1min", 5400, 60), ("from=-90s&until=now", 90, 0),
            ("from=now-2hours", 7200, 0), ("from=-1d", 86_400, 0), ("", 86_400, 0),
            ("from=-1w&until=-1days", 604_800, 86_400),
        ])
    func windows(times: String, from: Int, until: Int) async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("[\(series(request, every: 60) { _ in "1" })]")
        } _: { server in
            // A summary is asked for window by window, without anything before it.
            _ = try await probe(server.url, "target=summarize(a,'1h')&\(times)").readings(at: [start])
            let query = try #require(server.requests.first).query
            #expect(query["from"] == String(1_700_000_100 - from))
            #expect(query["until"] == String(1_700_000_100 - until))
        }
    }

    @Test(
        "A function that looks at the whole window has each window alone",
        arguments: [
            "summarize(a,'1min')", "integral(a)", "nPercentile(a,95)", "highestMax(a.*,1)", "a&maxDataPoints=10",
        ])
    func wholeSpans(target: String) async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("[\(series(request) { "\($0 - 1_700_000_000)" })]")
        } _: { server in
            let readings = try await probe(server.url, "target=\(target)&from=-1min").readings(at: minutes)
            #expect(
                readings == [[60, 80, 100], [120, 140, 160], [180, 200, 220], [240, 260, 280]].map(Self.points))
            #expect(server.requests.count == 4)
        }
    }

    @Test(
        "The result is Argo Rollouts' list, or Flagger's last number",
        arguments: [
            (#"[{"datapoints":[[1,1700000060],[null,1700000070],[3.5,1700000080]]}]"#, "", .vector([1, 3.5])),
            (#"[{"datapoints":[["1.5",1700000060],["NaN",1700000070]]}]"#, "", .vector([1.5])),
            (#"[{"datapoints":[[1,1700000060]]},{"datapoints":[[9,1700000060]]}]"#, "", .vector([1])),
            (#"[{"datapoints":[[1e9999,1700000060]]}]"#, "", .vector([.infinity])),
            (#"[{"datapoints":[[1,1700000060],[2,1700000070],[null,1700000080]]}]"#, #","result":"last""#, .double(2)),
            (
                #"[{"datapoints":[[1,1700000060]]},{"datapoints":[[9,1700000060]]},{"datapoints":[]}]"#,
                #","result":"last""#, .double(9)
            ),
        ] as [(String, String, Value)])
    func results(body: String, settings: String, expected: Value) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let readings = try await probe(server.url, "target=a&from=-2min", settings).readings(at: [start])
            #expect(readings == [.value(expected)])
        }
    }

    @Test(
        "A window without values is absent",
        arguments: ["[]", #"[{"datapoints":[]}]"#, #"[{"datapoints":[[null,1700000060],[null,1700000070]]}]"#],
        ["", #","result":"last""#])
    func absence(body: String, settings: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let readings = try await probe(server.url, "target=a&from=-2min", settings).readings(at: minutes)
            #expect(readings == Array(repeating: .absent, count: 4))
        }
    }

    @Test func `Points that are farther apart than the window is long are an error that says so`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("[\(series(request, every: 300) { _ in "1" })]")
        } _: { server in
            let times = [start, start + .seconds(1200)]
            let failure = await (try probe(server.url, "target=a&from=-1min")).failure(at: times)
            #expect(failure?.code == .configuration)
            #expect(failure?.hint?.contains("5m") == true)
        }
    }

    @Test func `A user and a password come from the Secret that Flagger's templates name`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("[\(series(request) { _ in "1" })]")
        } _: { server in
            let secrets = ["g/username": "me", "g/password": "pw"]
            let settings = #","secretRef":{"name":"g"}"#
            _ = try await probe(server.url, "target=a&from=-5min", settings, secrets: secrets).readings(at: [start])
            #expect(server.requests.first?.headers["authorization"] == "Basic bWU6cHc=")
        }
    }

    @Test(
        "An answer that is none is garbage, and a refusal has the server's words",
        arguments: [
            (200, #"{"error":"x"}"#, .garbage), (200, #"[{"target":"a"}]"#, .garbage),
            (200, #"[{"datapoints":[[1]]}]"#, .garbage), (400, "Invalid target", .configuration),
        ] as [(Int, String, MetricFailure.Code)])
    func badAnswers(status: Int, body: String, code: MetricFailure.Code) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status)
        } _: { server in
            let failure = await (try probe(server.url, "target=a&from=-5min")).failure(at: [start])
            #expect(failure?.code == code)
        }
    }

    @Test(
        "Settings that cannot work are refused with a hint",
        arguments: [
            (#"{"query":"target=a"}"#, "address"), (#"{"address":"http://g"}"#, "query"),
            (#"{"address":"http://g","query":"sumSeries(a)"}"#, "query"),
            (#"{"address":"http://g","query":"target=&from=-5min"}"#, "query"),
            (#"{"address":"http://g","query":"target=a&from=1700000000"}"#, "query"),
            (#"{"address":"http://g","query":"target=a&from=midnight"}"#, "query"),
            (#"{"address":"http://g","query":"target=a&from=-5m"}"#, "query"),
            (#"{"address":"http://g","query":"target=a&from=-1month"}"#, "query"),
            (#"{"address":"http://g","query":"target=a&from=-5min&until=-10min"}"#, "query"),
            (#"{"address":"http://g","query":"target=a&from=-99999999999999999999s"}"#, "query"),
            (#"{"address":"http://g/render","query":"target=a&from=-5min"}"#, "address"),
            (#"{"address":"http://g","query":"target=a","secretRef":{}}"#, "secretRef.name"),
            (#"{"address":"http://g","query":"target=a","result":"first"}"#, "result"),
        ])
    func mistakes(settings: String, field: String) throws {
        let problems = try ProviderProbe("graphite", settings).problems
        let problem = try #require(problems.first { $0.path == "provider.graphite.\(field)" }, "\(problems)")
        #expect(problem.hint != nil || problem.message.contains("one of"))
    }
}
