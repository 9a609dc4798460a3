import Analysis
import Rollouts
import Support
import Testing

@testable import Metrics

private let start = Timestamp(milliseconds: 1_700_000_100_000)
private let keys = ["newrelic/account-id": "1234567", "newrelic/personal-api-key": "NRAK-SECRET"]
private let query = "SELECT percentage(count(*), WHERE error) AS errors FROM Transaction SINCE 5 minutes ago"

private func probe(_ url: String, _ settings: String = "") throws -> ProviderProbe {
    try ProviderProbe("newRelic", #"{"address":"\#(url)/graphql","query":"\#(query)"\#(settings)}"#, secrets: keys)
}

/// The rows for each alias of the request.
private func answer(_ request: FakeServer.Request, _ rows: String) -> FakeServer.Answer {
    let variables = (try? JSON(parsing: request.body))?["variables"]?.members ?? []
    let names = variables.map(\.name).filter { $0.hasPrefix("q") }
    let results = names.map { #""t\#($0.dropFirst())":{"results":\#(rows)}"# }.joined(separator: ",")
    return FakeServer.Answer(#"{"data":{"actor":{"account":{\#(results)}}}}"#)
}

@Suite("New Relic")
struct NewRelicProviderTests {
    // https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial/
    @Test func `A few times are asked about in one request, each with its own range`() async throws {
        try await FakeServer.run { request in
            answer(request, #"[{"errors":0.5}]"#)
        } _: { server in
            let times = (0..<7).map { start + .seconds(60 * $0) }
            let readings = try await probe(server.url, #","timeout":20"#).readings(at: times)
            let row = Value.map([.init("errors", .double(0.5))])
            #expect(readings == Array(repeating: .value(row), count: 7))
            #expect(server.requests.count == 2)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/graphql")
            #expect(request.headers["api-key"] == "NRAK-SECRET")
            #expect(request.headers["content-type"] == "application/json")
            let body = try JSON(parsing: request.body)
            let document = try #require(body["query"]?.string)
            #expect(document.hasPrefix("query($account: Int!, $timeout: Seconds!, $q0: Nrql!, $q1: Nrql!"))
            #expect(document.contains("account(id: $account) { t0: nrql(query: $q0, timeout: $timeout) { results }"))
            #expect(body["variables"]?["account"] == 1_234_567)
            #expect(body["variables"]?["timeout"] == 20)
            #expect(body["variables"]?["q1"]?.string?.hasSuffix("SINCE 1699999860000 UNTIL 1700000160000") == true)
            #expect(try JSON(parsing: server.requests[1].body)["variables"]?.members?.count == 4)
        }
    }

    @Test(
        "The result is what Argo Rollouts gives, or Flagger's number",
        arguments: [
            (#"[{"a":1,"b":null}]"#, "", Value.map([.init("a", .double(1)), .init("b", .null)])),
            (
                #"[{"facet":"x","a":1},{"facet":"y","a":2}]"#, "",
                .array(
                    [
                        .map([.init("facet", .string("x")), .init("a", .double(1))]),
                        .map([.init("facet", .string("y")), .init("a", .double(2))]),
                    ], of: .any)
            ),
            (#"[{"result":0.25}]"#, #","result":"number""#, .double(0.25)),
            (#"[{"errors":"x","percentage":3}]"#, #","result":"number""#, .double(3)),
            (#"[{"a":1,"result":2}]"#, #","result":"number""#, .double(2)),
        ] as [(String, String, Value)])
    func results(rows: String, settings: String, expected: Value) async throws {
        try await FakeServer.run { request in
            answer(request, rows)
        } _: { server in
            let readings = try await probe(server.url, settings).readings(at: [start])
            #expect(readings == [.value(expected)])
        }
    }

    @Test(
        "No rows, an empty row and a number that is null are absent",
        arguments: [
            ("[]", ""), ("[{}]", ""), (#"[{"a":null}]"#, #","result":"number""#), ("[]", #","result":"number""#),
        ])
    func absence(rows: String, settings: String) async throws {
        try await FakeServer.run { request in
            answer(request, rows)
        } _: { server in
            let readings = try await probe(server.url, settings).readings(at: [start])
            #expect(readings == [.absent])
        }
    }

    @Test(
        "Errors come with status 200 and have their meanings",
        arguments: [
            (
                #"{"data":null,"errors":[{"message":"NRQL Syntax Error: near 'FORM'","extensions":{"errorClass":"INVALID_INPUT"}}]}"#,
                .configuration, "FORM"
            ),
            (
                #"{"data":{"actor":{"account":{"t0":null}}},"errors":[{"message":"NRDB:1101 query timed out","extensions":{"errorClass":"TIMEOUT"}}]}"#,
                .unavailable, "timed out"
            ),
            (
                #"{"errors":[{"message":"slow down","extensions":{"errorClass":"TOO_MANY_REQUESTS"}}]}"#, .unavailable,
                "slow"
            ),
            (
                #"{"data":{"actor":{"account":{"t0":{"results":[{"a":1}]}}}},"errors":[{"message":"a shard is away"}]}"#,
                .partial, "shard"
            ),
            (#"{"data":{"actor":{"account":null}}}"#, .garbage, "no results"),
        ] as [(String, MetricFailure.Code, String)])
    func errors(body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let answer = await (try probe(server.url)).failure(at: [start])
            let failure = try #require(answer)
            #expect(failure.code == code)
            #expect(failure.message.contains(words), "\(failure.message)")
        }
    }

    @Test func `Several rows are no number`() async throws {
        try await FakeServer.run { request in
            answer(request, #"[{"a":1},{"a":2}]"#)
        } _: { server in
            let failure = await (try probe(server.url, #","result":"number""#)).failure(at: [start])
            #expect(failure?.code == .configuration)
            #expect(failure?.hint?.contains("FACET") == true)
        }
    }

    @Test func `A query that depends on the calendar is sent as it is, and claimed`() async throws {
        try await FakeServer.run { request in
            answer(request, #"[{"a":1}]"#)
        } _: { server in
            let text = "SELECT count(*) FROM A SINCE today"
            let probe = try ProviderProbe(
                "newRelic", #"{"address":"\#(server.url)","query":"\#(text)"}"#, secrets: keys)
            #expect(try probe.source().traits.isRetroactive == false)
            _ = try await probe.readings(at: [start])
            let body = try JSON(parsing: try #require(server.requests.first).body)
            #expect(body["variables"]?["q0"]?.string == text)
        }
    }

    @Test(
        "The region, the account and the key come from where they are stated",
        arguments: [
            (#"{"query":"SELECT 1 FROM A"}"#, "api.newrelic.com"),
            (#"{"query":"SELECT 1 FROM A","region":"eu","profile":"nr"}"#, "api.eu.newrelic.com"),
            (#"{"query":"SELECT 1 FROM A","accountId":12}"#, "api.newrelic.com"),
        ])
    func places(settings: String, place: String) throws {
        let probe = try ProviderProbe("newRelic", settings)
        #expect(probe.problems.isEmpty)
        #expect(try probe.source().traits.place == place)
    }

    @Test func `Where the account is stated, the deployment's header is the key`() async throws {
        try await FakeServer.run { request in
            answer(request, #"[{"a":1}]"#)
        } _: { server in
            let settings = #"{"address":"\#(server.url)","query":"SELECT 1 FROM A","accountId":"42"}"#
            let source = try ProviderProbe("newRelic", settings).source { host in
                host.headers = [.init(name: "API-Key", value: "from-the-deployment")]
            }
            _ = try await source.measurements(at: [start])
            let request = try #require(server.requests.first)
            #expect(request.headers["api-key"] == "from-the-deployment")
            #expect(try JSON(parsing: request.body)["variables"]?["account"] == 42)
        }
    }

    @Test(
        "Settings that cannot work are refused with a hint",
        arguments: [
            ("{}", "query"), (#"{"query":"count(*)"}"#, "query"),
            (#"{"query":"SELECT 1 FROM A SINCE 1699999999999 UNTIL 1700000000000"}"#, "query"),
            (#"{"query":"SELECT 1 FROM A SINCE 5 minutes ago","window":"1m"}"#, "window"),
            (#"{"query":"SELECT 1 FROM A","region":"APAC"}"#, "region"),
            (#"{"query":"SELECT 1 FROM A","region":"EU","address":"https://nr.example.com/graphql"}"#, "region"),
            (#"{"query":"SELECT 1 FROM A","address":"https://one.newrelic.com"}"#, "address"),
            (#"{"query":"SELECT 1 FROM A","address":"https://insights-api.newrelic.com"}"#, "address"),
            (#"{"query":"SELECT 1 FROM A","accountId":"mine"}"#, "accountId"),
            (#"{"query":"SELECT 1 FROM A","accountId":-1}"#, "accountId"),
            (#"{"query":"SELECT 1 FROM A","timeout":0}"#, "timeout"),
            (#"{"query":"SELECT 1 FROM A","result":"row"}"#, "result"),
        ])
    func mistakes(settings: String, field: String) throws {
        let problems = try ProviderProbe("newRelic", settings).problems
        #expect(problems.map(\.path).contains("provider.newRelic.\(field)"), "\(problems)")
    }
}
