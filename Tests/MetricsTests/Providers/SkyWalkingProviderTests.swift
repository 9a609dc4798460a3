import Analysis
import Metrics
import Rollouts
import Support
import Testing

// The wire format: https://skywalking.apache.org/docs/main/next/en/api/query-protocol/ and
// https://github.com/apache/skywalking-query-protocol/blob/master/common.graphqls (Duration)
@Suite("SkyWalking")
struct SkyWalkingProviderTests {
    private static let query =
        "query q($duration: Duration!) { apdex: readMetricsValues(condition: {name: \\\"service_apdex\\\"}, "
        + "duration: $duration) { values { values { value } } } }"

    private static func provider(_ url: String, _ more: String = "") throws -> StatedProvider {
        try StatedProvider("skywalking", at: url, #"{"address":"ADDRESS","query":"\#(query)"\#(more)}"#)
    }

    @Test(
        "The span is the last whole minutes before the time, by the server's clock",
        arguments: [
            (0, #","interval":"3m""#, "2026-11-21 1157", "2026-11-21 1159"),
            (59, "", "2026-11-21 1159", "2026-11-21 1159"),
            (60, #","timezone":"+08:00""#, "2026-11-21 2000", "2026-11-21 2000"),
            (0, #","timezone":"-0930","interval":"1h""#, "2026-11-21 0130", "2026-11-21 0229"),
            (43_260, #","timezone":"utc""#, "2026-11-22 0000", "2026-11-22 0000"),
        ])
    func spans(seconds: Int, more: String, start: String, end: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(#"{"data":{}}"#)
        } _: { server in
            let time = StatedProvider.noon + .seconds(seconds)
            let readings = try await Self.provider(server.url + "/", more).readings(at: [time])
            #expect(readings == [.absent])
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/graphql")
            #expect(request.headers["content-type"] == "application/json")
            let body = try JSON(parsing: request.body)
            #expect(body["query"]?.string == Self.query.replacing("\\", with: ""))
            #expect(
                body["variables"]
                    == ["duration": ["start": .string(start), "end": .string(end), "step": "MINUTE"]])
        }
    }

    @Test func `A measurement is the whole data of its own question, and conditions pick from it`() async throws {
        try await FakeServer.run { request in
            let value = request.body.contains("1159") ? 9950 : 9000
            return FakeServer.Answer(#"{"data":{"apdex":{"values":{"values":[{"value":\#(value)}]}}}}"#)
        } _: { server in
            let provider = try Self.provider(server.url)
            #expect(
                try provider.source().traits
                    == MetricTraits(isRetroactive: true, delay: .seconds(60), place: "127.0.0.1", mostTimes: 1000))
            let readings = try await provider.readings(at: StatedProvider.minutes(2))
            let condition = try Expression(parsing: "all(result.apdex.values.values, {asFloat(.value) >= 9900})")
            let verdicts = try readings.map { reading in
                guard case .value(let value) = reading else { return false }
                return try condition.holds(result: value, mode: .safe)
            }
            #expect(verdicts == [true, false])
        }
    }

    @Test(
        "What is no complete answer says what it is",
        arguments: [
            (#"{"errors":[{"message":"Validation error of type FieldUndefined"}]}"#, .configuration, "FieldUndefined"),
            (
                #"{"data":{"apdex":null},"errors":[{"message":"refused","extensions":{"classification":"DataFetchingException"}}]}"#,
                .unavailable, "refused"
            ),
            (
                #"{"data":null,"errors":[{"message":"Exception while fetching data (/apdex) : timeout"}]}"#,
                .unavailable,
                "timeout"
            ),
            (#"{"data":{"apdex":{},"other":null},"errors":[{"message":"lost"}]}"#, .partial, "lost"),
            (#"{"hello":1}"#, .garbage, "not one of SkyWalking"),
        ] as [(String, MetricFailure.Code, String)])
    func badAnswers(body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.code == code)
            #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
        }
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            (#""address":"ADDRESS""#, "query", "$duration"), (#""query":"QUERY""#, "address", "URL"),
            (#""query":"QUERY","address":"http://oap:12800/graphql""#, "address", "leave it out"),
            (#""query":"{ a(duration: {start: \"2026\"}) }","address":"ADDRESS""#, "query", "declare"),
            (#""query":"query q($duration: Duration!) { a }","address":"ADDRESS""#, "query", "declare"),
            (#""query":"query q($duration: D) { a(duration: $duration) ","address":"ADDRESS""#, "query", "not closed"),
            (#""query":"QUERY","address":"ADDRESS","interval":"90s""#, "interval", "1m"),
            (#""query":"QUERY","address":"ADDRESS","interval":"10s""#, "interval", "1m"),
            (#""query":"QUERY","address":"ADDRESS","timezone":"Asia/Shanghai""#, "timezone", "+08:00"),
            (#""query":"QUERY","address":"ADDRESS","timezone":"+8""#, "timezone", "+08:00"),
            (#""query":"QUERY","address":"ADDRESS","timezone":"+99:00""#, "timezone", "+08:00"),
        ])
    func mistakes(settings: String, field: String, words: String) throws {
        let settings = settings.replacing("QUERY", with: Self.query)
        let problems = try StatedProvider("skywalking", "{\(settings)}").problems
        #expect(problems.map(\.path) == ["provider.skywalking.\(field)"])
        #expect(problems.first.map { "\($0)".contains(words) } == true, "\(problems)")
    }
}
