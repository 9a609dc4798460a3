import Analysis
import Rollouts
import Support
import Testing

@testable import Metrics

private let start = Timestamp(milliseconds: 1_700_000_000_000)
private let flux = #"from(bucket: \"b\") |> range(start: -5m) |> filter(fn: (r) => r._field == \"rate\") |> mean()"#

private func probe(
    _ url: String, _ settings: String = "", secrets: [String: String] = [:]
) throws -> ProviderProbe {
    try ProviderProbe(
        "influxdb", #"{"address":"\#(url)","org":"acme & co","query":"\#(flux)"\#(settings)}"#, secrets: secrets)
}

private func table(_ type: String, _ values: [String]) -> FakeServer.Answer {
    let rows = values.map { ",,0,\($0)\r\n" }.joined()
    return FakeServer.Answer(
        "#datatype,string,long,\(type)\r\n#group,false,false,false\r\n#default,_result,,\r\n,result,table,_value\r\n\(rows)\r\n",
        headers: ["Content-Type": "text/csv; charset=utf-8"])
}

@Suite("InfluxDB")
struct InfluxDBProviderTests {
    // https://docs.influxdata.com/influxdb/v2/api/#operation/PostQuery
    @Test func `Each time is the now of a query of its own`() async throws {
        try await FakeServer.run { _ in
            table("double", ["0.5", "1"])
        } _: { server in
            let times = [start, start + .milliseconds(60_500)]
            let readings = try await probe(server.url, #","profile":"influx""#, secrets: ["influx/authToken": "tkn=="])
                .readings(at: times)
            #expect(readings == Array(repeating: .value(.array([.double(0.5), .double(1)], of: .any)), count: 2))
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/api/v2/query")
            #expect(request.query == ["org": "acme & co"])
            #expect(request.headers["authorization"] == "Token tkn==")
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.headers["accept"] == "application/csv")
            let bodies = try server.requests.map { try JSON(parsing: $0.body) }
            let nows = Set(bodies.compactMap { $0["now"]?.string })
            #expect(nows == ["2023-11-14T22:13:20Z", "2023-11-14T22:14:20.500Z"])
            #expect(bodies[0]["type"] == "flux")
            #expect(bodies[0]["query"]?.string?.contains(#"r._field == "rate""#) == true)
            #expect(bodies[0]["dialect"]?["annotations"] == ["datatype", "group", "default"])
        }
    }

    @Test(
        "The result is Argo Rollouts' list of values, or Flagger's first",
        arguments: [
            ("double", ["1.5", "", "NaN"], "", .array([.double(1.5), .null, .double(.nan)], of: .any)),
            ("long", ["7"], "", .array([.int(7)], of: .any)), ("string", ["ok"], "", .array([.string("ok")], of: .any)),
            ("boolean", ["true"], "", .array([.bool(true)], of: .any)),
            ("double", ["2.5", "9"], #","result":"first""#, .double(2.5)),
        ] as [(String, [String], String, Value)])
    func results(type: String, cells: [String], settings: String, expected: Value) async throws {
        try await FakeServer.run { _ in
            table(type, cells)
        } _: { server in
            let readings = try await probe(server.url, settings).readings(at: [start])
            #expect(readings == [.value(expected)])
        }
    }

    @Test(
        "No rows, and a first value that is null, are absent",
        arguments: [([], ""), ([""], #","result":"first""#), ([], #","result":"first""#)] as [([String], String)])
    func absence(cells: [String], settings: String) async throws {
        try await FakeServer.run { _ in
            cells.isEmpty ? FakeServer.Answer("\r\n", headers: ["Content-Type": "text/csv"]) : table("double", cells)
        } _: { server in
            let readings = try await probe(server.url, settings).readings(at: [start])
            #expect(readings == [.absent])
        }
    }

    @Test func `An empty answer is one only where it says that it is CSV`() async throws {
        try await FakeServer.run { request in
            FakeServer.Answer("", headers: ["Content-Type": request.path.hasPrefix("/csv") ? "text/csv" : "text/html"])
        } _: { server in
            let readings = try await probe("\(server.url)/csv").readings(at: [start])
            #expect(readings == [.absent])
            let failure = await (try probe(server.url)).failure(at: [start])
            #expect(failure?.code == .garbage)
        }
    }

    @Test(
        "Errors say what to do",
        arguments: [
            (
                400, #"{"code":"invalid","message":"compilation failed: undefined identifier r"}"#, .configuration,
                "undefined"
            ),
            (401, #"{"code":"unauthorized","message":"unauthorized access"}"#, .configuration, "unauthorized"),
            (200, ",error,reference\n,runtime error: bucket b not found,897\n", .configuration, "not found"),
            (200, ",result,table,_value\n,,0,1\n\n,error,reference\n,interrupted,0\n", .partial, "interrupted"),
            (200, ",result,table,rate\n,,0,1\n", .configuration, "_value"),
        ] as [(Int, String, MetricFailure.Code, String)])
    func errors(status: Int, body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status, headers: ["Content-Type": "text/csv"])
        } _: { server in
            let answer = await (try probe(server.url)).failure(at: [start])
            let failure = try #require(answer)
            #expect(failure.code == code)
            #expect(failure.message.contains(words), "\(failure.message)")
        }
    }

    // https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
    @Test func `InfluxQL has the time in the place of now`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(
                #"{"results":[{"statement_id":0,"series":[{"name":"r","columns":["time","mean"],"values":[[1,0.5],[2,null]]}]}]}"#
            )
        } _: { server in
            let settings = """
                {"address":"\(server.url)","version":"1","database":"app","profile":"influx",
                "query":"SELECT mean(rate) FROM r WHERE time > now() - 5m"}
                """
            let probe = try ProviderProbe(
                "influxdb", settings, secrets: ["influx/username": "me", "influx/password": "pw"])
            let readings = try await probe.readings(at: [start])
            #expect(readings == [.value(.array([.double(0.5), .null], of: .any))])
            let request = try #require(server.requests.first)
            #expect(request.method == "GET")
            #expect(request.path == "/query")
            let stamp = "'2023-11-14T22:13:20Z'"
            let query = "SELECT mean(rate) FROM r WHERE time <= \(stamp) AND time > \(stamp) - 5m"
            #expect(request.query == ["db": "app", "q": query, "epoch": "ms"])
            #expect(request.headers["authorization"] == "Basic bWU6cHc=")
        }
    }

    @Test(
        "InfluxQL's ranges end at the time, unless they have an end of their own",
        arguments: [
            ("a WHERE time>=now()-1h", "a WHERE time <= T AND time>=T-1h"),
            ("a WHERE Time > NOW( ) - 1h AND b = 'now()'", "a WHERE time <= T AND Time > T - 1h AND b = 'now()'"),
            ("a WHERE time > now() - 1h AND time < now() - 1m", "a WHERE time > T - 1h AND time < T - 1m"),
            ("a WHERE uptime < 5 AND time > now() - 1h", "a WHERE uptime < 5 AND time <= T AND time > T - 1h"),
            ("a WHERE uptime > 5 AND x > now() GROUP BY time(1m)", "a WHERE uptime > 5 AND x > T GROUP BY time(1m)"),
            ("a WHERE \"x'y\" > now() AND c = 'it", "a WHERE \"x'y\" > T AND c = 'it"),
        ])
    func influxQL(query: String, expected: String) {
        let stamp = "'2023-11-14T22:13:20Z'"
        #expect(
            InfluxQL(query).query(at: start)
                == expected.replacing("T-", with: stamp + "-").replacing("T ", with: stamp + " "))
    }

    @Test(
        "InfluxQL's errors and cut answers are told",
        arguments: [
            (#"{"results":[{"error":"database not found: app"}]}"#, .configuration),
            (#"{"error":"error parsing query"}"#, .configuration), (#"{"a":1}"#, .garbage),
            (#"{"results":[{"series":[{"columns":["time","a"],"values":[[1,2]],"partial":true}]}]}"#, .partial),
        ] as [(String, MetricFailure.Code)])
    func influxQLErrors(body: String, code: MetricFailure.Code) throws {
        let json = try JSON(parsing: body)
        let failure = try #require(throws: MetricFailure.self) { try InfluxQL.values(json) }
        #expect(failure.code == code)
    }

    @Test(
        "Patterns hold brackets, quotes and slashes of their own",
        arguments: [
            (#""version":"1","database":"d""#, "SELECT mean(v) FROM m WHERE p =~ /it's(/ AND time > now() - 5m"),
            (#""version":"1","database":"d""#, "SELECT mean(v) FROM /[(]x/ WHERE time > now() - 5m"),
            (#""org":"a""#, "from(bucket: 1) |> range(start: -5m) |> filter(fn: (r) => r.url =~ /^https:\\\\/\\\\//)"),
        ])
    func patterns(settings: String, query: String) throws {
        let provider = try StatedProvider("influxdb", #"{"address":"https://i",\#(settings),"query":"\#(query)"}"#)
        #expect(provider.problems == [])
    }

    @Test func `A query that asks the system's clock is claimed`() throws {
        let query = #"import \"system\" from(bucket: \"b\") |> range(start: system.time())"#
        let claimed = try ProviderProbe("influxdb", #"{"address":"https://i","org":"a","query":"\#(query)"}"#)
        #expect(try claimed.source().traits.isRetroactive == false)
        #expect(try probe("https://i").source().traits.isRetroactive)
    }

    @Test(
        "Settings that cannot work are refused with a hint",
        arguments: [
            (#"{"org":"a","query":"from(bucket:\"b\") |> range(start:-5m)"}"#, "address"),
            (#"{"address":"https://i","org":"a"}"#, "query"),
            (#"{"address":"https://i","query":"from(bucket:\"b\") |> range(start:-5m)"}"#, "org"),
            (#"{"address":"https://i","org":"a","query":"from(bucket:\"b\")"}"#, "query"),
            (
                #"{"address":"https://i","org":"a","query":"from(bucket:\"b\") |> range(start: v.timeRangeStart)"}"#,
                "query"
            ),
            (#"{"address":"https://i","org":"a","query":"SELECT 1"}"#, "query"),
            (#"{"address":"https://i","org":"a","database":"d","query":"buckets()"}"#, "database"),
            (#"{"address":"https://i","version":1,"query":"SELECT 1 WHERE time > now()"}"#, "database"),
            (#"{"address":"https://i","version":1,"database":"d","query":"SELECT 1 FROM a"}"#, "query"),
            (
                #"{"address":"https://i","version":1,"database":"d","org":"o","query":"SELECT 1 WHERE time > now()"}"#,
                "org"
            ),
            (#"{"address":"https://i/api/v2/query","org":"a","query":"buckets()"}"#, "address"),
            (#"{"address":"https://i","version":3,"org":"a","query":"buckets()"}"#, "version"),
        ])
    func mistakes(settings: String, field: String) throws {
        let problems = try ProviderProbe("influxdb", settings).problems
        let problem = try #require(problems.first { $0.path == "provider.influxdb.\(field)" }, "\(problems)")
        #expect(problem.hint != nil)
    }
}
