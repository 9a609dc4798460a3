import Analysis
import Foundation
import Testing

@Suite("The score of several comparisons")
struct CompareScoreTests {
    private static func entry(
        _ classification: CompareOutcome.Classification, _ groups: [String] = ["all"], critical: Bool = false,
        waitedFor: Bool = false, verdict: Verdict? = nil
    ) -> CompareScore.Entry {
        let own: Verdict =
            switch classification {
            case .pass: .pass
            case .high, .low, .missingRequired: .fail
            case .noData, .error: .needsMoreData
            }
        return CompareScore.Entry(
            metric: "latency", classification: classification, isCriticalFailure: critical, groups: groups,
            isWaitedFor: waitedFor, verdict: verdict ?? own)
    }

    private static func scoring(_ weights: [String: Double] = [:]) -> CompareScoring {
        var scoring = CompareScoring()
        scoring.groupWeights = weights
        return scoring
    }

    struct Row: Sendable {
        let entries: [CompareScore.Entry]
        let weights: [String: Double]
        let summary: Double
        let verdict: Verdict
    }

    static let rows = [
        Row(entries: [entry(.pass), entry(.pass), entry(.low)], weights: [:], summary: 66.67, verdict: .fail),
        Row(
            entries: Array(repeating: entry(.pass), count: 5) + [entry(.high)], weights: [:], summary: 83.33,
            verdict: .inconclusive),
        // A group without a given weight has what is left of 100.
        Row(
            entries: [entry(.pass, ["a"]), entry(.high, ["b"]), entry(.pass, ["c"])], weights: ["b": 10], summary: 90,
            verdict: .inconclusive),
        // The weight of a group that no metric is in is lost.
        Row(entries: [entry(.pass, ["a"])], weights: ["a": 40, "gone": 60], summary: 40, verdict: .fail),
        // A metric in two groups counts in each.
        Row(
            entries: [entry(.high, ["a", "b"]), entry(.pass, ["a"])], weights: [:], summary: 25, verdict: .fail),
        Row(
            entries: [entry(.missingRequired), entry(.pass)], weights: [:], summary: 50, verdict: .fail),
        // Errors and missing data are left out; a group of nothing else counts as 100.
        Row(
            entries: [entry(.error, ["a"]), entry(.pass, ["b"]), entry(.noData, ["a"])], weights: [:], summary: 100,
            verdict: .pass),
        Row(entries: [entry(.noData), entry(.pass)], weights: [:], summary: 0, verdict: .needsMoreData),
        Row(
            entries: [entry(.noData, critical: true), entry(.pass), entry(.pass)], weights: [:], summary: 0,
            verdict: .needsMoreData),
        Row(entries: [entry(.high, critical: true), entry(.pass)], weights: [:], summary: 0, verdict: .fail),
        Row(entries: [entry(.pass, critical: true)], weights: [:], summary: 100, verdict: .pass),
        Row(entries: [], weights: [:], summary: 0, verdict: .needsMoreData),
        Row(entries: [entry(.pass, [])], weights: [:], summary: 0, verdict: .fail),
        // What is waited for holds up a pass, and no failure.
        Row(
            entries: [entry(.noData, waitedFor: true), entry(.pass), entry(.pass)], weights: [:], summary: 100,
            verdict: .needsMoreData),
        Row(
            entries: [entry(.noData, waitedFor: true), entry(.high), entry(.high)], weights: [:], summary: 0,
            verdict: .fail),
        Row(
            entries: [entry(.error, waitedFor: true, verdict: .error), entry(.pass)], weights: [:], summary: 100,
            verdict: .error),
    ]

    @Test("summaries and verdicts", arguments: rows)
    func summary(_ row: Row) {
        let score = Self.scoring(row.weights).score(row.entries)
        #expect(score.summary == row.summary)
        #expect(score.verdict == row.verdict)
    }

    @Test("the bars belong to the better side")
    func bars() {
        var scoring = CompareScoring()
        (scoring.pass, scoring.marginal) = (66.67, 50)
        let two = [Self.entry(.pass), Self.entry(.pass), Self.entry(.low)]
        #expect(scoring.score(two).classification == .pass)
        #expect(scoring.score([Self.entry(.pass), Self.entry(.low)]).classification == .marginal)
        #expect(scoring.score([Self.entry(.low)]).classification == .fail)
    }

    @Test("groups keep their numbers")
    func groups() throws {
        let score = Self.scoring(["b": 30]).score([Self.entry(.pass, ["a"]), Self.entry(.high, ["a", "b"])])
        #expect(score.groups.map(\.name) == ["a", "b"])
        #expect(score.groups.map(\.score) == [50, 0])
        #expect(score.groups.map(\.weight) == [70, 30])
        #expect(score.groups[0].labels == ["Pass": 1, "High": 1])
        #expect(score.summary == 35)
        #expect(score.sentence == "the canary scored 35 of 100 (95 passes, below 75 fails): latency High")
        let read = try JSONDecoder().decode(CompareScore.self, from: JSONEncoder().encode(score))
        #expect(read == score)
    }

    /// Of thirds, sevenths and so on; half of a hundredth goes up as it is written, not as it is stored.
    @Test("two decimals", arguments: [(8, 1, 12.5), (16, 1, 6.25), (32, 1, 3.13), (7, 3, 42.86), (64, 1, 1.56)])
    func rounding(_ metrics: Int, _ passing: Int, _ expected: Double) {
        let entries = (0..<metrics).map { Self.entry($0 < passing ? .pass : .high) }
        #expect(Self.scoring().score(entries).summary == expected)
    }

    @Test("muted metrics are reported and do not count")
    func muted() {
        var settings = CompareSettings()
        settings.isMuted = true
        let muted = CompareJudge(metric: "noise", settings: settings)
            .judge(canary: [Double](repeating: 900, count: 20), baseline: [Double](repeating: 1, count: 20))
        #expect(muted.verdict == .fail)
        let good = CompareJudge(metric: "latency").judge(
            canary: (0..<20).map(Double.init), baseline: (0..<20).map(Double.init))
        #expect(CompareScoring().score([muted, good]).summary == 100)
        let time = Timestamp(milliseconds: 0)
        #expect(muted.evidence(window: Window(start: time, end: time)).isDryRun)
    }

    @Test("settings are read with their defaults and written whole")
    func settings() throws {
        let text = """
            {"mode": "kayenta", "critical": true, "muted": true, "effectSize": {"measure": "cles", "allowedIncrease": 0.8},
             "outliers": {"strategy": "remove"}, "baseline": "PREVIOUS", "groups": ["a", "b"]}
            """
        let settings = try JSONDecoder().decode(CompareSettings.self, from: Data(text.utf8))
        #expect((settings.isCritical, settings.isMuted, settings.mode) == (true, true, .kayenta))
        #expect((settings.effectSize.measure, settings.effectSize.allowedIncrease) == (.cles, 0.8))
        #expect((settings.outliers.strategy, settings.outliers.outlierFactor) == (.remove, 3))
        #expect((settings.confidence, settings.tolerance, settings.minimumPoints) == (0.98, 0.25, 8))
        #expect(try JSONDecoder().decode(CompareSettings.self, from: JSONEncoder().encode(settings)) == settings)
        #expect(try JSONDecoder().decode(CompareSettings.self, from: Data("{}".utf8)) == CompareSettings())
        #expect(try JSONDecoder().decode(CompareScoring.self, from: Data("{}".utf8)) == CompareScoring())
        try settings.validate()
    }
}
