import Analysis
import Metrics
import Rollouts
import Support
import Synchronization
import Testing

// The wire format: https://github.com/spinnaker/kayenta/blob/master/docs/faq.md and the controllers below
// https://github.com/spinnaker/kayenta/blob/master/kayenta-web/src/main/java/com/netflix/kayenta/controllers
@Suite("Kayenta")
struct KayentaProviderTests {
    private static let scopes = """
        [{"name":"default",
          "controlScope":{"scope":"track=stable","region":"eu","step":60},
          "experimentScope":{"scope":"track=canary","location":"us","step":30,"start":"2026-11-21T11:00:00+01:00"}}]
        """
    private static let rest = """
        "application":"shop","canaryConfigName":"errors","threshold":{"pass":90,"marginal":75},"scopes":\(scopes)
        """

    private static func provider(
        _ url: String, _ more: String = "", pollInterval: String = "10ms", interval: Duration = .seconds(3600)
    ) throws -> StatedProvider {
        var provider = try StatedProvider(
            "kayenta", at: url, #"{"address":"ADDRESS","pollInterval":"\#(pollInterval)",\#(rest)\#(more)}"#)
        provider.interval = interval
        return provider
    }

    /// Readings and requests where the looks for the result are answered with `looks`, the last of them for good.
    private static func run(
        _ looks: [String], _ more: String = "", pollInterval: String = "10ms"
    ) async throws -> (reading: Measurement.Reading?, failure: MetricFailure?, requests: [FakeServer.Request]) {
        let remaining = Mutex(looks)
        return try await FakeServer.run { request in
            switch (request.method, request.path) {
            case (_, "/canaryConfig"):
                return FakeServer.Answer(#"[{"id":"a","name":"latency"},{"id":"c 1/2","name":"errors"}]"#)
            case ("POST", _): return FakeServer.Answer(#"{"canaryExecutionId":"e1"}"#)
            default:
                let look = remaining.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return FakeServer.Answer(look)
            }
        } _: { server in
            do {
                let reading = try await provider(server.url, more, pollInterval: pollInterval).readings(at: [
                    StatedProvider.noon
                ]).first
                return (reading, nil, server.requests)
            } catch let failure as MetricFailure {
                return (nil, failure, server.requests)
            }
        }
    }

    private static func judged(_ score: String, _ classification: String = "Pass") -> String {
        """
        {"complete":true,"status":"succeeded","result":{"judgeResult":{"score":
         {"score":\(score),"classification":"\(classification)","classificationReason":"why"}}}}
        """
    }

    @Test func `The config is looked up, one judgement is started, and looked at until it is complete`() async throws {
        let accounts =
            #","metricsAccountName":"prometheus","configurationAccountName":"git","storageAccountName":"s3""#
        let running = #"{"complete":false,"status":"running"}"#
        let (reading, failure, requests) = try await Self.run([running, running, Self.judged("95.5")], accounts)
        #expect(failure == nil)
        try #require(requests.count == 5)
        let expected: [Value.Member] = [
            .init("score", .double(95.5)), .init("phase", .string("Successful")),
            .init("classification", .string("Pass")),
            .init("reason", .string("why")), .init("canaryExecutionId", .string("e1")),
        ]
        #expect(reading == .value(.map(expected)))
        #expect(
            requests.map { "\($0.method) \($0.path)" } == [
                "GET /canaryConfig", "POST /canary/c 1/2", "GET /canary/e1", "GET /canary/e1", "GET /canary/e1",
            ])
        #expect(requests[0].query == ["application": "shop", "configurationAccountName": "git"])
        #expect(
            requests[1].query == [
                "application": "shop", "metricsAccountName": "prometheus", "configurationAccountName": "git",
                "storageAccountName": "s3",
            ])
        #expect(requests[2].query == ["storageAccountName": "s3"])
        let body: JSON = [
            "scopes": [
                "default": [
                    "controlScope": [
                        "scope": "track=stable", "location": "eu", "region": "eu", "step": 60,
                        "start": "2026-11-21T11:00:00Z", "end": "2026-11-21T12:00:00Z",
                    ],
                    "experimentScope": [
                        "scope": "track=canary", "location": "us", "region": "us", "step": 30,
                        "start": "2026-11-21T10:00:00Z", "end": "2026-11-21T12:00:00Z",
                    ],
                ]
            ],
            "thresholds": ["pass": 90, "marginal": 75],
        ]
        #expect(try JSON(parsing: requests[1].body) == body)
    }

    @Test(
        "The score against both thresholds is a phase",
        arguments: [
            ("100", "Successful"), ("90", "Successful"), ("89.99", "Inconclusive"), ("75.0", "Inconclusive"),
            ("74.9", "Failed"), ("0.0", "Failed"),
        ])
    func phases(score: String, phase: String) async throws {
        let (reading, _, _) = try await Self.run([Self.judged(score)])
        guard case .value(let value)? = reading else {
            Issue.record("no value")
            return
        }
        #expect(value["phase"] == .string(phase))
        #expect(try Expression(parsing: "result.phase == '\(phase)'").holds(result: value, mode: .safe))
    }

    @Test(
        "Without a judgement there is no phase",
        arguments: [
            (judged("0", "Nodata"), .absent),
            (
                #"{"complete":true,"status":"terminal","exception":{"details":{"errors":["no such account"]}}}"#,
                .failure("Kayenta gave no score, terminal: no such account")
            ),
            (#"{"complete":true}"#, .failure("Kayenta gave no score, without a status")),
            (judged("null"), .failure("Kayenta gave no score, succeeded")),
        ] as [(String, Measurement.Reading)])
    func noJudgement(look: String, expected: Measurement.Reading) async throws {
        let (reading, failure, _) = try await Self.run([look])
        #expect(reading == expected, "\(String(describing: failure))")
    }

    @Test func `A judgement that would take longer than the deadline is left alone`() async throws {
        let (_, failure, requests) = try await Self.run([#"{"complete":false}"#], pollInterval: "1h")
        #expect(failure?.code == .unavailable)
        #expect(failure?.hint?.contains("timeout") == true)
        #expect(requests.count == 3)
    }

    @Test func `A judgement is never started twice`() async throws {
        try await FakeServer.run { request in
            request.method == "POST"
                ? FakeServer.Answer("busy", status: 503) : FakeServer.Answer(#"[{"id":"c","name":"errors"}]"#)
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.code == .unavailable)
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test(
        "What is no answer of Kayenta says so, and a config that is not there says which are",
        arguments: [
            ("[]", .configuration, "the application has none"),
            (#"[{"id":"1","name":"a"},{"id":"2","name":"b"}]"#, .configuration, "there are a, b"),
            (#"{"error":"x"}"#, .garbage, "check the address"),
        ] as [(String, MetricFailure.Code, String)])
    func configs(body: String, code: MetricFailure.Code, hint: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body)
        } _: { server in
            let failure = try await Self.provider(server.url).failure()
            #expect(failure?.code == code)
            #expect(failure?.hint?.contains(hint) == true, "\(String(describing: failure))")
        }
    }

    @Test func `It is asked for now, and once`() throws {
        let provider = try Self.provider("https://kayenta.example.com")
        #expect(provider.problems == [])
        #expect(try provider.source().traits == MetricTraits(isRetroactive: false, place: "kayenta.example.com"))
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            (#""application":"shop""#, "", "application", "of the canary config"),
            (#""canaryConfigName":"errors""#, "", "canaryConfigName", "canary config"),
            (#""threshold":"#, #""thresholds":"#, "threshold", "pass: 95"),
            (#""pass":90"#, #""pass":60"#, "threshold", "higher"),
            (#""pass":90"#, #""pass":900"#, "threshold", "between 0 and 100"),
            (#""marginal":75"#, #""marginal":"most""#, "threshold.marginal", "whole number"),
            (scopes, "[]", "scopes", "at least one"), (#""name":"default","#, "", "scopes[0].name", "often default"),
            (#""scope":"track=stable","#, "", "scopes[0].controlScope.scope", "selects"),
            (#""controlScope":"#, #""control":"#, "scopes[0].controlScope", "is missing"),
            (#""step":30"#, #""step":0"#, "scopes[0].experimentScope.step", "60"),
            (#""step":60"#, #""step":1000"#, "scopes[0].controlScope.step", "four points"),
            ("2026-11-21T11:00:00+01:00", "-1h", "scopes[0].experimentScope.start", "2026"),
            (#""application":"#, #""lookback":true,"application":"#, "lookback", "state start"),
            ("ADDRESS", "https://k.example.com/canary", "address", "leave it out"),
        ])
    func mistakes(original: String, changed: String, field: String, words: String) throws {
        let settings = #"{"address":"ADDRESS",\#(Self.rest)}"#.replacing(original, with: changed)
            .replacing("{,", with: "{").replacing(",,", with: ",").replacing(", ,", with: ",")
        var provider = try StatedProvider("kayenta", settings)
        provider.interval = .seconds(3600)
        let problem = try #require(provider.problems.first { $0.path == "provider.kayenta.\(field)" })
        #expect("\(problem)".contains(words), "\(problem)")
    }

    @Test func `A window needs a beginning, and an end after it`() throws {
        let provider = try Self.provider("https://kayenta.example.com", interval: .zero)
        #expect(provider.problems.map(\.path) == ["provider.kayenta.scopes[0].controlScope.start"])
        let reversed = Self.scopes.replacing(
            #""region":"eu""#, with: #""start":"2026-11-21T12:00:00Z","end":"2026-11-21T11:00:00Z""#)
        let settings = #"{"address":"ADDRESS",\#(Self.rest.replacing(Self.scopes, with: reversed))}"#
        var other = try StatedProvider("kayenta", settings)
        other.interval = .seconds(3600)
        #expect(other.problems.map(\.message) == ["is not before the end"])
    }
}
