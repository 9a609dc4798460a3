import Analysis
import Metrics
import Rollouts
import Support
import Testing

// The wire format: https://www.elastic.co/guide/en/elasticsearch/reference/8.17/search-multi-search.html and
// https://opensearch.org/docs/latest/api-reference/multi-search/
@Suite("Elasticsearch and OpenSearch")
struct ElasticsearchProviderTests {
    private static let one = [StatedProvider.noon]
    private static let mark = SecretReference(name: "elastic", key: "key").mark

    private static func provider(_ url: String, _ more: String = "") throws -> StatedProvider {
        try StatedProvider("elasticsearch", at: url, #"{"address":"ADDRESS","index":"logs-*"\#(more)}"#)
    }

    /// The readings of one time with this answer to its search.
    private static func reading(
        _ answer: String, _ more: String = ""
    ) async throws -> (reading: Measurement.Reading?, failure: MetricFailure?) {
        try await FakeServer.run { _ in
            FakeServer.Answer(#"{"took":3,"responses":[\#(answer)]}"#)
        } _: { server in
            do {
                return (try await provider(server.url, more).readings(at: one).first, nil)
            } catch let failure as MetricFailure {
                return (nil, failure)
            }
        }
    }

    private static func found(_ total: String, _ aggregations: String = "{}") -> String {
        """
        {"took":1,"timed_out":false,"_shards":{"total":5,"successful":5,"skipped":0,"failed":0},
         "hits":{"total":\(total),"hits":[]},"aggregations":\(aggregations),"status":200}
        """
    }

    private static let some = #"{"value":7,"relation":"eq"}"#

    @Test func `All windows are searched in one request, each open at its beginning`() async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(
                #"{"responses":[\#(Self.found(Self.some)),\#(Self.found(#"{"value":0,"relation":"eq"}"#))]}"#)
        } _: { server in
            let provider = try Self.provider(
                server.url + "/es",
                #","query":{"term":{"level":"error"}},"window":"5m","authentication":{"apiKey":"\#(Self.mark)"}"#)
            let folder = try TemporaryFolder()
            try folder.write("elastic/key", "aWQ6a2V5\n")
            let connection = LocalAccess.connection(secrets: folder.path) { $0.secrets = ["elastic"] }
            let readings = try await provider.readings(at: StatedProvider.minutes(2), connection)
            #expect(readings == [.value(.double(7)), .value(.double(0))])
            #expect(try provider.source().traits == MetricTraits(isRetroactive: true, place: "127.0.0.1"))
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.method == "POST")
            #expect(request.path == "/es/logs-*/_msearch")
            #expect(request.headers["content-type"] == "application/x-ndjson")
            #expect(request.headers["authorization"] == "ApiKey aWQ6a2V5")
            let lines = request.body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.count == 5)
            #expect(lines[0] == "{}" && lines[2] == "{}" && lines[4].isEmpty)
            let expected: JSON = [
                "size": 0, "track_total_hits": true,
                "query": [
                    "bool": [
                        "filter": [
                            ["term": ["level": "error"]],
                            [
                                "range": [
                                    "@timestamp": [
                                        "gt": 1_795_262_100_000, "lte": 1_795_262_400_000, "format": "epoch_millis",
                                    ]
                                ]
                            ],
                        ]
                    ]
                ],
            ]
            #expect(try JSON(parsing: lines[1]) == expected)
            #expect(lines[3].contains("1795262160000") && lines[3].contains("1795262460000"))
        }
    }

