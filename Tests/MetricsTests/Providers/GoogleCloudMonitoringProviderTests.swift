import Analysis
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

@Suite("Google Cloud Monitoring provider")
struct GoogleCloudMonitoringProviderTests {
    private static let times = ProviderCase.times
    private static let kind = "googleCloudMonitoring"

    /// The server's answers to questions, after one for a token.
    private static func run<Result: Sendable>(
        _ answer: @escaping @Sendable (FakeServer.Request) -> FakeServer.Answer,
        _ body: @Sendable (FakeServer, MetricConnection) async throws -> Result
    ) async throws -> Result {
        try await FakeServer.run { request in
            request.path.hasPrefix("/computeMetadata")
                ? FakeServer.Answer(#"{"access_token":"ya29.pod","expires_in":3599}"#) : answer(request)
        } _: { server in
            let host = server.url.replacing("http://", with: "")
            let connection = LocalAccess.connection(environment: ["GCE_METADATA_HOST": host]) { entry in
                entry.google = MetricAccess.Google()
            }
            return try await body(server, connection)
        }
    }

    private static func measurements(
        _ more: [Value.Member], interval: Duration = .seconds(60),
        _ answer: @escaping @Sendable (FakeServer.Request) -> FakeServer.Answer
    ) async throws -> ([Measurement], [FakeServer.Request]) {
        try await run(answer) { server, connection in
            let settings = Value.map(
                [.init("address", .string(server.url)), .init("project", "shop")] + more)
            let source = try ProviderSettings.source(kind, settings, interval: interval, over: connection)
            #expect(source.traits.delay == .seconds(240))
            let measurements = try await source.measurements(at: times)
            let asked = server.requests.filter { !$0.path.hasPrefix("/computeMetadata") }
            #expect(asked.allSatisfy { $0.headers["authorization"] == "Bearer ya29.pod" })
            return (measurements, asked)
        }
    }

    /// A series of `timeSeries.list`; points come newest first.
    ///
    /// By https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries
    private static func series(_ code: String, _ points: [(String, String)]) -> String {
        let written = points.map { time, value in
            #"{"interval":{"startTime":"2023-11-14T22:00:00Z","endTime":"2023-11-14T22:\#(time)Z"},"value":\#(value)}"#
        }
        return #"{"metric":{"type":"m","labels":{"code":"\#(code)"}},"resource":{"type":"k8s_pod","labels":{}},"#
            + #""metricKind":"DELTA","valueType":"DOUBLE","points":[\#(written.joined(separator: ","))]}"#
    }

    private static let filter = #"metric.type = "loadbalancing.googleapis.com/https/request_count""#
    private static let aligned: [Value.Member] = [
        .init("filter", .string(filter)),
        .init(
            "aggregation",
            [
                "alignmentPeriod": "60s", "perSeriesAligner": "ALIGN_RATE", "crossSeriesReducer": "REDUCE_SUM",
                "groupByFields": ["metric.labels.code", "resource.labels.zone"],
            ]),
    ]

    // MARK: Filters

    @Test func `Aligned series are asked for once, and each time has one number for each of them`() async throws {
        let (measurements, requests) = try await Self.measurements(Self.aligned) { _ in
            FakeServer.Answer(
                "{\"timeSeries\":["
                    + Self.series(
                        "200",
                        [
                            ("16:00", #"{"doubleValue":3.5}"#), ("15:00", #"{"doubleValue":"NaN"}"#),
                            ("14:00", #"{"int64Value":"1"}"#),
                        ]) + ","
                    + Self.series("500", [("14:00", #"{"boolValue":true}"#), ("13:00", #"{"doubleValue":9}"#)])
                    + "]}")
        }
        // https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list
        #expect(requests.count == 1)
        #expect(requests[0].method == "GET")
        #expect(requests[0].path == "/v3/projects/shop/timeSeries")
        var query = requests[0].query
        // Of a repeated item only the first is kept here.
        #expect(query.removeValue(forKey: "aggregation.groupByFields") == "metric.labels.code")
        #expect(
            query == [
                "filter": Self.filter, "aggregation.alignmentPeriod": "60s",
                "aggregation.perSeriesAligner": "ALIGN_RATE",
                "aggregation.crossSeriesReducer": "REDUCE_SUM", "interval.startTime": "2023-11-14T22:13:00Z",
                "interval.endTime": "2023-11-14T22:16:00Z",
            ])
        #expect(
            measurements.map(\.reading) == [
                .value(.vector([1, 1])), .value(.vector([.nan])), .value(.vector([3.5])),
            ])
    }

    @Test func `Series that are not aligned have their newest value of five minutes, or of the interval stated`()
        async throws
    {
        for (interval, expected) in [(nil, [7.0, 7, 7]), ("90s", [7, 7])] as [(String?, [Double])] {
            let more: [Value.Member] =
                [.init("filter", .string(Self.filter))] + (interval.map { [.init("interval", .string($0))] } ?? [])
            let (measurements, _) = try await Self.measurements(more) { _ in
                FakeServer.Answer(#"{"timeSeries":[\#(Self.series("200", [("13:50", #"{"doubleValue":7}"#)]))]}"#)
            }
            #expect(measurements.flatMap(\.numbers) == expected)
        }
    }

    @Test func `A grid beside that of the alignment is asked for time by time`() async throws {
        let (measurements, requests) = try await Self.measurements(Self.aligned, interval: .seconds(45)) { request in
            let end = request.query["interval.endTime"]?.dropFirst("2023-11-14T22:".count).dropLast() ?? ""
            return FakeServer.Answer(
                #"{"timeSeries":[\#(Self.series("200", [(String(end), #"{"doubleValue":1}"#)]))]}"#)
        }
        #expect(measurements.map(\.reading) == Array(repeating: .value(.vector([1])), count: 3))
        #expect(
            Set(requests.map { "\($0.query["interval.startTime"] ?? "") \($0.query["interval.endTime"] ?? "")" }) == [
                "2023-11-14T22:13:00Z 2023-11-14T22:14:00Z", "2023-11-14T22:14:00Z 2023-11-14T22:15:00Z",
                "2023-11-14T22:15:00Z 2023-11-14T22:16:00Z",
            ])
    }

    @Test func `Pages are read to the last one, and a series may go on in the next`() async throws {
        let (measurements, requests) = try await Self.measurements(Self.aligned) { request in
            request.query["pageToken"] == nil
                ? FakeServer.Answer(
                    #"{"timeSeries":[\#(Self.series("200", [("16:00", #"{"doubleValue":2}"#)]))],"nextPageToken":"p2"}"#
                )
                : FakeServer.Answer(
                    #"{"timeSeries":[\#(Self.series("200", [("14:00", #"{"doubleValue":1}"#)]))],"nextPageToken":""}"#)
        }
        #expect(requests.map { $0.query["pageToken"] } == [nil, "p2"])
        #expect(measurements.map(\.reading) == [.value(.vector([1])), .absent, .value(.vector([2]))])
    }

    @Test(
        "A bad answer has its meaning",
        arguments: [
            (#"{"executionErrors":[{"code":4,"message":"deadline"}],"timeSeries":[]}"#, 200, .partial),
            (#"{"timeSeries":[{"points":[{"value":{"doubleValue":1}}]}]}"#, 200, .garbage),
            (#"{"timeSeries":[{"points":[{"interval":{"endTime":"now"},"value":{}}]}]}"#, 200, .garbage),
            (
                #"{"timeSeries":[{"points":[{"interval":{"endTime":"2023-11-14T22:14:00Z"},"value":{"distributionValue":{"count":"1"}}}]}]}"#,
                200, .configuration
            ),
            ("[]", 200, .garbage), (#"{"nextPageToken":"again"}"#, 200, .configuration),
            (
                #"{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}"#, 403,
                .configuration
            ),
            (#"{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#, 429, .unavailable),
        ] as [(String, Int, MetricFailure.Code)])
    func badAnswers(body: String, status: Int, code: MetricFailure.Code) async throws {
        do {
            _ = try await Self.measurements(Self.aligned) { _ in FakeServer.Answer(body, status: status) }
            Issue.record("an answer")
        } catch let failure as MetricFailure {
            #expect(failure.code == code, "\(failure)")
        }
    }

    // MARK: PromQL

    @Test func `PromQL is asked of the project's own Prometheus`() async throws {
        for (query, reading) in [("sum(up)", Value.vector([2])), ("scalar(up)", .double(2))] {
            let (measurements, requests) = try await Self.measurements([.init("query", .string(query))]) { _ in
                FakeServer.Answer(
                    #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1700000040,"2"]]}]}}"#
                )
            }
            // https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.location.prometheus.api.v1/query_range
            #expect(requests.map(\.path) == ["/v1/projects/shop/location/global/prometheus/api/v1/query_range"])
            #expect(requests[0].form["query"] == query)
            #expect(measurements.map(\.reading) == [.value(reading), .absent, .absent])
        }
    }

    // MARK: MQL

    @Test func `MQL is asked for each time with a range of its own`() async throws {
        let text = "fetch k8s_container\n| metric 'istio.io/within/latencies'\n| align delta(1m)\n| every 1m"
        let (measurements, requests) = try await Self.measurements([.init("mql", .string(text))]) { request in
            // https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/query
            guard request.body.contains("22:14:00'\"") else { return FakeServer.Answer("{}") }
            return FakeServer.Answer(
                #"""
                {"timeSeriesDescriptor":{"pointDescriptors":[{"key":"value.latency","valueType":"DOUBLE"}]},
                "timeSeriesData":[{"labelValues":[{"stringValue":"a"}],"pointData":[
                {"values":[{"doubleValue":12.5}],"timeInterval":{"endTime":"2023-11-14T22:14:00Z"}},
                {"values":[{"doubleValue":1}],"timeInterval":{"endTime":"2023-11-14T22:13:00Z"}}]}]}
                """#)
        }
        #expect(measurements.map(\.reading) == [.value(.vector([12.5])), .absent, .absent])
        #expect(Set(requests.map(\.path)) == ["/v3/projects/shop/timeSeries:query"])
        let asked = try requests.map { try JSON(parsing: Array($0.body.utf8))["query"]?.string }
        #expect(asked.contains("\(text)\n| within d'2023/11/14-22:09:00', d'2023/11/14-22:14:00'"))
    }

    // MARK: Settings

    @Test func `Flagger's name for it means the same`() {
        let settings: Value = ["project": "shop", "mql": "fetch x"]
        #expect(ProviderSettings.problems("stackdriver", settings).isEmpty)
    }

    @Test(
        "A mistake is found before anybody is asked",
        arguments: [
            (["query": "up"], "project: project is missing"),
            (["project": "projects/shop", "query": "up"], "project: \"projects/shop\" is no project"),
            (["project": "shop"], "query: query is missing"),
            (["project": "shop", "query": "up", "mql": "fetch x"], ": has query and mql"),
            (["project": "shop", "query": "sum(up"], "query: the query has a ( that is not closed"),
            (["project": "shop", "mql": "up"], "mql: the query fetches nothing"),
            (
                ["project": "shop", "mql": "fetch x | within 5m"],
                "mql: the query has a range of time of its own"
            ), (["project": "shop", "mql": "fetch x::{{args.a}}"], "mql: an argument is not filled in"),
            (["project": "shop", "filter": "resource.type = \"x\""], "filter: the filter names no metric"),
            (
                ["project": "shop", "query": "up", "aggregation": ["alignmentPeriod": "60s"]],
                "aggregation: has no filter"
            ),
            (
                ["project": "shop", "filter": .string(filter), "aggregation": ["perSeriesAligner": "ALIGN_RATE"]],
                "aggregation.alignmentPeriod: alignmentPeriod is missing"
            ),
            (
                ["project": "shop", "filter": .string(filter), "aggregation": ["alignmentPeriod": "10s"]],
                "aggregation.alignmentPeriod: is less than a minute"
            ),
            (
                [
                    "project": "shop", "filter": .string(filter),
                    "aggregation": ["alignmentPeriod": "60s", "perSeriesAligner": "rate"],
                ], "aggregation.perSeriesAligner: \"rate\" is no aligner"
            ),
            (
                [
                    "project": "shop", "filter": .string(filter),
                    "aggregation": ["alignmentPeriod": "60s", "crossSeriesReducer": "REDUCE_SUM"],
                ], "aggregation.perSeriesAligner: series are reduced that are not aligned"
            ),
            (
                [
                    "project": "shop", "filter": .string(filter),
                    "aggregation": ["alignmentPeriod": "60s", "groupByFields": ["x"]],
                ], "aggregation.groupByFields: groups need a reducer"
            ),
            (
                [
                    "project": "shop", "filter": .string(filter), "interval": "60s",
                    "aggregation": ["alignmentPeriod": "120s"],
                ], "interval: is shorter than alignmentPeriod"
            ), (["project": "shop", "query": "up", "secretRef": [:]], "secretRef.name: name is missing"),
        ] as [(Value, String)])
    func mistakes(settings: Value, problem: String) {
        let found = ProviderSettings.problems(Self.kind, settings).map { found in
            #expect(found.hint != nil)
            return "\(found.path.dropFirst("provider.\(Self.kind)".count)): \(found.message)".trimmedDot
        }
        #expect(found == [problem])
    }
}

extension String {
    /// Without the dot before a field.
    fileprivate var trimmedDot: String { hasPrefix(".") ? String(dropFirst()) : self }
}
