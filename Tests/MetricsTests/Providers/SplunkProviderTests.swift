import Analysis
import Metrics
import Rollouts
import Support
import Testing

// The wire format: https://dev.splunk.com/observability/reference/api/signalflow/latest and
// https://dev.splunk.com/observability/docs/signalflow/messages/stream_messages_specification/
@Suite("Splunk Observability")
struct SplunkProviderTests {
    private static func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }

    private static let start = event("control-message", #"{"event":"STREAM_START","timestampMs":1}"#)
    private static let end = event("control-message", #"{"event":"END_OF_CHANNEL","timestampMs":2}"#)

    /// A point so many seconds after noon.
    private static func point(_ seconds: Int, _ value: String, series: String = "CgrT2EkAAAA") -> String {
        let time = StatedProvider.noon.milliseconds + Int64(seconds) * 1000
        return event("data", #"{"logicalTimestampMs":\#(time),"data":[{"tsId":"\#(series)","value":\#(value)}]}"#)
    }

    private static func provider(_ url: String, _ more: String = "") throws -> StatedProvider {
        try StatedProvider("splunk", at: url, #"{"address":"ADDRESS","query":"data('e').sum().publish()"\#(more)}"#)
    }

    @Test func `The program runs once over the whole grid, with the token in its header`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(Self.start + Self.end)
        } _: { server in
            let folder = try TemporaryFolder()
            try folder.write("signalfx/sf_token_key", "t0ken\n")
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["signalfx"] }
            let provider = try Self.provider(server.url, #","secretRef":{"name":"signalfx"},"window":"2m""#)
            let readings = try await provider.readings(at: StatedProvider.minutes(3), connection)
            #expect(readings == [.absent, .absent, .absent])
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "POST")
            #expect(request.path == "/v2/signalflow/execute")
            #expect(request.headers["x-sf-token"] == "t0ken")
            #expect(request.headers["content-type"] == "text/plain")
            #expect(request.body == "data('e').sum().publish()")
            let expected = [
                "start": "1795262280000", "stop": "1795262530000", "resolution": "10000", "immediate": "true",
            ]
            #expect(request.query == expected)
        }
    }

    @Test func `A measurement is the last point of its window, and nothing after the end counts`() async throws {
        let stream = [
            Self.start, Self.event("metadata", #"{"tsId":"CgrT2EkAAAA","properties":{}}"#),
            Self.event(
                "message", #"{"message":{"messageCode":"JOB_RUNNING_RESOLUTION","contents":{"resolutionMs":10000}}}"#),
            Self.point(-70, "9"), Self.point(-10, "1"), Self.point(0, "2.5"), Self.point(10, "null"),
            Self.point(50, #""NaN""#), Self.point(200, "7"), Self.end, Self.point(230, "8"),
        ]
        try await FakeServer.run { _ in
            FakeServer.Answer(stream.joined())
        } _: { server in
            let readings = try await Self.provider(server.url).readings(at: StatedProvider.minutes(5))
            #expect(readings == [.value(.double(2.5)), .value(.double(.nan)), .absent, .absent, .value(.double(7))])
        }
    }

    @Test func `A long grid is asked for in parts`() async throws {
        try await FakeServer.run { request in
            let start = request.query["start"] ?? ""
            let data = #"{"logicalTimestampMs":\#(start),"data":[{"tsId":"A","value":1}]}"#
            return FakeServer.Answer(Self.start + Self.event("data", data) + Self.end)
        } _: { server in
            // 30,000 s are a part.
            let readings = try await Self.provider(server.url).readings(at: StatedProvider.minutes(1001))
            #expect(
                server.requests.compactMap { $0.query["start"] } == ["1795262340000", "1795292340000", "1795322340000"])
            #expect(readings.filter { $0 != .absent }.count == 2)
            let failure = try await Self.provider(server.url).failure(at: StatedProvider.minutes(60_000))
            #expect(failure?.hint?.contains("resolution") == true)
        }
    }

    @Test(
        "What is no complete answer says what it is",
        arguments: [
            (start + point(0, "1", series: "A") + point(0, "1", series: "B") + end, .configuration, "several series"),
            (start + point(0, "1"), .partial, "broke off"),
            (
                start
                    + event(
                        "control-message",
                        #"{"event":"CHANNEL_ABORT","abortInfo":{"sf_job_abortReason":"no detectors"}}"#),
                .unavailable, "aborted: no detectors"
            ),
            (
                start
                    + event(
                        "error",
                        #"{"errors":[{"code":"ANALYTICS_PROGRAM_NAME_ERROR","context":{"bindingName":"dat","line":1}}]}"#
                    ),
                .configuration, "ANALYTICS_PROGRAM_NAME_ERROR: dat"
            ),
            (
                start
                    + event(
                        "message",
                        #"{"message":{"messageCode":"FIND_LIMITED_RESULT_SET","contents":{"limitSize":5,"matchedSize":9}}}"#
                    ),
                .partial, "5 of 9"
            ),
            (
                start
                    + event(
                        "message",
                        #"{"message":{"messageCode":"JOB_RUNNING_RESOLUTION","contents":{"resolutionMs":300000}}}"#),
                .configuration, "every 300 s"
            ),
            (start + event("data", "{"), .garbage, "not JSON"), (start + event("data", "{}"), .garbage, "no time"),
            (event("other", "{}"), .garbage, "not a SignalFlow"),
        ] as [(String, MetricFailure.Code, String)])
    func badAnswers(stream: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(stream)
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.code == code)
            #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
        }
    }

    @Test func `A program that is refused says why`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(#"{"code":400,"message":"Invalid program","errorType":"ANALYTICS"}"#, status: 400)
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.message == "the server answered 400: Invalid program")
        }
    }

    @Test(
        "The place is that of the realm",
        arguments: [
            (#""realm":"eu0""#, "stream.eu0.signalfx.com"),
            (#""address":"https://api.us1.signalfx.com""#, "stream.us1.signalfx.com"),
            (
                #""address":"https://stream.us1.observability.splunkcloud.com""#,
                "stream.us1.observability.splunkcloud.com"
            ),
        ])
    func places(settings: String, host: String) throws {
        let provider = try StatedProvider("splunk", #"{\#(settings),"query":"data('a').publish()"}"#)
        #expect(provider.problems == [])
        #expect(try provider.source().traits == MetricTraits(isRetroactive: true, place: host))
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            (#""realm":"eu0""#, "query", "SignalFlow"), (#""query":"data('a').publish()""#, "address", "URL"),
            (#""query":"data('a').publish()","realm":"EU0""#, "realm", "short name"),
            (#""query":"data('a').publish()","realm":"eu0","address":"https://x""#, "realm", "keep one"),
            (#""query":"data('a').publish()","address":"https://app.eu0.signalfx.com""#, "address", "stream.eu0"),
            (#""query":"data('a').publish()","address":"https://ingest.eu0.signalfx.com""#, "address", "stream.eu0"),
            (#""query":"data('a').publish()","address":"https://x/v2/signalflow""#, "address", "leave it out"),
            (#""query":"data('a.publish()').sum() # .publish()","realm":"eu0""#, "query", ".publish()"),
            (#""query":"A = data('a').publish()\nB = data('b').publish()","realm":"eu0""#, "query", "the one"),
            (#""query":"data('a').mean(over=Args['ui.dashboard_window']).publish()","realm":"eu0""#, "query", "{{args"),
            (#""query":"data('a').publish()","realm":"eu0","resolution":"100ms""#, "resolution", "one second"),
            (#""query":"data('a').publish()","realm":"eu0","resolution":"5m""#, "resolution", "without any point"),
            (#""query":"data('a').publish()","realm":"eu0","secretRef":{}"#, "secretRef.name", "name of the Secret"),
        ])
    func mistakes(settings: String, field: String, hint: String) throws {
        let problems = try StatedProvider("splunk", "{\(settings)}").problems
        #expect(problems.map(\.path) == ["provider.splunk.\(field)"])
        #expect(problems.first?.hint?.contains(hint) == true, "\(problems)")
    }

    @Test(arguments: ["data('a')", "histogram('a').percentile(pct=99)", "const(1)", "data('a').sum()"])
    func `Everything that gives a stream of numbers is a program`(source: String) throws {
        let program = #"{"realm":"eu0","query":"\#(source).publish()"}"#
        #expect(try StatedProvider("splunk", program).problems == [])
    }

    @Test func `Streams that are not enabled are no further ones`() throws {
        let program = "A = data('a').publish(enable=False)\\nB = (A * 2).publish('it\\\\'s .publish()')"
        #expect(try StatedProvider("splunk", #"{"realm":"eu0","query":"\#(program)"}"#).problems == [])
    }
}