    @Test func `A long grid goes in batches`() async throws {
        try await FakeServer.run { request in
            let count = request.body.split(separator: "\n").count / 2
            let answers = Array(repeating: Self.found(Self.some), count: count)
            return FakeServer.Answer(#"{"responses":[\#(answers.joined(separator: ","))]}"#)
        } _: { server in
            let readings = try await Self.provider(server.url).readings(at: StatedProvider.minutes(120))
            #expect(readings == Array(repeating: .value(.double(7)), count: 120))
            #expect(server.requests.count == 3)
            let failure = try await Self.provider(server.url).failure(at: StatedProvider.minutes(10_001))
            #expect(failure?.code == .configuration)
        }
    }

    @Test(
        "Numbers are taken from where the template says",
        arguments: [
            ("count", "7", .value(.double(7))), ("count", #"{"value":7,"relation":"eq"}"#, .value(.double(7))),
            ("/latency/values/99.0", some, .value(.double(123.5))), ("/none/value", some, .absent),
            ("/codes/buckets/1/doc_count", some, .value(.double(2))), ("/codes/buckets/9/doc_count", some, .absent),
            ("/odd~1name/value", some, .value(.double(.nan))), ("/huge/value", some, .value(.double(.infinity))),
        ] as [(String, String, Measurement.Reading)])
    func numbers(value: String, total: String, expected: Measurement.Reading) async throws {
        let answer = """
            {"latency":{"values":{"50.0":10,"99.0":123.5}},"none":{"value":null},"odd/name":{"value":"NaN"},
             "huge":{"value":"Infinity"},"codes":{"buckets":[{"key":"200","doc_count":5},{"key":"500","doc_count":2}]}}
            """
        let stated = #","value":"\#(value)""# + (value == "count" ? "" : Self.aggregations)
        let (reading, failure) = try await Self.reading(Self.found(total, answer), stated)
        #expect(reading == expected, "\(String(describing: failure))")
    }

    private static let aggregations =
        #","aggregations":{"latency":{},"none":{},"odd/name":{},"huge":{},"codes":{}}"#

    @Test func `Several numbers make a mapping, so that a condition can divide them`() async throws {
        let stated = #","aggregations":{"errors":{}},"value":{"errors":"/errors/doc_count","all":"count"}"#
        let (reading, _) = try await Self.reading(Self.found(Self.some, #"{"errors":{"doc_count":2}}"#), stated)
        #expect(reading == .value(.map([.init("errors", .double(2)), .init("all", .double(7))])))
        guard case .value(let value)? = reading else { return }
        #expect(try Expression(parsing: "result.errors / result.all < 0.3").holds(result: value, mode: .safe))
    }

    @Test(
        "What is no complete answer says what it is",
        arguments: [
            (
                #"{"error":{"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}"#,
                .configuration, "no such index"
            ),
            (
                #"{"error":{"root_cause":[{"reason":"failed to parse"}],"reason":"all shards failed"},"status":400}"#,
                .configuration, "failed to parse"
            ),
            (#"{"error":{"reason":"rejected execution"},"status":429}"#, .unavailable, "rejected"),
            (#"{"error":{"root_cause":[],"reason":"all shards failed"},"status":503}"#, .unavailable, "all shards"),
            (
                #"{"_shards":{"total":5,"failed":2,"failures":[{"reason":{"reason":"node gone"}}]},"hits":{"total":1}}"#,
                .partial, "2 of 5 shards did not answer: node gone"
            ),
            (#"{"timed_out":true,"_shards":{"total":5,"failed":0},"hits":{"total":1}}"#, .partial, "timed out"),
            (#"{"_clusters":{"total":2,"skipped":1},"hits":{"total":1}}"#, .partial, "1 remote clusters were skipped"),
            (#"{"hits":{"total":{"value":10000,"relation":"gte"}}}"#, .partial, "10000"),
            (#"{"hits":{}}"#, .garbage, "how many"), ("1,2", .garbage, "not one of Elasticsearch"),
        ] as [(String, MetricFailure.Code, String)])
    func badAnswers(answer: String, code: MetricFailure.Code, words: String) async throws {
        let (reading, failure) = try await Self.reading(answer)
        #expect(failure?.code == code, "\(String(describing: reading))")
        #expect(failure?.message.contains(words) == true)
    }

    @Test(
        "A place that the answer does not have says what it has instead",
        arguments: [
            ("/a/valeu", "value, doc_count"), ("/a", "/a/value"), ("/b/first", "count from 0"),
            ("/a/value/deeper", "end at"),
        ])
    func wrongPlaces(value: String, hint: String) async throws {
        let stated = #","aggregations":{"a":{},"b":{}},"value":"\#(value)""#
        let (_, failure) = try await Self.reading(
            Self.found(Self.some, #"{"a":{"value":1,"doc_count":2},"b":[]}"#), stated)
        #expect(failure?.code == .configuration)
        #expect(failure?.hint?.contains(hint) == true, "\(failure?.hint ?? "")")
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            (#""index":"a""#, "address", "URL"), (#""address":"ADDRESS""#, "index", "pattern"),
            (#""address":"https://es/logs/_search","index":"a""#, "address", "leave it out"),
            (#""address":"ADDRESS","index":"<logs-{now/d}>""#, "index", "logs-*"),
            (#""address":"ADDRESS","index":"logs/_search""#, "index", "commas"),
            (#""address":"ADDRESS","index":"a","query":{"query":{"match_all":{}}}"#, "query", "alone"),
            (
                #""address":"ADDRESS","index":"a","query":{"bool":{"must":[{"range":{"@timestamp":{"gte":"now-5m"}}}]}}"#,
                "query", "leave it out"
            ),
            (
                #""address":"ADDRESS","index":"a","timeField":"t","query":"level:error AND t:[now-5m TO now]""#,
                "query", "leave it out"
            ),
            (#""address":"ADDRESS","index":"a","query":5"#, "query", "field:value"),
            (#""address":"ADDRESS","index":"a","value":"hits""#, "value", "slash"),
            (#""address":"ADDRESS","index":"a","value":"/p/value""#, "value", "state aggregations"),
            (
                #""address":"ADDRESS","index":"a","value":"/p/value","aggregations":{"q":{}}"#, "value",
                "aggregations are q"
            ),
            (#""address":"ADDRESS","index":"a","aggregations":{"q":{}}"#, "value", "/latency/value"),
            (#""address":"ADDRESS","index":"a","aggs":{"q":{}}"#, "aggs", "known are"),
            (#""address":"ADDRESS","index":"a","window":"1d""#, "window", "24h"),
            (
                #""address":"ADDRESS","index":"a","authentication":{"apiKey":"\#(mark)","bearerToken":"\#(mark)"}"#,
                "authentication",
                "keep one"
            ),
        ])
    func mistakes(settings: String, field: String, hint: String) throws {
        let problems = try StatedProvider("elasticsearch", "{\(settings)}").problems
        #expect(problems.map(\.path) == ["provider.elasticsearch.\(field)"])
        #expect(problems.first?.hint?.contains(hint) == true, "\(problems)")
    }

    @Test func `A text is a query in Lucene's syntax, and no query finds everything`() async throws {
        for (stated, expected) in [
            (#","query":"level:error""#, #"{"query_string":{"query":"level:error"}}"#), ("", #"{"match_all":{}}"#),
        ] {
            try await FakeServer.run { _ in
                FakeServer.Answer(#"{"responses":[\#(Self.found(Self.some))]}"#)
            } _: { server in
                _ = try await Self.provider(server.url, stated).readings(at: Self.one)
                #expect(server.requests.first?.body.contains(#""filter":[\#(expected),"#) == true)
            }
        }
    }
}
