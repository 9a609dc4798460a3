import Analysis
import Report
import Rollouts
import Support
import Testing

@Suite("Past releases, judged again")
struct BacktestTests {
    private static func trial(_ verdict: Verdict, _ sentence: String, from clock: String) -> TrialReport {
        let window = Window(start: Shop.time(clock), end: Shop.time(clock) + .seconds(600))
        var metric = MetricEvidence(
            metric: "errors", verdict: verdict, sentence: sentence, value: "0.8 %", baseline: "0.4 %",
            counts: .init(good: 0, bad: verdict == .fail ? 2 : 0, undecided: 0), window: window)
        metric.measurements = [
            .init(time: window.start + .seconds(60), text: "71 of 9,120 against 318 of 81,400"),
            .init(time: window.start + .seconds(120), text: "no data", meaning: "no data"),
            .init(time: window.start + .seconds(180), text: "0.93", meaning: "bad"),
        ]
        let reading = AnalysisReading(
            id: .background, verdict: verdict, sentence: sentence,
            evidence: [Evidence(window: window, verdict: verdict, metrics: [metric])])
        return TrialReport(
            reading, of: window,
            questions: [
                .init(
                    analysis: .background, metric: "errors", rule: "errors of the canary not above stable's",
                    queries: [.init(name: "bad, canary", text: "http_requests_total{code=~\"5..\"}")])
            ])
    }

    private static let report = BacktestReport([
        .init(
            name: "ghcr.io/acme/checkout:v2.4.1", began: Shop.time("08:00:00"), ending: "stable after 31m",
            stages: [
                .init(key: StageKey("weight-5"), trial: trial(.pass, "canary errors are not worse", from: "08:01:00")),
                .init(
                    key: StageKey("weight-25"),
                    trial: trial(.fail, "canary errors are at least 1.9 times stable's", from: "08:11:00")),
            ]),
        .init(
            name: "ghcr.io/acme/checkout:v2.5.0", began: Shop.time("09:00:00"), ending: "stable after 31m",
            stages: [
                .init(key: StageKey("weight-5"), trial: trial(.pass, "canary errors are not worse", from: "09:01:00"))
            ]),
        .init(
            name: "ghcr.io/acme/checkout:v2.3.0", began: Shop.time("07:00:00"),
            stages: [
                .init(
                    key: StageKey("weight-5"),
                    trial: trial(.needsMoreData, "canary errors need more data: 0 of 0 requests", from: "07:01:00"))
            ]),
    ])

    @Test(
        "a measured text is a number where JSON would write it so",
        arguments: [
            ("0.93", "[0.93]"), ("-5", "[-5]"), ("1e+20", "[1e+20]"), ("71 of 9,120", "[71,9120]"),
            ("007", nil), ("-.5", nil), ("1.", nil), ("NaN", nil), ("v2.4.1", nil), ("5 of many", nil), ("", nil),
        ] as [(String, String?)])
    func numbers(text: String, canary: String?) throws {
        var trial = Self.trial(.pass, "is not worse", from: "08:00:00")
        var metric = try #require(trial.reading.evidence.first?.metrics.first)
        metric.measurements = [.init(time: trial.window.start, text: text)]
        trial.reading.evidence = [Evidence(window: trial.window, verdict: .pass, metrics: [metric])]
        // What is no JSON cannot be read again.
        let json = try JSON(parsing: Array(trial.json.text.utf8))
        let point = json["metrics"]?.array?.first?["measurements"]?.array?.first
        #expect(point?["text"]?.string == text)
        #expect(point?["canary"]?.text == canary)
    }

    @Test("a release is a line, and the last line says what would have been stopped")
    func summary() throws {
        try GoldenFile.expect(Self.report.lines(Layout()).joined(separator: "\n"), is: "backtest.txt")
        try GoldenFile.expect(Self.report.json.indented, is: "backtest.json")
        #expect(Self.report.stopped == 1)
        #expect(Self.report.unjudged == 1)
        #expect(BacktestReport([]).lines(Layout()) == ["There is no past release to judge."])
    }

    @Test("a metric's name is not said twice")
    func names() {
        let trial = Self.trial(.unknown, "errors: could not resolve host", from: "08:01:00")
        #expect(trial.lines(Layout()).last == "  errors  unknown, the backend did not answer: could not resolve host")
    }

    @Test("every measurement, rule and query can be seen")
    func whole() throws {
        try GoldenFile.expect(
            Self.report.lines(Layout(), isWhole: true).joined(separator: "\n"), is: "backtest-whole.txt")
    }

    @Test("a release's windows are its weights, from commit to commit, however often a weight got more pods")
    func windows() {
        func event(_ key: String, _ action: RolloutState.Action, _ clock: String) -> HistoryEvent {
            HistoryEvent(
                commit: Shop.commit, time: Shop.time(clock), author: "Headgate", subject: "",
                state: Shop.state(key, action: action))
        }
        let records = ReleaseRecord.folding([
            event("start", .start, "10:00:00"), event("weight-5", .advance, "10:01:00"),
            event("weight-5", .grow, "10:05:00"), event("weight-25", .advance, "10:12:00"),
            event("promote", .promote, "10:30:00"), event("drain", .drain, "10:31:00"),
        ])
        let windows = records.flatMap(\.stageWindows)
        #expect(windows.map(\.stage.text) == ["weight-5", "weight-25"])
        #expect(windows.map(\.start) == [Shop.time("10:01:00"), Shop.time("10:12:00")])
        #expect(windows.map(\.end) == [Shop.time("10:12:00"), Shop.time("10:30:00")])
        #expect(windows.allSatisfy { $0.servedSince == Shop.time("10:01:00") })
    }
}
