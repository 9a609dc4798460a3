import Analysis
import Rollouts
import Support
import Testing

@testable import Metrics

private let start = Timestamp(milliseconds: 1_700_000_100_000)
private let minutes = (0..<4).map { start + .seconds(60 * $0) }

private func probe(
    _ url: String, _ settings: String = "", secrets: [String: String] = [:]
) throws -> ProviderProbe {
    try ProviderProbe(
        "dynatrace", #"{"address":"\#(url)","query":"builtin:service.errors:splitBy()"\#(settings)}"#, secrets: secrets)
}

private func answer(_ blocks: [String], next: String? = nil, further: String = "") -> FakeServer.Answer {
    let key = next.map { "\"\($0)\"" } ?? "null"
    return FakeServer.Answer(
        #"{"totalCount":1,"nextPageKey":\#(key),\#(further)"result":[{"metricId":"m","data":[\#(blocks.joined(separator: ","))]}]}"#
    )
}

private func block(_ times: [Int], _ values: [String]) -> String {
    #"{"dimensions":[],"timestamps":\#(times),"values":[\#(values.joined(separator: ","))]}"#
}

// https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-get-datapoints
@Suite("Dynatrace")
struct DynatraceProviderTests {
    @Test func `Each window is asked for as one number`() async throws {
        try await FakeServer.run { request in
            let end = Int(request.query["to"] ?? "") ?? 0
            return answer([block([end], ["\(end / 1000 - 1_700_000_000)"])])
        } _: { server in
            let settings =
                #","window":"10m","entitySelector":"type(SERVICE)","mzSelector":"mzId(1)","secretRef":{"name":"dt"}"#
            let readings = try await probe(
                "\(server.url)/e/abc/", settings, secrets: ["dt/dynatrace_token": "dt0c01.X"]
            )
            .readings(at: minutes)
            #expect(readings == [100, 160, 220, 280].map { .value(.double($0)) })
            #expect(server.requests.count == 4)
            let request = try #require(server.requests.first { $0.query["to"] == "1700000100000" })
            #expect(request.method == "GET")
            #expect(request.path == "/e/abc/api/v2/metrics/query")
            #expect(request.headers["authorization"] == "Api-Token dt0c01.X")
            let expected = [
                "metricSelector": "builtin:service.errors:splitBy()", "resolution": "Inf", "from": "1699999500000",
                "to": "1700000100000", "entitySelector": "type(SERVICE)", "mzSelector": "mzId(1)",
            ]
            #expect(request.query == expected)
        }
    }

    @Test func `With a resolution one question has all windows, and each its newest whole point`() async throws {
        try await FakeServer.run { request in
            let from = (Int(request.query["from"] ?? "") ?? 0) / 60_000 * 60_000
            let times = Array(stride(from: from, through: Int(request.query["to"] ?? "") ?? 0, by: 60_000))
            return answer([block(times, times.map { "\($0 / 1000 - 1_700_000_000)" })])
        } _: { server in
            let readings = try await probe(server.url, #","resolution":"1m""#).readings(at: minutes)
            // The newest whole minute before 100 s began at 40 s.
            #expect(readings == [40, 100, 160, 220].map { .value(.double($0)) })
            let query = try #require(server.requests.first).query
            #expect(server.requests.count == 1)
            #expect(query["resolution"] == "1m")
            #expect(query["from"] == "1699999680000")
            #expect(query["to"] == "1700000280000")
        }
    }

    @Test func `Pages are followed by their key alone`() async throws {
        try await FakeServer.run { request in
            switch request.query["nextPageKey"] {
            case nil: answer([block([1], ["1"])], next: "k/1=")
            case "k/1=": answer([block([1], ["2"])], next: "k/2=")
            default: answer([block([1], ["null"]), block([1], ["3"])])
            }
        } _: { server in
            let readings = try await probe(server.url, #","result":"list""#).readings(at: [start])
            #expect(readings == [.value(.vector([1, 2, 3]))])
            #expect(server.requests.dropFirst().map(\.query) == [["nextPageKey": "k/1="], ["nextPageKey": "k/2="]])
        }
        try await FakeServer.run { _ in
            answer([], next: "again")
        } _: { server in
            let failure = await (try probe(server.url)).failure(at: [start])
            #expect(failure?.code == .configuration)
            #expect(server.requests.count == 20)
        }
    }

    @Test(
        "No series, no values and nulls are absent",
        arguments: [[], [block([], [])], [block([1], ["null"])]] as [[String]], ["", #","result":"list""#])
    func absence(blocks: [String], settings: String) async throws {
        try await FakeServer.run { _ in
            answer(blocks)
        } _: { server in
            let readings = try await probe(server.url, settings).readings(at: [start])
            #expect(readings == [.absent])
        }
    }

    @Test(
        "An answer that is none, or not all, is told",
        arguments: [
            (answer([block([1], ["1"]), block([1], ["2"])]), .configuration, "2 series"),
            (
                answer([block([1], ["1"])], further: #""warnings":["only the first 100000 tuples"],"#), .partial,
                "100000"
            ),
            (
                FakeServer.Answer(#"{"result":[{"dimensionCountRatio":1.5,"data":[]}]}"#), .partial, "too many series"
            ),
            (answer([block([1, 2], ["1"])]), .garbage, "timestamps"), (FakeServer.Answer("{}"), .garbage, "no result"),
            (
                FakeServer.Answer(
                    #"{"error":{"code":400,"message":"Constraints violated","constraintViolations":[]}}"#, status: 400),
                .configuration, "Constraints"
            ),
        ] as [(FakeServer.Answer, MetricFailure.Code, String)])
    func badAnswers(answer: FakeServer.Answer, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            answer
        } _: { server in
            let answer = await (try probe(server.url)).failure(at: [start])
            let failure = try #require(answer)
            #expect(failure.code == code)
            #expect(failure.message.contains(words), "\(failure.message)")
        }
    }

    @Test func `A warning about the future of the service takes nothing from the data`() async throws {
        try await FakeServer.run { _ in
            answer([block([1], ["4"])], further: #""warnings":["the transformation x is deprecated"],"#)
        } _: { server in
            let readings = try await probe(server.url).readings(at: [start])
            #expect(readings == [.value(.double(4))])
        }
    }

    @Test func `Points that are farther apart than the window is long are an error that says so`() async throws {
        try await FakeServer.run { _ in
            answer([block([1_700_000_000_000, 1_700_000_300_000], ["1", "2"])])
        } _: { server in
            let failure = await (try probe(server.url, #","resolution":"1m","window":"2m""#)).failure(at: [start])
            #expect(failure?.hint?.contains("5m") == true)
        }
    }

    @Test(
        "Settings that cannot work are refused with a hint",
        arguments: [
            (#"{"query":"m"}"#, "address"), (#"{"address":"https://d"}"#, "query"),
            (#"{"address":"https://abc.apps.dynatrace.com","query":"m"}"#, "address"),
            (#"{"address":"https://abc.live.dynatrace.com/api/v2","query":"m"}"#, "address"),
            (#"{"address":"https://d","query":"fetch logs | summarize count()"}"#, "query"),
            (#"{"address":"https://d","query":"m","window":"30s"}"#, "window"),
            (#"{"address":"https://d","query":"m","resolution":"10s"}"#, "resolution"),
            (#"{"address":"https://d","query":"m","resolution":"90s"}"#, "resolution"),
            (#"{"address":"https://d","query":"m","resolution":"10m"}"#, "resolution"),
            (#"{"address":"https://d","query":"m","secretRef":{}}"#, "secretRef.name"),
            (#"{"address":"https://d","query":"m","result":"rows"}"#, "result"),
        ])
    func mistakes(settings: String, field: String) throws {
        let problems = try ProviderProbe("dynatrace", settings).problems
        let problem = try #require(problems.first { $0.path == "provider.dynatrace.\(field)" }, "\(problems)")
        #expect(problem.hint != nil)
    }
}
