import Analysis
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
@Suite("CloudWatch provider")
struct CloudWatchProviderTests {
    /// 22:14:00 on a whole minute.
    private static let start = ProviderCase.start
    private static let times = ProviderCase.times
    private static let keys = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"]

    private static func connection(_ environment: [String: String] = keys) -> MetricConnection {
        LocalAccess.connection(environment: environment, at: start) { host in
            host.sigv4 = MetricAccess.SigV4()
            host.sigv4?.service = "monitoring"
        }
    }

    private static func query(_ id: String, _ more: [Value.Member] = []) -> Value {
        let metric: Value = [
            "namespace": "AWS/ApplicationELB", "metricName": "HTTPCode_Target_5XX_Count",
            "dimensions": [["name": "LoadBalancer", "value": "app/shop/1"]],
        ]
        let stat: Value = ["metric": metric, "period": "60", "stat": "Sum"]
        return .map([.init("id", .string(id)), .init("metricStat", stat)] + more)
    }

    private static func settings(_ url: String, _ queries: [Value], _ more: [Value.Member] = []) -> Value {
        .map(
            [
                .init("address", .string(url)), .init("region", "eu-west-1"),
                .init("metricDataQueries", .array(queries, of: .any)),
            ] + more)
    }

    private static func result(
        _ id: String, _ points: [(Int, String)], status: String = "Complete", label: String? = nil
    ) -> String {
        let times = points.map { String(start.milliseconds / 1000 + Int64($0.0)) }.joined(separator: ",")
        let values = points.map(\.1).joined(separator: ",")
        return #"{"Id":"\#(id)","Label":"\#(label ?? id)","StatusCode":"\#(status)","#
            + #""Timestamps":[\#(times)],"Values":[\#(values)]}"#
    }

    private static func answer(_ results: [String], _ more: String = "") -> FakeServer.Answer {
        FakeServer.Answer(#"{"MetricDataResults":[\#(results.joined(separator: ","))],"Messages":[]\#(more)}"#)
    }

    private static func outcome(
        _ answer: FakeServer.Answer, _ queries: [Value] = [query("errors")]
    ) async throws -> Result<[Measurement], MetricFailure> {
        try await FakeServer.run { _ in
            answer
        } _: { server in
            let source = try ProviderSettings.source(
                "cloudWatch", settings(server.url, queries, [.init("interval", "2m")]), over: connection())
            do throws(MetricFailure) {
                return .success(try await source.measurements(at: times))
            } catch { return .failure(error) }
        }
    }

    private static func problems(_ settings: Value) -> [String] {
        ProviderSettings.problems("cloudWatch", settings).map { problem in
            #expect(problem.hint != nil, "\(problem.message)")
            return "\(problem.path.dropFirst("provider.cloudWatch.".count)): \(problem.message)"
        }
    }

    // MARK: Asking

    @Test func `One signed question is for the whole range, on the grid of the periods`() async throws {
        try await FakeServer.run { _ in
            Self.answer([Self.result("errors", [])])
        } _: { server in
            let ratio: Value = [
                "id": "ratio", "expression": "errors / 100", "label": "share", "period": 300, "returnData": true,
            ]
            let source = try ProviderSettings.source(
                "cloudWatch",
                Self.settings(server.url, [Self.query("errors", [.init("returnData", false)]), ratio]),
                over: Self.connection())
            #expect(source.traits.delay == .seconds(420))
            _ = try await source.measurements(at: Self.times)
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "POST")
            #expect(request.headers["content-type"] == "application/x-amz-json-1.0")
            #expect(request.headers["x-amz-target"] == "GraniteServiceVersion20100801.GetMetricData")
            let authorization = request.headers["authorization"] ?? ""
            #expect(authorization.contains("/20231114/eu-west-1/monitoring/aws4_request"))
            #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target,"))
            let body = try JSON(parsing: Array(request.body.utf8))
            let expected: JSON = [
                // Five minutes before 22:14, down to the grid of 300 s.
                "StartTime": 1_699_999_500, "EndTime": 1_700_000_160,
                "MetricDataQueries": [
                    [
                        "Id": "errors",
                        "MetricStat": [
                            "Metric": [
                                "Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_Target_5XX_Count",
                                "Dimensions": [["Name": "LoadBalancer", "Value": "app/shop/1"]],
                            ], "Period": 60, "Stat": "Sum",
                        ], "ReturnData": false,
                    ], ["Id": "ratio", "Expression": "errors / 100", "Label": "share", "Period": 300],
                ],
            ]
            #expect(body.canonical == expected.canonical)
        }
    }

