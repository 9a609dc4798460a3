import Analysis
import struct Foundation.Data
import HTTP
import Rollouts
import Support
import Testing

@testable import Metrics

// https://prometheus.io/docs/prometheus/latest/querying/api/
@Suite("Prometheus provider")
struct PrometheusProviderTests {
    private static let times = ProviderCase.times
    private static let start = ProviderCase.start

    private static func matrix(_ result: String, _ more: String = "") -> FakeServer.Answer {
        FakeServer.Answer(#"{"status":"success","data":{"resultType":"matrix","result":[\#(result)]}\#(more)}"#)
    }

    private static func series(_ labels: String, _ values: (Int, String)...) -> String {
        let pairs = values.map { "[\(start.milliseconds / 1000 + Int64($0.0)),\"\($0.1)\"]" }
        return #"{"metric":{\#(labels)},"values":[\#(pairs.joined(separator: ","))]}"#
    }

    private static func settings(_ url: String, _ more: Value = [:]) -> Value {
        guard case .map(let members) = more else { return .null }
        let own: [Value.Member] = [.init("address", .string(url)), .init("query", "up")]
        return .map(own.filter { member in !members.contains { $0.name == member.name } } + members)
    }

    private static func measure(
        _ server: FakeServer, _ more: Value = [:], over connection: MetricConnection = LocalAccess.connection()
    ) async throws -> [Measurement] {
        try await ProviderSettings.source("prometheus", settings(server.url, more), over: connection)
            .measurements(at: times)
    }

    private static func problems(_ more: Value) -> [String] {
        ProviderSettings.problems("prometheus", settings("http://prometheus:9090", more)).map { problem in
            #expect(problem.hint != nil, "\(problem.message)")
            return "\(problem.path.dropFirst("provider.prometheus.".count)): \(problem.message)"
        }
    }

    // MARK: What is measured

    @Test func `One question has a vector for every time, NaN included, and none where there is none`() async throws {
        try await FakeServer.run { _ in
            Self.matrix(
                Self.series(#""pod":"a""#, (0, "1.5"), (120, "NaN")) + "," + Self.series(#""pod":"b""#, (0, "+Inf")),
                #","infos":["metric might not be a counter"]"#)
        } _: { server in
            let readings = try await Self.measure(server).map(\.reading)
            #expect(readings == [.value(.vector([1.5, .infinity])), .absent, .value(.vector([.nan]))])
            #expect(server.requests.count == 1)
            #expect(server.requests[0].form["start"] == "1700000040.000")
            #expect(server.requests[0].form["end"] == "1700000160.000")
            #expect(server.requests[0].form["step"] == "60.000")
        }
    }

    @Test func `A scalar is a number, but for VictoriaMetrics a vector`() async throws {
        try await FakeServer.run { _ in
            Self.matrix(Self.series("", (0, "7"), (60, "NaN"), (120, "8")))
        } _: { server in
            let scalar = try await Self.measure(server, ["query": "scalar(sum(up)) * 2"])
            #expect(scalar.map(\.reading) == [.value(.double(7)), .value(.double(.nan)), .value(.double(8))])
            let vector = try await Self.measure(server, ["query": "sum(up) * 2"])
            #expect(vector[0].reading == .value(.vector([7])))
            let victoria = try await Self.measure(
                server, ["query": "scalar(sum(up)) * 2", "flavor": "VictoriaMetrics"])
            #expect(victoria[0].reading == .value(.vector([7])))
        }
    }

    @Test func `A range query is asked for each time, relative to it, and its values are laid out one after the other`()
        async throws
    {
        try await FakeServer.run { request in
            guard request.form["end"] != "1700000100.000" else { return Self.matrix("") }
            return Self.matrix(
                [#""a":"1""#, #""a":"2""#].map { labels in
                    let start = request.form["start"] ?? ""
                    let end = request.form["end"] ?? ""
                    return #"{"metric":{\#(labels)},"values":[[\#(start),"1"],[\#(end),"2"]]}"#
                }.joined(separator: ","))
        } _: { server in
            let range: Value = [
                "rangeQuery": ["start": "now() - duration(\"5m\")", "end": "now()", "step": "30s"]
            ]
            let readings = try await Self.measure(server, range).map(\.reading)
            let whole = Measurement.Reading.value(.vector([1, 2, 1, 2]))
            #expect(readings == [whole, .absent, whole])
            #expect(Set(server.requests.compactMap { $0.form["step"] }) == ["30.000"])
            #expect(
                Set(server.requests.map { "\($0.form["start"] ?? "") \($0.form["end"] ?? "")" }) == [
                    "1699999740.000 1700000040.000", "1699999800.000 1700000100.000", "1699999860.000 1700000160.000",
                ])
        }
    }

    @Test func `A frontend that rounds times is asked for each time by itself`() async throws {
        let late = Self.times.map { $0 + .milliseconds(14_500) }
        try await FakeServer.run { request in
            guard let time = request.form["time"] else {
                return Self.matrix(Self.series(#""a":"b""#, (0, "1"), (60, "2"), (120, "3")))
            }
            let value = time == "1700000054.500" ? #"{"metric":{"a":"b"},"value":[1,"9"]}"# : ""
            return FakeServer.Answer(
                #"{"status":"success","data":{"resultType":"vector","result":[\#(value)]}}"#)
        } _: { server in
            let source = try ProviderSettings.source(
                "prometheus", Self.settings(server.url), over: LocalAccess.connection())
            let readings = try await source.measurements(at: late).map(\.reading)
            #expect(readings == [.value(.vector([9])), .absent, .absent])
            #expect(
                server.requests.map { $0.form["time"] } == [
                    nil, "1700000054.500", "1700000114.500", "1700000174.500",
                ])
        }
    }

    @Test(
        "An answer that may lack something is partial",
        arguments: [#","warnings":["no store for a part of the time"]"#, #","isPartial":true"#])
    func partial(more: String) async throws {
        try await FakeServer.run { _ in
            Self.matrix(Self.series("", (0, "1")), more)
        } _: { server in
            await #expect(throws: MetricFailure.self) { try await Self.measure(server) }
            do { _ = try await Self.measure(server) } catch let failure as MetricFailure {
                #expect(failure.code == .partial)
            }
        }
    }

    // MARK: The family

    @Test(
        "Each relative is told to answer wholly and exactly",
        arguments: [
            ("prometheus", [:], nil), ("mimir", [:], "x-scope-orgid"),
            (
                "thanos", ["partial_response": "false", "dedup": "true", "max_source_resolution": "0s"],
                "thanos-tenant"
            ), ("victoriametrics", ["nocache": "1"], nil),
        ] as [(String, [String: String], String?)])
    func family(flavor: String, parameters: [String: String], tenantHeader: String?) async throws {
        try await FakeServer.run { _ in
            Self.matrix("")
        } _: { server in
            var more: [Value.Member] = [.init("flavor", .string(flavor))]
            if tenantHeader != nil { more.append(.init("tenant", "team-a|team-b")) }
            _ = try await Self.measure(server, .map(more))
            let request = try #require(server.requests.first)
            for (name, value) in parameters { #expect(request.form[name] == value) }
            #expect(request.form.count == 4 + parameters.count)
            if let tenantHeader { #expect(request.headers[tenantHeader] == "team-a|team-b") }
        }
    }

    @Test func `Parameters of a template's own win over those of the flavor`() async throws {
        try await FakeServer.run { _ in
            Self.matrix("")
        } _: { server in
            _ = try await Self.measure(
                server, ["flavor": "thanos", "parameters": ["dedup": "false", "timeout": "10s"]])
            let form = try #require(server.requests.first).form
            #expect(form["dedup"] == "false")
            #expect(form["timeout"] == "10s")
            #expect(form["partial_response"] == "false")
        }
    }

    // MARK: Authentication

    @Test func `A template proves itself in Argo's three ways, and with Flagger's two kinds of Secrets`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("prom/password", "p4ssword")
        try folder.write("bearer/token", "t0ken-of-flagger")
        try folder.write("basic/username", "flagger")
        try folder.write("basic/password", "f-password")
        let password = Value.string(SecretReference(name: "prom", key: "password").mark)
        try await FakeServer.run { request in
            request.path == "/token"
                ? FakeServer.Answer(#"{"access_token":"lent","expires_in":3600}"#) : Self.matrix("")
        } _: { server in
            let connection = LocalAccess.connection(
                secrets: folder.path,
                environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "HOME": folder.path]
            ) { host in
                host.secrets = ["prom", "bearer", "basic"]
                host.sigv4 = MetricAccess.SigV4()
                host.sigv4?.service = "aps"
            }
            let ways: [(Value, String)] = [
                (
                    ["authentication": ["basicAuth": ["username": "me", "password": password]]],
                    "Basic \(Data("me:p4ssword".utf8).base64EncodedString())"
                ),
                (
                    [
                        "authentication": [
                            "oauth2": [
                                "tokenUrl": .string("\(server.url)/token"), "clientId": "c", "clientSecret": password,
                                "scopes": ["a"],
                            ]
                        ]
                    ], "Bearer lent"
                ),
                (
                    ["authentication": ["sigv4": ["region": "eu-west-1"]]],
                    "AWS4-HMAC-SHA256 Credential=AKIA/"
                ), (["secretRef": ["name": "bearer"]], "Bearer t0ken-of-flagger"),
                (
                    ["secretRef": ["name": "basic"]],
                    "Basic \(Data("flagger:f-password".utf8).base64EncodedString())"
                ),
            ]
            for (settings, expected) in ways {
                _ = try await Self.measure(server, settings, over: connection)
                let sent = server.requests.last?.headers["authorization"] ?? ""
                #expect(sent.hasPrefix(expected), "\(sent)")
            }
        }
    }

    // MARK: Mistakes

    @Test(
        "A mistake is found before anybody is asked",
        arguments: [
            (["query": ""], "query: query is missing"),
            (["query": "sum(rate(x[5m])"], "query: the query has a ( that is not closed"),
            (["query": "sum(rate(x[5m)))"], "query: the query has a ) without its ("),
            (["query": #"x{a="b}"#], "query: the query has a \" that is not closed"),
            (["query": #"x{a="{{args.app}}"}"#], "query: an argument is not filled in"),
            (["query": "rate(x[$__rate_interval])"], "query: $__rate_interval is a variable of Grafana"),
            (["address": "prometheus:9090"], "address: \"prometheus:9090\" is no URL"),
            (["address": "http://prometheus:9090/api/v1"], "address: /api/v1 is not part of the address"),
            (["address": "https://x/prometheus/graph"], "address: /graph is not part of the address"),
            (["address": "https://x?tenant=a"], "address: the address has a query of its own"),
            (["address": "https://me:pw@x"], "address: \"https://me:pw@x\" is no URL"),
            (["flavor": "cortex"], "flavor: \"cortex\" is not one of prometheus, thanos, mimir, victoriametrics"),
            (
                ["flavor": "victoriametrics", "tenant": "7"],
                "tenant: a tenant of VictoriaMetrics is part of the address"
            ),
            (["parameters": ["step": "1m"]], "parameters.step: is what the question itself states"),
            (["timeout": 100_000], "timeout: 100000 s is not between one second and an hour"),
            (
                ["rangeQuery": ["start": "yesterday", "end": "now()", "step": "1m"]],
                "rangeQuery.start: \"yesterday\" is no time"
            ),
            (["rangeQuery": ["start": "now()", "end": "now()"]], "rangeQuery.step: step is missing"),
            (
                ["rangeQuery": ["start": "now()", "end": "now() - duration('5m')", "step": "1m"]],
                "rangeQuery.end: is before start"
            ),
            (
                ["rangeQuery": ["start": "now() - duration('48h')", "end": "now()", "step": "1s"]],
                "rangeQuery.step: gives more than 11,000 values to a measurement"
            ),
            (
                ["authentication": ["basicAuth": ["username": "u", "password": "hunter2"]]],
                "authentication.basicAuth.password: a secret stands in the template itself"
            ),
            (
                ["authentication": ["sigv4": ["region": "europe"]]],
                "authentication.sigv4.region: europe is no region of AWS"
            ),
            (
                [
                    "address": "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1",
                    "authentication": ["sigv4": ["region": "eu-west-1"]],
                ], "authentication.sigv4.region: the address is in us-east-1, not in eu-west-1"
            ),
            (
                ["authentication": ["sigv4": ["roleArn": "metrics"]]],
                "authentication.sigv4.roleArn: metrics is no role"
            ), (["secretRef": [:]], "secretRef.name: name is missing"),
            (["headers": [["key": "X"]]], "headers[0].value: value is missing"),
            (["querry": "x"], "querry: unknown key \"querry\""),
        ] as [(Value, String)])
    func mistakes(settings: Value, problem: String) {
        #expect(Self.problems(settings).filter { !$0.hasPrefix("flavor") || problem.hasPrefix("flavor") } == [problem])
    }

    @Test func `Two ways to prove oneself are one too many`() {
        let mark = Value.string(SecretReference(name: "a", key: "b").mark)
        let basic: Value = ["basicAuth": ["username": "u", "password": mark]]
        guard case .map(let one) = basic else { return }
        #expect(
            Self.problems(["authentication": .map(one + [.init("sigv4", [:])])]) == [
                "authentication: has several ways"
            ])
        #expect(
            Self.problems(["authentication": basic, "secretRef": ["name": "x"]]) == [
                "secretRef: stands beside authentication"
            ])
        #expect(
            Self.problems([
                "authentication": basic, "headers": [["key": "Authorization", "value": "Bearer \u{F8F0}a/b\u{F8F1}"]],
            ]) == ["headers: Authorization stands beside authentication"])
    }
}

@Suite("Text of PromQL")
struct PromQLTextTests {
    /// Expressions with the type that Prometheus gives to their instant query.
    static let types: [(String, String)] = [
        ("1", "scalar"), ("-1.5e-3", "scalar"), ("0x1F + 1", "scalar"), ("NaN", "scalar"), ("+Inf", "scalar"),
        ("time()", "scalar"), ("pi() * 2", "scalar"), ("(time() - 3600) / 60", "scalar"),
        ("scalar(sum(up))", "scalar"), ("scalar(up{a=\")\"}) > bool 0.5", "scalar"), ("1 == bool 2", "scalar"),
        ("2 ^ 3 ^ 2 # up", "scalar"), ("1 atan2 2", "scalar"), ("up", "vector"), ("sum(up)", "vector"),
        ("vector(1)", "vector"), ("{__name__=\"up\"}", "vector"), ("scalar(up) + up", "vector"),
        ("up > 1", "vector"), ("1 - sum(up)", "vector"), ("absent(nothing)", "vector"),
        ("job:up:sum", "vector"), ("rate(up[5m])", "vector"), ("count_values('v', up)", "vector"),
        ("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))", "vector"), ("hour()", "vector"),
        ("inf_total", "vector"), ("time_total", "vector"),
    ]

    @Test("tells scalars from vectors", arguments: types)
    func scalars(query: String, type: String) {
        let text = PromQLText(query)
        #expect(text.problem == nil)
        #expect(text.isScalar == (type == "scalar"))
    }

    @Test("tells them as a real Prometheus does", .enabled(if: PrometheusServer.isInstalled))
    func realScalars() async throws {
        try await PrometheusServer.run(scraping: "http://127.0.0.1:1") { server in
            let client = LocalAccess.connection()
            for (query, type) in Self.types {
                var question = Question.form("\(server.url)/api/v1/query", [("query", query)])
                question.deadline = .seconds(10)
                let json = try ServiceAnswer.json(try await client.response(to: question))
                #expect(json["data"]?["resultType"]?.string == type, "\(query): \(json.text)")
            }
        }
    }

    @Test(
        "counts no brackets in texts and remarks",
        arguments: [#"x{a="(["}"#, "x{a='\\'('}", "x{a=`\\`}", "x # (", "rate(a[5m]) # \"\n + b", "x{a=~\"[0-9]{2}\"}"])
    func texts(query: String) {
        #expect(PromQLText(query).problem == nil)
    }

    @Test("reads any text without end or trap")
    func randomTexts() {
        var random = SplitMix64(seed: 7)
        let parts = [
            "scalar", "(", ")", "[", "]", "{", "}", "\"", "'", "`", "\\", "#", "\n", "1e", "+", "5m", "é", ".", "up",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0..<12, using: &random)
            let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            let read = PromQLText(text)
            #expect(!(read.isScalar && read.problem != nil))
        }
    }
}

@Suite("Times relative to a measurement")
struct RelativeTimeTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    @Test(
        "are read as Argo's documentation writes them",
        arguments: [
            ("now()", 0), ("now() - duration(\"1h\")", -3600), ("now()-duration('5m')", -300),
            ("  now( ) - duration( \"1h30m\" ) + duration(\"30m\")", -3600), ("now() + duration(\"-1m\")", -60),
            ("date(\"2023-11-14T22:13:20Z\")", 0), ("date(\"2023-11-14T22:13:20Z\") - duration(\"1s\")", -1),
        ])
    func readable(text: String, seconds: Int) throws {
        #expect(try RelativeTime(parsing: text).time(at: Self.now) == Self.now + .seconds(seconds))
    }

    @Test(
        "that are none have a hint",
        arguments: [
            "", "now", "now(1)", "now() -", "now() - 5m", "now() * duration(\"5m\")", "now() - duration(5m)",
            "now() - duration(\"5\")", "now() - duration(\"5m\"", "date(\"yesterday\")", "now() - duration()",
            "now() x",
            "now() - duration(\"5m",
        ])
    func unreadable(text: String) {
        #expect(throws: TemplateError.self) { try RelativeTime(parsing: text) }
    }
}
