import Analysis
import Metrics
import Rollouts
import Support
import Testing

// The wire format: https://github.com/wavefrontHQ/python-client/blob/master/docs/QueryApi.md#query_api and
// https://github.com/wavefrontHQ/python-client/blob/master/docs/QueryResult.md
@Suite("Wavefront")
struct WavefrontProviderTests {
    private static let noon = StatedProvider.noon.milliseconds / 1000

    private static func provider(_ url: String, _ more: String = "") throws -> StatedProvider {
        try StatedProvider("wavefront", at: url, #"{"address":"ADDRESS","query":"sum(ts(\"e\"))"\#(more)}"#)
    }

    /// Series of points at seconds after noon.
    private static func answer(_ series: [[(Int64, String)]], _ more: String = #","granularity":60"#)
        -> FakeServer.Answer
    {
        let series = series.map { points in
            #"{"label":"e","data":[\#(points.map { "[\(noon + $0.0),\($0.1)]" }.joined(separator: ","))]}"#
        }
        return FakeServer.Answer(
            #"{"name":"headgate","query":"q","timeseries":[\#(series.joined(separator: ","))]\#(more)}"#)
    }

    @Test func `All windows are asked for at once, with the token of the address`() async throws {
        try await FakeServer.run { _ in
            Self.answer([])
        } _: { server in
            let folder = try TemporaryFolder()
            try folder.write("wavefront-api-tokens/127.0.0.1", "t0ken\n")
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["wavefront-api-tokens"] }
            let provider = try Self.provider(server.url, #","secretRef":{},"summarization":"last""#)
            let readings = try await provider.readings(at: StatedProvider.minutes(2), connection)
            #expect(readings == [.absent, .absent])
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "GET")
            #expect(request.path == "/api/v2/chart/api")
            #expect(request.headers["authorization"] == "Bearer t0ken")
            let expected = [
                "n": "headgate", "q": #"sum(ts("e"))"#, "s": "1795262280000", "e": "1795262460000", "g": "m", "p": "16",
                "i": "false", "strict": "true", "sorted": "true", "autoEvents": "false", "summarization": "LAST",
            ]
            #expect(request.query == expected)
        }
    }

    @Test func `One series is a number and several are a list, each with its last whole point`() async throws {
        // The point of noon is whole a minute later; of the second series only that one lies in a window.
        let series =
            [[(-120, "1"), (-60, "2.5"), (0, #""NaN""#), (60, "null"), (120, "4")], [(0, "7")]] as [[(Int64, String)]]
        try await FakeServer.run { _ in
            Self.answer(series)
        } _: { server in
            let readings = try await Self.provider(server.url).readings(at: StatedProvider.minutes(4))
            #expect(readings == [.value(.double(2.5)), .value(.vector([.nan, 7])), .absent, .value(.double(4))])
        }
    }

    @Test func `A long grid is asked for in spans whose points are not made wider`() async throws {
        try await FakeServer.run { _ in
            Self.answer([])
        } _: { server in
            _ = try await Self.provider(server.url).readings(at: StatedProvider.minutes(1200))
            let spans = server.requests.compactMap { request -> Int? in
                guard let start = request.query["s"].flatMap(Int.init), let end = request.query["e"].flatMap(Int.init)
                else { return nil }
                return (end - start) / 60_000
            }
            #expect(spans == [501, 501, 201])
        }
    }

    @Test(
        "What is no complete answer says what it is",
        arguments: [
            (200, #"{"query":"q","warnings":"Some sources\nare missing"}"#, .partial, "Some sources are missing"),
            (200, #"{"errorType":"QuerySyntaxError","errorMessage":"unexpected )"}"#, .configuration, "unexpected )"),
            (200, #"{"errorType":"Timeout","errorMessage":"too slow"}"#, .unavailable, "too slow"),
            (200, #"{"query":"q","granularity":300,"timeseries":[]}"#, .configuration, "every 300 s"),
            (200, #"{"granularity":60,"timeseries":[{"data":[[null,1]]}]}"#, .garbage, "no time"),
            (200, #"{"message":"hello"}"#, .garbage, "not one of Wavefront"),
            (400, #"{"status":{"result":"ERROR","message":"bad query","code":400}}"#, .configuration, "bad query"),
        ] as [(Int, String, MetricFailure.Code, String)])
    func badAnswers(status: Int, body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status)
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.code == code)
            #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
        }
    }

    @Test(
        "An address may be a host alone, as in Argo Rollouts",
        arguments: ["example.wavefront.com", "example.wavefront.com/", "https://example.wavefront.com"])
    func hosts(address: String) throws {
        let provider = try Self.provider(address)
        #expect(provider.problems == [])
        #expect(try provider.source().traits == MetricTraits(isRetroactive: true, place: "example.wavefront.com"))
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            (#""address":"a.wavefront.com""#, "query", "ts("), (#""query":"ts(a)""#, "address", "URL"),
            (#""query":"ts(a)","address":"a.wavefront.com/api/v2/chart/api""#, "address", "leave it out"),
            (#""query":"ts(a)","address":"ftp://a.wavefront.com""#, "address", "https://"),
            (#""query":"ts(a)","address":"a.wavefront.com","granularity":"h""#, "granularity", "whole point"),
            (#""query":"ts(a)","address":"a.wavefront.com","granularity":"d""#, "granularity", "s, m, h"),
            (#""query":"ts(a)","address":"a.wavefront.com","summarization":"avg""#, "summarization", "MEAN"),
            (#""query":"ts(a)","address":"a.wavefront.com","token":"x""#, "token", "known are"),
        ])
    func mistakes(settings: String, field: String, words: String) throws {
        let problem = try #require(try StatedProvider("wavefront", "{\(settings)}").problems.first)
        #expect(problem.path == "provider.wavefront.\(field)")
        #expect("\(problem)".contains(words), "\(problem)")
    }
}