    @Test(
        "The region is the template's, the address's, the deployment's or the environment's",
        arguments: [
            (["region": "eu-west-1"], nil, "monitoring.eu-west-1.amazonaws.com"),
            (["region": "cn-north-1"], nil, "monitoring.cn-north-1.amazonaws.com.cn"),
            ([:], "us-east-2", "monitoring.us-east-2.amazonaws.com"),
            (
                ["address": "https://monitoring.ap-south-1.amazonaws.com"], "us-east-2",
                "monitoring.ap-south-1.amazonaws.com"
            ),
            ([:], nil, nil),
        ] as [(Value, String?, String?)])
    func regions(settings: Value, environment: String?, host: String?) throws {
        guard case .map(let own) = settings else { return }
        let whole = Value.map(own + [.init("metricDataQueries", [Self.query("errors")])])
        let connection = LocalAccess.connection(environment: environment.map { ["AWS_REGION": $0] } ?? [:])
        do throws(MetricFailure) {
            let source = try ProviderSettings.source("cloudWatch", whole, over: connection)
            #expect(source.traits.place == host)
        } catch {
            #expect(host == nil)
            #expect(error.hint?.contains("AWS_REGION") == true)
        }
    }

    // MARK: Answers

    @Test func `Each time has the results of the window before it, the newest value first`() async throws {
        let measurements = try await Self.outcome(
            Self.answer([
                Self.result("errors", [(60, "4"), (0, "3"), (-60, "2"), (-120, "1"), (-180, "0")]),
                Self.result("requests", [(-60, "1e3")], label: "all"),
            ])
        ).get()
        func value(_ id: String, _ label: String, _ points: [(String, Double)]) -> Value {
            [
                "Id": .string(id), "Label": .string(label), "StatusCode": "Complete",
                "Timestamps": .array(points.map { .string("2023-11-14T22:\($0.0):00Z") }, of: .string),
                "Values": .vector(points.map(\.1)), "Messages": [],
            ]
        }
        // The period that begins at a time is not of the window that ends there.
        #expect(
            measurements.map(\.reading) == [
                .value([value("errors", "errors", [("13", 2), ("12", 1)]), value("requests", "all", [("13", 1000)])]),
                .value([value("errors", "errors", [("14", 3), ("13", 2)]), value("requests", "all", [("13", 1000)])]),
                .value([value("errors", "errors", [("15", 4), ("14", 3)]), value("requests", "all", [])]),
            ])
    }

    @Test func `Argo's conditions read the measurement`() async throws {
        let measurements = try await Self.outcome(Self.answer([Self.result("errors", [(0, "0.02"), (-60, "0.005")])]))
            .get()
        for (text, holds) in [
            ("all(result[0].Values, {# <= 0.01})", false), ("len(result[0].Values) >= 2", true),
            ("result[0].Id == 'errors' && result[0].Values[0] > 0.01", true),
        ] {
            guard case .value(let value) = measurements[1].reading else { return }
            #expect(try Expression(parsing: text).holds(result: value) == holds, "\(text)")
        }
    }

    @Test func `Pages are read to the last one, and their values are one result`() async throws {
        try await FakeServer.run { request in
            request.body.contains("page-2")
                ? Self.answer([Self.result("errors", [(-120, "1")])])
                : Self.answer(
                    [Self.result("errors", [(-60, "2")], status: "PartialData")], #","NextToken":"page-2""#)
        } _: { server in
            let source = try ProviderSettings.source(
                "cloudWatch", Self.settings(server.url, [Self.query("errors")]), over: Self.connection())
            let series = try await source.series(at: Self.times)
            #expect(server.requests.count == 2)
            #expect(series.map(\.labels) == [["id": "errors", "label": "errors"]])
            #expect(series[0].points.map(\.value) == [2, 2, 2])
            let measurements = try await source.measurements(at: [Self.start])
            guard case .value(let value) = measurements[0].reading else {
                Issue.record("\(measurements)")
                return
            }
            #expect(try Expression(parsing: "sum(result[0].Values)").evaluate(result: value) == .double(3))
        }
    }

    @Test func `Endless pages are refused`() async throws {
        let outcome = try await Self.outcome(Self.answer([], #","NextToken":"again""#))
        #expect(throws: MetricFailure.self) { try outcome.get() }
        if case .failure(let failure) = outcome { #expect(failure.code == .configuration) }
    }

    @Test(
        "What a result is worth stands in its status and the answer's messages",
        arguments: [
            (#"{"MetricDataResults":[]}"#, 200, nil),
            (
                #"{"MetricDataResults":[{"Id":"a","StatusCode":"PartialData","Timestamps":[],"Values":[]}]}"#, 200,
                .partial
            ),
            (#"{"MetricDataResults":[{"Id":"a","StatusCode":"InternalError"}]}"#, 200, .unavailable),
            (#"{"MetricDataResults":[{"Id":"a","StatusCode":"Forbidden"}]}"#, 200, .configuration),
            (#"{"MetricDataResults":[],"Messages":[{"Code":"MaxMetricsExceeded","Value":"500"}]}"#, 200, .partial),
            (#"{"MetricDataResults":[{"Id":"a","Timestamps":[1],"Values":[]}]}"#, 200, .garbage),
            (#"{"MetricDataResults":[{"Id":"a","Timestamps":["x"],"Values":[1]}]}"#, 200, .garbage),
            (#"{"MetricDataResults":[{"Timestamps":[],"Values":[]}]}"#, 200, .garbage), ("{}", 200, .garbage),
            (
                #"{"__type":"com.amazonaws.cloudwatch#ThrottlingException","message":"Rate exceeded"}"#, 400,
                .unavailable
            ),
            (#"{"__type":"InvalidParameterValue","message":"Period"}"#, 400, .configuration),
            (#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}"#, 400, .configuration),
        ] as [(String, Int, MetricFailure.Code?)])
    func answers(body: String, status: Int, code: MetricFailure.Code?) async throws {
        switch try await Self.outcome(FakeServer.Answer(body, status: status)) {
        case .success(let measurements):
            #expect(code == nil)
            #expect(measurements.allSatisfy { $0.reading == .absent })
        case .failure(let failure): #expect(failure.code == code, "\(failure)")
        }
    }

    @Test func `As a number it is the newest value of the first result, as Flagger takes it`() async throws {
        let results = [
            Self.result("errors", [(60, "4"), (0, "3"), (-120, "1")]), Self.result("requests", [(-60, "1000")]),
        ]
        try await FakeServer.run { _ in
            Self.answer(results)
        } _: { server in
            let source = try ProviderSettings.source(
                "cloudWatch",
                Self.settings(
                    server.url, [Self.query("errors"), Self.query("requests")],
                    [.init("interval", "1m"), .init("result", "number")]), over: Self.connection())
            let readings = try await source.measurements(at: Self.times).map(\.reading)
            #expect(readings == [.absent, .value(.double(3)), .value(.double(4))])
        }
    }

    @Test func `NaN and infinities are numbers`() async throws {
        let measurements = try await Self.outcome(
            Self.answer([Self.result("errors", [(-60, "\"NaN\""), (-120, "\"Infinity\"")])])
        ).get()
        guard case .value(let value) = measurements[0].reading else { return }
        #expect(try Expression(parsing: "result[0].Values").evaluate(result: value) == .vector([.nan, .infinity]))
    }

    // MARK: Mistakes

    @Test func `Flagger's query is read with the API's own names`() async throws {
        let text = #"""
            [{"Id":"e1","Expression":"m1 / 100","Label":"ErrorRate"},
             {"Id":"m1","MetricStat":{"Metric":{"Namespace":"MyCloud","MetricName":"Errors",
              "Dimensions":[{"Name":"app","Value":"shop"}]},"Period":60,"Stat":"Sum","Unit":"Count"},"ReturnData":false}]
            """#
        try await FakeServer.run { _ in
            Self.answer([])
        } _: { server in
            let source = try ProviderSettings.source(
                "cloudWatch",
                ["address": .string(server.url), "region": "eu-west-1", "query": .string(text)],
                over: Self.connection())
            _ = try await source.measurements(at: Self.times)
            let body = try JSON(parsing: Array(try #require(server.requests.first).body.utf8))
            let written = try JSON(parsing: Array(text.utf8))
            #expect(body["MetricDataQueries"]?.canonical == written.canonical)
        }
    }

    @Test(
        "A mistake is found before anybody is asked",
        arguments: [
            ([:], "metricDataQueries: metricDataQueries is missing"),
            (["metricDataQueries": [], "region": "europe"], "metricDataQueries: metricDataQueries is missing"),
            (["metricDataQueries": [query("Errors")]], "metricDataQueries[0].id: \"Errors\" is no id"),
            (["metricDataQueries": [query("a"), query("a")]], "metricDataQueries[1].id: a is there already"),
            (["metricDataQueries": [["id": "a"]]], "metricDataQueries[0]: has neither expression nor metricStat"),
            (
                ["metricDataQueries": [query("a", [.init("expression", "b / c")])]],
                "metricDataQueries[0].expression: stands beside metricStat"
            ),
            (
                ["metricDataQueries": [query("a", [.init("returnData", false)])]],
                "metricDataQueries: no query returns its data"
            ),
            (["metricDataQueries": [query("a")], "query": "[]"], "query: stands beside metricDataQueries"),
            (["query": "SELECT 1"], "query: is no list of JSON"), (["query": "[]"], "query: is no list of JSON"),
            (["query": #"[{"Id":"a"}]"#], "query: has neither expression nor metricStat"),
            (
                ["metricDataQueries": [query("a")], "interval": "30s"],
                "metricDataQueries[0].metricStat.period: a measurement looks at less than one period of 60 s"
            ),
            (
                ["metricDataQueries": [["id": "a", "expression": "SELECT AVG(x) FROM y"]]],
                "metricDataQueries[0].period: period is missing"
            ),
            (
                ["metricDataQueries": [["id": "a", "expression": "b", "period": 90]]],
                "metricDataQueries[0].period: 90 s is no period of CloudWatch"
            ),
            (
                [
                    "metricDataQueries": [
                        [
                            "id": "a",
                            "metricStat": [
                                "metric": ["namespace": "N", "metricName": "M"], "period": 60, "stat": "average",
                            ],
                        ]
                    ]
                ], "metricDataQueries[0].metricStat.stat: \"average\" is no statistic"
            ),
            (["metricDataQueries": [query("a")], "region": "europe"], "region: europe is no region of AWS"),
            (["metricDataQueries": [query("a")], "roleArn": "admin"], "roleArn: admin is no role"),
            (
                [
                    "metricDataQueries": [query("a")], "region": "eu-west-1",
                    "address": "https://monitoring.us-east-1.amazonaws.com",
                ], "region: the address is in us-east-1, not in eu-west-1"
            ),
        ] as [(Value, String)])
    func mistakes(settings: Value, problem: String) {
        #expect(Self.problems(settings).first == problem)
    }

    @Test func `More queries than CloudWatch answers are too many`() {
        let queries = (0...500).map { Self.query("q\($0)") }
        #expect(
            Self.problems(["metricDataQueries": .array(queries, of: .any)]) == [
                "metricDataQueries: CloudWatch answers at most 500 queries"
            ])
    }
}
